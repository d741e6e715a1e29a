#include "engine/guest/port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/guest/say.h"

#define PORTS "/sys/class/virtio-ports"

/* The port's name without its newline; "" for a console. */
static void port_name(const char *entry, char *name, size_t size)
{
	char path[300];
	snprintf(path, sizeof(path), PORTS "/%.200s/name", entry);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, name, size - 1);

	if (fd >= 0)
		close(fd);
	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/* The first port whose name is `want`. */
bool port_device(const char *want, char *device, size_t size)
{
	DIR *d = opendir(PORTS);
	bool found = false;

	if (!d)
		return false;
	for (struct dirent *e; !found && (e = readdir(d));) {
		char name[64];
		if (e->d_name[0] == '.')
			continue;
		port_name(e->d_name, name, sizeof(name));
		found = strcmp(name, want) == 0;
		if (found)
			snprintf(device, size, "/dev/%.200s", e->d_name);
	}
	closedir(d);
	return found;
}

bool port_has_console(void)
{
	char device[256];

	return port_device(CONSOLE_PORT, device, sizeof(device)) ||
	       port_device("", device, sizeof(device));
}

static void flush(struct port *p)
{
	while (p->out_len) {
		ssize_t n = write(p->watch.fd, p->out + p->out_start, p->out_len);
		if (n <= 0)
			return;
		p->out_start += (size_t)n;
		p->out_len -= (size_t)n;
	}
	p->out_start = 0;
}

static void parse(struct port *p)
{
	struct frame f;
	const char *why = "";
	size_t at = 0;
	ssize_t used;

	while ((used = frame_parse(p->in + at, p->in_len - at, FRAME_FROM_HOST, &f, &why)) > 0) {
		p->frame(p, &f);
		at += (size_t)used;
	}
	if (used == FRAME_BAD) {
		/* No way to find the next frame: drop what is here and hope for a
		 * new connection. */
		say("control port: %s", why);
		at = p->in_len;
	}
	p->in_len -= at;
	memmove(p->in, p->in + at, p->in_len);
}

static void fill(struct port *p)
{
	while (p->out_len < PORT_QUEUE / 2) {
		ssize_t n = read(p->watch.fd, p->in + p->in_len, sizeof(p->in) - p->in_len);
		if (n == 0)
			p->in_len = 0;
		if (n <= 0)
			return;
		p->in_len += (size_t)n;
		parse(p);
	}
}

static void ready(struct watch *w, uint32_t events)
{
	struct port *p = w->arg;

	(void)events;
	flush(p);
	fill(p);
	flush(p);
	if (p->was_full && p->out_len < PORT_QUEUE / 4) {
		p->was_full = false;
		p->drained(p);
	}
}

int port_find(struct port *p)
{
	char device[256];

	if (!port_device(CONTROL_PORT, device, sizeof(device)))
		return -1;
	p->watch = (struct watch){ .fn = ready, .arg = p,
				   .fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC) };
	if (p->watch.fd < 0)
		return -1;
	return watch_add(p->epoll, &p->watch, EPOLLIN | EPOLLOUT | EPOLLET);
}

size_t port_room(const struct port *p)
{
	return p->out_len < PORT_QUEUE / 2 ? PORT_QUEUE / 2 - p->out_len : 0;
}

void port_begin(struct port *p, struct control_writer *w, enum control_type type, uint32_t id)
{
	if (p->out_start && p->out_start + p->out_len + FRAME_MAX > PORT_QUEUE) {
		memmove(p->out, p->out + p->out_start, p->out_len);
		p->out_start = 0;
	}
	size_t end = p->out_start + p->out_len;
	control_begin(w, p->out + end, PORT_QUEUE - end, type, id);
}

void port_send(struct port *p, struct control_writer *w)
{
	size_t n = control_finish(w);

	if (!n)
		say("control port: %s does not fit", control_type_name(w->frame.type));
	p->out_len += n;
	if (p->out_len >= PORT_QUEUE / 4)
		p->was_full = true;
	flush(p);
}

void port_send_error(struct port *p, uint32_t id, int code, const char *what)
{
	struct control_writer w;

	say("%s: %s", what, code ? strerror(code) : "failed");
	port_begin(p, &w, CONTROL_ERROR, id);
	control_u32(&w, (uint32_t)code);
	control_bytes(&w, what, strnlen(what, 1000));
	port_send(p, &w);
}

void port_log(struct port *p, const char *fmt, ...)
{
	struct control_writer w;
	char text[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!text[0])
		return;
	port_begin(p, &w, CONTROL_LOG, 0);
	control_bytes(&w, text, strlen(text));
	port_send(p, &w);
}
