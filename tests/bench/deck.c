/*
 * The terminal of a program under test, with a clock: what a person at the keyboard
 * would measure. Each line printed is one figure's raw numbers; dashboard.sh turns them
 * into medians.
 *
 *   deck key N WAIT TEXT SETUP COMMAND...   until WAIT is on the terminal; then SETUP is
 *       typed (\e, \r, \t, \xHH), and N times TEXT: milliseconds until TEXT came back
 *   deck run SECONDS WAIT SETUP COMMAND...  the same without keys: milliseconds of CPU
 *       in SECONDS, bytes and reads of output, KiB of RSS and PSS at the end
 *   deck replay FILE MS                     play a recorded stream: 1 KiB each MS
 *
 * The size is 120x40, or COLS x LINES of the environment; between two keys are GAP (20) to
 * twice as many milliseconds.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEEP = 1 << 16, START_MS = 30000, KEY_MS = 5000, GAP_MS = 20 };

static int master;
static pid_t pid;
static char seen[2 * KEEP]; /* the newest output, for texts across reads */
static size_t n_seen;
static unsigned long long bytes, reads;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *why)
{
	fprintf(stderr, "deck: %s\n", why);
	if (pid > 0)
		kill(pid, SIGKILL);
	exit(1);
}

static int number(const char *name, int dflt)
{
	const char *s = getenv(name);

	return s && atoi(s) > 0 ? atoi(s) : dflt;
}

static void start(char **argv)
{
	struct winsize size = { .ws_row = (unsigned short)number("LINES", 40),
				.ws_col = (unsigned short)number("COLS", 120) };

	pid = forkpty(&master, NULL, NULL, &size);
	if (pid < 0)
		die("forkpty");
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	fcntl(master, F_SETFL, O_NONBLOCK);
}

/* Take what there is, waiting at most so long for the first of it. */
static void take(double ms)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, ms < 0 ? 0 : (int)ms + 1) <= 0)
		return;
	while ((n = read(master, seen + n_seen, KEEP)) > 0) {
		bytes += (size_t)n;
		reads++;
		n_seen += (size_t)n;
		if (n_seen > KEEP) {
			memmove(seen, seen + n_seen - KEEP / 2, KEEP / 2);
			n_seen = KEEP / 2;
		}
	}
	if (n == 0 || (n < 0 && errno == EIO))
		die("the program ended");
}

/* Milliseconds until the text comes, from `from`; -1: it does not. */
static double until(const char *text, double from, double limit)
{
	size_t len = strlen(text);

	while (!memmem(seen, n_seen, text, len)) {
		if (now() - from > limit)
			return -1;
		take(limit);
	}
	return now() - from;
}

static void drain(double ms)
{
	for (double end = now() + ms; now() < end;)
		take(end - now());
}

static int hex(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static size_t unescape(const char *s, char *out)
{
	size_t n = 0;

	for (; *s; s++) {
		if (*s != '\\' || !s[1]) {
			out[n++] = *s;
			continue;
		}
		s++;
		if (*s == 'x' && s[1] && s[2]) {
			out[n++] = (char)(hex(s[1]) << 4 | hex(s[2]));
			s += 2;
		} else {
			out[n++] = *s == 'e' ? 27 : *s == 'r' ? '\r' : *s == 't' ? '\t' : *s;
		}
	}
	out[n] = '\0';
	return n;
}

/* Each key after the screen had time to do something with the one before. */
static void type(const char *text)
{
	char raw[256];
	size_t n = unescape(text, raw);

	for (size_t i = 0; i < n; i++) {
		drain(200);
		bytes = reads = 0; /* what follows the last key counts */
		if (write(master, raw + i, 1) != 1)
			die("write");
	}
}

static void keys(int n, const char *text)
{
	char raw[64];
	size_t len = unescape(text, raw);
	int gap = number("GAP", GAP_MS);

	for (int i = 0; i < n; i++) {
		double from, ms;

		drain(gap + rand() % gap);
		n_seen = 0;
		from = now();
		if (write(master, raw, len) != (ssize_t)len)
			die("write");
		ms = until(raw, from, KEY_MS);
		if (ms < 0)
			die("a key was not shown");
		printf("%.3f\n", ms);
	}
}

static double cpu_ms(void)
{
	char path[64], text[1024], *p;
	unsigned long long user, sys;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f || !fgets(text, sizeof(text), f))
		die("stat");
	fclose(f);
	p = strrchr(text, ')');
	if (!p || sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &sys) != 2)
		die("stat");
	return (double)(user + sys) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static long kib(const char *file, const char *key)
{
	char path[64], line[256];
	long v = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			sscanf(line + strlen(key), "%ld", &v);
	if (f)
		fclose(f);
	return v;
}

static void end(void)
{
	kill(pid, SIGTERM);
	for (int i = 0; i < 200 && waitpid(pid, NULL, WNOHANG) == 0; i++) {
		struct pollfd p = { .fd = master, .events = POLLIN };
		char rest[4096];

		poll(&p, 1, 20);
		while (read(master, rest, sizeof(rest)) > 0)
			;
		if (i == 150)
			kill(pid, SIGKILL);
	}
}

static int replay(const char *path, int ms)
{
	struct timespec gap = { ms / 1000, ms % 1000 * 1000000L };
	char buf[1024];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return 1;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0) {
		fwrite(buf, 1, n, stdout);
		fflush(stdout);
		nanosleep(&gap, NULL);
	}
	printf("\033[0m\033[?1049l\033[999;1H\r\nthe tape ends here");
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	double from, cpu;

	srand(1);
	if (argc == 4 && strcmp(argv[1], "replay") == 0)
		return replay(argv[2], atoi(argv[3]));
	if (argc > 6 && strcmp(argv[1], "key") == 0) {
		start(argv + 6);
		if (until(argv[3], now(), START_MS) < 0)
			die("it does not begin");
		type(argv[5]);
		drain(700);
		keys(atoi(argv[2]), argv[4]);
		end();
		return 0;
	}
	if (argc > 5 && strcmp(argv[1], "run") == 0) {
		start(argv + 5);
		if (until(argv[3], now(), START_MS) < 0)
			die("it does not begin");
		drain(500);
		bytes = reads = 0;
		type(argv[4]);
		cpu = cpu_ms();
		from = now();
		while (now() - from < atof(argv[2]) * 1000)
			take(atof(argv[2]) * 1000 - (now() - from));
		printf("cpu %.0f ms %.0f bytes %llu reads %llu rss %ld pss %ld\n", cpu_ms() - cpu, now() - from,
		       bytes, reads, kib("status", "VmRSS:"), kib("smaps_rollup", "Pss:"));
		end();
		return 0;
	}
	fprintf(stderr, "usage: deck key|run|replay ...: see deck.c\n");
	return 2;
}
