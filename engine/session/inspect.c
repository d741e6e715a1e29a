#include "engine/session/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/diff.h"
#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/apart.h"
#include "engine/image/changes.h"
#include "engine/image/keep.h"

enum { CPU_S = 20, MEMORY_MIB = 256 };

/* What a child writes, and how it is asked. */
struct task {
	int out; /* a file in memory */
	const char *path;
	struct changes_mine mine;
};

static int put(const struct task *t, const char *text, size_t n, struct error *err)
{
	return fd_write_all(t->out, text, n < INSPECT_OUT ? n : INSPECT_OUT, err);
}

static int list(void *arg, void *out, struct error *err)
{
	static const char *const always[] = {
		"/etc/hostname", "/etc/machine-id", "/etc/hosts", "/etc/resolv.conf",
		"/dev", "/proc", "/sys", "/run", NULL
	};
	struct task *t = arg;
	struct changes c;
	AUTO_JSON cJSON *j = NULL;
	AUTO_FREE char *text = NULL;

	(void)out;
	t->mine.always = always;
	if (changes_read(INSPECT_FD_DISK, INSPECT_FD_IMAGE, &t->mine, &c, err) < 0)
		return -1;
	j = changes_json(&c, INSPECT_SHOWN);
	text = json_text(j, false);
	changes_done(&c);
	return text ? put(t, text, strlen(text), err) : error_set(err, ENOMEM, "changes");
}

static bool is_text(const struct changes_side *s)
{
	return !s->there || (s->data && diff_is_text(s->data, s->len));
}

/* Names as diff has them; what is on neither side is an error. */
static void head(FILE *f, const char *path, const struct changes_side *a, const struct changes_side *b)
{
	char clean[1024];

	text_clean_str(clean, sizeof(clean), path);
	if (a->there && b->there && a->mode != b->mode)
		fprintf(f, "mode of %s: %04o, now %04o\n", clean, a->mode, b->mode);
	if (a->there && b->there && a->type != b->type)
		fprintf(f, "%s was of another kind\n", clean);
}

static void body(FILE *f, const char *path, const struct changes_side *a, const struct changes_side *b)
{
	AUTO_FREE char *hunks = NULL;
	char clean[1024];
	size_t n;

	text_clean_str(clean, sizeof(clean), path);
	if (!is_text(a) || !is_text(b)) {
		fprintf(f, "%s is no text, or larger than 1 MiB: %llu bytes, now %llu\n", clean,
			(unsigned long long)a->size, (unsigned long long)b->size);
		return;
	}
	hunks = diff_unified(a->data ? a->data : "", a->len, b->data ? b->data : "", b->len, &n);
	if (!hunks || !n)
		return;
	fprintf(f, "--- %s%s\n+++ %s%s\n", a->there ? "a" : "", a->there ? clean : "/dev/null",
		b->there ? "b" : "", b->there ? clean : "/dev/null");
	fwrite(hunks, 1, n, f);
}

static int compare(void *arg, void *out, struct error *err)
{
	struct task *t = arg;
	struct changes_side a, b;
	AUTO_FREE char *text = NULL, *clean = NULL;
	size_t n = 0;
	FILE *f;
	int r;

	(void)out;
	if (changes_sides(INSPECT_FD_DISK, INSPECT_FD_IMAGE, t->path, INSPECT_TEXT, &a, &b, err) < 0)
		return -1;
	if (!a.there && !b.there)
		return error_set(err, ENOENT, "%s", t->path);
	if ((a.there && a.type == 'd') || (b.there && b.type == 'd'))
		return error_set(err, EISDIR, "%s", t->path);
	f = open_memstream(&text, &n);
	if (!f)
		return error_set(err, ENOMEM, "diff");
	if (!a.there != !b.there || a.len != b.len || a.mode != b.mode || a.type != b.type || !a.data || !b.data ||
	    memcmp(a.data, b.data, a.len) != 0) {
		head(f, t->path, &a, &b);
		body(f, t->path, &a, &b);
	}
	if (fclose(f) != 0 || !(clean = malloc(n * 3 + 1)))
		return error_set(err, ENOMEM, "diff");
	text_clean(clean, n * 3 + 1, text, n, true);
	r = put(t, clean, strlen(clean), err);
	changes_side_done(&a);
	changes_side_done(&b);
	return r;
}

static int run_apart(apart_fn *fn, struct task *t, struct error *err)
{
	const int keep[] = { INSPECT_FD_DISK, INSPECT_FD_IMAGE, t->out };
	struct apart a = {
		.fn = fn, .arg = t, .file_max = INSPECT_OUT + 1, .cpu_s = CPU_S, .memory_mib = MEMORY_MIB,
		.keep = keep, .n_keep = 3,
	};

	return apart_work(&a, err);
}

static int fail(const struct error *err)
{
	dprintf(STDOUT_FILENO, "%d\n%s\n%s", err->code, err->msg, err->hint);
	return 1;
}

static int give(int fd, struct error *err)
{
	static char buf[64 << 10];
	ssize_t n;
	off_t at = 0;

	while ((n = pread(fd, buf, sizeof(buf), at)) > 0) {
		if (fd_write_all(STDOUT_FILENO, buf, (size_t)n, err) < 0)
			return -1;
		at += n;
	}
	return n < 0 ? error_set(err, errno, "read what was found") : 0;
}

static int keep(char **args, struct error *err)
{
	AUTO_JSON cJSON *j = NULL;
	AUTO_FREE char *text = NULL;
	struct image made;

	if (keep_image(INSPECT_FD_DISK, INSPECT_FD_IMAGE, args[0], args[1], args[2], &made, err) < 0)
		return -1;
	j = cJSON_CreateObject();
	cJSON_AddStringToObject(j, "name", made.name);
	cJSON_AddNumberToObject(j, "size", (double)made.size);
	cJSON_AddStringToObject(j, "sha256", made.sha256);
	image_done(&made);
	text = json_text(j, false);
	return text ? fd_write_all(STDOUT_FILENO, text, strlen(text), err) : error_set(err, ENOMEM, "keep");
}

int inspect_main(int argc, char **argv)
{
	struct rlimit none = { 0, 0 };
	AUTO_CLOSE int out = -1;
	struct task t = { .out = -1 };
	struct error err = { 0 };
	int r;

	if (argc < 3 || fcntl(INSPECT_FD_IMAGE, F_GETFD) < 0) {
		fprintf(stderr, "inspect is what vmdeck runs by itself; it is not for people\n");
		return 2;
	}
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NAME, "vmdeck-inspect", 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!strcmp(argv[1], "keep") && argc == 5)
		return keep(argv + 2, &err) < 0 ? fail(&err) : 0;
	t.out = out = memfd_create("inspect", MFD_CLOEXEC);
	if (out < 0) {
		error_set(&err, errno, "make a file in memory");
		return fail(&err);
	}
	if (!strcmp(argv[1], "changes")) {
		t.mine.time = strtoll(argv[2], NULL, 10);
		t.mine.until = (const char *const *)(argv + 3);
		r = run_apart(list, &t, &err);
	} else {
		t.path = argv[2];
		r = run_apart(compare, &t, &err);
	}
	if (r == 0)
		r = give(out, &err);
	return r < 0 ? fail(&err) : 0;
}
