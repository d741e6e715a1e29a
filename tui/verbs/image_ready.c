/*
 * `image verify` and `fix`: is an image sound, and ready to be a machine?
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/check/trust.h"
#include "engine/image/mend.h"
#include "tui/stores.h"
#include "tui/verbs/image_parts.h"

static void rows_json(cJSON *j, const struct ready_row *rows)
{
	cJSON *list = cJSON_AddArrayToObject(j, "checks");

	for (int i = 0; i < READY_COUNT; i++) {
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "id", ready_name(i));
		cJSON_AddStringToObject(row, "title", ready_title(i));
		cJSON_AddBoolToObject(row, "ok", rows[i].ok);
		cJSON_AddBoolToObject(row, "mendable", rows[i].mendable);
		cJSON_AddStringToObject(row, "seen", rows[i].seen);
		cJSON_AddItemToArray(list, row);
	}
}

static bool all_ok(const struct ready_row *rows)
{
	for (int i = 0; i < READY_COUNT; i++)
		if (!rows[i].ok)
			return false;
	return true;
}

static void print_rows(const char *name, const struct ready_row *rows)
{
	bool mend = false;

	say("%s: %s\n", name, all_ok(rows) ? "ok" : "not ready");
	for (int i = 0; i < READY_COUNT; i++) {
		say("  %-4s %-16s %s\n", rows[i].ok ? "ok" : "no", ready_title(i), rows[i].seen);
		mend |= !rows[i].ok && rows[i].mendable;
	}
	if (mend)
		talk("  fix: vmdeck image fix %s", name);
}

static struct ready_wish wish_of(const struct image *i)
{
	struct ready_wish w = mend_wish(i);

	w.judge = image_judge_bundle;
	return w;
}

/* 0 sound and ready, else the exit code. */
static int verify_one(const struct image *i, cJSON *out)
{
	struct ready_row rows[READY_COUNT];
	struct ready_wish w = wish_of(i);
	struct error err;
	bool sound = store_verify(i, NULL, &err) == 0;

	if (sound) {
		AUTO_CLOSE int fd = open(i->path, O_RDONLY | O_CLOEXEC);

		sound = mend_look(fd, &w, rows, &err) == 0;
	}
	if (out) {
		cJSON *j = cJSON_CreateObject();

		cJSON_AddStringToObject(j, "name", i->name);
		cJSON_AddBoolToObject(j, "ok", sound && all_ok(rows));
		if (sound) {
			rows_json(j, rows);
		} else {
			cJSON_AddStringToObject(j, "error", err.msg);
			cJSON_AddStringToObject(j, "fix", err.hint);
		}
		cJSON_AddItemToArray(out, j);
	} else if (sound) {
		print_rows(i->name, rows);
	} else {
		talk_error(&err);
	}
	return sound && all_ok(rows) ? EXIT_DONE : EXIT_FAILED;
}

static int no_image(const char *name)
{
	talk("vmdeck: no image \"%s\"", name);
	talk("  fix: vmdeck image ls lists them");
	return EXIT_NOT_FOUND;
}

int image_verify(struct call *c)
{
	cJSON *j = call_has(c, IMAGE_JSON) ? cJSON_CreateObject() : NULL, *out = NULL;
	struct image one = {0}, *all = NULL;
	int code = EXIT_DONE, r;
	char images[PATH_MAX];
	struct error err;
	size_t n = 0;

	if (j)
		cJSON_AddNumberToObject(j, "schema", 1), out = cJSON_AddArrayToObject(j, "images");
	r = images_dir(c->paths, images, &err);
	if (r == 0 && c->n_args > 1)
		r = store_find(images, c->args[1], &one, &err);
	else if (r == 0)
		r = store_list(images, &all, &n, &err);
	if (r) {
		cJSON_Delete(j);
		return r == 1 ? no_image(c->args[1]) : talk_error(&err);
	}
	if (c->n_args > 1)
		code = verify_one(&one, out);
	for (size_t i = 0; i < n; i++)
		if (verify_one(&all[i], out) != EXIT_DONE)
			code = EXIT_FAILED;
	if (c->n_args == 1 && n == 0 && !j)
		talk("no images; vmdeck image build makes one");
	if (j)
		say_json(j);
	image_done(&one);
	store_list_free(all, n);
	return code;
}

/* The rows that are meant: all, those that are named, or the one of "fix-ca". */
static int mask_of(const struct call *c, unsigned *mask)
{
	const char *one = strncmp(c->args[0], "fix-", 4) == 0 ? c->args[0] + 4 : NULL;

	*mask = one || c->n_args > 2 ? 0 : MEND_ALL;
	if (one)
		*mask = 1U << ready_by_name(one);
	for (int i = 2; i < c->n_args; i++) {
		enum ready_id id = ready_by_name(c->args[i]);

		if (id == READY_COUNT)
			return talk_usage("image", "no check \"%s\": verify shows them with --json",
					  c->args[i]);
		*mask |= 1U << id;
	}
	return 0;
}

/* "fix-ca" by itself adds to a bundle that is good, too: the host's, or its operator's
 * anchors alone. *own is theirs, to be freed. */
static int wish_for_ca(const struct call *c, struct ready_wish *w, const char *bundle, size_t len,
		       char **own)
{
	bool only = strcmp(c->args[0], "fix-ca") == 0;
	struct trust_text local;
	struct cert first;

	w->extra = bundle_extra;
	if (call_has(c, IMAGE_EXTRA)) {
		if (!only)
			return talk_usage("image", "--extra is for fix-ca");
		trust_local(&(struct check_host){ 0 }, &local);
		*own = local.data;
		if (!local.data || !bundle_cert(local.data, local.len, 0, &first)) {
			talk("vmdeck: this host has no anchors of its own");
			talk("  fix: put the certificate into /usr/local/share/ca-certificates");
			return EXIT_FAILED;
		}
		w->more = local.data;
		w->more_len = local.len;
		return 0;
	}
	w->bundle = bundle;
	w->bundle_len = len;
	w->more = only ? bundle : NULL;
	w->more_len = len;
	return 0;
}

int image_fix(struct call *c)
{
	struct ready_row rows[READY_COUNT];
	struct image image = {0};
	char images[PATH_MAX];
	struct ready_wish w;
	struct error err;
	unsigned mask;
	size_t len = 0;
	AUTO_FREE char *bundle = image_host_bundle(&len), *own = NULL;
	int r;

	if (c->n_args < 2)
		return talk_usage("image", "%s needs an image", c->args[0]);
	if ((r = mask_of(c, &mask)))
		return r;
	r = images_dir(c->paths, images, &err);
	if (r == 0)
		r = store_find(images, c->args[1], &image, &err);
	if (r)
		return r == 1 ? no_image(c->args[1]) : talk_error(&err);
	w = wish_of(&image);
	if ((r = wish_for_ca(c, &w, bundle, len, &own))) {
		image_done(&image);
		return r;
	}
	r = mend_image(images, &image, &w, mask, rows, &err);
	if (r < 0) {
		image_done(&image);
		return talk_error(&err);
	}
	if (call_has(c, IMAGE_JSON)) {
		cJSON *j = image_json(&image);

		rows_json(j, rows);
		say_json(j);
	} else {
		print_rows(image.name, rows);
	}
	for (int i = 0; i < READY_COUNT; i++)
		r |= (mask & 1U << i) && rows[i].mendable && !rows[i].ok;
	image_done(&image);
	return r ? EXIT_FAILED : EXIT_DONE;
}
