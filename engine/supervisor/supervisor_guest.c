#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

enum {
	SLOW_MS = 5 * 1000, /* for a viewer to take what its command wrote */
};

void supervisor_tell(struct supervisor *s, enum control_type type, uint32_t id, const void *data,
		     size_t n)
{
	uint8_t buf[512];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), type, id);
	control_bytes(&w, data, n);
	guest_send(&s->guest, buf, control_finish(&w));
}

static void put_list(struct control_writer *w, const char *key, const cJSON *list)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) if (cJSON_IsString(item))
		control_pair(w, key, item->valuestring);
}

static int send_start(struct supervisor *s, struct error *err)
{
	AUTO_FREE uint8_t *buf = malloc(FRAME_MAX);
	struct control_writer w;
	struct timespec t;
	uint8_t machine[16], entropy[64];

	if (!buf || getrandom(machine, sizeof(machine), 0) != sizeof(machine) ||
	    getrandom(entropy, sizeof(entropy), 0) != sizeof(entropy))
		return error_set(err, ENOMEM, "start message");
	control_begin(&w, buf, FRAME_MAX, CONTROL_START, 1);
	put_list(&w, "argv", s->spec.argv);
	put_list(&w, "env", s->spec.env);
	if (s->spec.user[0])
		control_pair(&w, "user", s->spec.user);
	if (s->spec.cwd[0])
		control_pair(&w, "cwd", s->spec.cwd);
	control_pair(&w, "hostname", s->record.id);
	control_pair_hex(&w, "machine_id", machine, sizeof(machine));
	control_pair_u64(&w, "cols", (uint64_t)vt_cols(s->console.vt));
	control_pair_u64(&w, "rows", (uint64_t)vt_rows(s->console.vt));
	control_pair(&w, "term", "xterm-256color");
	control_pair(&w, "on_exit", agent_exit_names[s->spec.on_exit]);
	control_pair_u64(&w, "stat_ms", SUPERVISOR_STAT_MS);
	if (s->spec.own_root)
		control_pair(&w, "disk", "own");
	if (s->spec.boot_init)
		control_pair(&w, "boot", "init");
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	clock_gettime(CLOCK_REALTIME, &t);
	control_pair_u64(&w, "epoch_ns", (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	explicit_bzero(entropy, sizeof(entropy));
	if (guest_send(&s->guest, buf, control_finish(&w)) == 0)
		return 0;
	error_set(err, 0, "the agent's command and environment do not fit the start message");
	error_hint(err, "keep them under 60 KiB in all; longer texts go into \"files\"");
	return -1;
}

static void start(struct supervisor *s)
{
	struct error err;

	if (send_start(s, &err) == 0)
		return;
	supervisor_fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

/*
 * A machine from a template says no hello: it said that when the template was
 * made. It is asked as soon as it runs, and told everything in the same breath.
 * The answer to the first, which comes before anything of the second is done,
 * tells that the resume was good. Without it, nothing of the session has
 * happened inside, and another machine may be started in its place.
 */
void supervisor_resumed(struct supervisor *s)
{
	if (s->asked)
		return;
	s->asked = true;
	supervisor_step(s, "guest");
	supervisor_tell(s, CONTROL_PING, 1, "", 0);
	if (s->standby)
		return;
	if (!supervisor_files_send(s))
		start(s);
}

static void guest_answers(struct supervisor *s)
{
	struct error err;

	if (!s->resuming || !s->asked)
		return;
	s->resuming = false;
	if (s->standby) {
		supervisor_standby_rehearse(s);
		return;
	}
	s->hello = true;
	timer_start(&s->loop, &s->deadline, SUPERVISOR_READY_MS, 0, &err);
	supervisor_let_go(s);
	supervisor_step(s, "agent");
}

/* START's time is as old as its way into the guest was long, which on a busy host
 * is a tenth of a second for a machine that was just resumed. Now it is awake. */
static void send_time(struct supervisor *s)
{
	uint8_t buf[64];
	struct control_writer w;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	control_begin(&w, buf, sizeof(buf), CONTROL_TIME, 0);
	control_u64(&w, (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	guest_send(&s->guest, buf, control_finish(&w));
}

static void guest_error(struct supervisor *s, const struct frame *f)
{
	char text[300], clean[300];
	struct error err;
	int code = 0;

	if (s->standby)
		supervisor_standby_lost(s);
	if (s->standby || s->ready || control_read_text(f, &code, text, sizeof(text)) < 0)
		return;
	error_set(&err, code > 0 && code < 200 ? code : 0, "%s in the guest: %s",
		  f->id == 1 ? "start" : "inject a file", text_clean_str(clean, sizeof(clean), text));
	error_hint(&err, "look at the agent's \"command\", \"user\" and \"cwd\", and at its image: "
			 "vmdeck agents, vmdeck image verify");
	supervisor_fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

static void guest_stats(struct supervisor *s, const struct frame *f)
{
	struct control_stats st;

	if (control_read_stats(f, &st) < 0)
		return;
	s->record.mem_total_kib = st.mem_total >> 10;
	s->record.mem_used_kib =
		st.mem_available <= st.mem_total ? (st.mem_total - st.mem_available) >> 10 : 0;
	s->record.load1 = st.load_100 / 100.0;
	supervisor_changed(s, false);
}

static void agent_exit(struct supervisor *s, const struct frame *f)
{
	struct control_end end;
	char cause[64];

	if (s->ending || control_read_end(f, &end) < 0)
		return;
	s->record.exit_code = end.signo ? 128 + (end.signo & 127) : end.code & 255;
	if (end.signo)
		snprintf(cause, sizeof(cause), "agent ended by signal %d", end.signo & 127);
	else
		snprintf(cause, sizeof(cause), "agent ended with exit code %d", end.code & 255);
	if (s->spec.on_exit != AGENT_POWEROFF)
		supervisor_agent_exited(s, cause, s->spec.on_exit == AGENT_RESTART);
	else if (s->record.state != SESSION_STOPPING)
		text_clean_str(s->record.cause, sizeof(s->record.cause), cause);
	supervisor_changed(s, true);
}

static void guest_log(struct supervisor *s, const struct frame *f)
{
	char text[1025], clean[1025];
	int code;

	if (control_read_text(f, &code, text, sizeof(text)) == 0)
		boot_say(&s->boot, "init: %s", text_clean_str(clean, sizeof(clean), text));
}

static void guest_hello(struct supervisor *s)
{
	struct error err;

	if (s->hello || s->resuming)
		return;
	s->hello = true;
	if (!strcmp(s->record.steps[s->record.n_steps - 1].name, "hypervisor"))
		supervisor_step(s, "guest");
	supervisor_step(s, s->spec.boot_init ? "system" : "agent");
	timer_start(&s->loop, &s->deadline, supervisor_ready_ms(s), 0, &err);
	start(s);
}

static void guest_frame(struct guest *g, const struct frame *f)
{
	struct supervisor *s = SOURCE_OWNER(g, struct supervisor, guest);
	struct error err;

	if (execs_frame(&s->execs, f)) {
		if (g->held && !timer_running(&s->slow))
			timer_start(&s->loop, &s->slow, SLOW_MS, 0, &err);
		return;
	}
	switch (f->type) {
	case CONTROL_HELLO:
		guest_hello(s);
		return;
	case CONTROL_PONG:
		guest_answers(s);
		return;
	case CONTROL_READY:
		if (f->id != 1 || !s->hello || s->started)
			return;
		send_time(s);
		supervisor_agent_started(s);
		return;
	case CONTROL_REHEARSED:
		if (s->standby == STANDBY_MAKING)
			supervisor_standby_rehearsed(s);
		return;
	case CONTROL_FILE_DONE:
		if (supervisor_file_done(s, f))
			start(s);
		return;
	case CONTROL_PROOF:
		supervisor_proof(s, f);
		return;
	case CONTROL_ERROR:
		if (!supervisor_proof_failed(s, f))
			guest_error(s, f);
		return;
	case CONTROL_STATS:
		guest_stats(s, f);
		return;
	case CONTROL_AGENT_EXIT:
		agent_exit(s, f);
		return;
	case CONTROL_FROZEN:
		if (f->id == LOOK_FREEZE_ID)
			supervisor_frozen(s);
		return;
	case CONTROL_LOG:
		guest_log(s, f);
		return;
	default:
		return; /* of an exec that is over */
	}
}

static void guest_bad(struct guest *g, const char *why)
{
	struct supervisor *s = SOURCE_OWNER(g, struct supervisor, guest);
	struct error err;

	if (s->standby) {
		supervisor_standby_lost(s);
		return;
	}
	boot_say(&s->boot, "the guest broke the control protocol: %s", why);
	execs_fail(&s->execs, "the guest broke the control protocol");
	if (s->ready) {
		snprintf(s->record.guards, sizeof(s->record.guards), "control port lost: %s", why);
		supervisor_changed(s, true);
		return;
	}
	if (s->resuming) { /* what was resumed was no guest of ours: see start_again */
		s->late = true;
		s->vm.backend->kill(&s->vm);
		return;
	}
	error_set(&err, 0, "the guest broke the control protocol: %s", why);
	error_hint(&err, "the image or kernel is not one that vmdeck made; try the default ones");
	supervisor_fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

const struct guest_events supervisor_guest = { .frame = guest_frame, .bad = guest_bad,
					       .drained = supervisor_files_drained };
