/* What records add up to: verdict, exit code, JSON, and doctor's page. */
#include "tests/unit/check_fixture.h"

#include "engine/check/runner.h"
#include "tests/schema.h"
#include "tui/doctor.h"

struct sheet {
	struct report report;
};

static void sheet_init(struct sheet *s)
{
	struct error err;

	if (report_init(&s->report, &err) < 0)
		abort();
	for (size_t i = 0; i < s->report.n; i++) {
		s->report.records[i].done = true;
		record_say(&s->report.records[i], CHECK_OK, "fine");
	}
}

static struct check_record *set(struct sheet *s, const char *id, enum check_status status,
				enum check_severity severity)
{
	struct check_record *r = report_find(&s->report, id);

	record_say(r, status, "it is so");
	r->severity = severity;
	return r;
}

static void verdicts_and_exit_codes(void)
{
	static const struct {
		enum check_status status;
		enum check_severity severity;
		enum report_verdict verdict;
		int code, strict;
	} want[] = {
		{ CHECK_OK, CHECK_BLOCKER, REPORT_READY, 0, 0 },
		{ CHECK_INFO, CHECK_BLOCKER, REPORT_READY, 0, 0 },
		{ CHECK_SKIP, CHECK_BLOCKER, REPORT_READY, 0, 0 },
		{ CHECK_FAILED, CHECK_ADVICE, REPORT_READY, 0, 0 },
		{ CHECK_WARN, CHECK_ADVICE, REPORT_READY, 0, 0 },
		{ CHECK_UNKNOWN, CHECK_ADVICE, REPORT_READY, 0, 0 },
		{ CHECK_WARN, CHECK_DEGRADED, REPORT_DEGRADED, 0, 3 },
		{ CHECK_FAILED, CHECK_DEGRADED, REPORT_DEGRADED, 0, 3 },
		{ CHECK_WARN, CHECK_BLOCKER, REPORT_DEGRADED, 0, 3 },
		{ CHECK_UNKNOWN, CHECK_BLOCKER, REPORT_DEGRADED, 0, 3 },
		{ CHECK_FAILED, CHECK_BLOCKER, REPORT_BLOCKED, 3, 3 },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct sheet s;
		int verdict, code, strict;

		sheet_init(&s);
		set(&s, "N00", want[i].status, want[i].severity);
		verdict = report_verdict(&s.report);
		code = report_exit(&s.report, false);
		strict = report_exit(&s.report, true);
		report_done(&s.report);
		if (verdict != (int)want[i].verdict || code != want[i].code || strict != want[i].strict)
			CHECK_FAIL("row %zu: %s, exit %d, strict %d", i,
				   report_verdict_names[verdict], code, strict);
	}
}

static void counts_and_groups(void)
{
	struct sheet s;

	sheet_init(&s);
	set(&s, "K09", CHECK_WARN, CHECK_DEGRADED);
	set(&s, "N00", CHECK_FAILED, CHECK_BLOCKER);
	set(&s, "D01", CHECK_INFO, CHECK_ADVICE);
	set(&s, "U01", CHECK_FAILED, CHECK_ADVICE);
	report_find(&s.report, "R01")->done = false;
	CHECK_INT(report_count(&s.report, CHECK_FAILED), 2);
	CHECK_INT(report_count(&s.report, CHECK_OK), s.report.n - 5);
	CHECK_INT(report_concerns(&s.report), 2);
	CHECK_INT(report_group(&s.report, CHECK_GROUP_KVM), CHECK_WARN);
	CHECK_INT(report_group(&s.report, CHECK_GROUP_NETWORK), CHECK_FAILED);
	CHECK_INT(report_group(&s.report, CHECK_GROUP_DNS), CHECK_INFO);
	CHECK_INT(report_group(&s.report, CHECK_GROUP_STORAGE), CHECK_OK);
	report_done(&s.report);
}

static char *print(const struct report *r, bool json, int *code)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	*code = doctor_print(r, json, false, out);
	fclose(out);
	return text;
}

static void json_has_the_shape_that_is_promised(void)
{
	static const char *const keys[] = { "id", "group", "title", "status", "severity", "summary",
					    "seen", "why", "fixes", "doc", "ms", "needs", "backends" };
	struct sheet s;
	struct error err;
	struct check_record *r;
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	cJSON *c = NULL;
	int code;

	sheet_init(&s);
	r = set(&s, "N00", CHECK_FAILED, CHECK_BLOCKER);
	record_seen(r, "errno", "Operation not permitted (EPERM)");
	record_seen(r, "errno", "twice");
	record_fix(r, FIX_ROOT, ARGV("sysctl", "-w", "x=1"), "allow it");
	text = print(&s.report, true, &code);
	report_done(&s.report);
	CHECK_INT(code, 3);
	j = json_parse("doctor", text, strlen(text), false, &err);
	CHECK(j);
	CHECK_INT((int)json_num(j, "schema", 0), 1);
	CHECK_STR(cJSON_GetStringValue(cJSON_GetObjectItem(j, "verdict")), "blocked");
	CHECK(cJSON_IsObject(cJSON_GetObjectItem(j, "host")));
	CHECK_INT((int)json_num(cJSON_GetObjectItem(j, "counts"), "fail", 0), 1);
	CHECK_INT(cJSON_GetArraySize(cJSON_GetObjectItem(j, "checks")), (int)checks_count);
	cJSON_ArrayForEach(c, cJSON_GetObjectItem(j, "checks")) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (!cJSON_HasObjectItem(c, keys[i]))
				CHECK_FAIL("a check has no %s", keys[i]);
		CHECK_INT(cJSON_GetArraySize(c), (int)(sizeof(keys) / sizeof(*keys)));
	}
}

static cJSON *schema_of_doctor(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "docs/doctor.schema.json", 1 << 20, NULL, &err);

	return text ? json_parse("schema", text, strlen(text), false, &err) : NULL;
}

static void json_is_what_the_schema_says(void)
{
	static struct check_plan plan;
	AUTO_JSON cJSON *schema = schema_of_doctor(), *real = NULL, *made = NULL, *c = NULL;
	struct schema s = { .root = schema };
	struct report r;
	struct error err;

	CHECK(schema);
	/* This machine's own, and one with everything in it. */
	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	real = report_json(&r);
	if (!schema_holds(&s, schema, real, ""))
		CHECK_FAIL("%s", s.why);
	record_seen(report_find(&r, "N00"), "errno", "EPERM");
	record_fix(report_find(&r, "N00"), FIX_ROOT, ARGV("true"), "do it");
	record_after(report_find(&r, "C02"), CHECK_FAILED, "no CA bundle");
	made = report_json(&r);
	report_done(&r);
	if (!schema_holds(&s, schema, made, ""))
		CHECK_FAIL("%s", s.why);
	/* And it can fail. */
	c = cJSON_Duplicate(cJSON_GetArrayItem(cJSON_GetObjectItem(made, "checks"), 0), true);
	cJSON_AddStringToObject(c, "more", "x");
	cJSON_AddItemToArray(cJSON_GetObjectItem(made, "checks"), cJSON_Duplicate(c, true));
	CHECK(!schema_holds(&s, schema, made, ""));
	CHECK(strstr(s.why, "/more: is not in the schema"));
	s.why[0] = '\0';
	cJSON_ReplaceItemInObject(real, "verdict", cJSON_CreateString("fine"));
	CHECK(!schema_holds(&s, schema, real, ""));
	CHECK_STR(s.why, "/verdict: enum");
	s.why[0] = '\0';
	cJSON_DeleteItemFromObject(real, "verdict");
	CHECK(!schema_holds(&s, schema, real, ""));
}

static void what_breaks_inside_is_a_failure(void)
{
	struct sheet s;

	sheet_init(&s);
	record_after(report_find(&s.report, "C02"), CHECK_OK, "144 certificates");
	CHECK_INT(report_verdict(&s.report), REPORT_READY);
	record_after(report_find(&s.report, "C02"), CHECK_FAILED, "no CA bundle");
	CHECK_INT(report_find(&s.report, "C02")->status, CHECK_FAILED);
	CHECK(strstr(report_find(&s.report, "C02")->summary, "well before the boot, not from inside: no CA"));
	set(&s, "T03", CHECK_SKIP, CHECK_DEGRADED);
	record_after(report_find(&s.report, "T03"), CHECK_FAILED, "+9000 ms\033[31m");
	CHECK_INT(report_find(&s.report, "T03")->status, CHECK_FAILED);
	CHECK(!strchr(report_find(&s.report, "T03")->after_said, '\033'));
	/* What was not well before stays as it was. */
	set(&s, "D03", CHECK_WARN, CHECK_DEGRADED);
	record_after(report_find(&s.report, "D03"), CHECK_FAILED, "x");
	CHECK_INT(report_find(&s.report, "D03")->status, CHECK_WARN);
	report_done(&s.report);
}

static void the_page_tells_seen_why_and_fix_of_what_is_not_well(void)
{
	struct sheet s;
	struct check_record *r;
	AUTO_FREE char *text = NULL;
	int code;

	sheet_init(&s);
	record_seen(report_find(&s.report, "N01"), "hidden", "of what is well");
	r = set(&s, "N00", CHECK_FAILED, CHECK_BLOCKER);
	record_seen(r, "errno", "EPERM");
	record_fix(r, FIX_RELOGIN, ARGV("sh", "-c", "echo it's > /x"), "allow it");
	text = print(&s.report, false, &code);
	CHECK(strstr(text, "N00"));
	CHECK(strstr(text, "Seen  errno: EPERM"));
	CHECK(strstr(text, "Why   each session"));
	CHECK(strstr(text, "Fix   allow it (needs a new login)"));
	CHECK(strstr(text, "$ sh -c 'echo it'\\''s > /x'\n"));
	CHECK(!strstr(text, "hidden"));
	CHECK(!strchr(text, 27)); /* no colour: it is no terminal */
	CHECK(strstr(text, "blocked: it cannot start"));
	report_done(&s.report);
}

static void a_command_that_does_not_fit_is_not_shown_cut(void)
{
	struct check_record r = { .id = "X" };
	char path[400], command[CHECK_COMMAND_MAX];

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	record_fix(&r, 0, ARGV("chown", "-R", "alice:", path), "take it over");
	record_fix(&r, 0, ARGV("rm", "a\033b"), "remove it");
	CHECK_INT(r.fixes[0].n_argv, 0);
	CHECK_INT(r.fixes[1].n_argv, 0);
	CHECK_STR(check_fix_command(&r.fixes[0], command, sizeof(command)), "");
	record_fix(&r, 0, ARGV("rm", "-r", "/var/lib/x"), "remove it");
	CHECK_STR(check_fix_command(&r.fixes[2], command, 20), "");
	CHECK_STR(check_fix_command(&r.fixes[2], command, sizeof(command)), "rm -r /var/lib/x");
}

static void too_much_is_cut_and_nothing_breaks(void)
{
	struct check_record r = { .id = "X" };
	char big[5000];

	memset(big, '\xc3', sizeof(big) - 1); /* not even UTF-8 */
	big[sizeof(big) - 1] = '\0';
	record_say(&r, CHECK_OK, "%s", big);
	record_why(&r, "%s", big);
	for (int i = 0; i < 100; i++) {
		record_seen(&r, big, "%s", big);
		record_fix(&r, 0, NULL, "%s", big);
	}
	CHECK_INT(r.n_seen, CHECK_SEEN_MAX);
	CHECK_INT(r.n_fixes, CHECK_FIX_MAX);
	CHECK(memchr(r.summary, '\0', sizeof(r.summary)));
	CHECK(memchr(r.seen[11].value, '\0', sizeof(r.seen[11].value)));
}

/* The table itself: what the runner takes for granted, and the manual. */

static bool backends_equal(const struct check *a, const struct check *b)
{
	for (int i = 0; i < CHECK_BACKENDS_MAX; i++) {
		const char *x = a->backends[i], *y = b->backends[i];

		if (!x != !y || (x && strcmp(x, y) != 0))
			return false;
	}
	return true;
}

static void the_table_is_sound(void)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *c = &checks[i];

		CHECK_INT(check_index(c->id), i); /* so ids differ */
		CHECK(c->title && c->why && c->doc && c->probe && c->timeout_ms);
		CHECK(strlen(c->why) < sizeof(((struct check_record *)0)->why));
		for (int k = 0; k < CHECK_NEEDS_MAX && c->needs[k]; k++)
			if (check_index(c->needs[k]) < 0 || check_index(c->needs[k]) >= (int)i)
				CHECK_FAIL("%s needs %s, which is not above it", c->id, c->needs[k]);
		if (c->shares) {
			int l = check_index(c->shares);

			CHECK(l >= 0 && l < (int)i && !checks[l].shares);
			if (!backends_equal(c, &checks[l]) || (checks[l].needs[0] && !c->needs[0]))
				CHECK_FAIL("%s would not be skipped together with %s", c->id,
					   c->shares);
		}
	}
}

static void the_manual_has_a_section_for_each(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "docs/preflight.md", 1 << 20, NULL, &err);

	if (!text)
		CHECK_FAIL("%s", err.msg);
	for (size_t i = 0; i < checks_count; i++) {
		char head[64], anchor[16];

		snprintf(head, sizeof(head), "\n### %s\n", checks[i].id);
		if (!strstr(text, head))
			CHECK_FAIL("docs/preflight.md has no section %s", checks[i].id);
		snprintf(anchor, sizeof(anchor), "#%s", checks[i].id);
		if (!strcasestr(checks[i].doc, anchor))
			CHECK_FAIL("%s points at %s", checks[i].id, checks[i].doc);
	}
	CHECK(!strstr(text, "chmod 666"));
}

static const struct test tests[] = {
	{ "report: verdicts and exit codes", verdicts_and_exit_codes },
	{ "report: counts and groups", counts_and_groups },
	{ "report: JSON", json_has_the_shape_that_is_promised },
	{ "report: JSON is what the schema says", json_is_what_the_schema_says },
	{ "report: what breaks inside", what_breaks_inside_is_a_failure },
	{ "report: doctor's page", the_page_tells_seen_why_and_fix_of_what_is_not_well },
	{ "report: a command is whole or not there", a_command_that_does_not_fit_is_not_shown_cut },
	{ "report: too much", too_much_is_cut_and_nothing_breaks },
	{ "report: the table is sound", the_table_is_sound },
	{ "report: the manual has every check", the_manual_has_a_section_for_each },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
