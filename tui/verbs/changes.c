/*
 * `changes`, `diff` and `keep`: what a session changed, of one file in lines, and an
 * image made of it.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/changes.h"
#include "engine/session/wire.h"
#include "tui/verbs/look.h"
#include "tui/verbs/verb.h"

enum { JSON };

static void say_change(const struct change *c)
{
	char size[16] = "", before[16] = "";

	if (c->type == 'f' && c->kind != CHANGE_DELETED)
		text_size(size, sizeof(size), c->size);
	if (c->type == 'f' && c->kind != CHANGE_ADDED)
		text_size(before, sizeof(before), c->before);
	say("%c  %6s %6s  %s%s\n", "AMD"[c->kind], size, before, c->path,
	    c->type == 'd' ? "/" : c->type == 'l' ? " (a link)" : c->type == 'f' ? "" : " (no file)");
}

static void say_changes(const struct changes *c, const char *id)
{
	char bytes[16];

	for (size_t i = 0; i < c->n; i++)
		say_change(&c->list[i]);
	if (c->more)
		say("and %llu more\n", (unsigned long long)c->more);
	text_size(bytes, sizeof(bytes), c->bytes);
	talk("%s: %llu added, %llu modified, %llu deleted, %s", id,
	     (unsigned long long)c->count[CHANGE_ADDED], (unsigned long long)c->count[CHANGE_MODIFIED],
	     (unsigned long long)c->count[CHANGE_DELETED], bytes);
	if (c->unreadable)
		talk("%llu could not be read", (unsigned long long)c->unreadable);
}

static int run_changes(struct call *c)
{
	int code;
	AUTO_FREE char *text = look(c->paths, c->args[0], LOOK_CHANGES, NULL, 0, &code);
	struct changes all;
	struct error err;
	cJSON *j;

	if (!text)
		return code;
	j = json_parse("changes", text, strlen(text), false, &err);
	if (!j || changes_parse(&all, j, &err) < 0) {
		cJSON_Delete(j);
		return talk_error(&err);
	}
	if (call_has(c, JSON)) {
		cJSON_AddStringToObject(j, "session", c->args[0]);
		say_json(j);
	} else {
		say_changes(&all, c->args[0]);
		cJSON_Delete(j);
	}
	changes_done(&all);
	return EXIT_DONE;
}

const struct verb verb_changes = {
	.name = "changes",
	.group = VERB_CONSOLE,
	.args = "S",
	.help = "what a session added, modified and deleted, with sizes now and before",
	.more = "Against what it was given: its image, and its workspace. It is read from the\n"
		"session's disk, which the guest holds still for a moment; vmdeck's own files are\n"
		"left out until they change. Of a session that has ended, what it was at its end.\n"
		"At most 5000 are listed; the rest is counted.",
	.min = 1,
	.max = 1,
	.options = {
		[JSON] = {"json", 0, NULL, "one object, all of it"},
	},
	.run = run_changes,
};

static int diff_one(const struct call *c, const char *path, bool *any)
{
	const char *texts[] = { path };
	int code;
	AUTO_FREE char *text = look(c->paths, c->args[0], LOOK_DIFF, texts, 1, &code);

	if (!text)
		return code;
	*any |= text[0] != '\0';
	say("%s", text);
	return EXIT_DONE;
}

/* Without a path, every file of the list. */
static int diff_all(const struct call *c, bool *any)
{
	int code;
	AUTO_FREE char *text = look(c->paths, c->args[0], LOOK_CHANGES, NULL, 0, &code);
	AUTO_JSON cJSON *j = NULL;
	struct changes all;
	struct error err;

	if (!text)
		return code;
	j = json_parse("changes", text, strlen(text), false, &err);
	if (!j || changes_parse(&all, j, &err) < 0)
		return talk_error(&err);
	for (size_t i = 0; i < all.n && code == EXIT_DONE; i++) {
		if (all.list[i].type != 'd')
			code = diff_one(c, all.list[i].path, any);
		/* Gone meanwhile, or of a name that cannot be shown and so not be asked for: told. */
		if (code == EXIT_NOT_FOUND)
			code = EXIT_DONE;
	}
	if (all.more)
		talk("and %llu more, which vmdeck changes counts", (unsigned long long)all.more);
	changes_done(&all);
	return code;
}

static int run_diff(struct call *c)
{
	bool any = false;
	int code;

	if (c->n_args > 1 && c->args[1][0] != '/')
		return talk_usage("diff", "%s is no absolute path in the guest", c->args[1]);
	code = c->n_args > 1 ? diff_one(c, c->args[1], &any) : diff_all(c, &any);
	if (code == EXIT_DONE && !any)
		talk("%s: no difference", c->n_args > 1 ? c->args[1] : c->args[0]);
	return code;
}

const struct verb verb_diff = {
	.name = "diff",
	.group = VERB_CONSOLE,
	.args = "S [PATH]",
	.help = "the lines that a session changed in a file, or in all",
	.more = "Unified, as of diff -u, and made safe to show: it is not for patch(1) where a file\n"
		"has control characters; vmdeck cp brings the file itself. What is no text, or\n"
		"larger than 1 MiB, is told by its size. Of sessions that run.",
	.min = 1,
	.max = 2,
	.run = run_diff,
};

static int run_keep(struct call *c)
{
	char images[PATH_MAX], size[16];
	const char *texts[] = { images, c->args[1] };
	int code;
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	struct error err;

	snprintf(images, sizeof(images), "%s/images", c->paths->data);
	text = look(c->paths, c->args[0], LOOK_KEEP, texts, 2, &code);
	if (!text)
		return code;
	j = json_parse("keep", text, strlen(text), false, &err);
	if (!j)
		return talk_error(&err);
	if (call_has(c, JSON)) {
		say_json(j);
		j = NULL;
		return EXIT_DONE;
	}
	text_size(size, sizeof(size), (uint64_t)json_num(j, "size", 0));
	talk("image %s: %s; \"image\": \"%s\" in agents.json runs it", c->args[1], size, c->args[1]);
	return EXIT_DONE;
}

const struct verb verb_keep = {
	.name = "keep",
	.group = VERB_CONSOLE,
	.args = "S NAME",
	.help = "make an image of a session: its image with all that it changed",
	.more = "While it runs; the guest holds its disk still meanwhile, a minute at most. A session's\n"
		"disk is gone with it, so this is before its end.",
	.min = 2,
	.max = 2,
	.options = {
		[JSON] = {"json", 0, NULL, "one object: name, size, sha256"},
	},
	.run = run_keep,
};
