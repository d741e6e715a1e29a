#include "engine/check/runner.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/check/distro.h"
#include "engine/check/probe.h"

/*
 * A job is a row of the table. Its state is two flags: `wanted` (to be asked)
 * and `asked` (a child is at it). Rows that share a child are wanted, asked
 * and answered together with the row that leads them.
 *
 * A child is a `struct ask`. It usually ends before its deadline, but it may be
 * stuck in the kernel where no signal reaches (a dead NFS server under
 * statvfs): so at the deadline its rows are answered at once with "took longer
 * than", and the ask is a stray until the child does end.
 *
 * Limits: an answer is believed as far as its shape goes. A child that was
 * taken over by a hostile image can lie about that image's checks, in clean
 * text of bounded length; it cannot do more.
 */
enum {
	PARALLEL = 6,  /* most of them wait, they do not compute */
	SHARE_MAX = 8, /* rows that one child may answer */
	STOP_WAIT_MS = 200,
};

struct runner_job {
	bool wanted, asked;
};

struct answers {
	struct check_record records[SHARE_MAX];
	uint32_t ms[SHARE_MAX];
	size_t n; /* complete */
};

struct ask {
	struct list link;       /* in runner->asks, or ->strays when its rows are answered */
	struct child child;
	struct timer deadline;
	struct later gone;
	struct runner *runner;
	size_t row;             /* the leading one */
	uint64_t since;
	struct answers *shared; /* the child writes, we read after its death */
};

void record_begin(struct check_record *r, const struct check *c)
{
	*r = (struct check_record){
		.id = c->id,
		.title = c->title,
		.doc = c->doc,
		.group = c->group,
		.severity = c->severity,
		.status = CHECK_UNKNOWN,
	};
	memcpy(r->needs, c->needs, sizeof(r->needs));
	memcpy(r->backends, c->backends, sizeof(r->backends));
	if (c->why)
		record_why(r, "%s", c->why);
}

static int row_of(const struct runner *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcasecmp(r->table[i].id, id))
			return (int)i;
	return -1;
}

static size_t leader_of(const struct runner *r, size_t i)
{
	int l = r->table[i].shares ? row_of(r, r->table[i].shares) : (int)i;

	assert(l >= 0 && (size_t)l <= i);
	return (size_t)l;
}

/* The rows that the child of `lead` answers; gives their number. */
static size_t members(const struct runner *r, size_t lead, size_t out[SHARE_MAX])
{
	size_t n = 0;

	for (size_t i = lead; i < r->n && n < SHARE_MAX; i++)
		if (leader_of(r, i) == lead)
			out[n++] = i;
	return n;
}

/*
 * In the child.
 */
static void limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };

	setrlimit(what, &l);
}

/* For a probe that reads foreign bytes: no network, bounded memory and time,
 * nothing written. What cannot be had is done without. */
static void confine(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET);
#if !defined(__SANITIZE_ADDRESS__)
	limit(RLIMIT_AS, (rlim_t)1 << 30);
#endif
	limit(RLIMIT_CPU, 20);
	limit(RLIMIT_FSIZE, 0);
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
		sigaction(s, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	limit(RLIMIT_CORE, 0);
}

static _Noreturn void in_child(struct runner *r, size_t lead, struct answers *a, pid_t parent)
{
	struct probe_cache cache = { 0 };
	size_t rows[SHARE_MAX];
	size_t n = members(r, lead, rows);

	bare(parent);
	if (r->table[lead].foreign)
		confine();
	r->ctx.cache = &cache;
	for (size_t i = 0; i < n; i++) {
		const struct check *c = &r->table[rows[i]];
		uint64_t t = now_ms();

		record_begin(&a->records[i], c);
		c->probe(&r->ctx, &a->records[i]);
		a->ms[i] = (uint32_t)(now_ms() - t);
		__atomic_store_n(&a->n, i + 1, __ATOMIC_RELEASE);
	}
	_exit(0);
}

/*
 * Answers.
 */
static bool ends(const char *s, size_t cap)
{
	return memchr(s, '\0', cap);
}

/* Is it shaped like a record? Then clean it once more: the child may have been
 * somebody else by the time it wrote. */
static bool sound(struct check_record *r)
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
static void accept(struct check_record *to, const struct check *c, struct check_record *from)
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

static void finish(struct runner *r, size_t i, uint32_t ms)
{
	struct check_record *rec = &r->report.records[i];

	rec->done = true;
	rec->running = false;
	rec->ms = ms;
	if (r->record)
		r->record(r, rec);
}

/* A need of row i that did not come out well; NULL when all did. */
static const struct check_record *unmet(const struct runner *r, size_t i)
{
	for (int k = 0; k < CHECK_NEEDS_MAX && r->table[i].needs[k]; k++) {
		int n = row_of(r, r->table[i].needs[k]);
		const struct check_record *need = &r->report.records[n];

		assert(n >= 0 && (size_t)n < i);
		if (need->status != CHECK_OK && need->status != CHECK_INFO &&
		    need->status != CHECK_WARN)
			return need;
	}
	return NULL;
}

static void skip(struct runner *r, size_t i, const struct check_record *need)
{
	static const char *const how[CHECK_STATUS_COUNT] = {
		[CHECK_FAILED] = "failed",
		[CHECK_SKIP] = "was not asked",
		[CHECK_UNKNOWN] = "gave no answer",
	};
	struct check_record *rec = &r->report.records[i];

	record_begin(rec, &r->table[i]);
	record_say(rec, CHECK_SKIP, "not asked: %s (%s) %s", need->id, need->title,
		   how[need->status]);
	finish(r, i, 0);
}

static bool skip_quick(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];

	if (!r->plan->quick || c->severity == CHECK_BLOCKER ||
	    (c->may_block && c->may_block(r->plan)))
		return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not asked: it cannot block this launch");
	finish(r, i, 0);
	return true;
}

static bool skip_backend(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];
	const char *backend = plan_backend(r->plan);

	if (!c->backends[0])
		return false;
	for (int k = 0; k < CHECK_BACKENDS_MAX && c->backends[k]; k++)
		if (!strcmp(c->backends[k], backend))
			return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not needed by the %s backend", backend);
	finish(r, i, 0);
	return true;
}

static void ask_free(struct ask *a)
{
	munmap(a->shared, sizeof(*a->shared));
	free(a);
}

static void gone(struct later *l)
{
	ask_free(LIST_ITEM(l, struct ask, gone));
}

/* One row of a child that is answered (rec) or not (why). */
static void settle(struct runner *r, size_t i, struct check_record *rec, uint32_t ms,
		   const char *why)
{
	const struct check_record *need = unmet(r, i);

	r->jobs[i].asked = false;
	if (need) {
		skip(r, i, need);
		return;
	}
	if (rec)
		accept(&r->report.records[i], &r->table[i], rec);
	else {
		record_begin(&r->report.records[i], &r->table[i]);
		record_say(&r->report.records[i], CHECK_UNKNOWN, "%s", why);
	}
	finish(r, i, ms);
}

/* Its rows are over, with what it said or with `why` it did not. */
static void answered(struct ask *a, const char *why)
{
	AUTO_FREE struct answers *copy = malloc(sizeof(*copy));
	struct runner *r = a->runner;
	uint32_t took = (uint32_t)(now_ms() - a->since);
	size_t rows[SHARE_MAX];
	size_t n = members(r, a->row, rows);

	if (copy)
		memcpy(copy, a->shared, sizeof(*copy));
	timer_stop(&a->deadline);
	r->running--;
	for (size_t i = 0; i < n; i++) {
		bool said = copy && i < copy->n;
		bool good = said && sound(&copy->records[i]);
		uint32_t ms = good && copy->ms[i] <= took ? copy->ms[i] : took;

		settle(r, rows[i], good ? &copy->records[i] : NULL, ms,
		       said ? "the check gave a malformed answer" : why);
	}
	loop_later(r->loop, &r->turn);
}

static void ended(struct child *c, int status)
{
	struct ask *a = LIST_ITEM(c, struct ask, child);
	bool stray = !timer_running(&a->deadline);
	struct loop *loop = a->runner->loop;
	char why[128] = "the check ended without an answer";

	if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "the check itself crashed (%s)",
			 strsignal(WTERMSIG(status)));
	list_remove(&a->link); /* before any callback may stop the runner */
	if (!stray)
		answered(a, why);
	loop_later(loop, &a->gone);
}

static void late(struct timer *t)
{
	struct ask *a = LIST_ITEM(t, struct ask, deadline);
	struct runner *r = a->runner;
	char why[128];

	kill(-a->child.pid, SIGKILL); /* not reaped yet, so the number is still its own */
	child_signal(&a->child, SIGKILL);
	list_remove(&a->link);
	list_append(&r->strays, &a->link);
	snprintf(why, sizeof(why), "took longer than %u s",
		 (r->table[a->row].timeout_ms + 999) / 1000);
	answered(a, why);
}

/*
 * Asking.
 */
static struct ask *ask_new(struct runner *r, size_t row)
{
	struct ask *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->runner = r;
	a->row = row;
	a->since = now_ms();
	a->child.fn = ended;
	a->deadline.fn = late;
	a->gone.fn = gone;
	list_init(&a->link);
	a->shared = mmap(NULL, sizeof(*a->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a->shared == MAP_FAILED) {
		free(a);
		return NULL;
	}
	return a;
}

static int ask(struct runner *r, size_t row, struct error *err)
{
	struct ask *a = ask_new(r, row);
	pid_t us = getpid();
	pid_t pid;

	if (!a)
		return error_set(err, errno, "start the check");
	pid = fork();
	if (pid == 0)
		in_child(r, row, a->shared, us);
	if (pid > 0) {
		setpgid(pid, pid);
		if (child_watch(r->loop, &a->child, pid, err) == 0) {
			if (timer_start(r->loop, &a->deadline, r->table[row].timeout_ms, 0, err) == 0) {
				list_append(&r->asks, &a->link);
				r->running++;
				return 0;
			}
			child_forget(&a->child);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	} else
		error_set(err, errno, "start the check");
	ask_free(a);
	return -1;
}

/* Not to be asked as long as one that it, or a row of its child, needs is. A
 * need that the same child answers is no reason to wait. */
static bool waits(const struct runner *r, size_t lead)
{
	size_t rows[SHARE_MAX];
	size_t n = members(r, lead, rows);

	for (size_t m = 0; m < n; m++)
		for (int k = 0; k < CHECK_NEEDS_MAX && r->table[rows[m]].needs[k]; k++) {
			size_t need = (size_t)row_of(r, r->table[rows[m]].needs[k]);

			if (leader_of(r, need) != lead &&
			    (r->jobs[need].wanted || r->jobs[need].asked))
				return true;
		}
	return false;
}

/* Answer a row without asking, when its needs or the backend say so. */
static bool skipped(struct runner *r, size_t i)
{
	const struct check_record *need = unmet(r, i);

	if (need)
		skip(r, i, need);
	return need || skip_backend(r, i) || skip_quick(r, i);
}

/* Start the child that answers `lead` and its rows. When the lead is skipped
 * so are they: they need it, or what it needs (a test of the table's). */
static void begin(struct runner *r, size_t lead)
{
	struct error err = { 0 };
	size_t rows[SHARE_MAX];
	size_t n = members(r, lead, rows);

	for (size_t i = 0; i < n; i++)
		r->jobs[rows[i]].wanted = false;
	if (skipped(r, lead)) {
		for (size_t i = 1; i < n; i++)
			if (!skipped(r, rows[i]))
				settle(r, rows[i], NULL, 0, "not asked");
		return;
	}
	for (size_t i = 0; i < n; i++)
		r->jobs[rows[i]].asked = true;
	if (ask(r, lead, &err) < 0)
		for (size_t i = 0; i < n; i++)
			settle(r, rows[i], NULL, 0, err.msg);
}

static void turn(struct later *l)
{
	struct runner *r = LIST_ITEM(l, struct runner, turn);
	bool waiting = false;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->jobs[i].wanted || leader_of(r, i) != i)
			continue;
		if (r->running >= r->parallel || waits(r, i))
			waiting = true;
		else
			begin(r, i);
	}
	if (!r->running && !waiting && r->finished)
		r->finished(r);
	else if (!r->running && waiting)
		loop_later(r->loop, &r->turn); /* what was waited for was answered above */
}

static void want(struct runner *r, size_t i)
{
	size_t lead = leader_of(r, i);
	size_t rows[SHARE_MAX];
	size_t n = members(r, lead, rows);

	for (size_t k = 0; k < n; k++)
		if (!r->jobs[rows[k]].asked)
			r->jobs[rows[k]].wanted = r->report.records[rows[k]].running = true;
	loop_later(r->loop, &r->turn);
}

static void host_facts(struct runner *r)
{
	struct report_host *h = &r->report.host;
	const struct check_sys *sys = host_sys(&r->host);
	struct utsname u;
	char text[4096];
	const char *at;

	if (r->our_host)
		host_terminal(&r->host);
	if (sys->uname(&u) == 0) {
		text_clean_str(h->kernel, sizeof(h->kernel), u.release);
		text_clean_str(h->arch, sizeof(h->arch), u.machine);
	}
	r->ctx.distro = distro_detect(&r->host, h->distro, sizeof(h->distro));
	h->uid = sys->uid();
	h->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (host_read(&r->host, "/proc/meminfo", text, sizeof(text)) > 0 &&
	    (at = strstr(text, "MemTotal:")))
		h->memory_mib = strtoull(at + strlen("MemTotal:"), NULL, 10) / 1024;
}

static int runner_init_table(struct runner *r, struct loop *loop, const struct check_plan *plan,
			     const struct check_host *host, struct error *err)
{
	r->loop = loop;
	r->turn.fn = turn;
	r->parallel = PARALLEL;
	list_init(&r->asks);
	list_init(&r->strays);
	r->report.records = calloc(r->n, sizeof(*r->report.records));
	r->plan = malloc(sizeof(*r->plan));
	r->jobs = calloc(r->n, sizeof(*r->jobs));
	if (!r->plan || !r->jobs || !r->report.records) {
		runner_done(r);
		return error_set(err, ENOMEM, "preflight");
	}
	r->report.n = r->n;
	for (size_t i = 0; i < r->n; i++)
		record_begin(&r->report.records[i], &r->table[i]);
	*r->plan = *plan;
	r->our_host = !host;
	if (host)
		r->host = *host;
	r->ctx = (struct probe_ctx){ .plan = r->plan, .host = &r->host };
	host_facts(r);
	return 0;
}

int runner_init(struct runner *r, struct loop *loop, const struct check_plan *plan,
		const struct check_host *host, struct error *err)
{
	*r = (struct runner){ .table = checks, .n = checks_count };
	return runner_init_table(r, loop, plan, host, err);
}

int runner_init_with(struct runner *r, const struct check *table, size_t n, struct loop *loop,
		     const struct check_plan *plan, const struct check_host *host,
		     struct error *err)
{
	*r = (struct runner){ .table = table, .n = n };
	return runner_init_table(r, loop, plan, host, err);
}

/* A killed child is dead at once, unless it is stuck in the kernel: that one is
 * reaped by the system when we are gone. */
static void kill_all(struct list *asks)
{
	while (!list_empty(asks)) {
		struct ask *a = LIST_ITEM(asks->next, struct ask, link);
		struct pollfd dead = { .fd = a->child.source.fd, .events = POLLIN };
		pid_t pid = a->child.pid;

		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		list_remove(&a->link);
		timer_stop(&a->deadline);
		if (poll(&dead, 1, STOP_WAIT_MS) > 0)
			waitpid(pid, NULL, WNOHANG);
		child_forget(&a->child);
		ask_free(a);
	}
}

void runner_stop(struct runner *r)
{
	kill_all(&r->asks);
	later_cancel(&r->turn);
	r->running = 0;
	for (size_t i = 0; i < r->n; i++) {
		r->jobs[i] = (struct runner_job){ 0 };
		r->report.records[i].running = false;
	}
}

void runner_done(struct runner *r)
{
	if (r->report.records && r->jobs) {
		runner_stop(r);
		kill_all(&r->strays);
	}
	report_done(&r->report);
	free(r->jobs);
	free(r->plan);
	*r = (struct runner){ 0 };
}

void runner_set_plan(struct runner *r, const struct check_plan *plan)
{
	*r->plan = *plan;
}

void runner_start(struct runner *r)
{
	runner_stop(r);
	host_facts(r);
	for (size_t i = 0; i < r->n; i++)
		want(r, i);
}

/* Also what it needs and was not well, or it would only be skipped again; and
 * what was skipped because of it. */
static void want_again(struct runner *r, size_t i)
{
	if (r->jobs[i].wanted || r->jobs[i].asked)
		return;
	want(r, i);
	for (int k = 0; k < CHECK_NEEDS_MAX && r->table[i].needs[k]; k++) {
		size_t need = (size_t)row_of(r, r->table[i].needs[k]);
		enum check_status s = r->report.records[need].status;

		if (s == CHECK_FAILED || s == CHECK_SKIP || s == CHECK_UNKNOWN)
			want_again(r, need);
	}
	for (size_t j = i + 1; j < r->n; j++)
		for (int k = 0; k < CHECK_NEEDS_MAX && r->table[j].needs[k]; k++)
			if (!strcasecmp(r->table[j].needs[k], r->table[i].id) &&
			    r->report.records[j].status == CHECK_SKIP)
				want_again(r, j);
}

bool runner_rerun(struct runner *r, const char *id)
{
	int i = row_of(r, id);

	if (i < 0)
		return false;
	want_again(r, (size_t)i);
	return true;
}

static void all_done(struct runner *r)
{
	loop_stop(r->loop, 0);
}

int check_run_all(const struct check_plan *plan, struct report *out, struct error *err)
{
	struct runner r;
	struct loop loop;
	int result = -1;

	*out = (struct report){ 0 };
	if (loop_init(&loop, err) < 0)
		return -1;
	if (runner_init(&r, &loop, plan, NULL, err) == 0) {
		r.finished = all_done;
		runner_start(&r);
		result = loop_run(&loop, err);
		if (result == 0) {
			runner_stop(&r);
			kill_all(&r.strays);
			*out = r.report;
			r.report = (struct report){ 0 };
		}
		runner_done(&r);
	}
	loop_done(&loop);
	return result;
}
