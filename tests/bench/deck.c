/*
 * The terminal of a program under test, with a clock: what a person at the keyboard
 * would measure. Each line printed is one figure's raw numbers; dashboard.sh turns them
 * into medians.
 *
 *   deck key N WAIT TEXT SETUP COMMAND...   until WAIT is on the terminal; then SETUP is
 *       typed (\e, \r, \t, \xHH), and N times TEXT: milliseconds until TEXT came back
 *   deck pair N GROUP WAIT TEXT SETUP COMMAND... -- COMMAND...   the same for two at once,
 *       by turns of GROUP keys, so that both meet the same host: "1 MS" or "2 MS" a line
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

struct terminal {
	int master;
	pid_t pid;
	char seen[2 * KEEP]; /* the newest output, for texts across reads */
	size_t n_seen;
	unsigned long long bytes, reads;
};
static struct terminal first, second;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *why)
{
	fprintf(stderr, "deck: %s\n", why);
	if (first.pid > 0)
		kill(first.pid, SIGKILL);
	if (second.pid > 0)
		kill(second.pid, SIGKILL);
	exit(1);
}

static int number(const char *name, int dflt)
{
	const char *s = getenv(name);

	return s && atoi(s) > 0 ? atoi(s) : dflt;
}

static void start(struct terminal *t, char **argv)
{
	struct winsize size = { .ws_row = (unsigned short)number("LINES", 40),
				.ws_col = (unsigned short)number("COLS", 120) };

	t->pid = forkpty(&t->master, NULL, NULL, &size);
	if (t->pid < 0)
		die("forkpty");
	if (t->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fcntl(t->master, F_SETFL, O_NONBLOCK);
}

/* Take what there is, waiting at most so long for the first of it. */
static void take(struct terminal *t, double ms)
{
	struct pollfd p = { .fd = t->master, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, ms < 0 ? 0 : (int)ms + 1) <= 0)
		return;
	while ((n = read(t->master, t->seen + t->n_seen, KEEP)) > 0) {
		t->bytes += (size_t)n;
		t->reads++;
		t->n_seen += (size_t)n;
		if (t->n_seen > KEEP) {
			memmove(t->seen, t->seen + t->n_seen - KEEP / 2, KEEP / 2);
			t->n_seen = KEEP / 2;
		}
	}
	if (n == 0 || (n < 0 && errno == EIO))
		die("the program ended");
}

/* Milliseconds until the text comes, from `from`; -1: it does not. */
static double until(struct terminal *t, const char *text, double from, double limit)
{
	size_t len = strlen(text);

	while (!memmem(t->seen, t->n_seen, text, len)) {
		if (now() - from > limit)
			return -1;
		take(t, limit);
	}
	return now() - from;
}

static void drain(struct terminal *t, double ms)
{
	for (double end = now() + ms; now() < end;)
		take(t, end - now());
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
static void type(struct terminal *t, const char *text)
{
	char raw[256];
	size_t n = unescape(text, raw);

	for (size_t i = 0; i < n; i++) {
		drain(t, 200);
		t->bytes = t->reads = 0; /* what follows the last key counts */
		if (write(t->master, raw + i, 1) != 1)
			die("write");
	}
}

static void keys(struct terminal *t, int n, const char *text, const char *mark)
{
	char raw[64];
	size_t len = unescape(text, raw);
	int gap = number("GAP", GAP_MS);

	for (int i = 0; i < n; i++) {
		double from, ms;

		drain(t, gap + rand() % gap);
		t->n_seen = 0;
		from = now();
		if (write(t->master, raw, len) != (ssize_t)len)
			die("write");
		ms = until(t, raw, from, KEY_MS);
		if (ms < 0)
			die("a key was not shown");
		printf("%s%.3f\n", mark, ms);
	}
}

static double cpu_ms(void)
{
	char path[64], text[1024], *p;
	unsigned long long user, sys;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)first.pid);
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

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)first.pid, file);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			sscanf(line + strlen(key), "%ld", &v);
	if (f)
		fclose(f);
	return v;
}

static void end(struct terminal *t)
{
	kill(t->pid, SIGTERM);
	for (int i = 0; i < 200 && waitpid(t->pid, NULL, WNOHANG) == 0; i++) {
		struct pollfd p = { .fd = t->master, .events = POLLIN };
		char rest[4096];

		poll(&p, 1, 20);
		while (read(t->master, rest, sizeof(rest)) > 0)
			;
		if (i == 150)
			kill(t->pid, SIGKILL);
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

static void begin(struct terminal *t, const char *wait, const char *setup, char **argv)
{
	start(t, argv);
	if (until(t, wait, now(), START_MS) < 0)
		die("it does not begin");
	type(t, setup);
	drain(t, 700);
}

static void pair(int n, int group, char **argv)
{
	const char *wait = argv[0], *text = argv[1], *setup = argv[2];
	char **other = argv += 3;

	while (*other && strcmp(*other, "--") != 0)
		other++;
	if (!*other || group < 1)
		die("what is the second command?");
	*other++ = NULL;
	begin(&first, wait, setup, argv);
	begin(&second, wait, setup, other);
	for (int i = 0; i < n; i += group) {
		drain(&first, 1);
		keys(&first, group, text, "1 ");
		drain(&second, 1);
		keys(&second, group, text, "2 ");
	}
	end(&first);
	end(&second);
}

static void run(double seconds, const char *wait, const char *setup, char **argv)
{
	struct terminal *t = &first;
	double from, cpu;

	start(t, argv);
	if (until(t, wait, now(), START_MS) < 0)
		die("it does not begin");
	drain(t, 500);
	t->bytes = t->reads = 0;
	type(t, setup);
	cpu = cpu_ms();
	from = now();
	while (now() - from < seconds * 1000)
		take(t, seconds * 1000 - (now() - from));
	printf("cpu %.0f ms %.0f bytes %llu reads %llu rss %ld pss %ld\n", cpu_ms() - cpu, now() - from,
	       t->bytes, t->reads, kib("status", "VmRSS:"), kib("smaps_rollup", "Pss:"));
	end(t);
}

int main(int argc, char **argv)
{
	srand(1);
	if (argc == 4 && strcmp(argv[1], "replay") == 0)
		return replay(argv[2], atoi(argv[3]));
	if (argc > 6 && strcmp(argv[1], "key") == 0) {
		begin(&first, argv[3], argv[5], argv + 6);
		keys(&first, atoi(argv[2]), argv[4], "");
		end(&first);
	} else if (argc > 8 && strcmp(argv[1], "pair") == 0) {
		pair(atoi(argv[2]), atoi(argv[3]), argv + 4);
	} else if (argc > 5 && strcmp(argv[1], "run") == 0) {
		run(atof(argv[2]), argv[3], argv[4], argv + 5);
	} else {
		fprintf(stderr, "usage: deck key|pair|run|replay ...: see deck.c\n");
		return 2;
	}
	return 0;
}
