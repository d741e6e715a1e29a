/* Which templates go, and which are left alone; and that damage to one is seen, whatever it is. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/template.h"
#include "engine/session/template_build.h"
#include "tests/test.h"

enum { MIB = 1 << 20 };

#define OLDEST "00000000000000000000000000000001"
#define MIDDLE "00000000000000000000000000000002"
#define NEWEST "00000000000000000000000000000003"
#define BROKEN "00000000000000000000000000000004"
#define HALF ".new-00000000000000000000000000000005"

struct scene {
	char dir[64];
	int all;
};

/* A directory with so much memory in it, used last at that time; 0: not described. */
static int put(struct scene *s, const char *name, size_t bytes, time_t used)
{
	char *block = calloc(1, bytes);
	const struct timespec times[2] = { { .tv_sec = used }, { .tv_sec = used } };
	struct error err;
	int r = -1;

	if (block && mkdirat(s->all, name, 0700) == 0) {
		AUTO_CLOSE int dir = openat(s->all, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		memset(block, 1, bytes);
		r = file_write(dir, "ram", block, bytes, 0400, &err);
		if (r == 0 && used)
			r = file_write(dir, "template.json", "{}", 2, 0600, &err) < 0 ? -1 :
			    utimensat(dir, "template.json", times, 0);
	}
	free(block);
	return r;
}

static int scene_init(struct scene *s)
{
	snprintf(s->dir, sizeof(s->dir), "/tmp/vmdeck-templates-XXXXXX");
	if (!mkdtemp(s->dir))
		return -1;
	s->all = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return put(s, MIDDLE, 4 * MIB, 2000) < 0 || put(s, OLDEST, 4 * MIB, 1000) < 0 ||
	       put(s, NEWEST, 4 * MIB, 3000) < 0 ? -1 : 0;
}

static void scene_done(struct scene *s)
{
	struct error ignored;

	close(s->all);
	dir_remove(AT_FDCWD, s->dir, &ignored);
}

/* Why that one is to go; "" it may stay, "?" it is not there. */
static const char *fate(struct scene *s, uint64_t cap, const char *name)
{
	static char why[128];
	struct template_entry *list;
	struct error err;
	size_t n;

	snprintf(why, sizeof(why), "?");
	if (template_list(s->all, cap, &list, &n, &err) < 0)
		return why;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			snprintf(why, sizeof(why), "%s", list[i].why);
	free(list);
	return why;
}

static void the_least_recently_used_goes_first(void)
{
	struct scene s;

	CHECK(scene_init(&s) == 0);
	CHECK_STR(fate(&s, 64 * MIB, OLDEST), "");
	/* Room for two. */
	CHECK_STR(fate(&s, 9 * MIB, NEWEST), "");
	CHECK_STR(fate(&s, 9 * MIB, MIDDLE), "");
	CHECK(strstr(fate(&s, 9 * MIB, OLDEST), "templates take more than 9 MiB"));
	/* For one. */
	CHECK_STR(fate(&s, 5 * MIB, NEWEST), "");
	CHECK(strstr(fate(&s, 5 * MIB, MIDDLE), "more than 5 MiB"));
	scene_done(&s);
}

static void what_is_used_stays_and_what_is_not_whole_goes(void)
{
	struct scene s;
	struct error err;

	CHECK(scene_init(&s) == 0);
	CHECK(put(&s, BROKEN, MIB, 0) == 0 && put(&s, HALF, MIB, 0) == 0);
	AUTO_CLOSE int user = openat(s.all, OLDEST, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(user >= 0 && flock(user, LOCK_SH) == 0);
	CHECK_STR(fate(&s, 5 * MIB, OLDEST), "");
	CHECK_INT(template_remove(s.all, OLDEST, &err), 1);
	CHECK(faccessat(s.all, OLDEST "/ram", F_OK, 0) == 0);

	CHECK(strstr(fate(&s, 64 * MIB, BROKEN), "not whole"));
	CHECK(strstr(fate(&s, 64 * MIB, HALF), "maker died"));
	/* While it is being made it is locked. */
	AUTO_CLOSE int maker = openat(s.all, HALF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(maker >= 0 && flock(maker, LOCK_EX) == 0);
	CHECK_INT(template_remove(s.all, HALF, &err), 1);
	own_close(&maker);
	CHECK_INT(template_remove(s.all, HALF, &err), 0);
	CHECK_INT(template_remove(s.all, BROKEN, &err), 0);
	CHECK_STR(fate(&s, 64 * MIB, BROKEN), "?");

	own_close(&user);
	CHECK_INT(template_remove(s.all, OLDEST, &err), 0);
	CHECK_STR(fate(&s, 64 * MIB, OLDEST), "?");
	CHECK_STR(fate(&s, 64 * MIB, MIDDLE), "");
	scene_done(&s);
}

/* A maker as far as its locks go. It says by a byte that it has them. */
static pid_t make_one(int templates, const char *key)
{
	struct error err;
	int ready[2];
	char byte;
	pid_t pid;
	bool there;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		int claim = template_claim(templates, key, &err);

		if (claim < 0)
			_exit(1);
		template_build_begin(claim, key, 256, 20000);
		template_build_tell(claim, key, TEMPLATE_BOOTING, 1800000000);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	close(ready[1]);
	there = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return there ? pid : -1;
}

static void one_that_is_made_is_stopped_and_no_other(void)
{
	struct template_build seen[4];
	struct paths p = { .cache = "" };
	char dir[] = "/tmp/vmdeck-making-XXXXXX";
	struct error err;
	pid_t mine, other;
	int status;

	CHECK(mkdtemp(dir));
	snprintf(p.cache, sizeof(p.cache), "%s/cache", dir);
	AUTO_CLOSE int templates = template_dir(&p, &err);
	CHECK(templates >= 0);
	mine = make_one(templates, OLDEST);
	other = make_one(templates, "f0000000000000010000000000000002");
	CHECK(mine > 0 && other > 0);
	CHECK_INT(template_builds(&p, seen, 4), 2);
	CHECK_STR(seen[0].key, "000000000000000");

	CHECK_INT(template_build_stop(&p, seen[0].key, &err), 0);
	CHECK(waitpid(mine, &status, 0) == mine && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHECK_INT(template_builds(&p, seen, 4), 1);
	CHECK_STR(seen[0].key, "f00000000000000");
	CHECK_INT(kill(other, 0), 0);
	/* Nobody is at it any more; and who never said who he is cannot be stopped. */
	CHECK_INT(template_build_stop(&p, OLDEST, &err), -1);
	CHECK_INT(err.code, ESRCH);
	CHECK_INT(template_build_stop(&p, "123456789012345", &err), -1);
	CHECK_INT(template_build_stop(&p, seen[0].key, &err), 0);
	CHECK(waitpid(other, &status, 0) == other);
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

/* Damage: a small one that is whole, made by the door that its maker uses. */

enum { RAM = 2 * MIB, DISK = MIB, STATE = 5000 };

struct whole {
	struct paths paths;
	struct template_wish wish;
	int all;
};

/* Made, or made anew over what is there. */
static int whole_make(struct whole *w)
{
	struct template t = TEMPLATE_NONE;
	struct error err;
	char bytes[STATE];
	int r;

	memset(bytes, 'v', sizeof(bytes));
	r = template_files(w->all, RAM, &t.ram_fd, &t.state_fd, &err);
	t.disk_fd = openat(w->all, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (r == 0)
		r = t.disk_fd < 0 || ftruncate(t.disk_fd, DISK) < 0 || write(t.state_fd, bytes, STATE) != STATE ||
		    pwrite(t.ram_fd, bytes, STATE, 4096) != STATE || pwrite(t.disk_fd, bytes, STATE, 0) != STATE ? -1 :
		    template_commit(w->all, &w->wish, &t, &err);
	template_done(&t);
	return r;
}

static int whole_init(struct whole *w)
{
	*w = (struct whole){ .wish = { .memory_mib = RAM / MIB, .cpus = 1, .disk_size = DISK, .accel = VM_ACCEL_KVM,
				       .kernel_fd = -1, .initramfs_fd = -1, .image_fd = -1 } };
	struct error err;

	strcpy(w->wish.key, NEWEST);
	strcpy(w->wish.backend, "qemu");
	w->wish.text = strdup("a machine\n");
	strcpy(w->paths.cache, "/tmp/vmdeck-damage-XXXXXX");
	if (!mkdtemp(w->paths.cache))
		return -1;
	w->all = open(w->paths.cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mkdirat(w->all, "templates", 0700) < 0)
		return -1;
	close(w->all);
	w->all = template_dir_open(&w->paths, &err);
	return w->all < 0 ? -1 : whole_make(w);
}

static void whole_done(struct whole *w)
{
	struct error ignored;

	close(w->all);
	free(w->wish.text);
	dir_remove(AT_FDCWD, w->paths.cache, &ignored);
}

/* What opening says; what was opened is closed. */
static int whole_opens(struct whole *w)
{
	struct template t;
	struct error err;
	int r = template_open(&w->paths, &w->wish, &t, &err);

	if (r == 0 && (t.ram_fd < 0 || t.state_fd < 0 || t.disk_fd < 0 || t.dir < 0))
		r = 2;
	template_done(&t);
	return r;
}

enum damage { CUT_ALL, CUT_HALF, CUT_ONE, ONE_MORE, ONE_OTHER, REMOVED, A_DIRECTORY, A_LINK, A_FIFO, DAMAGES };

static int damage(struct whole *w, const char *name, enum damage how)
{
	AUTO_CLOSE int dir = openat(w->all, NEWEST, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int fd = -1;
	struct stat st;
	char byte;
	off_t at;

	if (fchmodat(dir, name, 0600, 0) < 0 || (fd = openat(dir, name, O_RDWR | O_CLOEXEC)) < 0 || fstat(fd, &st) < 0)
		return -1;
	at = rand() % st.st_size;
	switch (how) {
	case CUT_ALL:
		return ftruncate(fd, 0);
	case CUT_HALF:
		return ftruncate(fd, st.st_size / 2);
	case CUT_ONE:
		return ftruncate(fd, st.st_size - 1);
	case ONE_MORE:
		return pwrite(fd, "x", 1, st.st_size) == 1 ? 0 : -1;
	case ONE_OTHER:
		if (pread(fd, &byte, 1, at) != 1)
			return -1;
		byte ^= 0x40;
		return pwrite(fd, &byte, 1, at) == 1 ? 0 : -1;
	case A_LINK:
		return renameat(dir, name, dir, "other") < 0 || symlinkat("other", dir, name) < 0 ? -1 : 0;
	case REMOVED:
		return unlinkat(dir, name, 0);
	case A_DIRECTORY:
		return unlinkat(dir, name, 0) < 0 ? -1 : mkdirat(dir, name, 0700);
	default:
		return unlinkat(dir, name, 0) < 0 ? -1 : mkfifoat(dir, name, 0600);
	}
}

static void damage_to_a_file_is_seen_and_mended(void)
{
	static const char *const files[] = { "ram", "state", "disk" };
	struct whole w;

	alarm(60); /* a FIFO holds nobody up */
	CHECK(whole_init(&w) == 0);
	CHECK_INT(whole_opens(&w), 0);
	for (size_t f = 0; f < 3; f++)
		for (enum damage how = 0; how < DAMAGES; how++) {
			int r;

			CHECK(damage(&w, files[f], how) == 0);
			r = whole_opens(&w);
			if (r != 1 && r != -1)
				printf("  %s, %d: %d\n", files[f], (int)how, r);
			CHECK(r == 1 || r == -1);
			CHECK(whole_make(&w) == 0);
			CHECK_INT(whole_opens(&w), 0);
		}
	alarm(0);
	whole_done(&w);
}

/* What has no say in what a machine is may be other than it was; nothing else. */
static void damage_to_the_description_is_seen(void)
{
	struct error err;
	struct whole w;
	size_t len, opened = 0;
	char *text;

	CHECK(whole_init(&w) == 0);
	AUTO_CLOSE int dir = openat(w.all, NEWEST, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	text = file_read(dir, "template.json", 1 << 16, &len, &err);
	CHECK(text && len > 200);
	for (size_t i = 0; i + 2 < len; i++) { /* it ends in "}", and perhaps a newline */
		CHECK(file_write(dir, "template.json", text, i, 0600, &err) == 0);
		CHECK_INT(whole_opens(&w), 1);
	}
	for (size_t i = 0; i < len; i++)
		for (int bit = 0; bit < 8; bit++) {
			int r;

			text[i] = (char)(text[i] ^ 1 << bit);
			CHECK(file_write(dir, "template.json", text, len, 0600, &err) == 0);
			text[i] = (char)(text[i] ^ 1 << bit);
			r = whole_opens(&w);
			CHECK(r == 0 || r == 1);
			opened += r == 0;
		}
	/* Names and values that say nothing of the machine: a third at most. */
	printf("  %zu of %zu\n", opened, len * 8);
	CHECK(opened < len * 8 / 3);
	free(text);
	CHECK(whole_make(&w) == 0);
	CHECK_INT(whole_opens(&w), 0);
	whole_done(&w);
}

static const struct test tests[] = {
	{ "the_least_recently_used_goes_first", the_least_recently_used_goes_first },
	{ "what_is_used_stays_and_what_is_not_whole_goes", what_is_used_stays_and_what_is_not_whole_goes },
	{ "one_that_is_made_is_stopped_and_no_other", one_that_is_made_is_stopped_and_no_other },
	{ "damage_to_a_file_is_seen_and_mended", damage_to_a_file_is_seen_and_mended },
	{ "damage_to_the_description_is_seen", damage_to_the_description_is_seen },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
