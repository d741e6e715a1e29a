/*
 * A supervisor before it has a session: its machine is resumed from a template,
 * rehearses a start once more, so that its emulator has translated what a start
 * runs through, and is paused. Then it shows itself (its directory gets the name
 * that claims look for) and waits: for somebody who takes it, or for a reason to
 * go. With the claim comes the spec, and from there on it is a session like any
 * that was resumed; the machine has been told nothing until then.
 */
#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/standby.h"

enum {
	REHEARSE_MS = 60 * 1000,
	LOOK_MS = 2 * 1000,   /* between two looks whether it is still of use */
	HAND_OVER_MS = 10 * 1000, /* from the claim to the word */
};

/* Its directory, whatever it is called by now: parent and name. */
static int whereabouts(const struct supervisor *s, char name[STANDBY_NAME + 1])
{
	char link[64], path[PATH_MAX];
	const char *base;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", s->dir);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	base = strrchr(path, '/');
	snprintf(name, STANDBY_NAME + 1, "%.*s", STANDBY_NAME, base ? base + 1 : "");
	return openat(s->dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Nobody's yet: it goes with what it has. One that was named already is on record,
 * and says what became of it. */
static void leave(struct supervisor *s)
{
	char name[STANDBY_NAME + 1];
	AUTO_CLOSE int all = whereabouts(s, name);
	struct error err;

	if (s->ending)
		return;
	if (s->standby == STANDBY_CLAIMED && name[0] != '.' &&
	    spec_load(&s->spec, s->dir, &err) == 0) {
		s->unsaved = false;
		s->record = s->spec.record;
		error_set(&err, 0, "the launch ended before it had handed the session over");
		supervisor_fail(s, &err);
	} else {
		supervisor_finish(s, SESSION_ENDED, "not needed", NULL);
	}
	if (s->vm_started)
		s->vm.backend->kill(&s->vm);
}

void supervisor_standby_done(struct supervisor *s)
{
	char name[STANDBY_NAME + 1];
	AUTO_CLOSE int all = whereabouts(s, name);
	struct error ignored;

	if (s->unsaved && all >= 0 && name[0])
		dir_remove(all, name, &ignored);
}

static void over_late(struct timer *t)
{
	leave(SOURCE_OWNER(t, struct supervisor, deadline));
}

/* Is it still what somebody would ask for? */
static bool of_use(const struct supervisor *s)
{
	static const int parts[] = { SPEC_FD_TEMPLATE, SPEC_FD_KERNEL, SPEC_FD_INITRAMFS, SPEC_FD_IMAGE };
	struct stat st;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (fstat(s->fds[parts[i]], &st) < 0 || !st.st_nlink)
			return false;
	if (faccessat(s->fds[SPEC_FD_TEMPLATE], "template.json", F_OK, 0) < 0)
		return false;
	return now_ms() - s->standby_since < STANDBY_IDLE_S * 1000 && standby_wanted(s->wanted_fd);
}

static void look(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, sample);
	struct error err;

	char name[STANDBY_NAME + 1];
	AUTO_CLOSE int all = whereabouts(s, name);

	if (s->standby != STANDBY_READY)
		return;
	/* Claimed by somebody who then died: who lives connects at once. */
	s->standby_moved += name[0] == '.';
	if (!of_use(s) || s->standby_moved > 1)
		leave(s);
	else
		timer_start(&s->loop, &s->sample, LOOK_MS, 0, &err);
}

/* The claim. */

static int take_over(struct supervisor *s, const int fds[STANDBY_FDS], struct error *err)
{
	struct session_record *r = &s->record;
	struct session_record was = *r;

	spec_done(&s->spec);
	if (spec_load(&s->spec, s->dir, err) < 0)
		return -1;
	*r = s->spec.record;
	r->pid = was.pid;
	r->started = was.started;
	r->vm_pid = was.vm_pid;
	memcpy(r->accel, was.accel, sizeof(r->accel));
	memcpy(r->guards, was.guards, sizeof(r->guards));
	s->step_us = now_us();
	supervisor_step_add(s, "claim", (double)(s->step_us - s->spec.requested_us) / 1000);
	if (fds[STANDBY_FILES] >= 0 && files_load(&s->files, fds[STANDBY_FILES], err) < 0)
		return -1;
	if (((int)r->cols != vt_cols(s->console.vt) || (int)r->rows != vt_rows(s->console.vt)) &&
	    vt_resize(s->console.vt, (int)r->cols, (int)r->rows) < 0)
		return error_set(err, ENOMEM, "console of %ux%u", r->cols, r->rows);
	return 0;
}

/* START is under way before the machine runs: it waits at the port. */
static void begin(struct supervisor *s, const int fds[STANDBY_FDS])
{
	struct error err;

	s->fds[SPEC_FD_FILES] = fds[STANDBY_FILES];
	s->fds[SPEC_FD_CREDENTIALS] = fds[STANDBY_CREDENTIALS];
	s->standby = STANDBY_NONE;
	s->unsaved = false;
	timer_stop(&s->sample);
	drop_fd(&s->wanted_fd);
	source_forget(&s->claim);
	drop_fd(&s->claim_fd);
	s->resuming = true;
	s->asked = false;
	/* Closed until now: the policy holds before the machine runs. */
	if (take_over(s, fds, &err) < 0 || supervisor_network_admit(s, &err) < 0 ||
	    loop_watch(&s->loop, &s->listen, SPEC_FD_LISTEN, EPOLLIN, &err) < 0 ||
	    supervisor_watch(s, &err) < 0) {
		supervisor_fail(s, &err);
		s->vm.backend->kill(&s->vm);
		return;
	}
	s->vm.backend->resume(&s->vm);
	supervisor_resumed(s);
}

static void on_word(struct source *src, uint32_t events)
{
	struct supervisor *s = SOURCE_OWNER(src, struct supervisor, claim);
	int fds[STANDBY_FDS];
	int word = standby_hear(src->fd, fds);

	(void)events;
	if (word == STANDBY_TAKEN) {
		begin(s, fds);
		return;
	}
	for (int i = 0; i < STANDBY_FDS; i++)
		own_close(&fds[i]);
	leave(s);
}

static void on_claim(struct source *src, uint32_t events)
{
	struct supervisor *s = SOURCE_OWNER(src, struct supervisor, claim);
	int fd = standby_accept(src->fd);
	struct error err;

	(void)events;
	if (fd < 0)
		return;
	/* One, and no other after it. */
	source_forget(&s->claim);
	drop_fd(&s->fds[SPEC_FD_CLAIM]);
	s->claim_fd = fd;
	s->claim.fn = on_word;
	s->standby = STANDBY_CLAIMED;
	s->deadline.fn = over_late;
	if (loop_watch(&s->loop, &s->claim, fd, EPOLLIN, &err) < 0 ||
	    timer_start(&s->loop, &s->deadline, HAND_OVER_MS, 0, &err) < 0)
		leave(s);
}

/* The way there. */

void supervisor_standby_rehearse(struct supervisor *s)
{
	uint8_t buf[512], entropy[32];
	struct control_writer w;
	struct error err;

	if (getrandom(entropy, sizeof(entropy), 0) != sizeof(entropy))
		memset(entropy, 0, sizeof(entropy)); /* START brings the ones that count */
	control_begin(&w, buf, sizeof(buf), CONTROL_REHEARSE, 1);
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	if (timer_start(&s->loop, &s->deadline, REHEARSE_MS, 0, &err) < 0 ||
	    guest_send(&s->guest, buf, control_finish(&w)) < 0)
		leave(s);
}

/* What it wrote to the console came before this word: nobody's. */
void supervisor_standby_rehearsed(struct supervisor *s)
{
	char buf[4096];

	while (read(s->vm.console_fd, buf, sizeof(buf)) > 0)
		;
	s->standby = STANDBY_PAUSING;
	s->vm.backend->pause(&s->vm);
}

void supervisor_standby_paused(struct supervisor *s)
{
	char name[STANDBY_NAME + 1];
	AUTO_CLOSE int all = whereabouts(s, name);
	size_t skip = strlen(STANDBY_NEW);
	struct error err;

	if (s->standby != STANDBY_PAUSING)
		return;
	timer_stop(&s->deadline);
	s->standby = STANDBY_READY;
	supervisor_keep_promise(s);
	s->standby_since = now_ms();
	s->claim.fn = on_claim;
	s->sample.fn = look;
	s->wanted_fd = openat(s->dir, "../wanted", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (all < 0 || strncmp(name, STANDBY_NEW, skip) != 0 || !of_use(s) ||
	    loop_watch(&s->loop, &s->claim, s->fds[SPEC_FD_CLAIM], EPOLLIN, &err) < 0 ||
	    timer_start(&s->loop, &s->sample, LOOK_MS, 0, &err) < 0 ||
	    renameat2(all, name, all, name + skip, RENAME_NOREPLACE) < 0)
		leave(s);
}

/* In place of what happens to a session then. */
void supervisor_standby_lost(struct supervisor *s)
{
	leave(s);
}

void supervisor_standby_init(struct supervisor *s)
{
	s->standby = STANDBY_MAKING;
	s->unsaved = true;
	s->wanted_fd = s->claim_fd = -1;
	source_forget(&s->listen); /* until it is a session */
	s->deadline.fn = over_late;
}
