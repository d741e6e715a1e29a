/*
 * Host directories copied into session disks, and the accounts that they then
 * belong to.
 */
#include "engine/image/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/account.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"
#include "tests/test.h"

static char top[64];

static const char *at(const char *name)
{
	static char paths[4][PATH_MAX];
	static int next;
	char *p = paths[next++ % 4];

	snprintf(p, PATH_MAX, "%s/%s", top, name);
	return p;
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(at(name), "w");

	if (f) {
		fputs(text, f);
		fclose(f);
	}
	chmod(at(name), mode);
}

static void begin(void)
{
	strcpy(top, "/tmp/vmdeck-workspace-XXXXXX");
	if (!mkdtemp(top))
		top[0] = '\0';
}

static void end(void)
{
	struct error err;

	if (top[0])
		dir_remove(AT_FDCWD, top, &err);
}

static int copy(struct workspace *w, struct error *err)
{
	struct disk_spec spec = { .dir = "/tmp", .size = 64 << 20, .image = -1, .workspace = w };

	return disk_create(&spec, err);
}

static bool is(struct ext4 *fs, const char *path, unsigned mode, const char *text)
{
	struct ext4_node node;
	struct error err;
	AUTO_FREE void *data = NULL;
	size_t n;

	if (ext4_stat(fs, path, false, &node, &err) != 0 || node.mode != mode || node.uid != 1000 ||
	    node.gid != 100)
		return false;
	if (!text)
		return true;
	return ext4_read(fs, path, 4096, &data, &n, &err) == 0 && n == strlen(text) && !memcmp(data, text, n);
}

static void a_tree_comes_as_it_is(void)
{
	const char *const exclude[] = { "node_modules", NULL };
	char from[PATH_MAX], target[64];
	struct workspace w = { .from = from, .to = "/home/me/work", .exclude = exclude, .max = 1 << 20,
			       .uid = 1000, .gid = 100 };
	AUTO_EXT4 struct ext4 *fs = NULL;
	AUTO_CLOSE int fd = -1;
	struct ext4_node node;
	struct error err;

	snprintf(from, sizeof(from), "%s", at("tree"));
	mkdir(from, 0750);
	chmod(from, 0750);
	mkdir(at("tree/sub"), 0700);
	mkdir(at("tree/node_modules"), 0755);
	put("tree/node_modules/big", "x", 0644);
	put("tree/run.sh", "#!/bin/sh\n", 0755);
	put("tree/sub/secret", "s", 0600);
	put("tree/sub/setuid", "s", 04755);
	put("outside", "never", 0644);
	CHECK_INT(symlink("../outside", at("tree/out")), 0);
	CHECK_INT(symlink("/etc/passwd", at("tree/sub/absolute")), 0);
	CHECK_INT(symlink("..", at("tree/sub/up")), 0);
	CHECK_INT(mkfifo(at("tree/pipe"), 0600), 0);

	fd = copy(&w, &err);
	if (fd < 0)
		CHECK_FAIL("%s", err.msg);
	fs = ext4_open(fd, false, &err);
	CHECK(fs);
	CHECK(is(fs, "/base/home/me/work", S_IFDIR | 0750, NULL));
	CHECK(is(fs, "/base/home/me/work/run.sh", S_IFREG | 0755, "#!/bin/sh\n"));
	CHECK(is(fs, "/base/home/me/work/sub", S_IFDIR | 0700, NULL));
	CHECK(is(fs, "/base/home/me/work/sub/secret", S_IFREG | 0600, "s"));
	CHECK(is(fs, "/base/home/me/work/sub/setuid", S_IFREG | 0755, "s"));
	CHECK_INT(ext4_readlink(fs, "/base/home/me/work/out", target, sizeof(target), &err), 0);
	CHECK_STR(target, "../outside");
	CHECK_INT(ext4_readlink(fs, "/base/home/me/work/sub/absolute", target, sizeof(target), &err), 0);
	CHECK_STR(target, "/etc/passwd");
	CHECK_INT(ext4_stat(fs, "/base/home/me/work/node_modules", false, &node, &err), 1);
	CHECK_INT(ext4_stat(fs, "/base/home/me/work/pipe", false, &node, &err), 1);
	CHECK_INT(w.left_out, 1);
	CHECK_INT(ext4_stat(fs, "/upper/home", false, &node, &err), 1); /* nothing has changed yet */
}

static void too_much_is_refused(void)
{
	char from[PATH_MAX];
	struct workspace w = { .from = from, .to = "/work", .max = 1000 };
	struct error err;

	snprintf(from, sizeof(from), "%s", at("big"));
	mkdir(from, 0755);
	put("big/a", "0123456789", 0644);
	CHECK_INT(truncate(at("big/a"), 2000), 0);
	CHECK_INT(copy(&w, &err), -1);
	CHECK(strstr(err.msg, "more than") && err.hint[0]);
	w = (struct workspace){ .from = at("none"), .to = "/work", .max = 1000 };
	CHECK_INT(copy(&w, &err), -1);
	CHECK_INT(err.code, ENOENT);
	w = (struct workspace){ .from = from, .to = "/../etc", .max = 10000 };
	CHECK_INT(copy(&w, &err), -1);
}

static int sh(const char *fmt, ...)
{
	char command[2000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

/* A repository and a work tree of it, as git makes them. */
static void a_work_tree_brings_its_repository(void)
{
	char from[PATH_MAX];
	struct workspace w = { .from = from, .to = "/work", .max = 8 << 20, .uid = 1000, .gid = 100 };
	AUTO_EXT4 struct ext4 *fs = NULL;
	AUTO_CLOSE int fd = -1;
	struct ext4_node node;
	struct error err;

	if (sh("command -v git >/dev/null") != 0)
		SKIP("no git on PATH");
	CHECK_INT(sh("cd %s && git init -q repo && cd repo && git config user.email a@b && git config user.name n && "
		     "echo 1 >one && git add one && git commit -qm 1 && git worktree add -q ../tree -b side && "
		     "cd ../tree && echo 2 >two && git add two && git commit -qm 2", top), 0);
	snprintf(from, sizeof(from), "%s", at("tree"));
	fd = copy(&w, &err);
	if (fd < 0)
		CHECK_FAIL("%s", err.msg);
	fs = ext4_open(fd, false, &err);
	CHECK(fs && is(fs, "/base/work/two", S_IFREG | 0644, "2\n"));
	CHECK(is(fs, "/base/work/.git", S_IFDIR | 0755, NULL));
	CHECK(is(fs, "/base/work/.git/HEAD", S_IFREG | 0644, "ref: refs/heads/side\n"));
	CHECK_INT(ext4_stat(fs, "/base/work/.git/objects", false, &node, &err), 0);
	CHECK_INT(ext4_stat(fs, "/base/work/.git/refs/heads/side", false, &node, &err), 0);
	CHECK_INT(ext4_stat(fs, "/base/work/.git/index", false, &node, &err), 0);

	/* One that borrows would come without its objects. */
	CHECK_INT(sh("cd %s && git clone -q --shared repo shared", top), 0);
	w = (struct workspace){ .from = at("shared"), .to = "/work", .max = 8 << 20 };
	CHECK_INT(copy(&w, &err), -1);
	CHECK(strstr(err.msg, "borrows") && strstr(err.hint, "repack"));
}

/* A hostile directory names somebody else's: that is not brought in. */
static void a_pointer_is_not_believed(void)
{
	static const char *const plots[] = {
		/* straight to what it wants */
		"mkdir -p wants/worktrees/x evil && echo k >wants/key && echo 'gitdir: ../wants/worktrees/x' >evil/.git",
		/* with a work tree's directory of its own making */
		"mkdir -p wants evil/fake && echo k >wants/key && echo 'gitdir: fake' >evil/.git && "
		"echo ../../wants >evil/fake/commondir && echo ../.git >evil/fake/gitdir",
		/* somebody's real work tree */
		"git init -q wants && cd wants && git config user.email a@b && git config user.name n && "
		"git commit -q --allow-empty -m 1 && git worktree add -q ../real && cd .. && echo k >wants/.git/key && "
		"mkdir evil && cp real/.git evil/.git",
		/* not even a pointer */
		"mkdir -p evil && echo gitdir >evil/.git",
	};
	struct error err;

	for (size_t i = 0; i < sizeof(plots) / sizeof(*plots); i++) {
		struct workspace w = { .from = at("evil"), .to = "/work", .max = 8 << 20 };

		CHECK_INT(sh("cd %s && rm -rf wants evil real && %s", top, plots[i]), 0);
		int fd = copy(&w, &err);
		if (fd >= 0) {
			close(fd);
			CHECK_FAIL("plot %zu worked", i + 1);
		}
		CHECK(err.msg[0]);
	}
}

static void accounts_are_found(void)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\nbroken\nme:x:1000:100:Me,,,:/home/me:/bin/sh\n"
				     "odd:x:12x:1::/o:\nlong:x:7:8::/:\n::::::\nlast:x:9:10::/home/last";
	struct account a;

	CHECK_INT(account_parse(passwd, "me", &a), 0);
	CHECK(a.uid == 1000 && a.gid == 100);
	CHECK_STR(a.home, "/home/me");
	CHECK_INT(account_parse(passwd, "1000", &a), 0);
	CHECK_STR(a.home, "/home/me");
	CHECK_INT(account_parse(passwd, "9:55", &a), 0);
	CHECK_STR(a.home, "/home/last");
	CHECK_INT(account_parse(passwd, "odd", &a), 1);
	CHECK_INT(account_parse(passwd, "m", &a), 1);
	CHECK_INT(account_parse(passwd, "broken", &a), 1);
	CHECK_INT(account_parse("", "me", &a), 1);
}

static void with_files(void (*fn)(void))
{
	begin();
	if (top[0])
		fn();
	end();
}

#define T(fn) static void t_##fn(void) { with_files(fn); }
T(a_tree_comes_as_it_is)
T(too_much_is_refused)
T(a_work_tree_brings_its_repository)
T(a_pointer_is_not_believed)
#undef T

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "workspace: a tree comes as it is", t_a_tree_comes_as_it_is },
		{ "workspace: too much is refused", t_too_much_is_refused },
		{ "workspace: a work tree brings its repository", t_a_work_tree_brings_its_repository },
		{ "workspace: a pointer is not believed", t_a_pointer_is_not_believed },
		{ "workspace: accounts are found", accounts_are_found },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
