#include "tui/demo.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

const char *const demo_agents[] = { "claude", "codex", "shell", "build", NULL };

static const char manifest[] =
	"// Scripted consoles: no machine, no network, nothing of yours.\n"
	"{ \"agents\": {\n"
	"  \"shell\":  { \"backend\": \"demo\", \"script\": \"shell\", \"title\": \"a shell to type into\" },\n"
	"  \"claude\": { \"backend\": \"demo\", \"script\": \"claude\", \"title\": \"an agent at work\",\n"
	"    \"ready\": [\"waiting for you\"], \"working\": [\"esc to interrupt\"],\n"
	"    \"asks\": [\"Do you want to proceed?\"] },\n"
	"  \"codex\":  { \"backend\": \"demo\", \"script\": \"codex\", \"title\": \"an agent that asks you\",\n"
	"    \"ready\": [\"^›\"], \"working\": [\"esc interrupts\"], \"asks\": [\"^Allow \"] },\n"
	"  \"build\":  { \"backend\": \"demo\", \"script\": \"build\", \"title\": \"a long build\" },\n"
	"  \"noisy\":  { \"backend\": \"demo\", \"script\": \"noisy\", \"title\": \"much output\" }\n"
	"} }\n";

int demo_manifest(struct manifest *m, const struct paths *paths, struct error *err)
{
	static const char name[] = "demo-agents.json";
	AUTO_CLOSE int dir = paths_need(paths->state, err);
	char path[PATH_MAX];

	if (dir < 0 || file_write(dir, name, manifest, strlen(manifest), 0600, err) < 0)
		return error_wrap(err, "demo");
	snprintf(path, sizeof(path), "%s/%s", paths->state, name);
	return manifest_read(m, path, err);
}
