/* Names and rules: what is read, what is refused and how, what matches. */
#include "engine/net/policy.h"
#include "tests/test.h"

static void names_are_read(void)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "api.example.com", "api.example.com" },
		{ "API.Example.COM.", "api.example.com" },
		{ "_dmarc.a-b.x1", "_dmarc.a-b.x1" },
		{ "registry", "registry" },
		{ "1password.com", "1password.com" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "1.2.3.4", NULL },
		{ "127.1", NULL },
		{ "2130706433", NULL },
		{ "0x7f000001", NULL },
		{ "0x7f.1", NULL },
		{ "a.0X7F", NULL },
		{ "017700000001", NULL },
		{ "a..b", NULL },
		{ ".a", NULL },
		{ ".", NULL },
		{ "", NULL },
		{ "a.b..", NULL },
		{ "-a.b", NULL },
		{ "a-.b", NULL },
		{ "a.b-", NULL },
		{ "a b", NULL },
		{ "a\nb", NULL },
		{ "b\xc3\xbc.de", NULL },
		{ "[::1]", NULL },
		{ "::ffff:1.2.3.4", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char out[HOSTNAME_SIZE];
		int r = hostname_read(out, cases[i].text, strlen(cases[i].text), NULL);

		if (r != (cases[i].name ? 0 : -1))
			CHECK_FAIL("\"%s\" gives %d", cases[i].text, r);
		if (cases[i].name)
			CHECK_STR(out, cases[i].name);
	}
}

static void long_names_have_their_limits(void)
{
	char text[300], out[HOSTNAME_SIZE];

	memset(text, 'a', sizeof(text));
	for (int i = 63; i < 300; i += 64)
		text[i] = '.';
	CHECK_INT(hostname_read(out, text, 253, NULL), 0);
	CHECK_INT(hostname_read(out, text, 254, NULL), -1);
	memset(text, 'a', sizeof(text));
	CHECK_INT(hostname_read(out, text, 63, NULL), 0);
	CHECK_INT(hostname_read(out, text, 64, NULL), -1);
}

static void rules_match_what_they_say(void)
{
	static const struct {
		const char *rule, *name;
		int port, want;
	} cases[] = {
		{ "github.com", "github.com", 443, 1 },
		{ "github.com", "github.com", 80, 1 },
		{ "github.com", "github.com", 22, 0 },
		{ "github.com", "api.github.com", 443, 0 },
		{ "*.github.com:22", "a.github.com", 22, 1 },
		{ "*.github.com:22", "a.b.github.com", 22, 1 },
		{ "*.github.com:22", "github.com", 22, 0 },
		{ "*.github.com:22", "a.github.com", 443, 0 },
		{ "*.github.com", "evilgithub.com", 443, 0 },
		{ "*.github.com", "github.com.evil.net", 443, 0 },
		{ "Registry.Example:8443", "registry.example", 8443, 1 },
		{ "registry.example:443", "registry.example", 80, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct policy p = { .mode = POLICY_ALLOWLIST };
		struct policy_rule r;
		struct error err;

		CHECK_INT(policy_rule_read(&r, cases[i].rule, &err), 0);
		CHECK_INT(policy_add(&p, &r, &err), 0);
		if (policy_allows(&p, cases[i].name, (uint16_t)cases[i].port) != cases[i].want)
			CHECK_FAIL("%s and %s:%d", cases[i].rule, cases[i].name, cases[i].port);
		p.mode = POLICY_OPEN;
		CHECK(policy_allows(&p, "anything.example", 9));
		p.mode = POLICY_NONE;
		CHECK(!policy_allows(&p, cases[i].name, (uint16_t)cases[i].port));
		CHECK(!policy_knows(&p, cases[i].name));
	}
}

static void bad_rules_name_the_place(void)
{
	static const struct {
		const char *rule, *says, *hint;
	} cases[] = {
		{ "", "character 1: a host name is missing", "NAME or NAME:PORT" },
		{ "*.", "character 3: a host name is missing", "NAME" },
		{ ":443", "character 1: a host name is missing", "NAME" },
		{ "git hub.com", "character 4: not part of a host name", "NAME" },
		{ "https://github.com", "character 6: not a host name but a URL", "scheme" },
		{ "github.com/x", "character 11: not part of a host name", "path" },
		{ "*", "character 1: not part of a host name", "open" },
		{ "a.*.com", "character 3: not part of a host name", "*.example.com" },
		{ "b\xc3\xbc" "cher.de", "character 2: not part", "xn--" },
		{ "10.0.0.1:80", "character 1: an address is not a name", "name of that host" },
		{ "127.1", "character 1: an address is not a name", "name" },
		{ "*.com", "too wide", "two labels" },
		{ "anthropic.vmdeck", "gateway's own", "leave it out" },
		{ "a.com:0", "not a port", "65535" },
		{ "a.com:65536", "not a port", "65535" },
		{ "a.com:", "not a port", "65535" },
		{ "a.com:080", "not a port", "65535" },
		{ "a.com:22x", "character 9: not a port", "65535" },
		{ "a\x1b[2J.com", "character 2", "NAME" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct policy_rule r;
		struct error err = { 0 };

		if (policy_rule_read(&r, cases[i].rule, &err) == 0)
			CHECK_FAIL("\"%s\" is taken", cases[i].rule);
		if (!strstr(err.msg, cases[i].says) || !strstr(err.hint, cases[i].hint))
			CHECK_FAIL("\"%s\": %s (%s)", cases[i].rule, err.msg, err.hint);
		CHECK(!strchr(err.msg, '\x1b'));
	}
}

static void rules_come_and_go(void)
{
	static const char *const rules[] = { "a.example", "*.b.example:22", "c.example:9000" };
	struct policy p = { .mode = POLICY_ALLOWLIST };
	uint16_t ports[POLICY_PORTS];
	struct policy_rule r;
	struct error err;
	char text[POLICY_RULE_TEXT];

	for (int twice = 0; twice < 2; twice++)
		for (int i = 0; i < 3; i++) {
			CHECK_INT(policy_rule_read(&r, rules[i], &err), 0);
			CHECK_INT(policy_add(&p, &r, &err), 0);
			policy_rule_write(&r, text);
			CHECK_STR(text, rules[i]);
		}
	CHECK_INT(p.n_rules, 3);
	CHECK_INT(policy_ports(&p, ports), 4);
	CHECK(ports[0] == 22 && ports[1] == 80 && ports[2] == 443 && ports[3] == 9000);

	policy_rule_read(&r, "x.b.example:22", &err);
	CHECK_INT(policy_remove(&p, &r, &err), -1);
	CHECK_STR(err.msg, "no rule x.b.example:22");
	CHECK_STR(err.hint, "it is allowed by the rule *.b.example:22");
	policy_rule_read(&r, "*.b.example:22", &err);
	CHECK_INT(policy_remove(&p, &r, &err), 0);
	CHECK_INT(policy_ports(&p, ports), 3);
	CHECK(!policy_knows(&p, "x.b.example") && policy_knows(&p, "c.example"));
}

static void a_policy_has_its_limits(void)
{
	struct policy p = { .mode = POLICY_ALLOWLIST };
	struct policy_rule r;
	struct error err;
	char text[64];

	for (int i = 0; i < POLICY_PORTS; i++) {
		snprintf(text, sizeof(text), "a.example:%d", 1000 + i);
		CHECK_INT(policy_rule_read(&r, text, &err), 0);
		CHECK_INT(policy_add(&p, &r, &err), 0);
	}
	policy_rule_read(&r, "a.example:9", &err);
	CHECK_INT(policy_add(&p, &r, &err), -1);
	CHECK(strstr(err.msg, "ports") && err.hint[0]);
	CHECK_INT(p.n_rules, POLICY_PORTS);
	for (int i = 0; p.n_rules < POLICY_RULES; i++) {
		snprintf(text, sizeof(text), "b%d.example:1000", i);
		policy_rule_read(&r, text, &err);
		CHECK_INT(policy_add(&p, &r, &err), 0);
	}
	policy_rule_read(&r, "c.example:1000", &err);
	CHECK_INT(policy_add(&p, &r, &err), -1);
	CHECK(strstr(err.msg, "rules") && err.hint[0]);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "names are read", names_are_read },
		{ "long names have their limits", long_names_have_their_limits },
		{ "rules match what they say", rules_match_what_they_say },
		{ "bad rules name the place", bad_rules_name_the_place },
		{ "rules come and go", rules_come_and_go },
		{ "a policy has its limits", a_policy_has_its_limits },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
