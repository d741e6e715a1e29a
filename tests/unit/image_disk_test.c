#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"
#include "tests/test.h"

static int temporary(void)
{
	char path[] = "/tmp/vmdeck-disk-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	unlink(path);
	return fd;
}

/* e2fsck's exit code; its words are the reason when it is not 0. */
static int fsck(int fd, char *words, size_t size)
{
	char path[64], name[] = "/sbin/e2fsck", flags[] = "-fn";
	char *argv[] = { name, flags, path, NULL };
	struct error err;
	int status;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	if (process_capture(argv, words, size, 60 * 1000, &status, &err) < 0) {
		snprintf(words, size, "%s", err.msg);
		return -1;
	}
	return WEXITSTATUS(status);
}

static struct ext4 *make(int fd, struct error *err)
{
	return ext4_make(fd, &(struct ext4_make){ .size = 16 << 20, .label = "test" }, err);
}

static const struct ext4_node dir755 = { .mode = 0755 }, file644 = { .mode = 0644 };

static void what_is_put_is_found(void)
{
	AUTO_CLOSE int fd = temporary();
	struct ext4_node node;
	struct error err = { 0 };
	char words[4096], text[64];
	static char big[300 * 1000];
	AUTO_FREE void *data = NULL;
	size_t len;

	memset(big + 100 * 1000, 'x', 50 * 1000);
	struct ext4 *fs = make(fd, &err);
	if (!fs)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(ext4_put_dir(fs, "/etc", &dir755, &err), 0);
	CHECK_INT(ext4_put_dir(fs, "/etc", &dir755, &err), -1);
	CHECK_INT(err.code, EEXIST);
	CHECK_INT(ext4_put_file(fs, "/etc/secret", "first", 5,
				&(struct ext4_node){ .mode = 0600, .uid = 70000, .gid = 12 }, &err), 0);
	CHECK_INT(ext4_put_file(fs, "etc/secret", "hi", 2,
				&(struct ext4_node){ .mode = 0640, .uid = 70000, .gid = 12 }, &err), 0);
	CHECK_INT(ext4_put_file(fs, "/big", big, sizeof(big), &file644, &err), 0);
	CHECK_INT(ext4_put_link(fs, "/big2", "/big", &err), 0);
	CHECK_INT(ext4_put_special(fs, "/null", &(struct ext4_node){ .mode = S_IFCHR | 0666,
								     .rdev_major = 1, .rdev_minor = 3 }, &err), 0);
	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "/etc/a-name-that-takes-some-room-%d", i);
		CHECK_INT(ext4_put_symlink(fs, text, "secret", &file644, &err), 0);
	}
	CHECK_INT(ext4_close(fs, &err), 0);
	CHECK_INT(fsck(fd, words, sizeof(words)), 0);

	AUTO_EXT4 struct ext4 *again = ext4_open(fd, false, &err);
	if (!again)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(ext4_stat(again, "/etc/a-name-that-takes-some-room-299", true, &node, &err), 0);
	CHECK_INT(node.mode, S_IFREG | 0640);
	CHECK_INT(node.uid, 70000);
	CHECK_INT(node.gid, 12);
	CHECK_INT(node.size, 2);
	CHECK_INT(ext4_stat(again, "/etc/nothing", true, &node, &err), 1);
	CHECK_INT(ext4_stat(again, "/etc/secret/below", true, &node, &err), 1);
	CHECK_INT(ext4_stat(again, "/null", true, &node, &err), 0);
	CHECK_INT(node.rdev_major << 8 | node.rdev_minor, 0x103);
	CHECK_INT(ext4_read(again, "/big2", sizeof(big), &data, &len, &err), 0);
	CHECK(len == sizeof(big) && memcmp(data, big, len) == 0);
	AUTO_FREE void *none = NULL;
	CHECK_INT(ext4_read(again, "/big", 1000, &none, &len, &err), -1);
	CHECK_INT(err.code, EFBIG);
}

static int count(void *arg, const char *name, uint32_t inode)
{
	(void)name, (void)inode;
	++*(int *)arg;
	return 0;
}

static void links_stay_inside(void)
{
	AUTO_CLOSE int fd = temporary();
	struct error err = { 0 };
	struct ext4_node node;
	char path[PATH_MAX];
	int n = 0;

	AUTO_EXT4 struct ext4 *fs = make(fd, &err);
	CHECK(fs);
	CHECK_INT(ext4_put_dir(fs, "/real", &dir755, &err), 0);
	CHECK_INT(ext4_put_dir(fs, "/real/sub", &dir755, &err), 0);
	CHECK_INT(ext4_put_file(fs, "/real/passwd", "inside", 6, &file644, &err), 0);
	CHECK_INT(ext4_put_symlink(fs, "/up", "../../../../real", &file644, &err), 0);
	CHECK_INT(ext4_put_symlink(fs, "/abs", "/real/sub", &file644, &err), 0);
	CHECK_INT(ext4_put_symlink(fs, "/loop", "loop2", &file644, &err), 0);
	CHECK_INT(ext4_put_symlink(fs, "/loop2", "/loop", &file644, &err), 0);
	CHECK_INT(ext4_put_symlink(fs, "/dangling", "/not/there", &file644, &err), 0);

	CHECK_INT(ext4_stat(fs, "/../../up/passwd", true, &node, &err), 0);
	CHECK_INT(node.size, 6);
	CHECK_INT(ext4_stat(fs, "/abs/../passwd", true, &node, &err), 0);
	CHECK_INT(ext4_stat(fs, "/loop", true, &node, &err), -1);
	CHECK_INT(err.code, ELOOP);
	CHECK_INT(ext4_stat(fs, "/loop", false, &node, &err), 0);
	CHECK_INT(ext4_resolve(fs, "/up/new/file", path, sizeof(path), &err), 0);
	CHECK_STR(path, "/real/new/file");
	CHECK_INT(ext4_resolve(fs, "/abs/x", path, sizeof(path), &err), 0);
	CHECK_STR(path, "/real/sub/x");
	CHECK_INT(ext4_resolve(fs, "/dangling/x", path, sizeof(path), &err), 0);
	CHECK_STR(path, "/not/there/x");
	CHECK_INT(ext4_readlink(fs, "/up", path, sizeof(path), &err), 0);
	CHECK_STR(path, "../../../../real");
	CHECK_INT(ext4_list(fs, "/up", count, &n, &err), 0);
	CHECK_INT(n, 2);
}

static void damage_is_refused(void)
{
	AUTO_CLOSE int fd = temporary();
	struct ext4_info info;
	struct error err = { 0 };
	uint16_t none = 0;

	CHECK_INT(ext4_close(make(fd, &err), &err), 0);
	CHECK_INT(ext4_check(fd, &info, &err), 0);
	CHECK(info.clean && !info.needs_recovery && info.size == 16 << 20);
	CHECK_STR(info.label, "test");

	CHECK_INT(ftruncate(fd, (16 << 20) - 4096), 0);
	CHECK_INT(ext4_check(fd, &info, &err), -1);
	CHECK(strstr(err.msg, "cut short") && err.hint[0]);
	CHECK(!ext4_open(fd, false, &err));
	CHECK_INT(ftruncate(fd, 16 << 20), 0);
	CHECK_INT(ext4_check(fd, &info, &err), 0);
	CHECK_INT(pwrite(fd, &none, 2, 1024 + 0x38), 2);
	CHECK_INT(ext4_check(fd, &info, &err), -1);
	CHECK(strstr(err.msg, "not an ext4"));
	CHECK_INT(ftruncate(fd, 100), 0);
	CHECK_INT(ext4_check(fd, &info, &err), -1);
}

/* Any one byte wrong in the metadata: an answer or an error, never a crash or
 * a hang. The fuzz target goes on from here. */
static void flipped_bytes_are_survived(void)
{
	AUTO_CLOSE int fd = temporary();
	struct error err = { 0 };
	struct ext4_node node;
	int n = 0;

	struct ext4 *fs = ext4_make(fd, &(struct ext4_make){ .size = 1 << 20, .inodes = 64 }, &err);
	CHECK(fs);
	CHECK_INT(ext4_put_dir(fs, "/etc", &dir755, &err), 0);
	CHECK_INT(ext4_put_file(fs, "/etc/x", "hello", 5, &file644, &err), 0);
	CHECK_INT(ext4_close(fs, &err), 0);
	for (off_t at = 1024; at < 64 * 1024; at += at < 2048 ? 1 : 37) {
		uint8_t was, is;
		CHECK_INT(pread(fd, &was, 1, at), 1);
		is = (uint8_t)~was;
		CHECK_INT(pwrite(fd, &is, 1, at), 1);
		AUTO_EXT4 struct ext4 *bad = ext4_open(fd, false, &err);
		if (bad) {
			AUTO_FREE void *data = NULL;
			size_t len;
			ext4_stat(bad, "/etc/x", true, &node, &err);
			ext4_read(bad, "/etc/x", 4096, &data, &len, &err);
			ext4_list(bad, "/etc", count, &n, &err);
		}
		CHECK_INT(pwrite(fd, &was, 1, at), 1);
	}
}

static int tiny_image(int fd, struct error *err)
{
	struct ext4 *fs = make(fd, err);

	if (!fs || ext4_put_dir(fs, "/root", &(struct ext4_node){ .mode = 0700 }, err) < 0 ||
	    ext4_put_dir(fs, "/srv", &(struct ext4_node){ .mode = 02775, .uid = 5, .gid = 6 }, err) < 0 ||
	    ext4_put_symlink(fs, "/data", "/srv", &file644, err) < 0)
		return -1;
	return ext4_close(fs, err);
}

static void a_session_disk_is_right(void)
{
	AUTO_CLOSE int image = temporary();
	struct error err = { 0 };
	struct ext4_node node;
	char words[4096];
	struct stat st;
	const struct disk_file files[] = {
		{ .path = "/root/.agent/config.json", .data = "{}", .len = 2, .mode = 0600 },
		{ .path = "/data/notes", .data = "n", .len = 1, .mode = 0644, .uid = 5, .gid = 6 },
		{ .path = "/etc/host", .host_path = "/etc/hostname", .mode = 0444 },
		{ .path = "/empty", .mode = 0600 },
	};
	struct disk_spec spec = { .dir = "/tmp", .size = 2ULL << 30, .image = image,
				  .files = files, .n_files = 4 };

	CHECK_INT(tiny_image(image, &err), 0);
	AUTO_CLOSE int fd = disk_create(&spec, &err);
	if (fd < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(fstat(fd, &st), 0);
	CHECK_INT(st.st_nlink, 0);
	CHECK_INT(st.st_size, 2LL << 30);
	CHECK(st.st_blocks * 512 < 256 * 1024);
	CHECK_INT(fsck(fd, words, sizeof(words)), 0);

	/* Directories above look as the image's do, or are as private as the file. */
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);
	CHECK(fs);
	CHECK_INT(ext4_stat(fs, "/upper/root", false, &node, &err), 0);
	CHECK_INT(node.mode, S_IFDIR | 0700);
	CHECK_INT(ext4_stat(fs, "/upper/root/.agent", false, &node, &err), 0);
	CHECK_INT(node.mode, S_IFDIR | 0700);
	CHECK_INT(ext4_stat(fs, "/upper/srv", false, &node, &err), 0);
	CHECK_INT(node.mode, S_IFDIR | 02775);
	CHECK_INT(node.uid, 5);
	CHECK_INT(ext4_stat(fs, "/upper/srv/notes", false, &node, &err), 0);
	CHECK_INT(ext4_stat(fs, "/upper/data", false, &node, &err), 1);
	CHECK_INT(ext4_stat(fs, "/work", false, &node, &err), 0);
}

static void a_wrong_disk_is_noticed(void)
{
	struct error err = { 0 };
	struct disk_file file = { .path = "/etc/key", .data = "right", .len = 5, .mode = 0600 };
	struct disk_spec spec = { .dir = "/tmp", .size = 64 << 20, .image = -1, .files = &file,
				  .n_files = 1 };

	AUTO_CLOSE int fd = disk_create(&spec, &err);
	CHECK(fd >= 0);
	CHECK_INT(disk_verify(fd, &spec, &err), 0);
	file.mode = 0644;
	CHECK_INT(disk_verify(fd, &spec, &err), -1);
	CHECK(strstr(err.msg, "its mode is 600, not 644"));
	file.mode = 0600;
	file.uid = 3;
	CHECK_INT(disk_verify(fd, &spec, &err), -1);
	file.uid = 0;
	file.data = "wrong";
	CHECK_INT(disk_verify(fd, &spec, &err), -1);
	CHECK(strstr(err.msg, "contents"));
	file.path = "/etc/other";
	CHECK_INT(disk_verify(fd, &spec, &err), -1);
	CHECK(strstr(err.msg, "not there"));
	file.path = "/etc/../../x";
	CHECK_INT(disk_create(&spec, &err), -1);
	spec.dir = "/nonexistent";
	CHECK_INT(disk_create(&spec, &err), -1);
	CHECK(strstr(err.msg, "disk: make a file in /nonexistent"));
}

static void a_clone_is_private(void)
{
	AUTO_CLOSE int image = temporary();
	struct error err = { 0 };
	struct ext4_node node;
	char words[4096];
	const struct disk_file file = { .path = "/root/x", .data = "x", .len = 1, .mode = 0600 };
	const struct disk_spec spec = { .dir = "/tmp", .image = image, .files = &file, .n_files = 1 };

	CHECK_INT(tiny_image(image, &err), 0);
	AUTO_CLOSE int fd = disk_clone(&spec, &err);
	if (fd < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(fsck(fd, words, sizeof(words)), 0);
	AUTO_EXT4 struct ext4 *copy = ext4_open(fd, false, &err);
	AUTO_EXT4 struct ext4 *old = ext4_open(image, false, &err);
	CHECK(copy && old);
	CHECK_INT(ext4_stat(copy, "/root/x", true, &node, &err), 0);
	CHECK_INT(ext4_stat(old, "/root/x", true, &node, &err), 1);
}

/* Figure 29: a hundred of a hundred, and what one costs. */
static void a_hundred_disks_are_clean(void)
{
	struct error err = { 0 };
	static char data[20000];
	char words[4096];
	uint64_t spent = 0;

	for (size_t i = 0; i < 100; i++) {
		const struct disk_file file = { .path = "/root/.a/b/c", .data = data,
						.len = i * 199, .mode = 0600 };
		const struct disk_spec spec = { .dir = "/tmp", .size = (16 + i * 20) << 20,
						.image = -1, .files = &file, .n_files = 1 };
		uint64_t from = now_us();
		AUTO_CLOSE int fd = disk_create(&spec, &err);
		spent += now_us() - from;
		CHECK(fd >= 0);
		if (fsck(fd, words, sizeof(words)) != 0)
			CHECK_FAIL("disk %zu: %.300s", i, words);
	}
	printf("# %llu us each\n", (unsigned long long)spent / 100);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "ext4: what is put is found", what_is_put_is_found },
		{ "ext4: links stay inside the image", links_stay_inside },
		{ "ext4: damage is refused", damage_is_refused },
		{ "ext4: flipped bytes are survived", flipped_bytes_are_survived },
		{ "disk: a session disk is right", a_session_disk_is_right },
		{ "disk: a wrong disk is noticed", a_wrong_disk_is_noticed },
		{ "disk: a clone is private", a_clone_is_private },
		{ "disk: a hundred disks are clean", a_hundred_disks_are_clean },
		{ 0 },
	};

	return test_main(tests, argc, argv);
}
