/*
 * Random keys, mouse, pastes, terminal answers and sizes at the real dashboard on a
 * pty, with live demo consoles: it must neither fault nor hang, and the terminal must
 * be given back. RANDOM_KEYS says how many (a few seconds' worth unless said; 10000 is
 * the figure that is promised), RANDOM_SEED where to begin. Under SAN=1 the program is
 * the sanitised one.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "tests/test.h"

enum { KEYS = 4000, LIMIT_MS = 60000, SEEN = 1 << 16 };

struct run {
	pid_t pid;
	int master, slave;
	struct termios before;
	char home[64];
	char seen[SEEN + 1];
	size_t n;
	uint32_t seed;
};

static uint32_t rnd(struct run *r, uint32_t below)
{
	r->seed = r->seed * 1664525 + 1013904223;
	return (r->seed >> 8) % below;
}

/* Launches are left out (a hundred sessions say no more than four), and so is what
 * fetches from the network. */
static const char config[] = "{ \"keys\": { \"list.launch\": [], \"list.build\": [], "
			     "\"list.restart\": [] } }";

static bool prepare(struct run *r)
{
	char path[128];
	struct error err;

	snprintf(r->home, sizeof(r->home), "/tmp/vmdeck-rnd-XXXXXX");
	if (!mkdtemp(r->home))
		return false;
	snprintf(path, sizeof(path), "%s/config", r->home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/config/config.json", r->home);
	if (file_write(AT_FDCWD, path, config, strlen(config), 0600, &err) < 0 ||
	    openpty(&r->master, &r->slave, NULL, NULL, NULL) < 0)
		return false;
	tcgetattr(r->slave, &r->before);
	return true;
}

static void set_size(struct run *r, int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	ioctl(r->master, TIOCSWINSZ, &w);
}

static void start(struct run *r)
{
	const char *vmdeck = getenv("VMDECK");

	set_size(r, 40, 120);
	fflush(stdout);
	r->pid = fork();
	if (r->pid == 0) {
		setsid();
		ioctl(r->slave, TIOCSCTTY, 0);
		for (int i = 0; i < 3; i++)
			dup2(r->slave, i);
		close(r->master);
		close(r->slave);
		setenv("VMDECK_HOME", r->home, 1);
		setenv("TMPDIR", r->home, 1);
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		setenv("PATH", "/nonexistent", 1);
		if (chdir(r->home) == 0) /* what is written to a file of that name */
			execl(vmdeck, vmdeck, "demo", NULL);
		_exit(99);
	}
	r->n = 0;
	r->seen[0] = '\0';
}

static bool take(struct run *r, int ms, const char *text)
{
	uint64_t end = now_ms() + (uint64_t)ms;
	struct pollfd p = { .fd = r->master, .events = POLLIN };

	for (;;) {
		uint64_t now = now_ms();
		ssize_t n;

		if (text && strstr(r->seen, text))
			return true;
		if (poll(&p, 1, now < end ? (int)(end - now) : 0) <= 0)
			return false;
		if (r->n > SEEN / 2) {
			memmove(r->seen, r->seen + r->n - SEEN / 4, SEEN / 4);
			r->n = SEEN / 4;
		}
		n = read(r->master, r->seen + r->n, SEEN - r->n);
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			if (!r->seen[r->n + (size_t)i])
				r->seen[r->n + (size_t)i] = ' ';
		r->n += (size_t)n;
		r->seen[r->n] = '\0';
	}
}

static void say(struct run *r, const char *bytes, size_t n)
{
	if (write(r->master, bytes, n) < 0) /* it may have left */
		return;
}

static void press(struct run *r)
{
	static const char *const keys[] = {
		"j", "k", "g", "G", "1", "2", "3", "4", "9", "\t", "\033[Z", "a", "z", "+", "_", "|", "-",
		"=", "<", ">", "{", "}", ".", ",", " ", "v", "*", "U", "J", "K", "o", "O", "t", "m", "m",
		"f", "p", "L", "?", ":", "/", "n", "N", "[", "]", "s", "S", "d", "B", "c", "!", "R", "X",
		"\033", "\033", "\033", "\r", "\r", "\035", "\035d", "\035d", "\035z", "\035[", "\035?",
		"\0351", "\0354", "\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~", "\033[H",
		"\033[F", "\033OP", "\033[24~", "\014", "\032", "\003", "\026", "V", "y", "w", "p", "P",
		"x", "e", "i", "h", "l", "0", "$", "\177", "\025", "\033j", "A",
	};

	const char *k = keys[rnd(r, sizeof(keys) / sizeof(keys[0]))];

	say(r, k, strlen(k));
}

static void mouse(struct run *r)
{
	static const int buttons[] = { 0, 0, 0, 32, 32, 32, 64, 65, 1, 2, 3, 35 };
	char text[64];
	int n = snprintf(text, sizeof(text), "\033[<%d;%u;%u%c",
			 buttons[rnd(r, sizeof(buttons) / sizeof(buttons[0]))], 1 + rnd(r, 130),
			 1 + rnd(r, 45), rnd(r, 3) ? 'M' : 'm');

	say(r, text, (size_t)n);
}

static void noise(struct run *r)
{
	static const char *const texts[] = {
		"\033[200~pasted\nlines\033[201~", "\033[200~", "\033[201~", "\033[?62;22c", "\033[12;40R",
		"\033]11;rgb:0000/1111/2222\033\\", "\033]52;c;aGk=\a", "\033P1$r0m\033\\", "\033[I", "\033[O",
		"\033[8;24;80t", "\303\251", "\343\201\202", "\360\237\230\200", "\377\376", "\033[<", "\033[1;",
		"\033[27;5;106~", "\033[106;5u",
	};
	const char *t = texts[rnd(r, sizeof(texts) / sizeof(texts[0]))];

	say(r, t, strlen(t));
}

static void step(struct run *r)
{
	uint32_t what = rnd(r, 100);

	if (what < 78)
		press(r);
	else if (what < 90)
		mouse(r);
	else if (what < 95)
		noise(r);
	else
		set_size(r, 1 + (int)rnd(r, rnd(r, 8) ? 60 : 300), 1 + (int)rnd(r, rnd(r, 8) ? 160 : 500));
	take(r, rnd(r, 12) ? 0 : 4, NULL);
}

/* Its status, or -1 while it runs. */
static int ended(struct run *r)
{
	int status;

	if (!r->pid || waitpid(r->pid, &status, WNOHANG) != r->pid)
		return -1;
	r->pid = 0;
	return status;
}

static int await_end(struct run *r)
{
	uint64_t end = now_ms() + LIMIT_MS;
	int status;

	while ((status = ended(r)) == -1 && now_ms() < end)
		take(r, 20, NULL);
	if (status == -1 && r->pid > 0) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, &status, 0);
		r->pid = 0;
		return -1;
	}
	take(r, 0, NULL);
	return status;
}

static bool same_settings(const struct run *r)
{
	struct termios now;

	tcgetattr(r->slave, &now);
	return now.c_iflag == r->before.c_iflag && now.c_oflag == r->before.c_oflag &&
	       now.c_lflag == r->before.c_lflag && now.c_cflag == r->before.c_cflag;
}

static struct run run;

static void press_them(void)
{
	int wanted = getenv("RANDOM_KEYS") ? atoi(getenv("RANDOM_KEYS")) : KEYS, left = 0, status = -1;
	struct run *r = &run;

	r->seed = getenv("RANDOM_SEED") ? (uint32_t)atoi(getenv("RANDOM_SEED")) : 1;
	CHECK(prepare(r));
	start(r);
	CHECK(take(r, LIMIT_MS, "detach"));
	for (int i = 0; i < wanted; i++) {
		step(r);
		status = i % 16 == 0 ? ended(r) : -1;
		if (status == -1)
			continue;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			CHECK_FAIL("status %x after %d keys (seed)", (unsigned)status, i);
		left++; /* somebody pressed q */
		start(r);
		CHECK(take(r, LIMIT_MS, "detach"));
	}
	/* It still answers: drawn anew at a size of ours. */
	set_size(r, 40, 120);
	for (int i = 0; i < 100 && ended(r) == -1; i++) {
		r->n = 0;
		r->seen[0] = '\0';
		say(r, "\033[201~\035d", 8);
		for (int k = 0; k < 3; k++) { /* an Escape alone is one that nothing follows */
			say(r, "\033", 1);
			take(r, 60, NULL);
		}
		r->n = 0;
		r->seen[0] = '\0';
		say(r, "\014", 1);
		if (take(r, 600, "vmdeck"))
			break;
	}
	if (!strstr(r->seen, "vmdeck")) {
		for (size_t i = 0; i < r->n && i < 3000; i++)
			fputc(r->seen[i] == 033 ? '~' : r->seen[i], stderr);
		CHECK_FAIL("it does not answer any more");
	}
	CHECK(r->pid > 0); /* it did not leave by itself */
	kill(r->pid, SIGTERM);
	status = await_end(r);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
	CHECK(same_settings(r));
	CHECK(strstr(r->seen, "\033[?1049l"));
	CHECK(strstr(r->seen, "\033[?2004l"));
	CHECK(strstr(r->seen, "\033[<u"));
	printf("# %d keys and sizes; left %d times\n", wanted, left);
}

/* Whatever comes of it, nothing is left. */
static void random_keys(void)
{
	struct error ignored;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	press_them();
	if (run.pid > 0) {
		kill(run.pid, SIGTERM);
		await_end(&run);
	}
	if (run.home[0])
		dir_remove(AT_FDCWD, run.home, &ignored);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "random_keys", random_keys },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
