/*
 * One session as its supervisor holds it, for the parts that the supervisor is
 * made of. Each part is a file; what it offers to the others is below, under
 * its name. Only these files include this.
 */
#ifndef ENGINE_SUPERVISOR_SUPERVISOR_PARTS_H
#define ENGINE_SUPERVISOR_SUPERVISOR_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/list.h"
#include "engine/base/loop.h"
#include "engine/net/netns.h"
#include "engine/session/attention.h"
#include "engine/session/files.h"
#include "engine/session/spec.h"
#include "engine/supervisor/boot.h"
#include "engine/supervisor/console.h"
#include "engine/supervisor/execs.h"
#include "engine/supervisor/guest.h"
#include "engine/supervisor/network.h"
#include "engine/supervisor/viewer.h"
#include "engine/vm/backend.h"

enum {
	SUPERVISOR_READY_MS = 60 * 1000, /* for init to start the agent */
	SUPERVISOR_SYSTEM_MS = 200 * 1000, /* the same, with the image's own system before it */
	SUPERVISOR_STAT_MS = 5 * 1000,	 /* between two figures of guest and hypervisor */
};

/* Before there is a session: supervisor_standby.c. */
enum standby_phase {
	STANDBY_NONE, /* there is one */
	STANDBY_MAKING,
	STANDBY_PAUSING,
	STANDBY_READY,
	STANDBY_CLAIMED, /* somebody is writing its spec */
};

struct supervisor {
	struct loop loop;
	struct spec spec;
	struct session_record record;
	int dir;
	bool user_ns;		/* there is one of our own */
	int fds[SPEC_FD_COUNT]; /* as handed over; -1 where there was none */

	struct netns net;
	struct network network;
	bool network_moved; /* its figures, since they were kept */
	struct vm vm;
	bool vm_started;
	int vm_pidfd; /* for its figures only */
	uint64_t vm_ticks, vm_ticks_at;
	int turn_fd;	   /* the right to come up, while it does; -1 */
	struct timer turn; /* until it has that; then until it is given up */
	bool measured; /* its memory, for admission */
	uint64_t promised_memory, promised_disk; /* KiB that it holds (promise.h) */
	struct console console;
	struct guest guest;
	bool hello, started; /* init said hello; the agent's program runs */
	bool ready;	     /* and has been in another state than starting */
	bool resuming, asked; /* from a template, it has not answered yet; it was asked */
	bool late;	      /* it did not answer in time */
	struct later again;   /* start cold after all */

	struct attention attention;
	struct timer attention_timer;

	enum standby_phase standby;
	uint64_t standby_since;
	unsigned standby_moved; /* looks that found its directory claimed, and nobody */
	struct source claim;
	int claim_fd, wanted_fd;
	bool unsaved; /* nobody's: the record is not kept, and the directory goes */

	struct files files;   /* to be sent; forgotten when they have arrived */
	size_t file, file_sent, files_good; /* being sent, bytes of it, how many arrived */
	bool file_begun;

	struct boot boot;
	struct execs execs;
	struct { /* Enter keys whose pressing is to be told */
		uint32_t viewer, request, number; /* viewer 0: free */
	} enters[CONSOLE_ENTERS];
	struct { /* what init was asked to prove, and for whom */
		uint32_t id, viewer, request; /* id 0: nothing is asked */
		uint32_t last;
	} proof;

	struct list looks;    /* at the disk: the first is under way when `looking` */
	bool looking, look_frozen;
	struct child look_child;
	struct source look_pipe;
	struct timer look_timer;
	struct bytes look_out;
	int look_fd;
	int64_t agent_since;  /* seconds since the epoch: when its program was started */

	struct source listen;
	struct list viewers;
	uint32_t next_viewer;
	struct {
		uint32_t viewer;  /* who has the keyboard; 0: whoever sends keys */
		uint32_t request; /* with which it was taken */
	} typist;

	struct signals signals;
	struct timer frame_timer, deadline, farewell, sample;
	uint64_t frame_at, bell_at, step_us;
	bool answer_due; /* something was typed since the last frame */
	struct later over;
	bool record_dirty, ending;
	struct timer save_timer, slow;
	uint64_t saved_at;
	struct later save;
};

/* supervisor.c: the process. The end comes through finish, once, whatever the way:
 * state and cause are told to record, viewers and archive, then the loop stops. */
void supervisor_finish(struct supervisor *s, enum session_state state, const char *cause,
		       const char *hint);
void supervisor_fail(struct supervisor *s, const struct error *err);

/* supervisor_record.c: what is known, kept in the file and told to viewers. */
void supervisor_record_init(struct supervisor *s);
/* The record changed; keep: it is more than figures, and goes to the file. */
void supervisor_changed(struct supervisor *s, bool keep);
void supervisor_save(struct later *l);
void supervisor_post_record(struct supervisor *s, struct viewer *v);
void supervisor_drop_reserve(struct supervisor *s);
/* End the step under way and begin the next; add one that took ms since the request. */
void supervisor_step(struct supervisor *s, const char *name);
void supervisor_step_end(struct supervisor *s);
void supervisor_step_add(struct supervisor *s, const char *name, double ms);
/* A new state; nothing follows an ended one. The cause is cleaned; NULL: none. */
void supervisor_enter(struct supervisor *s, enum session_state state, const char *cause);

/* supervisor_attention.c: what the agent does, by what the console says. */
extern const struct console_events supervisor_console;
void supervisor_attention_init(struct supervisor *s);
void supervisor_agent_started(struct supervisor *s);
void supervisor_agent_exited(struct supervisor *s, const char *how, bool restarted);
void supervisor_attend(struct supervisor *s, bool typed); /* the person is there */
/* The agent's state into the record, after something else stood there. */
void supervisor_show_attention(struct supervisor *s);

/* supervisor_enter.c: Enter keys that wait for their text, and who wants to know. */
void supervisor_enter_key(struct supervisor *s, struct viewer *v, struct wire *w);
void supervisor_entered(struct console *c, uint32_t number);

/* supervisor_guest.c: the talk with init on the control port. */
extern const struct guest_events supervisor_guest;
void supervisor_tell(struct supervisor *s, enum control_type type, uint32_t id, const void *data,
		     size_t n);
void supervisor_resumed(struct supervisor *s); /* a machine from a template runs */

/* supervisor_files.c: files over the control port. send: true when there are any; done
 * with a FILE_DONE: true when that was the last and all are as they should be. */
bool supervisor_files_send(struct supervisor *s);
bool supervisor_file_done(struct supervisor *s, const struct frame *f);
void supervisor_files_drained(struct guest *g);

/* supervisor_standby.c: a machine that waits for a session. */
void supervisor_standby_init(struct supervisor *s);
void supervisor_standby_rehearse(struct supervisor *s); /* it was resumed */
void supervisor_standby_rehearsed(struct supervisor *s);
void supervisor_standby_paused(struct supervisor *s);
void supervisor_standby_lost(struct supervisor *s); /* the machine, or its use */
void supervisor_standby_done(struct supervisor *s);
/* supervisor_inspect.c: looks at the session's disk. */
enum { LOOK_FREEZE_ID = 0x4c4f4f4b };
void supervisor_looks_init(struct supervisor *s);
void supervisor_look(struct supervisor *s, struct viewer *v, struct wire *w);
void supervisor_frozen(struct supervisor *s); /* the guest answered a FREEZE */
/* At the end, with the machine gone: true when `over` follows by itself. */
bool supervisor_last_look(struct supervisor *s);

/* supervisor_viewers.c: clients, their requests, their frames. */
void supervisor_type(struct supervisor *s, struct viewer *v, struct wire *w); /* _typist.c */
bool supervisor_may_type(const struct supervisor *s, const struct viewer *v);
void supervisor_typist_gone(struct supervisor *s, const struct viewer *v);
int supervisor_viewers_init(struct supervisor *s, struct error *err);
void supervisor_frames(struct supervisor *s);
void supervisor_console_changed(struct console *c);

/* supervisor_recording.c: recordings on request. */
void supervisor_tape(struct supervisor *s, struct viewer *v, struct wire *w);
void supervisor_tape_ended(struct supervisor *s); /* if one did: the record says so */

/* supervisor_network.c: the gateway, and what it tells. It starts closed, and may wait so;
 * admitted, the session's policy holds and its credentials serve. */
int supervisor_network_start(struct supervisor *s, struct error *err);
int supervisor_network_admit(struct supervisor *s, struct error *err);
void supervisor_network_tell(struct supervisor *s, struct viewer *v, uint32_t request);
void supervisor_network_allow(struct supervisor *s, struct viewer *v, struct wire *w);

/* supervisor_machine.c: network and hypervisor, from start to end. */
void supervisor_machine_init(struct supervisor *s);
int supervisor_start(struct supervisor *s, struct error *err);
/* Console and deadlines of a machine that is a session's. */
int supervisor_watch(struct supervisor *s, struct error *err);
/* The hypervisor holds what it was given; what only it needs is closed here. */
void supervisor_let_go(struct supervisor *s);
/* Hold no more than it may still take. */
void supervisor_keep_promise(struct supervisor *s);
void supervisor_stop(struct supervisor *s);
/* How long the guest may take from hello to ready. */
unsigned supervisor_ready_ms(const struct supervisor *s);
void supervisor_kill(struct supervisor *s, const char *cause);

/* supervisor_proof.c: preflight's questions, asked from inside. */
void supervisor_prove(struct supervisor *s, struct viewer *v, uint32_t request);
void supervisor_proof(struct supervisor *s, const struct frame *f);
/* Init refused; true: the error was about a proof. */
bool supervisor_proof_failed(struct supervisor *s, const struct frame *f);

#endif
