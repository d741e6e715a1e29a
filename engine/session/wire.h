/*
 * The wire between a supervisor and its clients: messages on a SOCK_SEQPACKET
 * socket. The kernel keeps their borders, so a message is a type, the number of
 * the request it belongs to (0: none) and a payload, in the host's byte order;
 * both ends are on one machine and under one user.
 *
 * A client says HELLO first, with the version; the supervisor answers HELLO and
 * the record. Neither end trusts the other's lengths: wire_get refuses a
 * message whose payload is not of its type's size, and readers of the parts
 * cannot run past its end.
 */
#ifndef ENGINE_SESSION_WIRE_H
#define ENGINE_SESSION_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
	WIRE_VERSION = 4,
	WIRE_MAX = 64 * 1024,            /* bytes of a message */
	WIRE_DATA_MAX = WIRE_MAX - 64,   /* bytes of bulk in one */
	WIRE_EXEC_WINDOW = 64 * 1024,    /* bytes of EXEC_INPUT not yet TAKEN back */
	WIRE_LINES_MAX = 200,
};

/* type, least payload, most payload, what is in it */
#define WIRE_TYPES(X)                                                                      \
	/* client to supervisor */                                                         \
	X(HELLO, 4, 4, "u32 version; both ways")                                           \
	X(WATCH, 1, 1, "u8 on: send frames")                                               \
	X(KEY, 8, 8, "u32 key, u32 mods, of vt.h")                                         \
	X(MOUSE, 12, 12, "i32 button, u16 row, u16 col, u16 mods, u8 press, u8 motion")    \
	X(PASTE, 1, WIRE_DATA_MAX, "text")                                                 \
	X(TYPE, 1, WIRE_DATA_MAX, "bytes as they are")                                     \
	X(FOCUS, 1, 1, "u8 in")                                                            \
	X(RESIZE, 4, 4, "u16 columns, u16 rows")                                           \
	X(LINES, 12, 12, "u64 line, u32 count: a request")                                 \
	X(SEARCH, 13, 512, "u64 line, u32 col, u8 backward, text: a request")              \
	X(TEXT, 4, 4, "u32 scrollback: a request")                                         \
	X(EXEC, 1, WIRE_DATA_MAX, "argv, each with its NUL: a request")                    \
	X(EXEC_INPUT, 0, WIRE_DATA_MAX, "bytes for the exec of that number; empty: end")   \
	X(EXEC_SIGNAL, 4, 4, "u32 signal for the exec of that number")                     \
	X(STOP, 0, 0, "power off")                                                         \
	X(KILL, 0, 0, "at once")                                                           \
	X(ATTEND, 0, 0, "the person has seen what it asks")                                \
	X(TAPE, 1, 1, "u8 on: begin or end a recording: a request; TEXT_IS has its file")  \
	X(NETWORK, 0, 0, "what may be reached, and what was: a request")                   \
	X(ALLOW, 2, 512, "u8 allow or deny, the rule's text: a request")                   \
	X(LOOK, 1, 8192, "u8 enum look_kind, texts, each with its NUL: a request")         \
	X(PROVE, 0, 0, "what init finds inside: a request; TEXT_IS has its pairs, a line each")  \
	X(ENTER, 1, 1, "u8 by keyboard; when what was typed is taken: a request; DONE: pressed")   \
	/* supervisor to client */                                                         \
	X(RECORD, 2, WIRE_DATA_MAX, "JSON of record.h")                                    \
	X(FRAME, 41, WIRE_MAX, "see wire_frame")                                           \
	X(BELL, 0, 0, "")                                                                  \
	X(LINES_ARE, 12, WIRE_MAX, "u64 line, u16 cols, u16 count, then rows as in FRAME") \
	X(FOUND, 17, 17, "u8 found, u64 line, u32 col, u32 len")                           \
	X(TEXT_IS, 1, WIRE_MAX, "u8 last, text")                                           \
	X(OUTPUT, 2, WIRE_MAX, "u8 stream, bytes")                                         \
	X(TAKEN, 4, 4, "u32 bytes of EXEC_INPUT that went on")                             \
	X(EXITED, 4, 4, "i32 exit code, or 128 + signal")                                  \
	X(NETWORK_IS, 1, WIRE_MAX, "u8 last, JSON of network_status.h")                    \
	X(DONE, 0, 0, "the request was carried out")                                       \
	X(FAILED, 6, 1024, "i32 code, message and hint, each with its NUL")                \
	/* client to supervisor */                                                         \
	X(TYPIST, 1, 1, "u8 enum wire_typist: a request; FAILED after DONE: another took over")

enum wire_type {
	WIRE_NONE,
#define X(name, ...) WIRE_##name,
	WIRE_TYPES(X)
#undef X
	WIRE_TYPE_COUNT
};

struct wire_head {
	uint16_t type;
	uint16_t zero;
	uint32_t request;
};

/* A message being written into the caller's WIRE_MAX bytes, or being read. */
struct wire {
	uint8_t *data;
	size_t len;  /* of what is there, head included */
	size_t at;   /* reading: the next byte */
	bool bad;    /* wrote or read past the end */
	enum wire_type type;
	uint32_t request;
};

void wire_begin(struct wire *w, uint8_t buf[WIRE_MAX], enum wire_type type, uint32_t request);
void wire_put(struct wire *w, const void *data, size_t n);
void wire_u8(struct wire *w, uint8_t v);
void wire_u16(struct wire *w, uint16_t v);
void wire_u32(struct wire *w, uint32_t v);
void wire_u64(struct wire *w, uint64_t v);
static inline size_t wire_room(const struct wire *w)
{
	return WIRE_MAX - w->len;
}

/* Take a received message apart; -1 when it is none of ours. */
int wire_parse(struct wire *w, uint8_t *data, size_t len);
uint8_t wire_get_u8(struct wire *w);
uint16_t wire_get_u16(struct wire *w);
uint32_t wire_get_u32(struct wire *w);
uint64_t wire_get_u64(struct wire *w);
/* n bytes inside the message, or NULL. */
const uint8_t *wire_get(struct wire *w, size_t n);
static inline size_t wire_left(const struct wire *w)
{
	return w->len - w->at;
}

/* Send at once: 0 sent, 1 the socket is full, -1 the peer is gone. */
int wire_send(int fd, const struct wire *w);

/*
 * What a FRAME begins with; rows follow, each u16 row, u16 length and the
 * packed form of vt/row.h. A frame may take several messages: the mirror is
 * whole after the one that has WIRE_FRAME_LAST. Before the rows of the first,
 * the receiver shifts its copy up by `scrolled` rows, or blanks it
 * (WIRE_FRAME_FULL).
 */
enum { WIRE_FRAME_FIRST = 1, WIRE_FRAME_LAST = 2, WIRE_FRAME_FULL = 4 };
enum { WIRE_CURSOR_VISIBLE = 1, WIRE_ALT_SCREEN = 2, WIRE_MOUSE_WANTED = 4, WIRE_PASTE_WANTED = 8 };
struct wire_frame {
	uint8_t flags;
	uint16_t cols, rows;
	uint64_t first, top, end;
	uint32_t scrolled;
	uint16_t cursor_row, cursor_col;
	uint8_t shape, modes;
	uint16_t title_len; /* bytes of title that follow, only in the first */
};
void wire_put_frame(struct wire *w, const struct wire_frame *f);
void wire_get_frame(struct wire *w, struct wire_frame *f);

/* What a LOOK at the session's disk is for; TEXT_IS has the answer (inspect.h). */
enum look_kind {
	LOOK_CHANGES, /* JSON of changes.h */
	LOOK_DIFF,    /* text: the path; unified */
	LOOK_KEEP,    /* texts: directory of the images, the new name; JSON */
	LOOK_COUNT
};
#define LOOK_FILE "changes.json" /* of the last LOOK_CHANGES, in the session's directory */

/* Who has a console's keyboard: one client at a time. */
enum wire_typist { WIRE_TYPIST_LEAVES, WIRE_TYPIST_TAKES, WIRE_TYPIST_TAKES_OVER };

/* FAILED's payload. */
void wire_put_error(struct wire *w, const struct error *err);
void wire_get_error(struct wire *w, struct error *err); /* text is cleaned */

/* Our socket in a session's directory: reached through the descriptor because a
 * socket's path is limited to 108 bytes. */
int wire_listen(int dir, struct error *err);
int wire_connect(int dir, struct error *err); /* checks that the peer is our own uid */

#endif
