#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FRAME_MS = 8, /* between two frames to a viewer */
	VIEWERS = 64,
};

/* Frames. */

void supervisor_frames(struct supervisor *s)
{
	s->frame_at = now_ms();
	s->answer_due = false;
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		viewer_frame(LIST_ITEM(i, struct viewer, link), s->console.vt);
}

static void frame_due(struct timer *t)
{
	supervisor_frames(SOURCE_OWNER(t, struct supervisor, frame_timer));
}

void supervisor_console_changed(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);
	uint64_t now = now_ms();
	struct error err;

	/* While a frame is held nothing is taken: vt_clean would begin its time anew. */
	if (vt_frame_held(c->vt, now))
		return;
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		damage_add(&LIST_ITEM(i, struct viewer, link)->damage, c->vt);
	vt_clean(c->vt);
	if (s->answer_due || now - s->frame_at >= FRAME_MS)
		supervisor_frames(s);
	else if (timer_running(&s->frame_timer))
		return;
	else if (timer_start(&s->loop, &s->frame_timer, FRAME_MS - (now - s->frame_at), 0, &err) <
		 0)
		supervisor_frames(s);
}

/* Requests. */

static void do_exec(struct supervisor *s, struct viewer *v, struct wire *w)
{
	struct error err;

	if (s->started && s->guest.source.loop) {
		execs_start(&s->execs, v, w, s->spec.env, s->spec.user);
		return;
	}
	if (s->vm.control_fd < 0)
		error_set(&err, 0, "%s machines cannot run commands beside the agent",
			  s->record.backend);
	else if (s->started)
		error_set(&err, 0, "the machine's control port is lost");
	else
		error_set(&err, 0, "the session is not ready yet");
	err.code = s->vm.control_fd < 0 ? ENOTSUP : s->started ? EPIPE : EAGAIN;
	viewer_fail(v, w->request, &err);
}

static void resize(struct supervisor *s, int cols, int rows)
{
	uint16_t size[2] = { (uint16_t)cols, (uint16_t)rows };

	if (cols < 1 || rows < 1 || cols > 500 || rows > 500 || s->ending ||
	    (cols == vt_cols(s->console.vt) && rows == vt_rows(s->console.vt)))
		return;
	if (vt_resize(s->console.vt, cols, rows) < 0)
		return;
	if (s->guest.source.loop)
		supervisor_tell(s, CONTROL_RESIZE, 0, size, sizeof(size));
	if (s->vm_started && s->vm.backend->resize)
		s->vm.backend->resize(&s->vm, size[0], size[1]);
	recording_resize(&s->console.recording, cols, rows);
	s->record.cols = (unsigned)cols;
	s->record.rows = (unsigned)rows;
	supervisor_changed(s, true);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		damage_all(&LIST_ITEM(i, struct viewer, link)->damage);
	supervisor_console_changed(&s->console);
}

static void mouse(struct supervisor *s, struct wire *w)
{
	int button = (int)wire_get_u32(w);
	int row = wire_get_u16(w), col = wire_get_u16(w);
	unsigned mods = wire_get_u16(w);
	bool press = wire_get_u8(w), motion = wire_get_u8(w);

	console_mouse(&s->console, button, row, col, mods, press, motion);
}

/* Input from a person; the machine's answer is on the way. */
static bool typed(struct supervisor *s, const struct viewer *v, struct wire *w)
{
	size_t n = wire_left(w);

	if ((w->type == WIRE_KEY || w->type == WIRE_PASTE) && !supervisor_may_type(s, v))
		return true;
	if (w->type == WIRE_KEY) {
		uint32_t key = wire_get_u32(w);

		console_key(&s->console, key, wire_get_u32(w));
	} else if (w->type == WIRE_PASTE) {
		console_paste(&s->console, (const char *)wire_get(w, n), n);
	} else if (w->type == WIRE_TYPE) {
		console_type(&s->console, wire_get(w, n), n);
	} else {
		return false;
	}
	s->answer_due = true; /* its echo does not wait for the pace of frames */
	supervisor_attend(s, true);
	return true;
}

static void viewer_message(struct viewer *v, struct wire *w)
{
	struct supervisor *s = v->owner;

	if (typed(s, v, w))
		return;
	switch (w->type) {
	case WIRE_ENTER:
		supervisor_enter_key(s, v, w);
		return;
	case WIRE_HELLO:
		supervisor_post_record(s, v);
		return;
	case WIRE_WATCH:
		v->watch = wire_get_u8(w);
		if (v->watch) {
			damage_all(&v->damage);
			viewer_frame(v, s->console.vt);
		}
		return;
	case WIRE_MOUSE:
		if (supervisor_may_type(s, v))
			mouse(s, w);
		return;
	case WIRE_FOCUS:
		if (supervisor_may_type(s, v))
			console_focus(&s->console, wire_get_u8(w));
		return;
	case WIRE_TYPIST:
		supervisor_type(s, v, w);
		return;
	case WIRE_RESIZE: {
		int cols = wire_get_u16(w);

		resize(s, cols, wire_get_u16(w));
		return;
	}
	case WIRE_EXEC:
		do_exec(s, v, w);
		return;
	case WIRE_EXEC_INPUT:
		execs_input(&s->execs, v, w);
		return;
	case WIRE_EXEC_SIGNAL:
		execs_signal(&s->execs, v, w);
		return;
	case WIRE_NETWORK:
		supervisor_network_tell(s, v, w->request);
		return;
	case WIRE_ALLOW:
		supervisor_network_allow(s, v, w);
		return;
	case WIRE_PROVE:
		supervisor_prove(s, v, w->request);
		return;
	case WIRE_STOP:
		supervisor_stop(s);
		return;
	case WIRE_KILL:
		supervisor_kill(s, "killed");
		return;
	case WIRE_LOOK:
		supervisor_look(s, v, w);
		return;
	case WIRE_TAPE:
		supervisor_tape(s, v, w);
		return;
	case WIRE_ATTEND:
		supervisor_attend(s, false);
		return;
	default:
		if (answer_request(s->console.vt, w, viewer_post, v) == 1)
			viewer_let_go(v);
	}
}

/* Those who do not take what they are sent. */

static bool any_busy(const struct supervisor *s)
{
	for (const struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		if (viewer_busy(LIST_ITEM(i, struct viewer, link)))
			return true;
	return false;
}

/* Everybody's control port waits for a viewer that does not take what its
 * command wrote: not for ever. */
static void too_slow(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, slow);

	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		if (viewer_busy(LIST_ITEM(i, struct viewer, link)))
			viewer_let_go(LIST_ITEM(i, struct viewer, link));
}

static void release_guest(struct supervisor *s)
{
	if (any_busy(s))
		return;
	guest_hold(&s->guest, false);
	timer_stop(&s->slow);
}

static void viewer_drained(struct viewer *v)
{
	struct supervisor *s = v->owner;

	release_guest(s);
	viewer_frame(v, s->console.vt);
}

static void viewer_gone(struct viewer *v)
{
	struct supervisor *s = v->owner;

	execs_viewer_gone(&s->execs, v);
	supervisor_typist_gone(s, v);
	viewer_free(v);
	release_guest(s);
}

static const struct viewer_events viewer_hooks = {
	.message = viewer_message,
	.drained = viewer_drained,
	.gone = viewer_gone,
};

static size_t list_length(const struct list *l)
{
	size_t n = 0;

	for (const struct list *i = l->next; i != l; i = i->next)
		n++;
	return n;
}

static void accept_viewer(struct source *src, uint32_t events)
{
	struct supervisor *s = SOURCE_OWNER(src, struct supervisor, listen);
	struct ucred peer;
	socklen_t len = sizeof(peer);
	struct viewer *v;
	int fd = accept4(src->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 || peer.uid != geteuid() ||
	    list_length(&s->viewers) >= VIEWERS) {
		close(fd);
		return;
	}
	v = viewer_new(&s->loop, fd, s->next_viewer++, &viewer_hooks, s);
	if (v)
		list_append(&s->viewers, &v->link);
}

int supervisor_viewers_init(struct supervisor *s, struct error *err)
{
	list_init(&s->viewers);
	s->next_viewer = 1;
	execs_init(&s->execs, &s->guest, &s->viewers);
	s->frame_timer.fn = frame_due;
	s->slow.fn = too_slow;
	s->listen.fn = accept_viewer;
	return loop_watch(&s->loop, &s->listen, SPEC_FD_LISTEN, EPOLLIN, err);
}
