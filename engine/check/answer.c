#include "engine/check/answer.h"

#include <assert.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/text.h"
#include "engine/check/probe.h"

/*
 * In the child.
 */
static void limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };

	setrlimit(what, &l);
}

void answer_confine(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET);
#if !defined(__SANITIZE_ADDRESS__)
	limit(RLIMIT_AS, (rlim_t)1 << 30);
#endif
	limit(RLIMIT_CPU, 20);
	limit(RLIMIT_FSIZE, 0);
}

/* A sanitizer's own handlers are to tell of faults. */
static bool is_told(int signo)
{
#if defined(__SANITIZE_ADDRESS__)
	return signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE;
#else
	(void)signo;
	return false;
#endif
}

static void bare(pid_t parent)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	syscall(SYS_close_range, 3, ~0U, 0);
	for (int s = 1; s < NSIG; s++)
		if (!is_told(s))
			sigaction(s, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	limit(RLIMIT_CORE, 0);
}

void answer_child(const struct answer_work *w, struct answers *a)
{
	struct probe_cache cache = { 0 };
	struct probe_ctx ctx = *w->ctx;

	bare(w->parent);
	if (w->rows[0]->foreign)
		answer_confine();
	ctx.cache = &cache;
	for (size_t i = 0; i < w->n; i++) {
		uint64_t t = now_ms();

		record_begin(&a->records[i], w->rows[i]);
		w->rows[i]->probe(&ctx, &a->records[i]);
		a->ms[i] = (uint32_t)(now_ms() - t);
		__atomic_store_n(&a->n, i + 1, __ATOMIC_RELEASE);
	}
	_exit(0);
}

/*
 * In the parent.
 */
static bool ends(const char *s, size_t cap)
{
	return memchr(s, '\0', cap);
}

/* Is it shaped like a record? Then clean it once more: the child may have been
 * somebody else by the time it wrote. */
bool answer_sound(struct check_record *r)
{
	char clean[sizeof(r->why)];

	static_assert(sizeof(r->why) >= sizeof(r->fixes[0].text) &&
			      sizeof(r->why) >= sizeof(r->summary),
		      "room for the longest");
	if ((unsigned)r->status >= CHECK_STATUS_COUNT ||
	    (unsigned)r->severity >= CHECK_SEVERITY_COUNT || r->n_seen > CHECK_SEEN_MAX ||
	    r->n_fixes > CHECK_FIX_MAX)
		return false;
#define CLEANED(field)                                             \
	(ends(field, sizeof(field)) &&                             \
	 (text_clean_str(clean, sizeof(field), field),             \
	  memcpy(field, clean, strlen(clean) + 1), true))
	if (!CLEANED(r->summary) || !CLEANED(r->why))
		return false;
	for (int i = 0; i < r->n_seen; i++)
		if (!CLEANED(r->seen[i].key) || !CLEANED(r->seen[i].value))
			return false;
	for (int i = 0; i < r->n_fixes; i++) {
		struct check_fix *f = &r->fixes[i];

		if (!CLEANED(f->text) || f->n_argv > CHECK_ARG_MAX ||
		    (unsigned)f->distro >= DISTRO_COUNT)
			return false;
		for (int j = 0; j < f->n_argv; j++)
			if (!CLEANED(f->argv[j]))
				return false;
	}
#undef CLEANED
	return true;
}

/* Put what a child said into the report, with the row's own fields kept. */
void answer_take(struct check_record *to, const struct check *c, struct check_record *from)
{
	struct check_record own;

	record_begin(&own, c);
	from->id = own.id;
	from->title = own.title;
	from->doc = own.doc;
	from->group = own.group;
	memcpy(from->needs, own.needs, sizeof(own.needs));
	memcpy(from->backends, own.backends, sizeof(own.backends));
	from->done = from->running = false;
	*to = *from;
}