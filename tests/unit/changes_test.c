/*
 * What a session changed, read from disks that are made here as a guest leaves them.
 */
#include "engine/image/changes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"
#include "tests/test.h"

static int image_with_files(struct error *err)
{
	const struct ext4_make how = { .size = 16 << 20 };
	const struct ext4_node dir = { .mode = 0755, .mtime = 100 }, file = { .mode = 0644, .mtime = 100 };
	AUTO_CLOSE int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct ext4 *fs = fd < 0 ? NULL : ext4_make(fd, &how, err);

	if (!fs || ext4_put_dir(fs, "/etc", &dir, err) < 0 || ext4_put_dir(fs, "/etc/d", &dir, err) < 0 ||
	    ext4_put_file(fs, "/etc/same", "abc", 3, &file, err) < 0 ||
	    ext4_put_file(fs, "/etc/text", "one\ntwo\n", 8, &file, err) < 0 ||
	    ext4_put_file(fs, "/etc/gone", "12345", 5, &file, err) < 0 || ext4_close(fs, err) < 0)
		return -1;
	return take_fd(&fd);
}

/* As a guest's kernel would through the overlay. */
static int change(int disk, struct error *err)
{
	const struct ext4_node dir = { .mode = 0755, .mtime = 100 }, old = { .mode = 0644, .mtime = 100 };
	const struct ext4_node file = { .mode = 0600, .mtime = 5000 };
	const struct ext4_node whiteout = { .mode = S_IFCHR };
	struct ext4 *fs = ext4_open(disk, true, err);

	if (!fs || ext4_put_dir(fs, "/upper/etc", &dir, err) < 0 ||
	    ext4_put_file(fs, "/upper/etc/same", "abc", 3, &old, err) < 0 ||
	    ext4_put_file(fs, "/upper/etc/text", "one\n2\n", 6, &file, err) < 0 ||
	    ext4_put_special(fs, "/upper/etc/gone", &whiteout, err) < 0 ||
	    ext4_put_special(fs, "/upper/etc/never", &whiteout, err) < 0 ||
	    ext4_put_file(fs, "/upper/etc/hostname", "x\n", 2, &file, err) < 0 ||
	    ext4_put_file(fs, "/upper/given", "x\n", 2, &old, err) < 0 ||
	    ext4_put_file(fs, "/upper/changed", "x\n", 2, &file, err) < 0 ||
	    ext4_put_file(fs, "/upper/new\n\033[31m", "new", 3, &file, err) < 0 ||
	    ext4_put_symlink(fs, "/upper/link", "/etc/text", &file, err) < 0)
		return -1;
	return ext4_close(fs, err);
}

static void made(int *disk, int *image, struct error *err)
{
	struct disk_spec spec = { .dir = "/tmp", .size = 32 << 20, .image = -1 };

	*image = image_with_files(err);
	spec.image = *image;
	*disk = *image < 0 ? -1 : disk_create(&spec, err);
	if (*disk >= 0 && change(*disk, err) < 0) {
		close(*disk);
		*disk = -1;
	}
}

static const struct change *find(const struct changes *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->list[i].path, path))
			return &c->list[i];
	return NULL;
}

static const char *const always[] = { "/etc/hostname", NULL }, *const until[] = { "/given", "/changed", NULL };
static const struct changes_mine mine = { .always = always, .until = until, .time = 1000 };

static void each_is_told_as_what_it_is(void)
{
	AUTO_CLOSE int disk = -1, image = -1;
	const struct change *x;
	struct changes c;
	struct error err;

	made(&disk, &image, &err);
	if (disk < 0 || changes_read(disk, image, &mine, &c, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(c.n, 5);
	CHECK((x = find(&c, "/etc/text")) && x->kind == CHANGE_MODIFIED && x->size == 6 && x->before == 8);
	CHECK(x->mode == 0600 && x->mtime == 5000 && x->type == 'f');
	CHECK((x = find(&c, "/etc/gone")) && x->kind == CHANGE_DELETED && x->before == 5);
	CHECK((x = find(&c, "/changed")) && x->kind == CHANGE_MODIFIED);
	CHECK((x = find(&c, "/link")) && x->kind == CHANGE_ADDED && x->type == 'l');
	CHECK((x = find(&c, "/new\n\033[31m")) && x->kind == CHANGE_ADDED);
	CHECK_INT(c.count[CHANGE_ADDED], 2);
	CHECK_INT(c.count[CHANGE_MODIFIED], 2);
	CHECK_INT(c.count[CHANGE_DELETED], 1);
	for (size_t i = 1; i < c.n; i++)
		CHECK(strcmp(c.list[i - 1].path, c.list[i].path) < 0);
	changes_done(&c);
}

static void they_come_back_from_json_without_steering(void)
{
	AUTO_CLOSE int disk = -1, image = -1;
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	struct changes c, back;
	struct error err;

	made(&disk, &image, &err);
	CHECK(disk >= 0 && changes_read(disk, image, &mine, &c, &err) == 0);
	j = changes_json(&c, 3);
	text = json_text(j, false);
	CHECK(text && !strchr(text, '\033') && !strstr(text, "\\u001b") && !strstr(text, "\\n"));
	CHECK(changes_parse(&back, j, &err) == 0);
	CHECK_INT(back.n, 3);
	CHECK_INT(back.more, 2);
	CHECK_INT(back.count[CHANGE_ADDED], 2);
	changes_done(&back);
	changes_done(&c);
}

static void what_is_no_list_is_refused(void)
{
	static const char *const bad[] = {
		"{}", "[]", "{\"changes\": 1}", "{\"changes\": [1]}",
		"{\"changes\": [{\"path\": \"x\", \"kind\": \"added\", \"type\": \"f\"}]}",
		"{\"changes\": [{\"path\": \"/x\", \"kind\": \"made\", \"type\": \"f\"}]}",
		"{\"changes\": [{\"path\": \"/x\", \"kind\": \"added\", \"type\": \"ff\"}]}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		AUTO_JSON cJSON *j = cJSON_Parse(bad[i]);
		struct changes c;
		struct error err;

		if (changes_parse(&c, j, &err) == 0)
			CHECK_FAIL("accepted: %s", bad[i]);
	}
}

static bool side_is(const struct changes_side *s, const char *text)
{
	return text ? s->there && s->data && !strcmp(s->data, text) : !s->there;
}

static void a_file_has_two_sides(void)
{
	static const struct {
		const char *path, *before, *after;
	} cases[] = {
		{ "/etc/text", "one\ntwo\n", "one\n2\n" }, { "/etc/gone", "12345", NULL },
		{ "/etc/same", "abc", "abc" },		   { "/link", NULL, "/etc/text" },
		{ "/none", NULL, NULL },
	};
	AUTO_CLOSE int disk = -1, image = -1;
	struct changes_side a, b;
	struct error err;

	made(&disk, &image, &err);
	CHECK(disk >= 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (changes_sides(disk, image, cases[i].path, 1000, &a, &b, &err) < 0)
			CHECK_FAIL("%s: %s", cases[i].path, err.msg);
		if (!side_is(&a, cases[i].before) || !side_is(&b, cases[i].after))
			CHECK_FAIL("%s: %s, %s", cases[i].path, a.data ? a.data : "-", b.data ? b.data : "-");
		changes_side_done(&a);
		changes_side_done(&b);
	}
	CHECK(changes_sides(disk, image, "/etc/text", 3, &a, &b, &err) == 0); /* too large to be shown */
	CHECK(a.there && !a.data && a.size == 8);
	changes_side_done(&a);
	changes_side_done(&b);
}

/* The guest's disk with bytes of it changed: errors and odd lists, nothing worse. */
static void a_spoilt_disk_is_an_error_or_a_list(void)
{
	AUTO_CLOSE int disk = -1, image = -1;
	unsigned seed = 3;
	struct error err;
	int lists = 0;

	made(&disk, &image, &err);
	CHECK(disk >= 0);
	for (int round = 0; round < 200; round++) {
		off_t at = (off_t)(rand_r(&seed) % (4 << 20));
		unsigned char old[8], now[8];
		struct changes c;

		CHECK(pread(disk, old, sizeof(old), at) == sizeof(old));
		for (size_t i = 0; i < sizeof(now); i++)
			now[i] = (unsigned char)rand_r(&seed);
		CHECK(pwrite(disk, now, sizeof(now), at) == sizeof(now));
		if (changes_read(disk, image, &mine, &c, &err) == 0) {
			lists++;
			changes_done(&c);
		}
		CHECK(pwrite(disk, old, sizeof(old), at) == sizeof(old));
	}
	CHECK(lists > 0);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "changes: each is told as what it is", each_is_told_as_what_it_is },
		{ "changes: they come back from JSON without steering", they_come_back_from_json_without_steering },
		{ "changes: what is no list is refused", what_is_no_list_is_refused },
		{ "changes: a file has two sides", a_file_has_two_sides },
		{ "changes: a spoilt disk is an error or a list", a_spoilt_disk_is_an_error_or_a_list },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
