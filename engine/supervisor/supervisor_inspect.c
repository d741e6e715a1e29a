/*
 * Looking at the session's disk while the machine runs, and once when it has ended.
 * One look at a time: init holds the disk still (FREEZE), a process of ours reads it
 * (inspect.h), and what it says goes to the viewer that asked. A guest that does not
 * hold still in time is looked at all the same, and may then make no sense: that is
 * an error to who asked, no more.
 */
#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/session/inspect.h"

enum {
	ARGS = 40,
	WAITING = 8,              /* looks that wait for their turn */
	FREEZE_WAIT_MS = 5000,    /* for the guest to hold still */
	LOOK_MS = 30 * 1000,      /* for a look */
	KEEP_MS = 10 * 60 * 1000, /* for an image */
	LAST_MS = 3000,           /* for the last one, which holds up the session's end */
	HOLD_MS = 10 * 1000,      /* that the guest holds still at most */
	HOLD_KEEP_MS = 60 * 1000,
};

struct look {
	struct list link;
	uint32_t viewer, request; /* viewer 0: the last one */
	enum look_kind kind;
	char *args[3];            /* owned */
};

static void look_free(struct look *l)
{
	list_remove(&l->link);
	for (int i = 0; i < 3; i++)
		free(l->args[i]);
	free(l);
}

static struct look *first(struct supervisor *s)
{
	return list_empty(&s->looks) ? NULL : LIST_ITEM(s->looks.next, struct look, link);
}

/* The answer. */

static void post_text(struct viewer *v, uint32_t request, const char *text, size_t n)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	size_t part;

	do {
		part = n < WIRE_DATA_MAX - 1 ? n : WIRE_DATA_MAX - 1;
		wire_begin(&w, buf, WIRE_TEXT_IS, request);
		wire_u8(&w, part == n);
		wire_put(&w, text, part);
		viewer_post(v, &w);
		text += part;
		n -= part;
	} while (n);
}

/* "code\nmessage\nhint" of inspect.h. */
static void parse_failure(const char *text, struct error *err)
{
	const char *msg = strchr(text, '\n'), *hint = msg ? strchr(msg + 1, '\n') : NULL;
	char clean[512];

	if (!msg || !hint) {
		error_set(err, 0, "the disk could not be read");
		error_hint(err, "try again; vmdeck logs --boot says what the guest had to say");
		return;
	}
	error_set(err, 0, "%.*s", (int)(hint - msg - 1), msg + 1);
	text_clean_str(clean, sizeof(clean), err->msg);
	snprintf(err->msg, sizeof(err->msg), "%s", clean);
	error_hint(err, "%s", text_clean_str(clean, 250, hint + 1));
	err->code = atoi(text);
}

/* The counts of what changed, for the record. */
static void count(struct supervisor *s, const char *text, size_t n)
{
	struct error err;
	AUTO_JSON cJSON *j = json_parse("changes", text, n, false, &err);
	double all = json_num(j, "added", 0) + json_num(j, "modified", 0) + json_num(j, "deleted", 0);

	if (!j || all < 0 || all > 1e9)
		return;
	s->record.changes = (uint32_t)all;
	s->record.changes_known = true;
	supervisor_changed(s, true);
}

static void answer(struct supervisor *s, struct look *l, bool good)
{
	const char *text = s->look_out.len ? (const char *)bytes_front(&s->look_out) : "";
	struct viewer *v = l->viewer ? viewer_find(&s->viewers, l->viewer) : NULL;
	AUTO_FREE char *own = strndup(text, s->look_out.len);
	struct error err;

	if (good && l->kind == LOOK_CHANGES) {
		count(s, text, s->look_out.len);
		if (file_write(s->dir, LOOK_FILE, text, s->look_out.len, 0600, &err) < 0)
			fprintf(stderr, "%s\n", err.msg);
	}
	if (!v)
		return;
	if (good) {
		post_text(v, l->request, text, s->look_out.len);
		return;
	}
	parse_failure(own ? own : "", &err);
	viewer_fail(v, l->request, &err);
}

/* One after the other. */

static void next(struct supervisor *s);

static void thaw(struct supervisor *s)
{
	uint32_t none = 0;

	if (s->look_frozen && s->guest.source.loop)
		supervisor_tell(s, CONTROL_FREEZE, LOOK_FREEZE_ID, &none, sizeof(none));
	s->look_frozen = false;
}

static void over(struct supervisor *s, bool good)
{
	struct look *l = first(s);
	bool last = !l->viewer;

	thaw(s);
	timer_stop(&s->look_timer);
	source_forget(&s->look_pipe);
	drop_fd(&s->look_fd);
	answer(s, l, good);
	bytes_done(&s->look_out);
	bytes_init(&s->look_out, INSPECT_OUT);
	s->looking = false;
	look_free(l);
	if (last)
		loop_later(&s->loop, &s->over);
	else
		next(s);
}

static void child_over(struct child *c, int status)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, look_child);
	char buf[64 << 10];
	ssize_t n;

	while (s->look_fd >= 0 && (n = read(s->look_fd, buf, sizeof(buf))) > 0)
		bytes_add(&s->look_out, buf, (size_t)n);
	over(s, WIFEXITED(status) && WEXITSTATUS(status) == 0 && !s->look_out.dropped);
}

static void readable(struct source *src, uint32_t events)
{
	struct supervisor *s = SOURCE_OWNER(src, struct supervisor, look_pipe);
	char buf[64 << 10];
	ssize_t n = read(s->look_fd, buf, sizeof(buf));

	(void)events;
	if (n > 0)
		bytes_add(&s->look_out, buf, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		source_forget(src); /* the end of the child tells the rest */
}

static size_t fill_args(struct supervisor *s, const struct look *l, char *argv[ARGS], char time_text[24])
{
	const cJSON *item;
	size_t n = 0;

	argv[n++] = (char *)"vmdeck";
	argv[n++] = (char *)"inspect";
	argv[n++] = (char *)(l->kind == LOOK_CHANGES ? "changes" : l->kind == LOOK_DIFF ? "diff" : "keep");
	if (l->kind == LOOK_CHANGES) {
		snprintf(time_text, 24, "%lld", (long long)s->agent_since);
		argv[n++] = time_text;
		cJSON_ArrayForEach(item, s->spec.mine)
			if (n < ARGS - 1 && cJSON_IsString(item))
				argv[n++] = item->valuestring;
	}
	for (int i = 0; i < 3 && l->kind != LOOK_CHANGES && l->args[i]; i++)
		argv[n++] = l->args[i];
	if (l->kind == LOOK_KEEP)
		argv[n++] = s->record.image;
	argv[n] = NULL;
	return n;
}

/* A descriptor of its own, that can only read: it shares no offset with ours. */
static int read_only(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int start(struct supervisor *s, const struct look *l, struct error *err)
{
	AUTO_CLOSE int disk = read_only(s->fds[SPEC_FD_DISK]);
	AUTO_CLOSE int image = read_only(s->fds[SPEC_FD_IMAGE]);
	AUTO_CLOSE int to = -1;
	char *argv[ARGS], time_text[24];
	int pipes[2];
	pid_t pid;

	if (disk < 0 || image < 0)
		return error_set(err, errno, "open the session disk");
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	s->look_fd = pipes[0];
	to = pipes[1];
	fcntl(s->look_fd, F_SETFL, O_NONBLOCK);
	fill_args(s, l, argv, time_text);
	const struct process p = { .argv = argv, .fds = { -1, to, -1, disk, image }, .n_fds = 5 };
	pid = process_start(&p, err);
	if (pid < 0)
		return -1;
	s->look_pipe.fn = readable;
	s->look_child.fn = child_over;
	if (loop_watch(&s->loop, &s->look_pipe, s->look_fd, EPOLLIN, err) < 0)
		return -1;
	return child_watch(&s->loop, &s->look_child, pid, err);
}

static void look_late(struct timer *t)
{
	child_signal(&SOURCE_OWNER(t, struct supervisor, look_timer)->look_child, SIGKILL);
}

static void fail_first(struct supervisor *s, const struct error *err)
{
	struct viewer *v = viewer_find(&s->viewers, first(s)->viewer);

	if (v)
		viewer_fail(v, first(s)->request, err);
	drop_fd(&s->look_fd);
	s->look_child.pid = 0;
	thaw(s);
	timer_stop(&s->look_timer);
	bool last = !first(s)->viewer;
	s->looking = false;
	look_free(first(s));
	if (last)
		loop_later(&s->loop, &s->over);
	else
		next(s);
}

static void begin(struct supervisor *s)
{
	struct look *l = first(s);
	struct error err;

	s->look_timer.fn = look_late;
	timer_stop(&s->look_timer);
	if (start(s, l, &err) < 0) {
		fail_first(s, &err);
		return;
	}
	timer_start(&s->loop, &s->look_timer, !l->viewer ? LAST_MS : l->kind == LOOK_KEEP ? KEEP_MS : LOOK_MS, 0,
		    &err);
}

static void frozen_late(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, look_timer);

	begin(s);
}

static void next(struct supervisor *s)
{
	struct look *l = first(s);
	uint32_t ms;
	struct error err;

	if (!l || s->looking)
		return;
	s->looking = true;
	if (!s->guest.source.loop || !s->started || s->ending || s->record.state == SESSION_SILENT) {
		begin(s);
		return;
	}
	ms = l->kind == LOOK_KEEP ? HOLD_KEEP_MS : HOLD_MS;
	s->look_frozen = true;
	supervisor_tell(s, CONTROL_FREEZE, LOOK_FREEZE_ID, &ms, sizeof(ms));
	s->look_timer.fn = frozen_late;
	if (timer_start(&s->loop, &s->look_timer, FREEZE_WAIT_MS, 0, &err) < 0)
		begin(s);
}

void supervisor_frozen(struct supervisor *s)
{
	if (s->looking && s->look_frozen && !s->look_child.pid)
		begin(s);
}

void supervisor_looks_init(struct supervisor *s)
{
	list_init(&s->looks);
	s->look_fd = -1;
	bytes_init(&s->look_out, INSPECT_OUT);
}

static size_t waiting(const struct supervisor *s)
{
	size_t n = 0;

	for (const struct list *i = s->looks.next; i != &s->looks; i = i->next)
		n++;
	return n;
}

/* LOOK: u8 kind, then up to three texts, each with its NUL. */
void supervisor_look(struct supervisor *s, struct viewer *v, struct wire *w)
{
	unsigned kind = wire_get_u8(w);
	struct look *l = NULL;
	struct error err;

	if (kind >= LOOK_COUNT)
		error_set(&err, EINVAL, "a look of another version");
	else if (s->fds[SPEC_FD_DISK] < 0 || s->fds[SPEC_FD_IMAGE] < 0)
		error_set(&err, ENOTSUP, "%s machines have no disk to look at", s->record.backend);
	else if (s->spec.own_root) {
		error_set(&err, ENOTSUP, "the session's root is a copy of its image: it has no layer of changes");
		error_hint(&err, "vmdeck cp copies files out; with \"root\": \"overlay\" changes are told");
	} else if (s->ending || waiting(s) >= WAITING)
		error_set(&err, EAGAIN, "the session's disk is being looked at already");
	else if (!(l = calloc(1, sizeof(*l))))
		error_set(&err, ENOMEM, "look at the disk");
	if (!l) {
		viewer_fail(v, w->request, &err);
		return;
	}
	l->viewer = v->id;
	l->request = w->request;
	l->kind = (enum look_kind)kind;
	for (int i = 0; i < 3 && wire_left(w); i++) {
		const char *text = (const char *)w->data + w->at;
		size_t n = strnlen(text, wire_left(w));

		l->args[i] = strndup(text, n);
		wire_get(w, n < wire_left(w) ? n + 1 : n);
	}
	list_append(&s->looks, &l->link);
	next(s);
}

bool supervisor_last_look(struct supervisor *s)
{
	struct look *l;

	while (first(s)) {
		if (s->looking)
			child_forget(&s->look_child);
		look_free(first(s));
		s->looking = false;
	}
	source_forget(&s->look_pipe);
	timer_stop(&s->look_timer);
	drop_fd(&s->look_fd);
	bytes_done(&s->look_out);
	bytes_init(&s->look_out, INSPECT_OUT);
	s->look_frozen = false;
	if (s->fds[SPEC_FD_DISK] < 0 || s->fds[SPEC_FD_IMAGE] < 0 || s->spec.own_root || !s->started || !(l = calloc(1, sizeof(*l))))
		return false;
	l->kind = LOOK_CHANGES;
	list_append(&s->looks, &l->link);
	next(s);
	return true;
}
