/*
 * A sound image with bytes changed: the input is a list of patches, each four
 * bytes of offset and one of value. Whatever is left of the file system is
 * opened, walked and read as preflight does.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_tree.h"
#include "engine/image/ready.h"

enum {
	SIZE = 512 * 1024,
	PATCH = 5,
	METADATA = 96 * 1024, /* where everything but the rest of the data is */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static int disk = -1;          /* a fuzz target has nowhere else to keep it */
static uint8_t sound[SIZE];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char text[20000];
	const struct ext4_node dir = { .mode = 0755 }, file = { .mode = 0644 };
	struct error err;

	(void)argc, (void)argv;
	disk = memfd_create("ext4", MFD_CLOEXEC);
	struct ext4 *fs = ext4_make(disk, &(struct ext4_make){ .size = SIZE, .inodes = 64,
							       .reproducible = true }, &err);
	if (!fs || ext4_put_dir(fs, "/etc", &dir, &err) < 0 ||
	    ext4_put_file(fs, "/etc/resolv.conf", "nameserver 1.2.3.4\n", 19, &file, &err) < 0 ||
	    ext4_put_file(fs, "/etc/big", text, sizeof(text), &file, &err) < 0 ||
	    ext4_put_symlink(fs, "/lib", "etc/../etc", &file, &err) < 0 ||
	    ext4_close(fs, &err) < 0 || pread(disk, sound, SIZE, 0) != SIZE)
		abort();
	return 0;
}

static int count(void *arg, const char *name, uint32_t inode)
{
	(void)name, (void)inode;
	return ++*(int *)arg > 1000;
}

static void look(struct ext4 *fs, const char *path)
{
	struct error err;
	struct ext4_node node;
	char text[PATH_MAX];
	AUTO_FREE void *data = NULL;
	size_t len;
	int n = 0;

	ext4_stat(fs, path, true, &node, &err);
	ext4_resolve(fs, path, text, sizeof(text), &err);
	ext4_readlink(fs, path, text, sizeof(text), &err);
	ext4_read(fs, path, 64 * 1024, &data, &len, &err);
	ext4_list(fs, path, count, &n, &err);
}

static int take(void *arg, const struct entry *e, struct error *err)
{
	const void *data;
	uint64_t at;
	size_t len;

	for (int i = 0; e->next && i < 8 && e->next(e, &data, &len, &at, err) > 0; i++)
		;
	return ++*(int *)arg > 1000;
}

/* As a whole tree, as an overlay's upper layer, and as a machine to be. */
static void look_at_all(struct ext4 *fs)
{
	struct ready_row rows[READY_COUNT];
	const struct ready_wish wish = { .user = "agent", .command = "/etc/big", .init = true };
	struct error err;
	int n = 0;

	ext4_tree_walk(fs, "/", false, take, &n, &err);
	ext4_tree_walk(fs, "/etc", true, take, &n, &err);
	ready_look(fs, &wish, rows, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const paths[] = { "/", "/etc", "/etc/resolv.conf", "/lib/big", "/lib" };
	struct ext4_info info;
	struct error err;

	if (pwrite(disk, sound, SIZE, 0) != SIZE)
		abort();
	for (size_t i = 0; i + PATCH <= n && i < 64 * PATCH; i += PATCH) {
		off_t at = (data[i] | data[i + 1] << 8 | data[i + 2] << 16) % METADATA;
		if (pwrite(disk, data + i + 4, 1, at) != 1)
			abort();
	}
	ext4_check(disk, &info, &err);
	AUTO_EXT4 struct ext4 *fs = ext4_open(disk, false, &err);
	for (size_t i = 0; fs && i < sizeof(paths) / sizeof(paths[0]); i++)
		look(fs, paths[i]);
	if (fs)
		look_at_all(fs);
	return 0;
}
