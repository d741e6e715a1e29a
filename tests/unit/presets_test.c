/*
 * The built-in agents, and how an agent of a file inherits from them.
 */
#include <limits.h>
#include <unistd.h>

#include "engine/base/json.h"
#include "engine/session/belongings.h"
#include "engine/session/manifest.h"
#include "tests/test.h"

static int read_text(struct manifest *m, const char *text, struct error *err)
{
	char path[] = "/tmp/vmdeck-presets-XXXXXX";
	int fd = mkstemp(path), r;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return -1;
	close(fd);
	r = manifest_read(m, path, err);
	unlink(path);
	return r;
}

static const struct agent_file *file_of(const struct agent *a, const char *path)
{
	for (size_t i = 0; a && i < a->n_files; i++)
		if (!strcmp(a->files[i].path, path))
			return &a->files[i];
	return NULL;
}

static void every_preset_is_there(void)
{
	static const char *const names[] = { "shell", "claude", "codex", "nullclaw", "opencode" };
	struct paths paths = { .config = "/nonexistent" };
	struct manifest m;
	struct error err;

	if (manifest_load(&m, &paths, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(m.n, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct agent *a = manifest_find(&m, names[i], &err);

		CHECK(a && a->builtin && a->title[0]);
		CHECK(!strcmp(names[i], "shell") || (a->argv[0] && a->patterns.asks[0][0] && a->cwd[0]));
	}
	manifest_done(&m);
}

/* FACTS of nullclaw's own configuration: no member more or less, but that the key is a
 * placeholder and there is a base URL. */
static void nullclaw_gets_its_configuration(void)
{
	static const char want[] =
		"{\"agents\":{\"defaults\":{\"model\":{\"primary\":\"anthropic/claude-sonnet-4-5\"}}},"
		"\"autonomy\":{\"level\":\"full\",\"max_actions_per_hour\":100,\"workspace_only\":false},"
		"\"channels\":{\"cli\":true},\"memory\":{\"auto_save\":false,\"backend\":\"sqlite\"},"
		"\"models\":{\"providers\":{\"anthropic\":{\"api_key\":\"vmdeck-placeholder\","
		"\"base_url\":\"http://anthropic.vmdeck\"}}},\"security\":{\"sandbox\":{\"backend\":\"none\"}}}";
	struct paths paths = { .config = "/nonexistent" };
	const struct agent_file *f;
	struct manifest m;
	struct error err;
	cJSON *a, *b;

	CHECK(manifest_load(&m, &paths, &err) == 0);
	f = file_of(manifest_find(&m, "nullclaw", &err), "~/.nullclaw/config.json");
	CHECK(f && f->text && f->mode == 0600);
	a = cJSON_Parse(f->text);
	b = cJSON_Parse(want);
	CHECK(a && b && cJSON_Compare(a, b, true));
	cJSON_Delete(a);
	cJSON_Delete(b);
	f = file_of(manifest_find(&m, "claude", &err), "~/.claude.json");
	CHECK(f && (a = cJSON_Parse(f->text)));
	cJSON_Delete(a);
	manifest_done(&m);
}

static void an_agent_inherits_and_says_the_rest(void)
{
	struct manifest m;
	const struct agent *a;
	struct error err;

	if (read_text(&m, "{ \"agents\": {"
		      "\"claude\": { \"inherits\": \"claude\", \"memory\": 4096, \"env\": { \"A\": \"b\" },"
		      "  \"files\": { \"/etc/x\": { \"text\": \"y\" } }, \"workspace\": \"~/src\" },"
		      "\"two\": { \"inherits\": \"claude\", \"title\": \"second\", \"prompt\": \"do it\","
		      "  \"workspace\": { \"from\": \"/src\", \"to\": \"/home/x\", \"exclude\": [\"o\"], \"max\": 7 } }"
		      "} }", &err) < 0)
		CHECK_FAIL("%s", err.msg);
	a = manifest_find(&m, "claude", &err);
	CHECK(a && !a->builtin);
	CHECK_INT(a->memory_mib, 4096);
	CHECK_INT(a->cpus, 2);
	CHECK_STR(a->argv[0], "claude");
	CHECK_INT(a->n_files, 2);
	CHECK(file_of(a, "~/.claude.json") && file_of(a, "/etc/x"));
	CHECK_STR(a->workspace.from, "~/src");
	CHECK_STR(a->workspace.to, "/work");
	a = manifest_find(&m, "two", &err);
	CHECK(a && a->memory_mib == 4096 && a->n_files == 2);
	CHECK_STR(a->title, "second");
	CHECK_STR(a->prompt, "do it");
	CHECK_STR(a->workspace.to, "/home/x");
	CHECK_STR(a->workspace.exclude[0], "o");
	CHECK_INT(a->workspace.max_mib, 7);
	CHECK_STR(a->cwd, "/work"); /* inherited: said is said */
	manifest_done(&m);
}

static void what_is_wrong_is_told(void)
{
	static const struct {
		const char *text, *msg, *hint;
	} bad[] = {
		{ "{\"agents\":{\"x\":{\"inherits\":\"claud\"}}}", "no agent \"claud\"", "claude" },
		{ "{\"agents\":{\"x\":{\"inherits\":\"y\"},\"y\":{}}}", "above", "" },
		{ "{\"agents\":{\"x\":{\"inherits\":7}}}", "name", "" },
		{ "{\"agents\":{\"x\":{\"asks\":[\"*\"]}}}", "every row", "^" },
		{ "{\"agents\":{\"x\":{\"ready\":\"a\"}}}", "list", "" },
		{ "{\"agents\":{\"x\":{\"ready\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}}}", "more than 8", "" },
		{ "{\"agents\":{\"x\":{\"workspace\":{\"to\":\"/x\"}}}}", "from", "" },
		{ "{\"agents\":{\"x\":{\"workspace\":{\"from\":\"/x\",\"to\":\"x\"}}}}", "absolute", "/work" },
		{ "{\"agents\":{\"x\":{\"workspace\":{\"from\":\"/x\",\"excludes\":[]}}}}", "excludes", "exclude" },
		{ "{\"agents\":{\"x\":{\"workspace\":3}}}", "path", "" },
		{ "{\"agents\":{\"x\":{\"prompt_args\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}}}", "more than 4", "" },
		{ "{\"agents\":{\"x\":{\"files\":{\"~x\":{\"text\":\"\"}}}}}", "~/", "" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct manifest m;
		struct error err;

		if (read_text(&m, bad[i].text, &err) == 0)
			CHECK_FAIL("accepted: %s", bad[i].text);
		if (!strstr(err.msg, bad[i].msg) || !strstr(err.hint, bad[i].hint))
			CHECK_FAIL("%s: \"%s\" \"%s\"", bad[i].text, err.msg, err.hint);
	}
}

static void a_prompt_goes_where_the_program_takes_it(void)
{
	struct manifest m;
	const struct agent *a;
	struct error err;
	cJSON *argv = cJSON_CreateArray();

	CHECK(read_text(&m, "{\"agents\":{\"o\":{\"inherits\":\"opencode\",\"prompt\":\"do {} it\"},"
			"\"s\":{\"prompt\":\"ls\"}}}", &err) == 0);
	a = manifest_find(&m, "o", &err);
	CHECK(belongings_prompt(a, argv));
	CHECK_INT(cJSON_GetArraySize(argv), 2);
	CHECK_STR(cJSON_GetArrayItem(argv, 0)->valuestring, "--prompt");
	CHECK_STR(cJSON_GetArrayItem(argv, 1)->valuestring, "do {} it");
	a = manifest_find(&m, "s", &err);
	CHECK(!belongings_prompt(a, argv)); /* typed */
	CHECK_INT(cJSON_GetArraySize(argv), 2);
	cJSON_Delete(argv);
	manifest_done(&m);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "presets: every preset is there", every_preset_is_there },
		{ "presets: nullclaw gets its configuration", nullclaw_gets_its_configuration },
		{ "presets: an agent inherits and says the rest", an_agent_inherits_and_says_the_rest },
		{ "presets: what is wrong is told", what_is_wrong_is_told },
		{ "presets: a prompt goes where the program takes it", a_prompt_goes_where_the_program_takes_it },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
