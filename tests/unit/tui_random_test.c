/*
 * Random keys, mouse, pastes, terminal answers and sizes at the real dashboard on a
 * pty, with live demo consoles: it must neither fault nor hang, and the terminal must
 * be given back. RANDOM_KEYS says how many (a few seconds' worth unless said; 10000 is
 * the figure that is promised), RANDOM_SEED where to begin. Under SAN=1 the program is
 * the sanitised one.
 */
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

#include "tests/pty.h"
#include "tests/test.h"

enum { KEYS = 4000 };

struct run {
	struct pty pty;
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
	if (!pty_open(&r->pty) || !pty_file(&r->pty, "config/config.json", config))
		return false;
	r->pty.bare = true;
	return true;
}

static bool start(struct run *r)
{
	pty_size(&r->pty, PTY_ROWS, PTY_COLS);
	return pty_start(&r->pty, "xterm-256color", "demo", NULL) && pty_await(&r->pty, "detach");
}

/* It may have left, and then nobody reads it. */
static void say(struct run *r, const char *text)
{
	pty_say(&r->pty, text);
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

	say(r, k);
}

static void mouse(struct run *r)
{
	static const int buttons[] = { 0, 0, 0, 32, 32, 32, 64, 65, 1, 2, 3, 35 };
	char text[64];

	snprintf(text, sizeof(text), "\033[<%d;%u;%u%c",
		 buttons[rnd(r, sizeof(buttons) / sizeof(buttons[0]))], 1 + rnd(r, 130),
		 1 + rnd(r, 45), rnd(r, 3) ? 'M' : 'm');
	say(r, text);
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

	say(r, t);
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
		pty_size(&r->pty, 1 + (int)rnd(r, rnd(r, 8) ? 60 : 300),
			 1 + (int)rnd(r, rnd(r, 8) ? 160 : 500));
	pty_take(&r->pty, rnd(r, 12) ? 0 : 4, NULL);
}

static struct run run;

static void press_them(void)
{
	int wanted = getenv("RANDOM_KEYS") ? atoi(getenv("RANDOM_KEYS")) : KEYS, left = 0, status;
	struct run *r = &run;
	struct pty *p = &r->pty;

	r->seed = getenv("RANDOM_SEED") ? (uint32_t)atoi(getenv("RANDOM_SEED")) : 1;
	CHECK(prepare(r));
	CHECK(start(r));
	for (int i = 0; i < wanted; i++) {
		step(r);
		if (i % 16 != 0 || !pty_ended(p, &status))
			continue;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			CHECK_FAIL("status %x after %d keys (seed)", (unsigned)status, i);
		left++; /* somebody pressed q */
		CHECK(start(r));
	}
	/* It still answers: drawn anew at a size of ours. */
	pty_size(p, PTY_ROWS, PTY_COLS);
	for (int i = 0; i < 100 && !pty_ended(p, &status); i++) {
		say(r, "\033[201~\035d");
		for (int k = 0; k < 3; k++) { /* an Escape alone is one that nothing follows */
			say(r, "\033");
			pty_take(p, 60, NULL);
		}
		pty_forget(p);
		say(r, "\014");
		if (pty_take(p, 600, "vmdeck"))
			break;
	}
	CHECK(pty_await(p, "vmdeck"));
	CHECK(p->pid > 0); /* it did not leave by itself */
	kill(p->pid, SIGTERM);
	status = pty_finish(p);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
	CHECK(pty_same_settings(p));
	CHECK(strstr(p->seen, "\033[?1049l"));
	CHECK(strstr(p->seen, "\033[?2004l"));
	CHECK(strstr(p->seen, "\033[<u"));
	printf("# %d keys and sizes; left %d times\n", wanted, left);
}

/* Whatever comes of it, nothing is left. */
static void random_keys(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	press_them();
	pty_close(&run.pty);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "random_keys", random_keys },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
