/*
 * A console whose guest floods it: with questions, read or not, it gets few answers and
 * holds nobody up (figure 5). The guest is a process at the other end of a socket.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/supervisor/console.h"
#include "tests/test.h"

enum { FLOOD = 100 << 20 };

static void no_change(struct console *c)
{
	(void)c;
}

static void no_text(struct console *c, const char *text)
{
	(void)c, (void)text;
}

static void no_words(struct console *c, const struct vt_agent *words)
{
	(void)c, (void)words;
}

static void no_mark(struct console *c, char mark)
{
	(void)c, (void)mark;
}

static void no_enter(struct console *c, uint32_t number)
{
	(void)c, (void)number;
}

static const struct console_events events = { no_change, no_change, no_change, no_text, no_words, no_mark,
					      no_enter };

/* Ask without end, and say at the end how many bytes of answers came. */
static void guest(int line, int said, bool reads)
{
	static const char asked[] = "\033[6n\033[c\033[>c\033[?6n\033[5n\033[>q\033P$qm\033\\\033]11;?\a";
	static char block[64 << 10];
	size_t n = 0, sent = 0;
	uint64_t got = 0;
	char in[4096];

	while (n + sizeof(asked) < sizeof(block)) {
		memcpy(block + n, asked, sizeof(asked) - 1);
		n += sizeof(asked) - 1;
	}
	while (sent < FLOOD) {
		struct pollfd p = { .fd = line, .events = (short)(POLLOUT | (reads ? POLLIN : 0)) };
		ssize_t w;

		poll(&p, 1, -1);
		if (reads && (p.revents & POLLIN) && (w = recv(line, in, sizeof(in), MSG_DONTWAIT)) > 0)
			got += (uint64_t)w;
		if ((p.revents & POLLOUT) && (w = send(line, block, n, MSG_DONTWAIT)) > 0)
			sent += (size_t)w;
		if (p.revents & (POLLHUP | POLLERR))
			_exit(1);
	}
	(void)!write(said, &got, sizeof(got));
	_exit(0);
}

static void questions(bool reads)
{
	char home[] = "/tmp/vmdeck-console-XXXXXX";
	struct console *c = calloc(1, sizeof(*c));
	struct error err;
	struct loop loop;
	AUTO_CLOSE int dir = -1;
	int line[2], said[2], status;
	uint64_t began = now_ms(), took, worst = 0, got = 0, pause = 1;
	pid_t pid;

	CHECK(mkdtemp(home));
	dir = open(home, O_RDONLY | O_DIRECTORY);
	CHECK(loop_init(&loop, &err) == 0 && console_init(c, dir, 80, 24, &events, &err) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0 && pipe(said) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(line[0]);
		guest(line[1], said[1], reads);
	}
	close(line[1]);
	close(said[1]);
	fcntl(line[0], F_SETFL, O_NONBLOCK);
	CHECK(console_attach(c, &loop, line[0], &err) == 0);
	while (pause) {
		struct pollfd p = { .fd = said[0], .events = POLLIN };
		uint64_t turn = now_us();

		loop_turn(&loop, 20, &err);
		turn = now_us() - turn;
		worst = turn > worst ? turn : worst;
		pause = poll(&p, 1, 0) == 0;
	}
	took = now_ms() - began;
	CHECK(read(said[0], &got, sizeof(got)) == sizeof(got));
	printf("# %d MiB of questions in %llu ms: %llu bytes read back, %llu dropped, longest turn %llu us\n",
	       FLOOD >> 20, (unsigned long long)took, (unsigned long long)got,
	       (unsigned long long)console_dropped(c), (unsigned long long)worst);
	/* 1 KiB a second and the first burst, whoever reads */
	CHECK(got <= CONSOLE_ANSWERS_BURST + (took + 1000) * CONSOLE_ANSWERS / 1000);
	CHECK(reads ? got >= 64 : got == 0);
	CHECK(c->input.len <= CONSOLE_INPUT / 16 + VT_REPLY_CAP);
	CHECK(console_dropped(c) > 1 << 20);
	/* a person's key goes out, or waits within its cap: answers have not crowded it out */
	CHECK_INT(c->input.dropped, 0);
	console_done(c);
	close(line[0]);
	close(said[0]);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	loop_done(&loop);
	free(c);
	dir_remove(AT_FDCWD, home, &err);
}

static void a_flood_of_questions_gets_few_answers(void)
{
	questions(true);
}

static void a_guest_that_does_not_read_holds_nobody_up(void)
{
	questions(false);
}

/* What a program asks when it starts is answered whole. */
static void what_a_program_asks_is_answered(void)
{
	static const char asked[] = "\033[c\033[>c\033[>q\033[?u\033[6n\033]10;?\033\\\033]11;?\033\\"
				    "\033[?2026$p\033[?2027$p\033P$qm\033\\";
	char home[] = "/tmp/vmdeck-console-XXXXXX", in[4096];
	struct console *c = calloc(1, sizeof(*c));
	struct error err;
	struct loop loop;
	AUTO_CLOSE int dir = -1;
	int line[2];
	ssize_t n;

	CHECK(mkdtemp(home));
	dir = open(home, O_RDONLY | O_DIRECTORY);
	CHECK(loop_init(&loop, &err) == 0 && console_init(c, dir, 80, 24, &events, &err) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, line) == 0);
	CHECK(console_attach(c, &loop, line[0], &err) == 0);
	for (int i = 0; i < 10; i++) {
		CHECK(write(line[1], asked, sizeof(asked) - 1) > 0);
		loop_turn(&loop, 100, &err);
	}
	n = read(line[1], in, sizeof(in) - 1);
	CHECK(n > 0);
	in[n] = '\0';
	CHECK(strstr(in, "\033]11;rgb:") && strstr(in, "\033P1$r"));
	CHECK_INT(console_dropped(c), 0);
	console_done(c);
	close(line[0]);
	close(line[1]);
	loop_done(&loop);
	free(c);
	dir_remove(AT_FDCWD, home, &err);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "what_a_program_asks_is_answered", what_a_program_asks_is_answered },
		{ "a_flood_of_questions_gets_few_answers", a_flood_of_questions_gets_few_answers },
		{ "a_guest_that_does_not_read_holds_nobody_up", a_guest_that_does_not_read_holds_nobody_up },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
