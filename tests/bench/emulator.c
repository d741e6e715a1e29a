/*
 * The terminal emulator's figures.
 *
 *   emulator inside           in this process: MB/s per stream, memory
 *   emulator write STREAM MB FILE
 *                             play a stream to the terminal that this runs on,
 *                             ask it for the cursor, wait for the answer, and
 *                             write the MB/s to FILE
 *   emulator pty COMMAND...   be the terminal of a command
 *
 * Streams: scroll (lines of plain text), color (the same with SGR), agent
 * (synchronised frames in 24 bits of colour with boxes, as agents draw them),
 * unicode (wide characters and accents), and every recording of
 * tests/vt/streams by its name.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "engine/vt/vt.h"

enum { COLS = 120, ROWS = 40, FEED = 16 * 1024, RUNS = 5 };

struct stream {
	char *data;
	size_t n, size;
};

static void add(struct stream *s, const char *data, size_t n)
{
	if (s->n + n > s->size) {
		s->size = (s->n + n) * 2;
		s->data = realloc(s->data, s->size);
		if (!s->data)
			abort();
	}
	memcpy(s->data + s->n, data, n);
	s->n += n;
}

static void add_text(struct stream *s, const char *text)
{
	add(s, text, strlen(text));
}

static const char words[] = "the engine says what it is about to do and then does it, step by step, "
			    "so that a failure names its step and nothing is left behind afterwards ";

static void make_scroll(struct stream *s, bool color)
{
	char line[400];

	for (int i = 0; i < 4000; i++) {
		int len = 20 + i * 37 % 90;

		snprintf(line, sizeof(line), color ? "\033[1;34m%6d\033[0m \033[32m%.*s\033[0m\r\n" : "%6d %.*s\r\n",
			 i, len, words + i % 30);
		add_text(s, line);
	}
}

static void make_agent(struct stream *s)
{
	char line[1200];

	for (int frame = 0; frame < 200; frame++) {
		add_text(s, "\033[?2026h\033[?25l");
		for (int row = 0; row < 12; row++) {
			int c = 40 + (frame * 7 + row * 11) % 200;

			snprintf(line, sizeof(line),
				 "\033[%d;1H\033[38;2;%d;%d;170m\xe2\x94\x82\033[39m \033[1m%-20.*s\033[22m "
				 "\033[2m%.60s\033[22m\033[K\033[%d;120H\033[38;2;90;90;90m\xe2\x94\x82\033[0m",
				 5 + row, c, 255 - c, frame % 20, words + row, words + (frame + row) % 20, 5 + row);
			add_text(s, line);
		}
		snprintf(line, sizeof(line),
			 "\033[20;3H\033[38;5;%dm\xe2\xa0\x8b\033[39m Working\xe2\x80\xa6 \033[2m(%ds)\033[22m"
			 "\033[22;5H\033[?25h\033[?2026l", 16 + frame % 200, frame / 10);
		add_text(s, line);
	}
}

static void make_unicode(struct stream *s)
{
	for (int i = 0; i < 2000; i++)
		add_text(s, i % 3 == 0 ? "\xe4\xb8\x96\xe7\x95\x8c\xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c\xe7\xbb\x88\xe7\xab\xaf\xe6\xa8\xa1\xe6\x8b\x9f\xe5\x99\xa8\r\n" :
			    i % 3 == 1 ? "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 caf\xc3\xa9 na\xc3\xafve \xe2\x94\x80\xe2\x94\x80\xe2\x94\x90\r\n" :
					 "ok \xf0\x9f\x91\x8d e\xcc\x81 \xf0\x9f\x9a\x80 done\r\n");
}

static void load(struct stream *s, const char *name)
{
	char path[300], buf[65536];
	size_t n;

	memset(s, 0, sizeof(*s));
	if (!strcmp(name, "scroll") || !strcmp(name, "color")) {
		make_scroll(s, name[0] == 'c');
		return;
	}
	if (!strcmp(name, "agent")) {
		make_agent(s);
		return;
	}
	if (!strcmp(name, "unicode")) {
		make_unicode(s);
		return;
	}
	snprintf(path, sizeof(path), "tests/vt/streams/%s.raw", name);

	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		add(s, buf, n);
	fclose(f);
}

/* Of the wall for what takes two processes, of this process for the rest. */
static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double inside(const struct stream *s, double mb)
{
	double speed[RUNS];

	for (int run = 0; run < RUNS; run++) {
		struct vt *vt = vt_new(COLS, ROWS, 16 << 20);
		char sink[4096];
		size_t total = 0;
		double t = seconds(CLOCK_PROCESS_CPUTIME_ID);

		while ((double)total < mb * 1e6)
			for (size_t i = 0; i < s->n; i += FEED) {
				size_t n = s->n - i < FEED ? s->n - i : FEED;

				vt_write(vt, s->data + i, n, 0);
				total += n;
				vt_replies(vt, sink, sizeof(sink));
				vt_clean(vt);
			}
		speed[run] = (double)total / 1e6 / (seconds(CLOCK_PROCESS_CPUTIME_ID) - t);
		vt_free(vt);
	}
	qsort(speed, RUNS, sizeof(speed[0]), by_size);
	return speed[RUNS / 2];
}

static size_t memory(void)
{
	struct vt *vt = vt_new(COLS, ROWS, 64 << 20);
	char line[COLS + 3];

	for (int i = 0; i < 10000; i++) {
		for (int k = 0; k < COLS; k++)
			line[k] = (char)('!' + (i + k) % 90);
		memcpy(line + COLS, "\r\n", 3);
		vt_write(vt, line, COLS + 2, 0);
	}

	size_t n = vt_memory(vt);

	vt_free(vt);
	return n;
}

static int report_inside(void)
{
	static const struct {
		const char *name;
		int target;
	} list[] = {
		{ "scroll", 100 }, { "color", 100 }, { "unicode", 0 },
		{ "agent", 200 },  { "vim", 200 },   { "less", 200 },
		{ "htop", 200 },   { "mc", 200 },    { "nano", 200 },
		{ "dialog", 200 }, { "tmux", 200 },
	};

	printf("%-24s %12s %10s\n", "in process", "MB/s", "target");
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		struct stream s;

		load(&s, list[i].name);

		double speed = inside(&s, 40);

		printf("%-24s %12.0f", list[i].name, speed);
		if (list[i].target)
			printf(" %10d%s", list[i].target, speed >= list[i].target ? "" : "  MISSED");
		printf("\n");
		free(s.data);
	}
	printf("%-24s %9.2f MB %7d MB\n", "10000 lines x 120", (double)memory() / 1e6, 12);
	return 0;
}

/* The writer. */
static int play(const char *name, double mb, const char *file)
{
	struct stream s;
	struct termios t;
	size_t total = 0;
	char c;
	bool in_answer = false;

	load(&s, name);
	tcgetattr(0, &t);
	cfmakeraw(&t);
	tcsetattr(0, TCSANOW, &t);

	double start = seconds(CLOCK_MONOTONIC);

	while ((double)total < mb * 1e6) {
		for (size_t i = 0; i < s.n;) {
			ssize_t n = write(1, s.data + i, s.n - i);

			if (n <= 0)
				return 1;
			i += (size_t)n;
		}
		total += s.n;
	}
	if (write(1, "\033[6n", 4) != 4)
		return 1;
	/* The streams ask nothing that ends in R. */
	while (read(0, &c, 1) == 1 && !(in_answer && c == 'R'))
		in_answer |= c == '\033';

	double speed = (double)total / 1e6 / (seconds(CLOCK_MONOTONIC) - start);
	char tmp[400];
	FILE *f;

	snprintf(tmp, sizeof(tmp), "%s.new", file);
	f = fopen(tmp, "w");
	if (!f)
		return 1;
	fprintf(f, "%.1f\n", speed);
	fclose(f);
	return rename(tmp, file);
}

/* The terminal. */
static int terminal(char **argv)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLS };
	struct vt *vt = vt_new(COLS, ROWS, 16 << 20);
	static char buf[65536];
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, &size);

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || !vt)
		return 1;
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0)
			break;
		vt_write(vt, buf, (size_t)n, 0);

		size_t left = vt_replies(vt, buf, sizeof(buf));

		if (left && write(fd, buf, left) < 0)
			break;
	}
	waitpid(pid, &status, 0);
	vt_free(vt);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "inside"))
		return report_inside();
	if (argc == 5 && !strcmp(argv[1], "write"))
		return play(argv[2], atof(argv[3]), argv[4]);
	if (argc > 2 && !strcmp(argv[1], "pty"))
		return terminal(argv + 2);
	fprintf(stderr, "usage: emulator inside | write STREAM MB FILE | pty COMMAND...\n");
	return 2;
}
