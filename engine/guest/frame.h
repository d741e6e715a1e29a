/*
 * A frame of the control protocol between the supervisor and the init of a
 * guest: twelve bytes of header, little-endian, and a payload.
 *
 *	u32 length    of the payload, at most FRAME_PAYLOAD_MAX
 *	u8  type      enum control_type (control.h)
 *	u8  flags     only those that the type has
 *	u16 reserved  0
 *	u32 id        of the request it belongs to, 0 for none
 *
 * The parser is strict and has no state: the caller keeps the bytes in a
 * buffer of at least FRAME_MAX, and asks whether the front of it is a whole
 * frame. It refuses an unknown type, a type that the sender may not send, a
 * length that the type cannot have, unknown flags and a reserved field that is
 * not 0, from the header alone: a peer that lies is found out before its
 * payload is stored. There is no way to find the next frame after a bad one;
 * close the connection.
 *
 * It knows nothing of what payloads mean (control.h), and uses nothing but the
 * C library, because it is built into the guest's init and into vmdeck.
 */
#ifndef ENGINE_GUEST_FRAME_H
#define ENGINE_GUEST_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	FRAME_HEADER = 12,
	FRAME_PAYLOAD_MAX = 64 * 1024,
	FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD_MAX,
};

enum frame_sender {
	FRAME_FROM_GUEST = 1,
	FRAME_FROM_HOST = 2,
};

struct frame {
	uint8_t type;
	uint8_t flags;
	uint32_t id;
	uint32_t len;           /* of the payload */
	const uint8_t *payload; /* into the caller's buffer */
};

enum {
	FRAME_PARTIAL = 0, /* more bytes are needed */
	FRAME_BAD = -1,    /* not our protocol, now and for ever */
};

/* Bytes that the first frame of data[0..n) takes, with *f filled in; or
 * FRAME_PARTIAL or FRAME_BAD. With FRAME_BAD, *why (may be NULL) says what was
 * wrong: constant text, safe to show. */
ssize_t frame_parse(const void *data, size_t n, enum frame_sender sender, struct frame *f,
		    const char **why);

/* Write the header for a payload of f->len bytes, which follow it. */
void frame_header(uint8_t out[FRAME_HEADER], const struct frame *f);

#endif
