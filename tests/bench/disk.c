/*
 * A session disk as vmdeck makes it, against the seeds' way: a copy of the
 * 2 GiB root and debugfs. Both on the same file system, in turns, medians.
 *
 *	disk DIR ROUNDS
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"

enum {
	FILES = 300, /* of a megabyte: what a small distribution takes */
	MIB = 1 << 20,
	ROUNDS_MAX = 100,
};
#define ROOT_SIZE (2ULL << 30)

static const char config[] = "{\"agents\":{\"defaults\":{\"model\":{\"primary\":\"a/b\"}}}}";

static int die(const struct error *err)
{
	fprintf(stderr, "bench: %s\n", err->msg);
	return 1;
}

/* A 2 GiB root file system with 300 MB in it that no file system can squeeze. */
static int make_root(int fd, struct error *err)
{
	AUTO_FREE char *data = malloc(MIB);
	char path[64];

	struct ext4 *fs = ext4_make(fd, &(struct ext4_make){ .size = ROOT_SIZE }, err);
	if (!fs || !data || ext4_put_dir(fs, "/root", &(struct ext4_node){ .mode = 0700 }, err) < 0)
		return -1;
	for (int i = 0; i < FILES; i++) {
		arc4random_buf(data, MIB);
		snprintf(path, sizeof(path), "/root/file-%d", i);
		if (ext4_put_file(fs, path, data, MIB, &(struct ext4_node){ .mode = 0644 }, err) < 0)
			return -1;
	}
	return ext4_close(fs, err) < 0 ? -1 : fsync(fd);
}

/* Bytes that the file system gave it. */
static long long taken(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -1 : (long long)st.st_blocks * 512;
}

static int ours(const char *dir, int image, uint64_t *us, long long *bytes, struct error *err)
{
	const struct disk_file file = { .path = "/root/.nullclaw/config.json", .data = config,
					.len = sizeof(config) - 1, .mode = 0600 };
	const struct disk_spec spec = { .dir = dir, .size = ROOT_SIZE, .image = image,
					.files = &file, .n_files = 1 };
	uint64_t from = now_us();

	AUTO_CLOSE int fd = disk_create(&spec, err);
	*us = now_us() - from;
	*bytes = taken(fd);
	return fd < 0 ? -1 : 0;
}

static int theirs(const char *dir, uint64_t *us, long long *bytes, struct error *err)
{
	char script[3 * PATH_MAX], out[4096], shell[] = "sh", flag[] = "-ec", clone[PATH_MAX];
	char *argv[] = { shell, flag, script, NULL };
	int status;

	snprintf(clone, sizeof(clone), "%s/clone.ext4", dir);
	snprintf(script, sizeof(script),
		 "cd '%s'; cp --reflink=auto root.ext4 clone.ext4; "
		 "printf 'mkdir /root/.nullclaw\\nwrite config.json /root/.nullclaw/config.json\\n' | "
		 "/sbin/debugfs -w clone.ext4", dir);
	uint64_t from = now_us();
	if (process_capture(argv, out, sizeof(out), 120 * 1000, &status, err) < 0)
		return -1;
	*us = now_us() - from;
	AUTO_CLOSE int fd = open(clone, O_RDONLY | O_CLOEXEC);
	*bytes = taken(fd);
	unlink(clone);
	return status ? error_set(err, 0, "the seeds' way failed: %.200s", out) : 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int measure(const char *dir, int rounds, int image, struct error *err)
{
	uint64_t a[ROUNDS_MAX], b[ROUNDS_MAX];
	long long bytes_a = 0, bytes_b = 0;

	for (int i = 0; i < rounds; i++)
		if (theirs(dir, &b[i], &bytes_b, err) < 0 || ours(dir, image, &a[i], &bytes_a, err) < 0)
			return -1;
	qsort(a, (size_t)rounds, sizeof(a[0]), compare);
	qsort(b, (size_t)rounds, sizeof(b[0]), compare);
	uint64_t x = a[rounds / 2], y = b[rounds / 2];
	printf("session disk, 2 GiB, injected and read back: %.2f ms, %lld KiB\n", (double)x / 1000,
	       bytes_a / 1024);
	printf("cp --reflink=auto and debugfs:              %.2f ms, %lld KiB\n", (double)y / 1000,
	       bytes_b / 1024);
	printf("ratio %.0f (target 200), medians of %d, one run\n", (double)y / (double)x, rounds);
	return 0;
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	char path[PATH_MAX];
	int rounds = argc > 2 ? atoi(argv[2]) : 7;

	if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: disk DIR [ROUNDS]\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/config.json", argv[1]);
	if (file_write(AT_FDCWD, path, config, sizeof(config) - 1, 0600, &err) < 0)
		return die(&err);
	snprintf(path, sizeof(path), "%s/root.ext4", argv[1]);
	AUTO_CLOSE int image = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (image < 0 || make_root(image, &err) < 0 || measure(argv[1], rounds, image, &err) < 0)
		return die(&err);
	return 0;
}
