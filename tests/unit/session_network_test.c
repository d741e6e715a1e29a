/*
 * What a session may reach, as people write it and as it is kept: policy and
 * credentials of agents.json, rules kept for good, secrets on their way, events.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/kept.h"
#include "engine/session/network_status.h"
#include "tests/test.h"

static char home[64];

static const char *at(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
	struct error err;

	if (file_write(AT_FDCWD, at(name), text, strlen(text), mode, &err) < 0)
		fprintf(stderr, "%s\n", err.msg);
}

static int read_text(struct manifest *m, const char *agent, struct error *err)
{
	char text[4096];

	snprintf(text, sizeof(text), "{ \"agents\": { \"web\": { %s } } }", agent);
	put("agents.json", text, 0600);
	return manifest_read(m, at("agents.json"), err);
}

static const struct agent *web(struct manifest *m)
{
	struct error err;

	return manifest_find(m, "web", &err);
}

static void policies_are_read(void)
{
	static const struct { const char *text; int mode, rules; } good[] = {
		{ "", POLICY_ALLOWLIST, 0 },
		{ "\"network\": \"none\"", POLICY_NONE, 0 },
		{ "\"network\": \"open\"", POLICY_OPEN, 0 },
		{ "\"allow\": [\"api.example.com\", \"*.github.com:22\"]", POLICY_ALLOWLIST, 2 },
	};
	static const struct { const char *text, *says; } bad[] = {
		{ "\"network\": \"nome\"", "none" },
		{ "\"network\": \"none\", \"allow\": [\"a.example\"]", "reaches nothing" },
		{ "\"network\": \"none\", \"credentials\": {\"openai\": {\"from_env\": \"A\"}}", "reaches nothing" },
		{ "\"allow\": \"a.example\"", "must be a list" },
		{ "\"allow\": [1]", "must be a list" },
		{ "\"allow\": [\"10.0.0.1\"]", "allow" },
		{ "\"allow\": [\"*\"]", "allow" },
		{ "\"alow\": []", "alow" },
	};
	struct manifest m;
	struct error err;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (read_text(&m, good[i].text, &err) < 0)
			CHECK_FAIL("case %zu: %.200s", i, err.msg);
		CHECK_INT(web(&m)->network.mode, good[i].mode);
		CHECK_INT(web(&m)->network.n_rules, good[i].rules);
		CHECK_STR(web(&m)->policy, policy_mode_names[good[i].mode]);
		manifest_done(&m);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (read_text(&m, bad[i].text, &err) == 0)
			CHECK_FAIL("case %zu was read", i);
		if (!strstr(err.msg, bad[i].says) && !strstr(err.hint, bad[i].says))
			CHECK_FAIL("case %zu: %.200s (%.100s)", i, err.msg, err.hint);
		CHECK(strstr(err.msg, "web"));
	}
}

static void credentials_are_read(void)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "\"credentials\": {\"antropic\": {\"from_env\": \"A\"}}", "did you mean \"anthropic\"" },
		{ "\"credentials\": {\"anthropic\": {}}", "needs one of" },
		{ "\"credentials\": {\"anthropic\": \"sk-ant-1\"}", "must be an object" },
		{ "\"credentials\": {\"anthropic\": {\"from_env\": \"A\", \"from_file\": \"/a\"}}", "more than one" },
		{ "\"credentials\": {\"anthropic\": {\"from_env\": \"A B\"}}", "not the name of a variable" },
		{ "\"credentials\": {\"anthropic\": {\"from_file\": \"key\"}}", "must be absolute" },
		{ "\"credentials\": {\"anthropic\": {\"from_command\": \"pass\"}}", "must be a list" },
		{ "\"credentials\": {\"anthropic\": {\"from_command\": []}}", "must be a list" },
		{ "\"credentials\": {\"anthropic\": {\"from_env\": \"A\", \"cap\": {\"requests\": 1}}}", "unknown key" },
		{ "\"credentials\": {\"anthropic\": {\"from_env\": \"A\", \"cap\": {\"requests_per_hour\": 0}}}", "requests_per_hour" },
	};
	struct manifest m;
	struct error err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (read_text(&m, bad[i].text, &err) == 0)
			CHECK_FAIL("case %zu was read", i);
		if (!strstr(err.msg, bad[i].says) && !strstr(err.hint, bad[i].says))
			CHECK_FAIL("case %zu: %.200s (%.100s)", i, err.msg, err.hint);
	}
	put("agents.json", "{ \"providers\": { \"llm\": { \"base_url\": \"http://127.0.0.1:11434/v1/\",\n"
	    "\"header\": \"X-Key\", \"env\": { \"LLM_URL\": \"{url}/x\", \"LLM_KEY\": \"{key}\" } },\n"
	    "\"anthropic\": { \"base_url\": \"https://gw.example/anthropic\" } },\n"
	    "\"agents\": { \"web\": { \"credentials\": { \"llm\": { \"from_command\": [\"pass\", \"llm\"],\n"
	    "\"cap\": { \"requests_per_hour\": 5, \"bytes_per_hour\": 6 } },\n"
	    "\"anthropic\": { \"from_env\": \"K\", \"optional\": true } } } } }", 0600);
	if (manifest_read(&m, at("agents.json"), &err) < 0)
		CHECK_FAIL("%.300s", err.msg);
	CHECK_INT(web(&m)->n_credentials, 2);
	const struct credential *c = web(&m)->credentials;
	char text[400];

	CHECK_STR(c[0].provider.base, "http://127.0.0.1:11434/v1");
	CHECK_STR(c[0].provider.header, "x-key");
	CHECK(c[0].provider.local);
	CHECK_STR(c[0].argv[1], "llm");
	CHECK_INT(c[0].requests_per_hour, 5);
	CHECK_INT(c[0].bytes_per_hour, 6);
	CHECK_INT(provider_env(&c[0].provider, 0, text, sizeof(text)), 0);
	CHECK_STR(text, "LLM_URL=http://llm.vmdeck/x");
	CHECK_INT(provider_env(&c[0].provider, 1, text, sizeof(text)), 0);
	CHECK_STR(text, "LLM_KEY=vmdeck-placeholder");
	CHECK_STR(c[1].provider.base, "https://gw.example/anthropic");
	CHECK_STR(c[1].provider.header, "x-api-key");
	CHECK(!c[1].provider.local && c[1].optional);
	manifest_done(&m);
}

/* The secret that the packed credentials have; "" when it is not among them. */
static int packed(struct credential *c, char out[256], struct error *err)
{
	struct broker_provider p[BROKER_PROVIDERS];
	bool have[BROKER_PROVIDERS];
	struct secret_bytes s;
	struct stat st;
	int fd, n;

	out[0] = '\0';
	if (credentials_pack(c, 1, &fd, have, err) < 0)
		return -1;
	if (pwrite(fd, "x", 1, 0) >= 0)
		return error_set(err, 0, "the file can be written to");
	if (credentials_take(fd, &s, err) < 0)
		return -1;
	n = broker_config_read(s.data, s.len, p);
	if (n == 1)
		snprintf(out, 256, "%.*s", (int)p[0].secret_len, p[0].secret);
	if (n < 0 || have[0] != (n == 1) || fstat(fd, &st) < 0 || st.st_size)
		n = error_set(err, 0, "something is left in the file, or it is wrong");
	secret_bytes_done(&s);
	close(fd);
	return n;
}

static void secrets_come_from_where_they_are(void)
{
	struct credential c = { .provider = { .name = "acme", .base = "https://a.example", .header = "x-key" } };
	static char sh[] = "/bin/sh", dash[] = "-c", good[] = "echo noise >&2; echo cmd-key",
		    fails[] = "echo half; exit 3", two[] = "echo a; echo b",
		    flood[] = "yes 0123456789 | head -c 1000000";
	char got[256];
	struct error err;

	c.from = CREDENTIAL_ENV;
	strcpy(c.source, "VMDECK_TEST_KEY");
	unsetenv("VMDECK_TEST_KEY");
	CHECK_INT(packed(&c, got, &err), -1);
	CHECK(strstr(err.msg, "VMDECK_TEST_KEY") && strstr(err.hint, "export"));
	c.optional = true;
	CHECK_INT(packed(&c, got, &err), 0);
	c.optional = false;
	setenv("VMDECK_TEST_KEY", "env-key", 1);
	CHECK_INT(packed(&c, got, &err), 1);
	CHECK_STR(got, "env-key");
	unsetenv("VMDECK_TEST_KEY");

	c.from = CREDENTIAL_FILE;
	snprintf(c.source, sizeof(c.source), "%s", at("key"));
	put("key", "file-key\n", 0644);
	CHECK_INT(packed(&c, got, &err), -1);
	CHECK(strstr(err.hint, "chmod 600"));
	chmod(at("key"), 0600);
	CHECK_INT(packed(&c, got, &err), 1);
	CHECK_STR(got, "file-key");
	put("key", "two\nlines\n", 0600);
	CHECK_INT(packed(&c, got, &err), -1);
	put("key", "\n", 0600);
	CHECK_INT(packed(&c, got, &err), -1);

	c.from = CREDENTIAL_COMMAND;
	c.argv[0] = sh;
	c.argv[1] = dash;
	c.argv[2] = good;
	CHECK_INT(packed(&c, got, &err), 1);
	CHECK_STR(got, "cmd-key");
	c.argv[2] = fails;
	CHECK_INT(packed(&c, got, &err), -1);
	CHECK(strstr(err.msg, "exit code 3"));
	c.argv[2] = two;
	CHECK_INT(packed(&c, got, &err), -1);
	c.argv[2] = flood;
	CHECK_INT(packed(&c, got, &err), -1);
}

static void rules_are_kept_apart_from_agents_json(void)
{
	static const char *const agents = "{ \"agents\": { // mine\n \"web\": { \"allow\": [\"a.example\", \"b.example\"] } } }";
	struct paths paths = { 0 };
	struct policy_rule r;
	struct manifest m;
	struct error err;
	size_t len;

	snprintf(paths.config, sizeof(paths.config), "%s", home);
	put("agents.json", agents, 0600);
	policy_rule_read(&r, "c.example:22", &err);
	CHECK_INT(kept_change(&paths, "web", &r, true, &err), 0);
	CHECK_INT(kept_change(&paths, "shell", &r, true, &err), 0);
	policy_rule_read(&r, "a.example", &err);
	CHECK_INT(kept_change(&paths, "web", &r, false, &err), 0);
	CHECK_INT(manifest_load(&m, &paths, &err), 0);
	CHECK(policy_allows(&web(&m)->network, "c.example", 22));
	CHECK(!policy_allows(&web(&m)->network, "a.example", 443));
	CHECK(policy_allows(&web(&m)->network, "b.example", 443));
	CHECK(policy_allows(&m.agents[0].network, "c.example", 22));
	manifest_done(&m);
	/* and back */
	CHECK_INT(kept_change(&paths, "web", &r, true, &err), 0);
	CHECK_INT(manifest_load(&m, &paths, &err), 0);
	CHECK(policy_allows(&web(&m)->network, "a.example", 443));
	manifest_done(&m);
	AUTO_FREE char *text = file_read(AT_FDCWD, at("agents.json"), 4096, &len, &err);

	CHECK_STR(text, agents);
	put("allow.json", "{ \"agents\": { \"web\": { \"allow\": [\"not a rule\"] } } }", 0600);
	CHECK_INT(manifest_load(&m, &paths, &err), -1);
	CHECK(strstr(err.msg, "allow.json") && strstr(err.msg, "web"));
	unlink(at("allow.json"));
}

static void events_are_one_row_each_and_no_more_than_fit(void)
{
	static struct events e, back;
	char text[EVENT_TEXT], name[32];
	AUTO_JSON cJSON *j = NULL;

	e.n = 0;
	for (int i = 0; i < 12; i++)
		events_note(&e, EVENT_REFUSED, "api.example.com", 443, "not allowed", 0);
	CHECK_INT(e.n, 1);
	event_text(&e.items[0], text);
	CHECK_STR(text, "refused api.example.com:443 (12 x): not allowed");
	events_note(&e, EVENT_REFUSED, "evil\x1b[31m", 1, "x\x07", 3);
	event_text(&e.items[1], text);
	CHECK(!strchr(text, '\x1b') && !strchr(text, '\x07'));
	for (int i = 0; i < EVENTS_MAX * 2; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		events_note(&e, EVENT_REFUSED, name, 443, "not allowed", 1);
	}
	CHECK_INT(e.n, EVENTS_MAX);
	CHECK_INT(e.lost, EVENTS_MAX + 2);
	CHECK_STR(e.items[EVENTS_MAX - 1].name, name);
	j = events_json(&e);
	events_parse(&back, j);
	CHECK_INT(back.n, EVENTS_MAX);
	CHECK(!memcmp(back.items, e.items, sizeof(e.items)));
}

static void a_status_is_the_same_after_its_way(void)
{
	static struct network_status s, back;
	AUTO_JSON cJSON *j = NULL;
	struct network_sums a, b;
	struct policy_rule r;
	struct error err;

	s.policy.mode = POLICY_ALLOWLIST;
	policy_rule_read(&r, "*.example.com:22", &err);
	policy_add(&s.policy, &r, &err);
	s.up = true;
	s.totals = (struct gateway_totals){ .in = 100, .out = 50, .refused = 3, .open = 2 };
	s.n_names = 1;
	s.names[0] = (struct gateway_counter){ .name = "a.example.com", .in = 100, .out = 50, .connections = 4 };
	s.n_providers = 1;
	s.providers[0] = (struct broker_figures){ .name = "anthropic", .requests = 7, .in = 1000, .out = 10, .refused = 1 };
	events_note(&s.events, EVENT_DOWN, "", 0, "signal 9", 0);
	j = network_status_json(&s);
	CHECK_INT(network_status_parse(&back, j, &err), 0);
	a = network_sums(&s);
	b = network_sums(&back);
	CHECK_INT(a.in, 1100);
	CHECK_INT(b.in, 1100);
	CHECK_INT(b.out, a.out);
	CHECK_INT(b.refused, 4);
	CHECK_INT(b.open, a.open);
	CHECK(policy_allows(&back.policy, "x.example.com", 22));
	CHECK_STR(back.names[0].name, "a.example.com");
	CHECK_INT(back.providers[0].requests, 7);
	CHECK_INT(back.events.n, 1);
	AUTO_JSON cJSON *no = cJSON_CreateString("no");

	CHECK_INT(network_status_parse(&back, no, &err), -1);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "policies are read", policies_are_read },
		{ "credentials are read", credentials_are_read },
		{ "secrets come from where they are", secrets_come_from_where_they_are },
		{ "rules are kept apart from agents.json", rules_are_kept_apart_from_agents_json },
		{ "events are one row each and no more than fit", events_are_one_row_each_and_no_more_than_fit },
		{ "a status is the same after its way", a_status_is_the_same_after_its_way },
		{ NULL, NULL },
	};
	struct error err;
	int r;

	snprintf(home, sizeof(home), "/tmp/vmdeck-network-%d", (int)getpid());
	dir_make(home, 0700, &err);
	r = test_main(tests, argc, argv);
	dir_remove(AT_FDCWD, home, &err);
	return r;
}
