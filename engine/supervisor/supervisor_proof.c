#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/text.h"

/*
 * One question at a time: a second one from whoever takes its place, and the first
 * is told so. What the guest answers is its own word, cleaned: a guest that lies says
 * that all is well, and nothing rests on it.
 */

/* Beside the ids of execs, which count from 1. */
enum { PROOF_ID = 0x70000000 };

/* The first name that the policy has; 80 for a provider, which speaks plain HTTP inside. */
static void put_wishes(struct supervisor *s, struct control_writer *w)
{
	const struct policy *p = &s->spec.network;

	if (p->mode != POLICY_OPEN)
		control_pair(w, "refused", "refused.invalid");
	for (unsigned i = 0; p->mode == POLICY_ALLOWLIST && i < p->n_rules; i++) {
		if (p->rules[i].below)
			continue;
		control_pair(w, "allowed", p->rules[i].name);
		control_pair_u64(w, "port", p->rules[i].port ? p->rules[i].port : 443);
		return;
	}
}

static struct viewer *asker(struct supervisor *s)
{
	for (struct list *l = s->viewers.next; l != &s->viewers; l = l->next) {
		struct viewer *v = LIST_ITEM(l, struct viewer, link);

		if (v->id == s->proof.viewer)
			return v;
	}
	return NULL;
}

static void fail(struct supervisor *s, int code, const char *why)
{
	struct viewer *v = asker(s);
	struct error err;

	if (v && s->proof.id) {
		error_set(&err, code, "ask session %s from inside: %s", s->record.id, why);
		viewer_fail(v, s->proof.request, &err);
	}
	s->proof.id = 0;
}

void supervisor_prove(struct supervisor *s, struct viewer *v, uint32_t request)
{
	uint8_t buf[1200];
	struct control_writer w;
	size_t n;

	fail(s, EINTR, "somebody else asks now");
	s->proof.viewer = v->id;
	s->proof.request = request;
	s->proof.id = PROOF_ID + (++s->proof.last & 0xffff);
	if (!s->started || s->vm.control_fd < 0) {
		fail(s, EAGAIN, "its guest does not run, or has no init of ours");
		return;
	}
	control_begin(&w, buf, sizeof(buf), CONTROL_PROVE, s->proof.id);
	put_wishes(s, &w);
	n = control_finish(&w);
	if (!n || guest_send(&s->guest, buf, n) < 0)
		fail(s, EIO, "the guest does not read");
}

void supervisor_proof(struct supervisor *s, const struct frame *f)
{
	struct viewer *v = asker(s);
	uint8_t buf[WIRE_MAX];
	char key[24], line[400], clean[400];
	const char *value;
	struct timespec t;
	struct wire w;
	size_t at = 0;

	if (!s->proof.id || f->id != s->proof.id)
		return;
	s->proof.id = 0;
	if (!v)
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	wire_begin(&w, buf, WIRE_TEXT_IS, s->proof.request);
	wire_u8(&w, 1);
	while (control_next_pair(f, &at, key, &value) == 1) {
		snprintf(line, sizeof(line), "%s=%.300s", key, value);
		text_clean_str(clean, sizeof(clean), line);
		wire_put(&w, clean, strlen(clean));
		wire_put(&w, "\n", 1);
	}
	snprintf(line, sizeof(line), "arrived_ns=%llu\n",
		 (unsigned long long)t.tv_sec * 1000000000u + (unsigned long long)t.tv_nsec);
	wire_put(&w, line, strlen(line));
	viewer_post(v, &w);
}

bool supervisor_proof_failed(struct supervisor *s, const struct frame *f)
{
	char text[300], clean[300];
	int code = 0;

	if (!s->proof.id || f->id != s->proof.id)
		return false;
	if (control_read_text(f, &code, text, sizeof(text)) < 0)
		strcpy(text, "no answer");
	fail(s, code, text_clean_str(clean, sizeof(clean), text));
	return true;
}
