/*
 * The list of sessions: directories under the state directory, alive when
 * their owner.lock is held, else history. Looking never changes anything. A
 * record that claims to be alive without a lock tells how its supervisor
 * ended: killed, or lost with a reboot.
 */
#ifndef ENGINE_SESSION_SESSIONS_H
#define ENGINE_SESSION_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/record.h"

struct session_entry {
	struct session_record record; /* corrected as above */
	bool alive;                   /* the lock is held */
};

struct sessions {
	struct session_entry *items; /* owned; launch order */
	size_t n;
};

/* An empty list when there is no state directory yet. */
int sessions_load(struct sessions *s, const struct paths *p, struct error *err);
void sessions_done(struct sessions *s);
const struct session_entry *sessions_find(const struct sessions *s, const char *id);

/* What an open session directory says; the record is corrected when nobody
 * holds the lock. */
void session_read(int dir, const char *id, struct session_entry *e);

/* Somebody holds the owner.lock of an open directory, of a session or a standby; false
 * also when it has none. */
bool session_held(int dir);

/* The session's directory; -1 with code ENOENT when there is none. */
int session_dir(const struct paths *p, const char *id, struct error *err);
/* The directory of all sessions; made when `make` is set. For inotify. */
int sessions_dir(const struct paths *p, bool make, struct error *err);

/* Until the descriptor of the directory of sessions is closed, or sessions_idle():
 * unlocked directories in it may be this process's. Waits for a sweep that is under way. */
void sessions_busy(int all);
void sessions_idle(int all);

/* Remove an ended session's directory; EBUSY while it is alive. */
int session_remove(const struct paths *p, const char *id, struct error *err);

#endif
