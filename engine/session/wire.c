#include "engine/session/wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

#define WIRE_SOCKET "wire"

static const struct {
	size_t min, max;
} sizes[WIRE_TYPE_COUNT] = {
#define X(name, min, max, what) [WIRE_##name] = { (min), (max) },
	WIRE_TYPES(X)
#undef X
};

void wire_begin(struct wire *w, uint8_t buf[WIRE_MAX], enum wire_type type, uint32_t request)
{
	struct wire_head h = { .type = (uint16_t)type, .request = request };

	*w = (struct wire){ .data = buf, .len = sizeof(h), .type = type, .request = request };
	memcpy(buf, &h, sizeof(h));
}

void wire_put(struct wire *w, const void *data, size_t n)
{
	if (n > wire_room(w)) {
		w->bad = true;
		return;
	}
	if (n)
		memcpy(w->data + w->len, data, n);
	w->len += n;
}

void wire_u8(struct wire *w, uint8_t v)
{
	wire_put(w, &v, sizeof(v));
}

void wire_u16(struct wire *w, uint16_t v)
{
	wire_put(w, &v, sizeof(v));
}

void wire_u32(struct wire *w, uint32_t v)
{
	wire_put(w, &v, sizeof(v));
}

void wire_u64(struct wire *w, uint64_t v)
{
	wire_put(w, &v, sizeof(v));
}

int wire_parse(struct wire *w, uint8_t *data, size_t len)
{
	struct wire_head h;

	if (len < sizeof(h) || len > WIRE_MAX)
		return -1;
	memcpy(&h, data, sizeof(h));
	if (h.type == WIRE_NONE || h.type >= WIRE_TYPE_COUNT || h.zero ||
	    len - sizeof(h) < sizes[h.type].min || len - sizeof(h) > sizes[h.type].max)
		return -1;
	*w = (struct wire){ .data = data, .len = len, .at = sizeof(h),
			    .type = (enum wire_type)h.type, .request = h.request };
	return 0;
}

const uint8_t *wire_get(struct wire *w, size_t n)
{
	const uint8_t *p = w->data + w->at;

	if (n > wire_left(w)) {
		w->bad = true;
		return NULL;
	}
	w->at += n;
	return p;
}

static void get(struct wire *w, void *out, size_t n)
{
	const uint8_t *p = wire_get(w, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

uint8_t wire_get_u8(struct wire *w)
{
	uint8_t v;

	get(w, &v, sizeof(v));
	return v;
}

uint16_t wire_get_u16(struct wire *w)
{
	uint16_t v;

	get(w, &v, sizeof(v));
	return v;
}

uint32_t wire_get_u32(struct wire *w)
{
	uint32_t v;

	get(w, &v, sizeof(v));
	return v;
}

uint64_t wire_get_u64(struct wire *w)
{
	uint64_t v;

	get(w, &v, sizeof(v));
	return v;
}

int wire_send(int fd, const struct wire *w)
{
	ssize_t n;

	if (w->bad)
		return -1;
	do
		n = send(fd, w->data, w->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS ? 1 : -1;
}

void wire_put_frame(struct wire *w, const struct wire_frame *f)
{
	wire_u8(w, f->flags);
	wire_u16(w, f->cols);
	wire_u16(w, f->rows);
	wire_u64(w, f->first);
	wire_u64(w, f->top);
	wire_u64(w, f->end);
	wire_u32(w, f->scrolled);
	wire_u16(w, f->cursor_row);
	wire_u16(w, f->cursor_col);
	wire_u8(w, f->shape);
	wire_u8(w, f->modes);
	wire_u16(w, f->title_len);
}

void wire_get_frame(struct wire *w, struct wire_frame *f)
{
	f->flags = wire_get_u8(w);
	f->cols = wire_get_u16(w);
	f->rows = wire_get_u16(w);
	f->first = wire_get_u64(w);
	f->top = wire_get_u64(w);
	f->end = wire_get_u64(w);
	f->scrolled = wire_get_u32(w);
	f->cursor_row = wire_get_u16(w);
	f->cursor_col = wire_get_u16(w);
	f->shape = wire_get_u8(w);
	f->modes = wire_get_u8(w);
	f->title_len = wire_get_u16(w);
}

void wire_put_error(struct wire *w, const struct error *err)
{
	wire_u32(w, (uint32_t)err->code);
	wire_put(w, err->msg, strlen(err->msg) + 1);
	wire_put(w, err->hint, strlen(err->hint) + 1);
}

static void get_text(struct wire *w, char *out, size_t cap)
{
	const char *s = (const char *)w->data + w->at;
	size_t n = strnlen(s, wire_left(w));

	text_clean(out, cap, s, n, false);
	w->at += n < wire_left(w) ? n + 1 : n;
}

void wire_get_error(struct wire *w, struct error *err)
{
	err->code = (int)wire_get_u32(w);
	get_text(w, err->msg, sizeof(err->msg));
	get_text(w, err->hint, sizeof(err->hint));
}

static void address(int dir, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/" WIRE_SOCKET, dir);
}

int wire_listen(int dir, struct error *err)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a;
	mode_t old = umask(077);
	int r;

	address(dir, &a);
	r = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));
	umask(old);
	if (r < 0 || listen(fd, 64) < 0)
		return error_set(err, errno, "session socket");
	return take_fd(&fd);
}

int wire_connect(int dir, struct error *err)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a;
	struct ucred peer;
	socklen_t len = sizeof(peer);

	address(dir, &a);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return error_set(err, errno, "connect to the session");
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 || peer.uid != geteuid())
		return error_set(err, EPERM, "the session's socket belongs to somebody else");
	return take_fd(&fd);
}
