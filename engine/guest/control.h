/*
 * The control protocol: what the supervisor and the init of a guest say to
 * each other over the virtio-serial port CONTROL_PORT, in frames (frame.h).
 *
 * Init speaks first and only once unasked: HELLO, before it touches a disk. The
 * host answers START with everything that makes this session itself. Init then
 * sets entropy and clock, mounts, runs the agent and says READY, or ERROR with
 * START's id.
 *
 *	guest                           host
 *	  HELLO            ------->
 *	                   <-------     START id 1
 *	  READY id 1       ------->              (or ERROR id 1)
 *	                   <-------     RESIZE, EXEC id n, STAT id n, ...
 *	  AGENT_EXIT       ------->              (then what START's on_exit says)
 *	                   <-------     POWEROFF
 *
 * A machine that becomes a template gets REHEARSE instead: it mounts, runs a
 * shell once and ends it, and has a process ready that will be the agent. When it
 * says REHEARSED, it is saved. A host that attaches to a machine resumed from a
 * template sees no HELLO: it sends START at once, or REHEARSE again for a machine
 * that is to be quick later. A PING is answered at any time, also before START.
 *
 * Files of the session are in its disk when the host made that for this session;
 * a template's disk is everybody's, and so files come by FILE and FILE_DATA, after
 * REHEARSED and before START, and are told back as they lie there.
 *
 * The host treats every byte from the guest as hostile; text in LOG and ERROR
 * is the guest's and is cleaned before it is shown.
 *
 * Two kinds of payload: fixed little-endian structures, and "pairs": a list of
 * `key=value`, each ended by a NUL. A key may come more than once where its
 * order means something (argv, env). An unknown key is ignored by init, so
 * that a newer host can start an older template.
 */
#ifndef ENGINE_GUEST_CONTROL_H
#define ENGINE_GUEST_CONTROL_H

#include <stdbool.h>

#include "engine/guest/frame.h"

#define CONTROL_PORT "vmdeck.control" /* name= of the virtserialport */
#define CONSOLE_PORT "vmdeck.console" /* the same of the agent's console, see console.h */
/* serial= of the virtio-blk devices; without them the image is vda, the disk vdb. */
#define CONTROL_IMAGE_SERIAL "image"
#define CONTROL_DISK_SERIAL "disk"

#define CONTROL_ADDRESS "10.200.0.2/30"
#define CONTROL_GATEWAY "10.200.0.1"

enum {
	CONTROL_VERSION = 1,
	/* Input of one exec that the host may have unacknowledged. */
	CONTROL_INPUT_WINDOW = 64 * 1024,
	/* Execs under way at once; one more is refused with EAGAIN. */
	CONTROL_EXECS = 16,
};

/*
 * type, value, who sends it, least and most payload bytes, flags it may have
 *
 * HELLO       guest  pairs: version=1 kernel=6.1.0-... init=0.1.0
 * START       host   pairs, id: see below
 * READY       guest  pairs, START's id: pid=N console=hvc0 mount_ms=N exec_ms=N
 * ERROR       guest  u32 errno (0: none), text; id of the START or EXEC that failed
 * RESIZE      host   u16 columns, u16 rows
 * EXEC        host   pairs, id not 0 and not in use: argv=... (repeated) env=K=V
 *                    (repeated) cwd=DIR user=NAME uid=N gid=N; runs inside the
 *                    image's root, as root when nothing is said
 * EXEC_INPUT  host   bytes for its standard input; never more than
 *                    CONTROL_INPUT_WINDOW beyond what EXEC_TAKEN gave back
 * EXEC_CLOSE  host   its standard input ends
 * EXEC_TAKEN  guest  u32 bytes of input that it has taken
 * EXEC_OUTPUT guest  bytes; CONTROL_STDERR in flags: of standard error
 * EXEC_EXIT   guest  i32 exit code, i32 signal (one of them 0): after all output
 * SIGNAL      host   u32 signal; id of an exec, or 0 for the agent's process group
 * STAT        host   nothing, id: asks for
 * STATS       guest  struct control_stats, id of the STAT, or 0 when sent every
 *                    stat_ms of START
 * AGENT_EXIT  guest  i32 exit code, i32 signal, u32 how many runs have ended
 * POWEROFF    host   u32 milliseconds that the agent gets after SIGTERM
 * LOG         guest  text, one line: for the boot log
 * TIME        host   u64 nanoseconds since 1970: set the clock
 * FREEZE      host   u32 milliseconds, id: write the session disk out and hold who
 *                    writes to it for so long, or until a FREEZE of 0
 * FROZEN      guest  u32 errno (0: it is), id of the FREEZE; nothing tells its end
 * PROVE       host   pairs, id not 0: allowed=NAME port=N refused=NAME (both may be
 *                    absent): what preflight asked, asked from inside (proof.h)
 * PROOF       guest  pairs, PROVE's id: resolver allowed refused ca entropy
 *                    clocksource, each "ok", "fail" or "skip" and words; epoch_ns=N
 * PING        host   any bytes;  PONG  guest  the same bytes, same id
 * REHEARSE    host   pairs, id: entropy=; mounts as START does with disk=overlay
 * REHEARSED   guest  nothing, REHEARSE's id: everything that it wrote to the
 *                    console is on its way
 * FILE        host   pairs, id: path= mode= uid= gid= size= (decimal); replaces what
 *                    is there, makes the directories above it
 * FILE_DATA   host   bytes of the FILE of that id, size of them in all
 * FILE_DONE   guest  struct control_file: what was read back; or ERROR, its id
 *
 * START's keys (all but argv may be absent):
 *	argv=      repeated: the agent's command
 *	env=       repeated: NAME=VALUE, beside HOME USER LOGNAME SHELL PATH TERM
 *	user=      looked up in the image's /etc/passwd; default root
 *	uid= gid= home=   decimal; instead of, or over, what user gave
 *	cwd=       default: home
 *	hostname=  machine_id=   (32 hex digits)
 *	cols= rows= term=        of the console; default 80, 24, xterm-256color
 *	epoch_ns=  the time
 *	entropy=   hex, 32 bytes or more
 *	on_exit=   poweroff (default), restart, stay
 *	stat_ms=   send STATS that often; 0 or absent: never
 *	address= gateway=   default CONTROL_ADDRESS and CONTROL_GATEWAY, which init
 *	           sets before HELLO already
 *	disk=      overlay (default): the disk has upper and work over the image;
 *	           own: the disk is a copy of the image and all there is; its file
 *	           system is grown to its device
 *	boot=      agent (default); init: the image's own init is started, and the
 *	           agent when that is up (system.h)
 */
#define CONTROL_TYPES(X)                                                            \
	X(HELLO, 1, FRAME_FROM_GUEST, 1, 1024, 0)                                   \
	X(START, 2, FRAME_FROM_HOST, 1, FRAME_PAYLOAD_MAX, 0)                       \
	X(READY, 3, FRAME_FROM_GUEST, 1, 1024, 0)                                   \
	X(ERROR, 4, FRAME_FROM_GUEST, 4, 1024, 0)                                   \
	X(RESIZE, 5, FRAME_FROM_HOST, 4, 4, 0)                                      \
	X(EXEC, 6, FRAME_FROM_HOST, 1, FRAME_PAYLOAD_MAX, 0)                        \
	X(EXEC_INPUT, 7, FRAME_FROM_HOST, 1, FRAME_PAYLOAD_MAX, 0)                  \
	X(EXEC_CLOSE, 8, FRAME_FROM_HOST, 0, 0, 0)                                  \
	X(EXEC_TAKEN, 9, FRAME_FROM_GUEST, 4, 4, 0)                                 \
	X(EXEC_OUTPUT, 10, FRAME_FROM_GUEST, 1, FRAME_PAYLOAD_MAX, CONTROL_STDERR)  \
	X(EXEC_EXIT, 11, FRAME_FROM_GUEST, 8, 8, 0)                                 \
	X(SIGNAL, 12, FRAME_FROM_HOST, 4, 4, 0)                                     \
	X(STAT, 13, FRAME_FROM_HOST, 0, 0, 0)                                       \
	X(STATS, 14, FRAME_FROM_GUEST, CONTROL_STATS_SIZE, CONTROL_STATS_SIZE, 0)   \
	X(AGENT_EXIT, 15, FRAME_FROM_GUEST, 12, 12, 0)                              \
	X(POWEROFF, 16, FRAME_FROM_HOST, 4, 4, 0)                                   \
	X(LOG, 17, FRAME_FROM_GUEST, 1, 1024, 0)                                    \
	X(TIME, 18, FRAME_FROM_HOST, 8, 8, 0)                                       \
	X(PING, 19, FRAME_FROM_HOST, 0, 256, 0)                                     \
	X(PONG, 20, FRAME_FROM_GUEST, 0, 256, 0)                                    \
	X(REHEARSE, 21, FRAME_FROM_HOST, 0, 4096, 0)                                \
	X(REHEARSED, 22, FRAME_FROM_GUEST, 0, 0, 0)                                 \
	X(FILE, 23, FRAME_FROM_HOST, 1, 8192, 0)                                    \
	X(FILE_DATA, 24, FRAME_FROM_HOST, 1, FRAME_PAYLOAD_MAX, 0)                  \
	X(FILE_DONE, 25, FRAME_FROM_GUEST, CONTROL_FILE_SIZE, CONTROL_FILE_SIZE, 0)                     \
	X(FREEZE, 26, FRAME_FROM_HOST, 4, 4, 0)                                     \
	X(FROZEN, 27, FRAME_FROM_GUEST, 4, 4, 0)                                    \
	X(PROVE, 28, FRAME_FROM_HOST, 0, 1024, 0)                                   \
	X(PROOF, 29, FRAME_FROM_GUEST, 1, 2048, 0)

enum {
	CONTROL_STDERR = 1,
	CONTROL_STATS_SIZE = 64,
	CONTROL_FILE_SIZE = 28,
};

enum control_type {
#define X(name, value, ...) CONTROL_##name = (value),
	CONTROL_TYPES(X)
#undef X
};

/* "START"; NULL for what is not a type. */
const char *control_type_name(unsigned type);

/* In this order on the wire, 64 bytes, no padding. */
struct control_stats {
	uint64_t uptime_ms;
	uint64_t mem_total;     /* bytes */
	uint64_t mem_available; /* bytes */
	uint64_t disk_total;    /* bytes, of the file system under / */
	uint64_t disk_free;
	uint64_t cpu_busy_ms;   /* all CPUs, since boot */
	uint32_t load_100;      /* one-minute load x 100 */
	uint32_t processes;
	uint32_t cpus;
	uint32_t reserved;
};

/* A file as it lies in the guest, in this order on the wire. */
struct control_file {
	uint64_t size;
	uint64_t digest;  /* control_digest of its bytes: against mishaps, not against malice */
	uint32_t mode;    /* permissions */
	uint32_t uid, gid;
};

/* FNV-1a, 64 bits: begin with CONTROL_DIGEST, go on with what came out. */
#define CONTROL_DIGEST 0xcbf29ce484222325ULL
uint64_t control_digest(uint64_t digest, const void *data, size_t n);

struct control_end {
	int32_t code;   /* exit code, when signo is 0 */
	int32_t signo;  /* the signal that ended it, or 0 */
	uint32_t count; /* AGENT_EXIT only: how many runs have ended */
};

/*
 * Readers of payloads. frame_parse has checked the length; these return 0, or
 * -1 if the content cannot be (hostile bytes never do more than that).
 */
int control_read_stats(const struct frame *f, struct control_stats *out);
int control_read_file(const struct frame *f, struct control_file *out);
int control_read_end(const struct frame *f, struct control_end *out); /* EXEC_EXIT, AGENT_EXIT */
int control_read_u32(const struct frame *f, uint32_t *out); /* EXEC_TAKEN, SIGNAL, POWEROFF */
int control_read_u64(const struct frame *f, uint64_t *out); /* TIME */
int control_read_size(const struct frame *f, uint16_t *cols, uint16_t *rows);
/* The text of LOG or ERROR as it came, cut to fit and NUL-ended; ERROR's
 * errno, 0 for LOG. The text is the guest's: clean it before showing it. */
int control_read_text(const struct frame *f, int *code, char *text, size_t size);

/* Walk pairs: start with *at = 0; gives the next key and value, NUL-ended
 * inside the payload, and 1; 0 at the end; -1 when the payload is malformed
 * (no final NUL, no '=', an empty key). Keys are cut into `key`. */
int control_next_pair(const struct frame *f, size_t *at, char key[static 24], const char **value);

/*
 * A frame being written, into the caller's memory. It is never half a frame:
 * what does not fit makes control_finish fail.
 *
 *	struct control_writer w;
 *	control_begin(&w, buf, sizeof(buf), CONTROL_START, 1);
 *	control_pair(&w, "argv", "/bin/sh");
 *	n = control_finish(&w);      bytes to send, or 0
 */
struct control_writer {
	uint8_t *out;
	size_t size, len; /* len counts the header */
	bool full;
	struct frame frame;
};

void control_begin(struct control_writer *w, void *out, size_t size, enum control_type type,
		   uint32_t id);
void control_flags(struct control_writer *w, uint8_t flags);
void control_bytes(struct control_writer *w, const void *data, size_t n);
void control_u16(struct control_writer *w, uint16_t v);
void control_u32(struct control_writer *w, uint32_t v);
void control_u64(struct control_writer *w, uint64_t v);
void control_stats(struct control_writer *w, const struct control_stats *s);
void control_file(struct control_writer *w, const struct control_file *f);
void control_pair(struct control_writer *w, const char *key, const char *value);
void control_pair_u64(struct control_writer *w, const char *key, uint64_t value);
void control_pair_hex(struct control_writer *w, const char *key, const void *data, size_t n);
/* Bytes of the whole frame, or 0 if it did not fit. */
size_t control_finish(struct control_writer *w);

#endif
