/*
 * Hostile root file systems, as many as figure 28 asks for: each ends in an image
 * that e2fsck finds clean, or in an error; within ten seconds and 256 MiB, and
 * with nothing written anywhere else.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/digest.h"
#include "engine/image/ext4.h"
#include "engine/image/import.h"
#include "tests/tar.h"
#include "tests/test.h"

enum {
	TARS = 300,
	SQUASHES = 300,
	EXT4S = 300,
	LAYOUTS = 60,
#ifdef __SANITIZE_ADDRESS__
	TIME_MS = 100 * 1000,
#else
	TIME_MS = 10 * 1000,
#endif
	MEMORY_KIB = 256 * 1024,
	ENTRIES = 1000 * 1000,
};

struct home {
	char dir[64], images[80];
	int fd;
};

static void home_done(struct home *h)
{
	struct error ignored;

	dir_remove(AT_FDCWD, h->dir, &ignored);
	close(h->fd);
}
#define AUTO_HOME __attribute__((cleanup(home_done)))

/* The store is three directories down, so that "../../.." would still be ours. */
static struct home home_new(void)
{
	struct home h = { "/tmp/vmdeck-hostile-XXXXXX", "", -1 };
	struct error ignored;

	if (!mkdtemp(h.dir))
		abort();
	snprintf(h.images, sizeof(h.images), "%s/a/b/c", h.dir);
	dir_make(h.images, 0700, &ignored);
	h.fd = open(h.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return h;
}

static int run(const char *command, char *out, size_t cap)
{
	char sh[] = "sh", flag[] = "-c", copy[2048];
	char *argv[] = { sh, flag, copy, NULL };
	struct error err;
	int status;

	snprintf(copy, sizeof(copy), "PATH=$PATH:/sbin:/usr/sbin; %s", command);
	return process_capture(argv, out, cap, 60 * 1000, &status, &err) < 0 ? -1 : status;
}

static bool have(const char *program)
{
	char path[PATH_MAX];

	return process_find(program, path, sizeof(path)) == 0;
}

struct seen {
	int made, refused;
	uint64_t longest; /* ms of processor: the machine may have other work */
};

static uint64_t spent_ms(void)
{
	uint64_t sum = 0;
	struct rusage u;

	for (int i = 0; i < 2; i++) {
		getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &u);
		sum += (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
		       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
	}
	return sum;
}

/* One attempt; gives why it is not as it must be, or NULL. */
static const char *attempt(const struct home *h, const char *source, bool check, struct seen *seen)
{
	static char why[700], out[4096];
	struct image i = { 0 };
	char path[PATH_MAX], command[PATH_MAX + 64];
	struct error err = { 0 };
	uint64_t begun = spent_ms();

	snprintf(path, sizeof(path), "%s/%s", h->dir, source);
	int r = import_image(&(struct import){ .images = h->images, .name = "x", .source = path,
					       .room = 1 << 20, .anew = true }, &i, &err);
	uint64_t spent = spent_ms() - begun;
	if (spent > seen->longest)
		seen->longest = spent;
	if (r < 0 && !err.msg[0])
		return "an error without a message";
	if (spent > TIME_MS) {
		snprintf(why, sizeof(why), "%s took %llu ms", source, (unsigned long long)spent);
		return why;
	}
	seen->made += r == 0;
	seen->refused += r < 0;
	snprintf(command, sizeof(command), "e2fsck -fn '%s'", i.path);
	bool clean = r < 0 || !check || run(command, out, sizeof(out)) == 0;
	image_done(&i);
	if (!clean) {
		snprintf(why, sizeof(why), "%s: %.600s", source, out);
		return why;
	}
	return NULL;
}

/* Nothing but the sources, the store and what it may hold. */
static const char *outside(const struct home *h)
{
	static char out[1024];
	char command[256];

	snprintf(command, sizeof(command),
		 "cd %s && find . -mindepth 1 ! -path './src*' ! -path ./a ! -path ./a/b ! -path ./a/b/c "
		 "! -path './a/b/c/x*' -print; find . -perm /6000 -print", h->dir);
	run(command, out, sizeof(out));
	return out[0] ? out : NULL;
}

static const char *limits(struct seen *seen, const struct home *h)
{
	struct rusage u;
	const char *stray = outside(h);

	getrusage(RUSAGE_CHILDREN, &u);
	printf("# %d made, %d refused, longest %llu ms, largest child %ld MiB\n", seen->made, seen->refused,
	       (unsigned long long)seen->longest, u.ru_maxrss >> 10);
	if (stray)
		return stray;
#ifndef __SANITIZE_ADDRESS__
	if (u.ru_maxrss > MEMORY_KIB)
		return "a child took more than 256 MiB";
#endif
	return NULL;
}

/* The same each time: a failure can be looked at again. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Bits flipped, bytes set, the end cut off. */
static void damage(char *data, size_t *len, uint32_t seed)
{
	uint32_t s = seed * 2654435761u + 1;
	int n = 1 + (int)(next_random(&s) % 8);

	for (int i = 0; i < n; i++) {
		size_t at = next_random(&s) % *len;
		if (seed % 3 == 0)
			at = at % (*len < 2048 ? *len : 2048); /* where the structure is */
		if (next_random(&s) % 2)
			data[at] ^= (char)(1 << next_random(&s) % 8);
		else
			data[at] = (char)next_random(&s);
	}
	if (seed % 5 == 0)
		*len = 1 + next_random(&s) % *len;
}

static const char *damaged(const struct home *h, const char *source, const char *data, size_t len,
			   int times, bool check, struct seen *seen)
{
	const char *why = NULL;
	struct error err;

	for (int i = 1; i <= times && !why; i++) {
		AUTO_FREE char *copy = malloc(len);
		size_t n = len;
		memcpy(copy, data, len);
		damage(copy, &n, (uint32_t)i);
		file_write(h->fd, source, copy, n, 0600, &err);
		why = attempt(h, source, check, seen);
	}
	return why;
}

static void fill(struct tar *t)
{
	char text[9000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 251);
	tar_dir(t, "etc/", 0755, 0, 0);
	tar_file(t, "etc/passwd", 0644, "root:x:0:0::/root:/bin/sh\n", 26);
	tar_file(t, "etc/some", 0644, text, sizeof(text));
	tar_link(t, '2', "etc/link", "/etc/passwd");
	tar_link(t, '1', "etc/twin", "etc/some");
	tar_device(t, '3', "dev/null", 0666, 1, 3);
	tar_pax(t, "SCHILY.xattr.user.a", "b");
	tar_file(t, "usr/lib/file", 04755, text, 5000);
	for (int i = 0; i < 40; i++) {
		char name[32];
		snprintf(name, sizeof(name), "many/%d", i);
		tar_file(t, name, 0644, text, (size_t)i * 50);
	}
	tar_end(t);
}

static void damaged_tars(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar t = { 0 };
	struct seen seen = { 0 };

	fill(&t);
	const char *why = damaged(&h, "src", t.data, t.len, TARS, true, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK_INT(seen.made + seen.refused, TARS);
	CHECK(seen.refused > TARS / 10);
}

static void damaged_squashfs(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar t = { 0 };
	struct seen seen = { 0 };
	char command[256], out[512];
	struct error err;
	size_t len;

	if (!have("tar2sqfs"))
		SKIP("tar2sqfs (squashfs-tools-ng)");
	fill(&t);
	CHECK_INT(file_write(h.fd, "src.tar", t.data, t.len, 0600, &err), 0);
	snprintf(command, sizeof(command), "tar2sqfs -q -b 4096 %s/src.sqfs <%s/src.tar", h.dir, h.dir);
	CHECK_INT(run(command, out, sizeof(out)), 0);
	AUTO_FREE char *data = file_read(h.fd, "src.sqfs", 8 << 20, &len, &err);
	CHECK(data);
	const char *why = damaged(&h, "src", data, len, SQUASHES, true, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK(seen.refused > SQUASHES / 10);
}

/* An ext4 is taken as it is, so what has to hold is that looking at it ends. */
static void damaged_ext4(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar t = { 0 };
	struct seen seen = { 0 };
	struct image i = { 0 };
	char path[PATH_MAX];
	struct error err;
	size_t len;

	fill(&t);
	CHECK_INT(file_write(h.fd, "src.tar", t.data, t.len, 0600, &err), 0);
	snprintf(path, sizeof(path), "%s/src.tar", h.dir);
	CHECK_INT(import_image(&(struct import){ .images = h.images, .name = "x", .source = path }, &i,
			       &err), 0);
	AUTO_FREE char *data = file_read(AT_FDCWD, i.path, 16 << 20, &len, &err);
	image_done(&i);
	CHECK(data);
	const char *why = damaged(&h, "src", data, len, EXT4S, false, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK_INT(seen.made + seen.refused, EXT4S);
}

/* A layout whose blobs are damaged under digests that fit, so that what is in
 * them is reached. */
static void damaged_layouts(void)
{
	static const char manifest[] =
		"[{\"Config\":\"c.json\",\"RepoTags\":[\"me:1\"],\"Layers\":[\"one/layer.tar\",\"one/layer.tar\"]}]";
	static const char config[] = "{\"config\":{\"Cmd\":[\"sh\"],\"Env\":[\"A=b\"],\"User\":\"1:2\"}}";
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar layer = { 0 };
	AUTO_TAR struct tar all = { 0 };
	struct seen seen = { 0 };

	tar_file(&layer, "a/b", 0644, "1", 1);
	tar_file(&layer, "a/.wh.b", 0644, "", 0);
	tar_file(&layer, "a/.wh..wh..opq", 0644, "", 0);
	tar_link(&layer, '2', "l", "a");
	tar_file(&layer, "l/c", 0644, "2", 1);
	tar_end(&layer);
	tar_file(&all, "manifest.json", 0644, manifest, sizeof(manifest) - 1);
	tar_file(&all, "c.json", 0644, config, sizeof(config) - 1);
	tar_file(&all, "one/layer.tar", 0644, layer.data, layer.len);
	tar_end(&all);
	const char *why = damaged(&h, "src", all.data, all.len, LAYOUTS, true, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK_INT(seen.made + seen.refused, LAYOUTS);
}

/* Made by hand, each for one trick. */

static void up(struct tar *t)
{
	tar_file(t, "../../../../up", 0644, "x", 1);
}
static void up_inside(struct tar *t)
{
	tar_file(t, "a/b/../../../../../up", 0644, "x", 1);
}
static void absolute(struct tar *t)
{
	tar_file(t, "/tmp/vmdeck-hostile-absolute", 0644, "x", 1);
}
static void through_link(struct tar *t)
{
	tar_link(t, '2', "out", "/tmp");
	tar_file(t, "out/vmdeck-hostile-through", 0644, "x", 1);
}
static void through_up_link(struct tar *t)
{
	tar_link(t, '2', "out", "../../../../../../..");
	tar_file(t, "out/tmp/vmdeck-hostile-up", 0644, "x", 1);
}
static void hard_up(struct tar *t)
{
	tar_link(t, '1', "passwd", "../../../../etc/passwd");
}
static void hard_absolute(struct tar *t)
{
	tar_link(t, '1', "passwd", "/etc/passwd");
}
static void hard_to_dir(struct tar *t)
{
	tar_dir(t, "d", 0755, 0, 0);
	tar_link(t, '1', "again", "d");
}
static void hard_to_itself(struct tar *t)
{
	tar_link(t, '1', "me", "me");
}
static void link_loop(struct tar *t)
{
	tar_link(t, '2', "a", "b");
	tar_link(t, '2', "b", "a");
	tar_file(t, "a/x", 0644, "x", 1);
}
static void file_as_dir(struct tar *t)
{
	tar_file(t, "f", 0644, "x", 1);
	tar_file(t, "f/below", 0644, "x", 1);
}
static void dir_becomes_file(struct tar *t)
{
	tar_file(t, "d/x", 0644, "x", 1);
	tar_link(t, '1', "y", "d/x");
	tar_file(t, "d", 0644, "now a file", 10);
	tar_link(t, '2', "d", "y");
}
static void suid_and_devices(struct tar *t)
{
	tar_file(t, "suid", 06777, "x", 1);
	tar_device(t, '4', "sda", 0666, 8, 0);
	tar_device(t, '3', "mem", 0666, 1, 1);
}
static void huge_size(struct tar *t)
{
	tar_entry(t, '0', "huge", NULL, 0644, 0, 0, 1ULL << 62, "x", 1);
}
static void huge_sparse(struct tar *t)
{
	tar_pax(t, "GNU.sparse.major", "1");
	tar_pax(t, "GNU.sparse.realsize", "9000000000000000000");
	tar_file(t, "sparse", 0644, "1\n0\n1\n", 6);
}
static void deep(struct tar *t)
{
	static char name[4090];

	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = i % 2 ? '/' : 'd';
	tar_pax(t, "path", name);
	tar_file(t, "cut", 0644, "x", 1);
}
static void long_name(struct tar *t)
{
	static char name[3000];

	memset(name, 'n', sizeof(name) - 1);
	tar_pax(t, "path", name);
	tar_file(t, "cut", 0644, "x", 1);
}
static void empty_names(struct tar *t)
{
	tar_file(t, "", 0644, "x", 1);
	tar_file(t, ".", 0644, "x", 1);
	tar_file(t, "a//b/./c", 0644, "x", 1);
	tar_link(t, '2', "empty", "");
}
static void many_links(struct tar *t)
{
	char name[32];

	tar_file(t, "one", 0644, "x", 1);
	for (int i = 0; i < 70000; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		tar_link(t, '1', name, "one");
	}
}
static void whiteout_of_root(struct tar *t)
{
	tar_file(t, ".wh.", 0, "", 0);
	tar_file(t, ".wh..", 0, "", 0);
	tar_file(t, ".wh...", 0, "", 0);
	tar_file(t, "x/.wh..wh..opq", 0, "", 0);
}

static void made_by_hand(void)
{
	static void (*const tricks[])(struct tar *) = {
		up, up_inside, absolute, through_link, through_up_link, hard_up, hard_absolute,
		hard_to_dir, hard_to_itself, link_loop, file_as_dir, dir_becomes_file, suid_and_devices,
		huge_size, huge_sparse, deep, long_name, empty_names, many_links, whiteout_of_root,
	};
	AUTO_HOME struct home h = home_new();
	struct seen seen = { 0 };
	const char *why = NULL;
	struct error err;

	for (size_t i = 0; !why && i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		AUTO_TAR struct tar t = { 0 };
		char name[32];
		tricks[i](&t);
		tar_end(&t);
		snprintf(name, sizeof(name), "src-%zu", i);
		file_write(h.fd, name, t.data, t.len, 0600, &err);
		why = attempt(&h, name, true, &seen);
	}
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK(access("/tmp/vmdeck-hostile-absolute", F_OK) < 0);
	CHECK(access("/tmp/vmdeck-hostile-through", F_OK) < 0);
	CHECK(access("/tmp/vmdeck-hostile-up", F_OK) < 0);
}

static void bombs(void)
{
	AUTO_HOME struct home h = home_new();
	struct seen seen = { 0 };
	char command[512], out[512];
	const char *why;

	if (!have("zstd"))
		SKIP("zstd");
	/* Four gigabytes of nothing, in a tar and as they are. */
	snprintf(command, sizeof(command),
		 "cd %s && truncate -s 1G src-zeros && zstd -q -1 --rm src-zeros -o src-bomb.zst && "
		 "cat src-bomb.zst src-bomb.zst src-bomb.zst src-bomb.zst >src-four.zst", h.dir);
	CHECK_INT(run(command, out, sizeof(out)), 0);
	why = attempt(&h, "src-four.zst", true, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
	CHECK_INT(seen.refused, 1);
}

static void a_million_entries(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar one = { 0 };
	struct seen seen = { 0 };
	char path[128], name[32];
	const char *why;

	snprintf(path, sizeof(path), "%s/src", h.dir);
	FILE *f = fopen(path, "w");
	CHECK(f);
	for (int i = 0; i < ENTRIES; i++) {
		one.len = 0;
		snprintf(name, sizeof(name), "d%d/f%d", i % 100, i);
		tar_file(&one, name, 0644, "", 0);
		fwrite(one.data, 1, one.len, f);
	}
	CHECK_INT(fclose(f), 0);
	why = attempt(&h, "src", false, &seen);
	if (!why)
		why = limits(&seen, &h);
	if (why)
		CHECK_FAIL("%s", why);
}

int main(int argc, char **argv)
{
	const struct test tests[] = {
		{ "damaged_tars", damaged_tars },
		{ "damaged_squashfs", damaged_squashfs },
		{ "damaged_ext4", damaged_ext4 },
		{ "damaged_layouts", damaged_layouts },
		{ "made_by_hand", made_by_hand },
		{ "bombs", bombs },
		{ "a_million_entries", a_million_entries },
		{ 0 },
	};

	return test_main(tests, argc, argv);
}
