/*
 * until TEXT COMMAND...: run a command on a terminal of 120x40 and print the
 * milliseconds from its exec until its output has TEXT, then end it. Escape
 * sequences count as output; so does what the terminal echoes.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEEP = 1 << 20, LIMIT_MS = 120000 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 40, .ws_col = 120 };
	static char buf[KEEP];
	size_t n = 0;
	double start = now(), end = -1;
	int master;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: until TEXT COMMAND...\n");
		return 2;
	}
	pid = forkpty(&master, NULL, NULL, &size);
	if (pid < 0)
		return 1;
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (now() - start < LIMIT_MS && n < sizeof(buf) - 1) {
		struct pollfd p = { .fd = master, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, 1000) <= 0)
			continue;
		got = read(master, buf + n, sizeof(buf) - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		if (memmem(buf, n, argv[1], strlen(argv[1]))) {
			end = now();
			break;
		}
	}
	kill(pid, SIGTERM);
	close(master);
	for (int i = 0; i < 100 && waitpid(pid, NULL, WNOHANG) == 0; i++)
		usleep(10000);
	kill(pid, SIGKILL);
	if (end < 0) {
		fprintf(stderr, "%.*s\nuntil: \"%s\" did not come\n", (int)(n > 2000 ? 2000 : n), buf, argv[1]);
		return 1;
	}
	printf("%.1f\n", end - start);
	return 0;
}
