/*
 * at [-p PID] [-x COMMAND] [-u NAME] VICTIM MOMENT COMMAND...: run a command, and at a moment of the
 * launch that it makes, end a process of that launch by SIGKILL. The product has no door
 * for this: it is watched from outside, by ptrace(2), with all that it starts.
 *
 * VICTIM is a role:
 *
 *   cli         the command itself
 *   check       what it starts besides (preflight's children)
 *   starter     the supervisor before it has its namespaces, and its parent then
 *   supervisor
 *   helper      children of the supervisor that are none of the following (yet)
 *   gateway     by its name
 *   hypervisor  since it is QEMU
 *   maker, ...  a process of vmdeck's that was given that verb
 *
 * MOMENT is ROLE:K, after the K-th system call of that role that changes something, or
 * ROLE:CALL:N[:TEXT], after its N-th CALL (with TEXT in what its arguments point to, or an
 * argument of the value 0x...). ROLE:0 never comes: the calls are only counted.
 *
 * With -p the processes of a running session are watched as well: its supervisor's pid.
 * With -x a shell command is run at the moment, before the end; -u NAME: without the variable
 * NAME in its environment.
 *
 * Says one line on descriptor 3 or else standard error, "killed ROLE PID COMM at CALL of ROLE",
 * "absent ROLE at ..." (the moment came, the victim was not there) or "never" (the command ended
 * before) with the counts; ends when the command has, with 0, 1, 2. All others are let go.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TASKS = 512, ROLES = 32, LIMIT_S = 240, LOOK = 65536 };

#define CALLS(X)                                                                                                      \
	X(openat) X(mkdir) X(mkdirat) X(rename) X(renameat) X(renameat2) X(linkat) X(unlink) X(unlinkat)              \
	X(ftruncate) X(fallocate) X(write) X(pwrite64) X(fchmod) X(flock) X(memfd_create) X(socket) X(socketpair)     \
	X(bind) X(listen) X(connect) X(accept4) X(sendto) X(sendmsg) X(clone) X(clone3) X(execve) X(kill) X(unshare)  \
	X(setns) X(mount) X(umount2) X(pivot_root) X(ioctl) X(prctl) X(setsid) X(setresuid) X(pipe2) X(dup2) X(dup3)  \
	X(pidfd_open) X(pidfd_send_signal) X(close) X(shutdown) X(copy_file_range) X(sendfile) X(fcntl)

static const struct {
	const char *name;
	long number;
} calls[] = {
#define X(name) { #name, SYS_##name },
	CALLS(X)
#undef X
};
/* Too many, and nothing is left by them: not counted, but a moment can name them. */
static const long quiet[] = { SYS_close, SYS_fcntl };

struct task {
	pid_t pid, process;
	char role[24]; /* empty until its parent has told of it */
	long call; /* it is in */
	uint64_t args[6];
};

struct watch {
	struct task task[TASKS];
	int n;
	const char *victim, *look;
	char role[24], call[24], text[128]; /* the moment */
	long nth, seen;
	struct { char role[24]; long calls; } count[ROLES];
	pid_t root;
	int out, status;
	bool over;
};

static const char *name_of(long call)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].number == call)
			return calls[i].name;
	return NULL;
}

static size_t read_proc(pid_t pid, const char *what, char *out, size_t cap)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, out, cap - 1);
	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static pid_t status_of(pid_t pid, const char *key)
{
	char text[4096], *at;

	read_proc(pid, "status", text, sizeof(text));
	at = strstr(text, key);
	return at ? (pid_t)atoi(at + strlen(key)) : 0;
}

static struct task *find(struct watch *w, pid_t pid)
{
	for (int i = 0; i < w->n; i++)
		if (w->task[i].pid == pid)
			return &w->task[i];
	return NULL;
}

/* What it is by what it was made for. */
static void look_at(struct task *t)
{
	char line[4096], *base;
	size_t n = read_proc(t->process, "cmdline", line, sizeof(line)), first = strlen(line);

	base = strrchr(line, '/');
	base = base ? base + 1 : line;
	if (!strcmp(t->role, "cli"))
		return;
	if (!strncmp(base, "qemu", 4))
		snprintf(t->role, sizeof(t->role), "hypervisor");
	else if (!strcmp(base, "vmdeck") && first + 1 < n)
		snprintf(t->role, sizeof(t->role), "%.20s", !strcmp(line + first + 1, "supervise") ? "starter" : line + first + 1);
}

static void look_at_name(struct task *t)
{
	char comm[32];

	read_proc(t->process, "comm", comm, sizeof(comm));
	if (!strncmp(comm, "vmdeck-gateway", 14))
		snprintf(t->role, sizeof(t->role), "gateway");
}

static struct task *add(struct watch *w, pid_t pid)
{
	struct task *t;

	for (int i = 0; w->n == TASKS && i < TASKS; i++)
		if (kill(w->task[i].pid, 0) < 0) /* is no more */
			w->task[i] = w->task[--w->n];
	if (w->n == TASKS)
		exit(3);
	t = &w->task[w->n++];
	*t = (struct task){ .pid = pid, .process = status_of(pid, "Tgid:"), .call = -1 };
	if (pid == w->root)
		snprintf(t->role, sizeof(t->role), "cli");
	return t;
}

static void go_on(const struct watch *w, const struct task *t, int sig);

/* A task has made another: what that is follows from what it is. The new one waits for this. */
static void born(struct watch *w, const struct task *parent)
{
	char role[sizeof(parent->role)];
	unsigned long pid = 0;
	struct task *t;

	snprintf(role, sizeof(role), "%s", parent->role);
	ptrace(PTRACE_GETEVENTMSG, parent->pid, 0, &pid);
	t = find(w, (pid_t)pid);
	if (!t)
		t = add(w, (pid_t)pid);
	else
		t->call = -2; /* it has stopped already */
	if (t->process == t->pid)
		snprintf(role, sizeof(role), "%s", !strcmp(parent->role, "starter") ? "supervisor" :
			 !strcmp(parent->role, "cli") || !strcmp(parent->role, "check") ? "check" : "helper");
	snprintf(t->role, sizeof(t->role), "%s", role);
	if (t->call == -2) {
		t->call = -1;
		go_on(w, t, 0);
	}
}

/* The moment, and what then. */

static bool has_text(const struct watch *w, const struct task *t)
{
	static char buf[LOOK];
	size_t n = strlen(w->text);

	if (!n)
		return true;
	for (int i = 0; i < 6; i++) {
		struct iovec ours = { buf, sizeof(buf) }, theirs = { (void *)(uintptr_t)t->args[i], sizeof(buf) };
		ssize_t got;

		if (w->text[0] == '0' && w->text[1] == 'x') {
			if (t->args[i] == strtoull(w->text, NULL, 16))
				return true;
			continue;
		}
		if (t->args[i] < 4096)
			continue;
		/* up to the end of what is mapped: a page at least */
		for (got = -1; got < 0 && theirs.iov_len >= 64; theirs.iov_len /= 2)
			got = process_vm_readv(t->pid, &ours, 1, &theirs, 1, 0);
		if (i == 1 && (t->call == SYS_write || t->call == SYS_pwrite64 || t->call == SYS_sendto) && got > (ssize_t)t->args[2])
			got = (ssize_t)t->args[2];
		if (got > 0 && memmem(buf, (size_t)(got < 8192 ? got : 8192), w->text, n))
			return true;
	}
	return false;
}

static bool is_quiet(long call)
{
	for (size_t i = 0; i < sizeof(quiet) / sizeof(*quiet); i++)
		if (quiet[i] == call)
			return true;
	return false;
}

static void count(struct watch *w, const char *role)
{
	int i = 0;

	while (i < ROLES && w->count[i].role[0] && strcmp(w->count[i].role, role) != 0)
		i++;
	if (i < ROLES) {
		snprintf(w->count[i].role, sizeof(w->count[i].role), "%s", role);
		w->count[i].calls++;
	}
}

static struct task *victim(struct watch *w)
{
	for (int i = w->n; i-- > 0;) { /* the youngest of that role */
		struct task *t = &w->task[i];

		if (!strcmp(t->role, "helper"))
			look_at_name(t);
		if (!strcmp(t->role, w->victim) && t->pid == t->process && kill(t->pid, 0) == 0)
			return t;
	}
	return NULL;
}

static void moment(struct watch *w, const struct task *at)
{
	const struct task *t;
	char comm[32] = "";

	if (w->look && system(w->look) != 0)
		dprintf(w->out, "look: failed\n");
	w->over = true;
	t = victim(w);
	w->status = t ? 0 : 1;
	if (t) {
		read_proc(t->pid, "comm", comm, sizeof(comm));
		comm[strcspn(comm, "\n")] = '\0';
		kill(t->pid, SIGKILL);
	}
	dprintf(w->out, "%s %s %d %s at %s %ld of %s\n", t ? "killed" : "absent", w->victim, t ? (int)t->pid : 0, comm,
		name_of(at->call), w->seen, w->role);
}

/* A call has ended. */
static void called(struct watch *w, struct task *t)
{
	const char *name = name_of(t->call);

	if (!strcmp(t->role, "helper") && t->call == SYS_prctl)
		look_at_name(t);
	if (!name || w->over)
		return;
	if (!is_quiet(t->call))
		count(w, t->role);
	if (strcmp(t->role, w->role) != 0 || !w->nth || (w->call[0] ? strcmp(w->call, name) != 0 : is_quiet(t->call)) ||
	    !has_text(w, t) || ++w->seen != w->nth)
		return;
	moment(w, t);
}

static bool wanted(const struct watch *w, const struct task *t)
{
	return !w->nth || !strcmp(t->role, w->role) || (!strcmp(t->role, "helper") && !strcmp(w->role, "gateway"));
}

static void go_on(const struct watch *w, const struct task *t, int sig)
{
	ptrace(w->over ? PTRACE_DETACH : wanted(w, t) ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, 0, sig);
}

static void stopped(struct watch *w, pid_t pid, int status)
{
	struct task *t = find(w, pid);
	int sig = WSTOPSIG(status), event = status >> 16;

	if (!t)
		t = add(w, pid);
	if (sig == (SIGTRAP | 0x80)) {
		struct __ptrace_syscall_info info;

		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY) {
			t->call = (long)info.entry.nr;
			memcpy(t->args, info.entry.args, sizeof(t->args));
		} else if (t->call >= 0) {
			called(w, t);
			t->call = -1;
		}
		go_on(w, t, 0);
		return;
	}
	if (event == PTRACE_EVENT_EXEC) {
		look_at(t);
		t->call = SYS_execve; /* by its new role, which comes to its end next */
	}
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
		born(w, t);
		t = find(w, pid); /* adding may move it */
	}
	if (!t->role[0])
		return;
	if (event == PTRACE_EVENT_STOP && sig != SIGTRAP && !w->over) {
		ptrace(PTRACE_LISTEN, pid, 0, 0); /* a stop like any other */
		return;
	}
	go_on(w, t, event ? 0 : sig);
}

enum { OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC };

static pid_t begin(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, NULL, WUNTRACED) != pid || ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) < 0) {
		perror("at: watch the command");
		exit(3);
	}
	kill(pid, SIGCONT);
	return pid;
}

/* A process that runs, and all below it. */
static void seize(struct watch *w, pid_t pid, const char *role)
{
	char path[64], list[4096];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		pid_t tid = (pid_t)atoi(e->d_name);
		struct task *t;

		if (tid <= 0 || ptrace(PTRACE_SEIZE, tid, 0, OPTIONS) < 0)
			continue;
		t = add(w, tid);
		look_at(t); /* a hypervisor; of its own program it is known what each is */
		if (strcmp(t->role, "hypervisor") != 0) {
			snprintf(t->role, sizeof(t->role), "%s", role);
			look_at_name(t);
		}
		ptrace(PTRACE_INTERRUPT, tid, 0, 0); /* from here on its calls are seen */
		snprintf(path, sizeof(path), "task/%d/children", (int)tid);
		read_proc(pid, path, list, sizeof(list));
		for (char *save, *one = strtok_r(list, " ", &save); one; one = strtok_r(NULL, " ", &save))
			seize(w, (pid_t)atoi(one), "helper");
	}
	if (d)
		closedir(d);
}

static void tell_counts(const struct watch *w)
{
	dprintf(w->out, "never");
	for (int i = 0; i < ROLES && w->count[i].role[0]; i++)
		dprintf(w->out, " %s=%ld", w->count[i].role, w->count[i].calls);
	dprintf(w->out, "\n");
}

int main(int argc, char **argv)
{
	static struct watch w;
	const char *hidden = NULL;
	pid_t pid, running = 0;
	int opt, status;

	w.status = 2;
	w.out = fcntl(3, F_GETFD) < 0 ? 2 : 3;
	while ((opt = getopt(argc, argv, "+p:x:u:")) > 0)
		if (opt == 'p')
			running = (pid_t)atoi(optarg);
		else if (opt == 'x')
			w.look = optarg;
		else if (opt == 'u')
			hidden = optarg;
		else
			return 3;
	if (argc - optind < 3)
		return 3;
	w.victim = argv[optind];
	if (sscanf(argv[optind + 1], "%23[a-z]:%ld", w.role, &w.nth) != 2 &&
	    sscanf(argv[optind + 1], "%23[a-z]:%23[a-z0-9_]:%ld:%127[^\n]", w.role, w.call, &w.nth, w.text) < 3) {
		fprintf(stderr, "at: not a moment: %s\n", argv[optind + 1]);
		return 3;
	}
	if (w.out == 3)
		fcntl(3, F_SETFD, FD_CLOEXEC);
	alarm(LIMIT_S); /* all are let go by our end */
	if (running)
		seize(&w, running, "supervisor");
	w.root = begin(argv + optind + 2);
	if (hidden)
		unsetenv(hidden);
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid > 0 && WIFSTOPPED(status))
			stopped(&w, pid, status);
		else if (pid == w.root)
			break;
	}
	if (w.status == 2)
		tell_counts(&w);
	return w.status;
}
