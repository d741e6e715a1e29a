/*
 * The control port: init's end of the virtio-serial line to the supervisor.
 *
 * The device is edge-triggered here, because the driver reports a hang-up for
 * as long as nobody is connected outside. Reading nothing means just that:
 * nobody is there now; what was half received is dropped, what is queued waits
 * for the next host. Both directions are bounded: while more than half of the
 * output queue is taken no input is read, and who produces output in bulk asks
 * port_room first.
 */
#ifndef ENGINE_GUEST_PORT_H
#define ENGINE_GUEST_PORT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/guest/control.h"
#include "engine/guest/watch.h"

enum {
	PORT_QUEUE = 512 * 1024,
};

struct port {
	int epoll;
	struct watch watch;
	void (*frame)(struct port *p, const struct frame *f);
	void (*drained)(struct port *p); /* there is room again */
	void *arg;
	bool was_full;
	size_t in_len;
	size_t out_start, out_len;
	uint8_t in[FRAME_MAX];
	uint8_t out[PORT_QUEUE];
};

/* Look for the port by name and open it: 0, or -1 when it is not there yet. */
int port_find(struct port *p);
/* The device of the virtio port of that name, if it is there. */
bool port_device(const char *name, char *device, size_t size);
/* Whether a port for the console is there, CONSOLE_PORT or one without a name. */
bool port_has_console(void);

/* Room for bulk output beside what control messages need. */
size_t port_room(const struct port *p);

/* Begin a frame in `w`, fill it with control_*, send it. What does not fit the
 * queue is dropped and said. */
void port_begin(struct port *p, struct control_writer *w, enum control_type type, uint32_t id);
void port_send(struct port *p, struct control_writer *w);
/* ERROR: the errno and what was being done. */
void port_send_error(struct port *p, uint32_t id, int code, const char *what);
void port_log(struct port *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
