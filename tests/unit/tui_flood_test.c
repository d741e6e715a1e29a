/*
 * One console floods, another is typed into (figure 8): the dashboard on a pty of 120x40
 * with two panes, its output through an emulator of our own. What the flood may cost is
 * looked at: memory, the other pane's echo, the pace of drawing, the transcript's size,
 * and that the screen counts what was dropped.
 *
 * FLOOD_MIB says how much (64; the figure is of 1024). Times are printed, and only far
 * limits are checked: other tests run beside this one.
 */
#include "engine/vt/vt.h"
#include "tests/unit/pty_fixture.h"

enum { COLS = 120, ROWS = 40, KEYS = 60, LINE_BYTES = 70 };

static const char agents[] = "{ \"agents\": { \"sh\": { \"backend\": \"demo\", \"script\": \"shell\" } } }\n";

struct seen {
	struct pty_run run;
	struct vt *vt;
	uint64_t flooded; /* redraws of the pane that floods */
	char before[256]; /* its last line, at the redraw before */
};

/* Take what comes within so long; the picture is whole when nothing follows at once. */
static bool look(struct seen *s, int ms)
{
	struct pollfd p = { .fd = s->run.master, .events = POLLIN };
	char buf[65536], row[COLS * 4];
	bool any = false;

	while (poll(&p, 1, any ? 0 : ms) > 0) {
		ssize_t n = read(s->run.master, buf, sizeof(buf));

		if (n <= 0)
			return false;
		vt_write(s->vt, buf, (size_t)n, now_ms());
		any = true;
	}
	vt_line_text(s->vt, vt_screen(s->vt) + 10, row, sizeof(row));
	if (strncmp(row, s->before, sizeof(s->before) - 1) != 0) {
		s->flooded++;
		snprintf(s->before, sizeof(s->before), "%.255s", row);
	}
	return true;
}

static bool shows(const struct seen *s, const char *text)
{
	char row[COLS * 4];

	for (int r = 0; r < ROWS; r++) {
		vt_line_text(s->vt, vt_screen(s->vt) + (uint64_t)r, row, sizeof(row));
		if (strstr(row, text))
			return true;
	}
	return false;
}

static bool await(struct seen *s, const char *text, int limit_ms)
{
	uint64_t end = now_ms() + (uint64_t)limit_ms;

	while (!shows(s, text) && now_ms() < end)
		look(s, 20);
	return shows(s, text);
}

static long rss_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmRSS: %ld", &kib);
	if (f)
		fclose(f);
	return kib;
}

/* The supervisor of a session, by its record. */
static pid_t supervisor(const struct pty_run *r, const char *id)
{
	char path[200], *text, *at;
	struct error err;
	size_t n;
	int pid = 0;

	snprintf(path, sizeof(path), "%s/state/sessions/%s/session.json", r->home, id);
	text = file_read(AT_FDCWD, path, 1 << 20, &n, &err);
	at = text ? strstr(text, "\"pid\":") : NULL;
	if (at)
		sscanf(at, "\"pid\":%d", &pid);
	free(text);
	return pid;
}

static long long size_of(const struct pty_run *r, const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/state/sessions/sh-1/%s", r->home, name);
	return stat(path, &st) == 0 ? (long long)st.st_size : 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* A key into the quiet pane, and the time to its echo on the screen; 0: none came. */
static uint64_t echo(struct seen *s, int n)
{
	uint64_t began = now_us(), end = now_ms() + PTY_LIMIT_MS;
	char key[2] = { (char)('a' + n % 26), '\0' }, want[KEYS + 16] = "$ ";

	for (int i = 0; i <= n; i++)
		want[2 + i] = (char)('a' + i % 26);
	want[3 + n] = '\0';
	if (!pty_send(&s->run, key))
		return 0;
	while (now_ms() < end) {
		if (shows(s, want))
			return now_us() - began;
		look(s, 5);
	}
	return 0;
}

static bool begin(struct seen *s)
{
	char *up[] = { (char *)"vmdeck", (char *)"up", (char *)"sh", (char *)"sh", NULL };
	char *deck[] = { (char *)"vmdeck", NULL };

	if (!pty_begin(&s->run) || !pty_file(&s->run, "agents.json", agents) ||
	    !pty_file(&s->run, "config.json", "{ \"escdelay\": 5 }") || pty_beside(&s->run, up) != 0 ||
	    !pty_start(&s->run, "xterm-256color", deck))
		return false;
	s->vt = vt_new(COLS, ROWS, 0);
	return await(s, "detach", PTY_LIMIT_MS) && await(s, "2 sh-2", PTY_LIMIT_MS);
}

static void flood(struct seen *s)
{
	const char *wish = getenv("FLOOD_MIB");
	long mib = wish ? strtol(wish, NULL, 10) : 64, before, after, deck_before, deck_after;
	char lines[64], *argv[] = { (char *)"vmdeck", (char *)"send", (char *)"sh-1", (char *)"--enter",
				    lines, NULL };
	uint64_t times[KEYS], began, took;
	pid_t pid;
	int n = 0;

	CHECK(begin(s));
	CHECK(pty_send(&s->run, "="));
	look(s, 200);
	pid = supervisor(&s->run, "sh-1");
	CHECK(pid > 0);
	/* its history has filled its cap before memory is compared */
	snprintf(lines, sizeof(lines), "flood 150000");
	CHECK_INT(pty_beside(&s->run, argv), 0);
	CHECK(await(s, "│1 bottles of beer", 10 * PTY_LIMIT_MS));
	before = rss_kib(pid);
	deck_before = rss_kib(s->run.pid);
	CHECK(pty_send(&s->run, "2\r"));
	CHECK(await(s, "typing into sh-2", PTY_LIMIT_MS));
	snprintf(lines, sizeof(lines), "flood %ld", mib * (1 << 20) / LINE_BYTES);
	CHECK_INT(pty_beside(&s->run, argv), 0);
	began = now_ms();
	while (shows(s, "│1 bottles of beer")) /* of the flood before */
		look(s, 20);
	s->flooded = 0;
	while (n < KEYS) {
		times[n] = echo(s, n);
		if (!times[n])
			CHECK_FAIL("key %d has no echo", n);
		n++;
		look(s, 30);
	}
	took = now_ms() - began;
	after = rss_kib(pid);
	deck_after = rss_kib(s->run.pid);
	qsort(times, KEYS, sizeof(times[0]), by_value);
	printf("# %ld MiB: echo median %.1f ms, p99 %.1f ms; %.1f redraws a second; memory %+ld KiB, the "
	       "dashboard's %+ld KiB\n", mib, (double)times[KEYS / 2] / 1000,
	       (double)times[KEYS - 1] / 1000, (double)s->flooded * 1000 / (double)took, after - before,
	       deck_after - deck_before);
	CHECK(await(s, " dropped", 20 * PTY_LIMIT_MS)); /* in the title of its pane */
	CHECK(await(s, "│1 bottles of beer", 60 * PTY_LIMIT_MS));
	printf("# flooded %ld MiB in %llu ms; transcript %lld and %lld bytes; memory at its end %+ld KiB\n",
	       mib, (unsigned long long)(now_ms() - began), size_of(&s->run, "console.log"),
	       size_of(&s->run, "console.log.1"), rss_kib(pid) - before);
	CHECK(size_of(&s->run, "console.log") <= 9 << 20 && size_of(&s->run, "console.log.1") <= 9 << 20);
	CHECK(times[KEYS - 1] < 15000000);
	CHECK(s->flooded >= took / 1000); /* far below the figure */
	if (!getenv("ASAN_OPTIONS")) { /* a sanitizer keeps what was freed */
		CHECK(rss_kib(pid) - before <= 8 << 10);
		CHECK(rss_kib(s->run.pid) - deck_before <= 8 << 10);
	}
}

static void one_console_floods(void)
{
	char *end[] = { (char *)"vmdeck", (char *)"kill", (char *)"--all", (char *)"--yes", NULL };
	struct seen *s;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	s = calloc(1, sizeof(*s));
	CHECK(s);
	flood(s);
	pty_beside(&s->run, end);
	if (s->run.pid > 0) {
		kill(s->run.pid, SIGTERM);
		pty_finish(&s->run);
	}
	pty_done(&s->run);
	vt_free(s->vt);
	free(s);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "one_console_floods", one_console_floods },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
