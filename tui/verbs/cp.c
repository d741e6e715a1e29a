/*
 * `cp`: files and trees into a guest and out of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/apart.h"
#include "engine/image/archive.h"
#include "engine/image/outside.h"
#include "tui/verbs/in_guest.h"
#include "tui/verbs/verb.h"

enum { RECURSIVE };
#define TREE_MAX (64ULL << 30) /* the longest file in one */

/* "S:PATH" in two; false for a path of ours ("./a:b" is one). */
static bool split_remote(const char *word, char *id, size_t cap, const char **path)
{
	const char *colon = strchr(word, ':');
	size_t n = colon ? (size_t)(colon - word) : 0;

	if (!colon || n == 0 || n >= cap || memchr(word, '/', n))
		return false;
	memcpy(id, word, n);
	id[n] = '\0';
	*path = colon + 1;
	return **path != '\0';
}

static int local_failed(const char *doing, const char *path)
{
	struct error err;

	error_set(&err, errno, "%s %s", doing, path);
	return talk_error(&err);
}

/* What a path is that is no file, in words; "" for a file and a directory. */
static const char *no_file(mode_t mode)
{
	return S_ISFIFO(mode) ? "a FIFO" : S_ISSOCK(mode) ? "a socket" :
	       S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "";
}

/* Reading a FIFO waits for whoever may never write, and a device has no end: what is meant
 * by them the operator says with "-". */
static int refuse(const char *path, const char *what, const char *hint)
{
	struct error err;

	error_set(&err, 0, "%s is %s, not a file", path, what);
	error_hint(&err, "%s", hint);
	return talk_error(&err);
}

/* The same in the guest, for the path in $1: it ends there when it is no file. */
#define IN_GUEST_REFUSE                                                                                                \
	"k=; [ -p \"$1\" ] && k='a FIFO'; [ -S \"$1\" ] && k='a socket'; "                                              \
	"{ [ -c \"$1\" ] || [ -b \"$1\" ]; } && k='a device'; "                                                         \
	"if [ \"$k\" ]; then printf 'vmdeck: %s in the guest is %s, not a file\\n' \"$1\" \"$k\" >&2; "                 \
	"printf '  fix: read or write it there: vmdeck exec S -- cat PATH\\n' >&2; exit 1; fi; "

/* Beside the file until it is whole: what was there is not lost to a failure. */
static int copy_out_file(struct call *c, const char *id, char *const argv[], const char *to)
{
	char part[PATH_MAX];
	AUTO_CLOSE int fd = -1;
	int code;

	if (snprintf(part, sizeof(part), "%s.vmdeck-%d", to, (int)getpid()) >= (int)sizeof(part)) {
		errno = ENAMETOOLONG;
		return local_failed("write", to);
	}
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return local_failed("write", to);
	code = exec_in(c->paths, id, argv, -1, fd);
	if (code == 0 && (close(take_fd(&fd)) < 0 || rename(part, to) < 0))
		code = local_failed("write", to);
	if (code)
		unlink(part);
	return code;
}

/* The last part of a path: what a file is called in a directory; NULL when that is none. */
static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 ? name : NULL;
}

static int copy_out(struct call *c, const char *id, const char *from, const char *to)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)IN_GUEST_REFUSE "exec cat -- \"$1\"",
			(char *)"vmdeck", (char *)from, NULL};
	const char *name = last_part(from);
	char inside[PATH_MAX];
	struct stat st;

	if (strcmp(to, "-") == 0)
		return exec_in(c->paths, id, argv, -1, STDOUT_FILENO);
	if (stat(to, &st) == 0 && S_ISDIR(st.st_mode) && name) {
		if (snprintf(inside, sizeof(inside), "%s/%s", to, name) >= (int)sizeof(inside)) {
			errno = ENAMETOOLONG;
			return local_failed("write", to);
		}
		to = inside;
	}
	/* A link that is there is replaced, not written through; /dev/stdout is a link. */
	if (strncmp(to, "/dev/std", 8) == 0 || (stat(to, &st) == 0 && *no_file(st.st_mode)))
		return refuse(to, strncmp(to, "/dev/std", 8) == 0 ? "a device" : no_file(st.st_mode),
			      "- is stdout: vmdeck cp S:PATH - > IT");
	return copy_out_file(c, id, argv, to);
}

static int copy_in(struct call *c, const char *from, const char *id, const char *to)
{
	const char *name = last_part(from);
	char *argv[] = {(char *)"/bin/sh", (char *)"-c",
			(char *)"[ -d \"$1\" ] && [ \"$2\" ] && set -- \"${1%/}/$2\"; " IN_GUEST_REFUSE "exec cat > \"$1\"",
			(char *)"vmdeck", (char *)to, (char *)(name && strcmp(from, "-") ? name : ""), NULL};
	AUTO_CLOSE int fd = -1;
	struct stat st = {0};

	if (strcmp(from, "-") == 0)
		return exec_in(c->paths, id, argv, STDIN_FILENO, STDOUT_FILENO);
	/* Looked at before it is opened, which may do something; and after, for it may be another. */
	if (stat(from, &st) == 0 && !*no_file(st.st_mode))
		fd = open(from, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 ? fstat(fd, &st) < 0 : !*no_file(st.st_mode))
		return local_failed("read", from);
	if (*no_file(st.st_mode))
		return refuse(from, no_file(st.st_mode), "- is stdin: vmdeck cp - S:PATH < IT");
	if (S_ISDIR(st.st_mode))
		return talk_usage("cp", "%s is a directory: vmdeck cp -r", from);
	return exec_in(c->paths, id, argv, fd, STDOUT_FILENO);
}

/* Trees: the guest packs, and what it packed is unpacked here by a limited child into a
 * new directory, which then gets the name; or the host's tar packs, and the guest's
 * unpacks. */

struct unpack {
	int tar;
	struct outside o;
};

static int unpack(void *arg, void *out, struct error *err)
{
	struct unpack *u = arg;

	(void)out;
	return archive_walk(u->tar, outside_put, &u->o, err);
}

static int unpack_into(int tar, const char *dir, struct error *err)
{
	AUTO_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct unpack u = { .tar = tar, .o.dir = fd };
	const int keep[] = { tar, fd };
	struct apart a = { .fn = unpack, .arg = &u, .file_max = TREE_MAX, .cpu_s = 600, .keep = keep, .n_keep = 2 };

	if (fd < 0)
		return error_set(err, errno, "open %s", dir);
	if (lseek(tar, 0, SEEK_SET) < 0)
		return error_set(err, errno, "what was packed");
	return apart_work(&a, err);
}

static int copy_out_tree(struct call *c, const char *id, const char *from, const char *to)
{
	char *argv[] = {(char *)"tar", (char *)"-c", (char *)"-f", (char *)"-", (char *)"-C", (char *)from,
			(char *)".", NULL};
	char part[PATH_MAX], above[PATH_MAX];
	AUTO_CLOSE int tar = -1;
	struct error err;
	int code;

	if (access(to, F_OK) == 0) {
		error_set(&err, EEXIST, "%s", to);
		error_hint(&err, "name what is not there yet");
		return talk_error(&err);
	}
	if (snprintf(part, sizeof(part), "%s.vmdeck-%d", to, (int)getpid()) >= (int)sizeof(part) ||
	    mkdir(part, 0755) < 0)
		return local_failed("make", to);
	snprintf(above, sizeof(above), "%s", part);
	tar = open(dirname(above), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	code = tar < 0 ? local_failed("make a file beside", to) : exec_in(c->paths, id, argv, -1, tar);
	if (code == 0 && (unpack_into(tar, part, &err) < 0))
		code = talk_error(&err);
	if (code == 0 && rename(part, to) < 0)
		code = local_failed("write", to);
	if (code)
		dir_remove(AT_FDCWD, part, &err);
	return code;
}

static int copy_in_tree(struct call *c, const char *from, const char *id, const char *to)
{
	char *guest[] = {(char *)"/bin/sh", (char *)"-c",
			 (char *)"[ ! -e \"$1\" ] && mkdir -p \"$1\" && tar -x -f - -C \"$1\"", (char *)"vmdeck",
			 (char *)to, NULL};
	char *argv[] = {(char *)"tar", (char *)"-c", (char *)"-f", (char *)"-", (char *)"-C", (char *)from,
			(char *)"--owner=0", (char *)"--group=0", (char *)".", NULL};
	struct error err;
	int pipes[2], status = 0, code;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return local_failed("read", from);
	const struct process p = {.file = "tar", .argv = argv, .fds = {-1, pipes[1], STDERR_FILENO}, .n_fds = 3};
	pid = process_start(&p, &err);
	close(pipes[1]);
	code = pid < 0 ? talk_error(&err) : exec_in(c->paths, id, guest, pipes[0], STDOUT_FILENO);
	close(pipes[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && code == 0 && status)
		code = EXIT_FAILED;
	return code;
}

static int run_cp(struct call *c)
{
	char from_id[64], to_id[64];
	const char *from, *to;
	bool out = split_remote(c->args[0], from_id, sizeof(from_id), &from);
	bool in = split_remote(c->args[1], to_id, sizeof(to_id), &to);

	if (in == out)
		return talk_usage("cp", "one of the two is S:PATH, a file in a session");
	if (call_has(c, RECURSIVE))
		return out ? copy_out_tree(c, from_id, from, c->args[1]) :
			     copy_in_tree(c, c->args[0], to_id, to);
	return out ? copy_out(c, from_id, from, c->args[1]) : copy_in(c, c->args[0], to_id, to);
}

const struct verb verb_cp = {
	.name = "cp",
	.group = VERB_CONSOLE,
	.args = "S:PATH FILE | FILE S:PATH",
	.help = "copy a file or a tree out of a guest, or into it",
	.more = "- is stdout or stdin, and files are files: a FIFO, a socket or a device is refused. Into a directory that is there a file goes by its own name. It\n"
		"runs cat, or tar, in the guest, as the user that exec has. With -r a directory becomes one of the new name, which must not be there yet. Of\n"
		"what comes out only files, directories and links are taken, and they are yours.",
	.min = 2,
	.max = 2,
	.options = {
		[RECURSIVE] = {"recursive", 'r', NULL, "a directory and all that is in it"},
	},
	.run = run_cp,
};
