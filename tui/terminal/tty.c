#include "tui/terminal/tty.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
enum { FAULTS = sizeof(faults) / sizeof(faults[0]), STACK = 64 * 1024 };

/* A signal handler gets no pointer from its caller: this is the one piece of
 * state outside main's structs. */
static const struct tty *volatile armed;
static struct sigaction before_fault[FAULTS];
static char fault_stack[STACK]; /* the fault may be that the stack is full */

int tty_save(struct tty *t, int fd, struct error *err)
{
	*t = (struct tty){ .fd = fd };
	if (tcgetattr(fd, &t->before) < 0)
		return error_set(err, errno, "terminal settings");
	return 0;
}

void tty_add(struct tty *t, const char *s)
{
	if (!s || t->restore_len + strlen(s) >= sizeof(t->restore))
		return;
	while (*s) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end)
			s = end + 1;
		else
			t->restore[t->restore_len++] = *s++;
	}
}

void tty_restore(const struct tty *t)
{
	const char *p = t->restore;
	size_t n = t->restore_len;

	while (n) {
		ssize_t w = write(t->fd, p, n);

		if (w <= 0)
			break;
		p += w;
		n -= (size_t)w;
	}
	tcsetattr(t->fd, TCSANOW, &t->before);
}

static void fault(int signo)
{
	const struct tty *t = armed;

	armed = NULL;
	if (t)
		tty_restore(t);
	for (size_t i = 0; i < FAULTS; i++)
		if (faults[i] == signo)
			sigaction(signo, &before_fault[i], NULL);
	raise(signo); /* delivered when we return, to whoever had it before */
}

void tty_arm(struct tty *t)
{
	stack_t stack = { .ss_sp = fault_stack, .ss_size = STACK };
	struct sigaction sa = { .sa_handler = fault, .sa_flags = SA_ONSTACK };

	armed = t;
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < FAULTS; i++)
		sigaction(faults[i], &sa, &before_fault[i]);
}

void tty_disarm(void)
{
	if (!armed)
		return;
	armed = NULL;
	for (size_t i = 0; i < FAULTS; i++)
		sigaction(faults[i], &before_fault[i], NULL);
}
