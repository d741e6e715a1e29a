#include "engine/supervisor/execs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

enum { FIRST_ID = 2 }; /* 1 is START's */

void execs_init(struct execs *e, struct guest *g, struct list *viewers)
{
	*e = (struct execs){ .guest = g, .viewers = viewers, .next = FIRST_ID };
}

static struct viewer *viewer_of(const struct execs *e, const struct exec *x)
{
	for (struct list *i = e->viewers->next; i != e->viewers; i = i->next)
		if (LIST_ITEM(i, struct viewer, link)->id == x->viewer)
			return LIST_ITEM(i, struct viewer, link);
	return NULL;
}

static struct exec *by_id(struct execs *e, uint32_t id)
{
	for (int i = 0; id && i < CONTROL_EXECS; i++)
		if (e->slots[i].id == id)
			return &e->slots[i];
	return NULL;
}

static struct exec *by_request(struct execs *e, const struct viewer *v, uint32_t request)
{
	for (int i = 0; i < CONTROL_EXECS; i++)
		if (e->slots[i].id && e->slots[i].viewer == v->id && e->slots[i].request == request)
			return &e->slots[i];
	return NULL;
}

static struct exec *free_slot(struct execs *e)
{
	for (int i = 0; i < CONTROL_EXECS; i++)
		if (!e->slots[i].id)
			return &e->slots[i];
	return NULL;
}

static void send_number(struct execs *e, enum control_type type, uint32_t id, uint32_t v)
{
	uint8_t buf[64];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), type, id);
	control_u32(&w, v);
	guest_send(e->guest, buf, control_finish(&w));
}

/* From viewers. */

static int send_start(struct execs *e, uint32_t id, struct wire *w, const cJSON *env, const char *user)
{
	AUTO_FREE uint8_t *buf = malloc(FRAME_MAX);
	struct control_writer cw;
	const cJSON *item;

	if (!buf || w->data[w->len - 1] != '\0')
		return -1;
	control_begin(&cw, buf, FRAME_MAX, CONTROL_EXEC, id);
	while (wire_left(w)) {
		const char *arg = (const char *)w->data + w->at;

		control_pair(&cw, "argv", arg);
		w->at += strlen(arg) + 1;
	}
	cJSON_ArrayForEach(item, env)
		if (cJSON_IsString(item))
			control_pair(&cw, "env", item->valuestring);
	if (user[0])
		control_pair(&cw, "user", user);
	return guest_send(e->guest, buf, control_finish(&cw));
}

void execs_start(struct execs *e, struct viewer *v, struct wire *w, const cJSON *env,
		 const char *user)
{
	struct exec *x = free_slot(e);
	struct error err;

	if (!x) {
		error_set(&err, 0, "%d commands run already", CONTROL_EXECS);
		err.code = EAGAIN;
		viewer_fail(v, w->request, &err);
		return;
	}
	if (send_start(e, e->next, w, env, user) < 0) {
		error_set(&err, 0, "the guest does not take commands");
		err.code = EAGAIN;
		viewer_fail(v, w->request, &err);
		return;
	}
	*x = (struct exec){ .id = e->next, .viewer = v->id, .request = w->request,
			    .window = CONTROL_INPUT_WINDOW };
	if (++e->next < FIRST_ID)
		e->next = FIRST_ID;
}

void execs_input(struct execs *e, struct viewer *v, struct wire *w)
{
	struct exec *x = by_request(e, v, w->request);
	size_t n = wire_left(w);
	uint8_t buf[FRAME_MAX];
	struct control_writer cw;

	if (!x)
		return;
	if (n > x->window) { /* it was told how much it may send */
		viewer_let_go(v);
		return;
	}
	x->window -= (uint32_t)n;
	control_begin(&cw, buf, sizeof(buf), n ? CONTROL_EXEC_INPUT : CONTROL_EXEC_CLOSE, x->id);
	control_bytes(&cw, wire_get(w, n), n);
	guest_send(e->guest, buf, control_finish(&cw));
}

void execs_signal(struct execs *e, struct viewer *v, struct wire *w)
{
	struct exec *x = by_request(e, v, w->request);
	uint32_t signo = wire_get_u32(w);

	if (x && signo < 65)
		send_number(e, CONTROL_SIGNAL, x->id, signo);
}

void execs_viewer_gone(struct execs *e, const struct viewer *v)
{
	for (int i = 0; i < CONTROL_EXECS; i++) {
		struct exec *x = &e->slots[i];
		uint8_t buf[64];
		struct control_writer w;

		if (!x->id || x->viewer != v->id)
			continue;
		control_begin(&w, buf, sizeof(buf), CONTROL_EXEC_CLOSE, x->id);
		guest_send(e->guest, buf, control_finish(&w));
		send_number(e, CONTROL_SIGNAL, x->id, SIGHUP);
	}
}

/* From the guest. */

static void output(struct execs *e, struct exec *x, const struct frame *f)
{
	struct viewer *v = viewer_of(e, x);
	const uint8_t *p = f->payload;
	size_t left = f->len;
	uint8_t buf[WIRE_MAX];
	struct wire w;

	while (v && left) {
		size_t n = left < WIRE_DATA_MAX ? left : WIRE_DATA_MAX;

		wire_begin(&w, buf, WIRE_OUTPUT, x->request);
		wire_u8(&w, f->flags & CONTROL_STDERR ? 2 : 1);
		wire_put(&w, p, n);
		viewer_post(v, &w);
		p += n;
		left -= n;
	}
	if (v && viewer_busy(v))
		guest_hold(e->guest, true);
}

/* One u32 to the viewer whose exec it is. */
static void post_number(struct execs *e, struct exec *x, enum wire_type type, uint32_t v)
{
	struct viewer *to = viewer_of(e, x);
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (!to)
		return;
	wire_begin(&w, buf, type, x->request);
	wire_u32(&w, v);
	viewer_post(to, &w);
}

static void taken(struct execs *e, struct exec *x, const struct frame *f)
{
	uint32_t n;

	if (control_read_u32(f, &n) < 0 || n > CONTROL_INPUT_WINDOW - x->window)
		return;
	x->window += n;
	post_number(e, x, WIRE_TAKEN, n);
}

static void ended(struct execs *e, struct exec *x, const struct frame *f)
{
	struct control_end end;

	if (control_read_end(f, &end) < 0)
		return;
	post_number(e, x, WIRE_EXITED, (uint32_t)(end.signo ? 128 + (end.signo & 127) : end.code));
	*x = (struct exec){ 0 };
}

static void failed(struct execs *e, struct exec *x, const struct frame *f)
{
	struct viewer *v = viewer_of(e, x);
	char text[300], clean[300];
	struct error err;
	int code = 0;

	if (control_read_text(f, &code, text, sizeof(text)) < 0)
		return;
	error_set(&err, code > 0 && code < 200 ? code : 0, "%s",
		  text_clean_str(clean, sizeof(clean), text));
	if (v)
		viewer_fail(v, x->request, &err);
	*x = (struct exec){ 0 };
}

bool execs_frame(struct execs *e, const struct frame *f)
{
	struct exec *x = by_id(e, f->id);

	if (!x)
		return false;
	if (f->type == CONTROL_EXEC_OUTPUT)
		output(e, x, f);
	else if (f->type == CONTROL_EXEC_TAKEN)
		taken(e, x, f);
	else if (f->type == CONTROL_EXEC_EXIT)
		ended(e, x, f);
	else if (f->type == CONTROL_ERROR)
		failed(e, x, f);
	return true;
}

void execs_fail(struct execs *e, const char *why)
{
	for (int i = 0; i < CONTROL_EXECS; i++) {
		struct viewer *v = e->slots[i].id ? viewer_of(e, &e->slots[i]) : NULL;
		struct error err;

		error_set(&err, 0, "%s", why);
		if (v)
			viewer_fail(v, e->slots[i].request, &err);
		e->slots[i] = (struct exec){ 0 };
	}
}
