/*
 * `exec` and `cp`: commands in the guest, beside the agent.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "tui/exec.h"
#include "tui/verb.h"

enum { NO_INPUT };

static int exec_in(const struct call *c, const char *id, char *const argv[], int in, int out)
{
	struct exec x = {0};
	struct remote remote;
	struct error err;
	int code;

	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	exec_out_init(&x.out[0], out);
	exec_out_init(&x.out[1], STDERR_FILENO);
	code = exec_run(&x, &remote, c->paths, id, argv, in);
	peer_close(&x.peer);
	remote_done(&remote);
	return code;
}

static int run_exec(struct call *c)
{
	char **argv = c->args + 1;

	if (*argv && strcmp(*argv, "--") == 0)
		argv++;
	if (!*argv)
		return talk_usage("exec", "needs a command: vmdeck exec %s -- ls -l", c->args[0]);
	return exec_in(c, c->args[0], argv, call_has(c, NO_INPUT) ? -1 : STDIN_FILENO, STDOUT_FILENO);
}

const struct verb verb_exec = {
	.name = "exec",
	.group = VERB_CONSOLE,
	.args = "S -- CMD...",
	.help = "run a command in the guest; output and exit code pass through",
	.more = "stdin goes to the command. Output is passed on byte for byte, but cleaned of\n"
		"control characters where it reaches a terminal. 128 + N tells that signal N\n"
		"ended it; the first Ctrl-C goes to the command, the second ends vmdeck.",
	.min = 2,
	.max = -1,
	.plain = true,
	.options = {
		[NO_INPUT] = {"no-input", 'n', NULL, "leave stdin alone"},
	},
	.run = run_exec,
};

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
	code = exec_in(c, id, argv, -1, fd);
	if (code == 0 && (close(take_fd(&fd)) < 0 || rename(part, to) < 0))
		code = local_failed("write", to);
	if (code)
		unlink(part);
	return code;
}

static int copy_out(struct call *c, const char *id, const char *from, const char *to)
{
	char *argv[] = {(char *)"cat", (char *)"--", (char *)from, NULL};
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (strcmp(to, "-") == 0)
		return exec_in(c, id, argv, -1, STDOUT_FILENO);
	if (stat(to, &st) < 0 || S_ISREG(st.st_mode))
		return copy_out_file(c, id, argv, to);
	fd = open(to, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? local_failed("write", to) : exec_in(c, id, argv, -1, fd);
}

static int copy_in(struct call *c, const char *from, const char *id, const char *to)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)"cat > \"$1\"", (char *)"vmdeck",
			(char *)to, NULL};
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (strcmp(from, "-") == 0)
		return exec_in(c, id, argv, STDIN_FILENO, STDOUT_FILENO);
	fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return local_failed("read", from);
	if (S_ISDIR(st.st_mode))
		return talk_usage("cp", "%s is a directory; pack it: tar c %s | vmdeck exec %s -- tar x",
				  from, from, id);
	return exec_in(c, id, argv, fd, STDOUT_FILENO);
}

static int run_cp(struct call *c)
{
	char from_id[64], to_id[64];
	const char *from, *to;
	bool out = split_remote(c->args[0], from_id, sizeof(from_id), &from);
	bool in = split_remote(c->args[1], to_id, sizeof(to_id), &to);

	if (in == out)
		return talk_usage("cp", "one of the two is S:PATH, a file in a session");
	return out ? copy_out(c, from_id, from, c->args[1]) : copy_in(c, c->args[0], to_id, to);
}

const struct verb verb_cp = {
	.name = "cp",
	.group = VERB_CONSOLE,
	.args = "S:PATH FILE | FILE S:PATH",
	.help = "copy a file out of a guest, or into it",
	.more = "- is stdout or stdin. It runs cat in the guest, as the user that exec has.",
	.min = 2,
	.max = 2,
	.run = run_cp,
};
