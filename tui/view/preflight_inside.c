/*
 * The modal's other half: what the session under the list's cursor says from inside,
 * over a connection of the modal's own that lasts as long as the answer takes.
 */
#include "tui/view/preflight.h"

#include <stdlib.h>
#include <string.h>

#include "engine/check/runner.h"
#include "engine/session/client.h"
#include "tui/proof.h"

struct preflight_inside {
	struct client client;
	bool asked, whole;
	uint32_t request;
	char *text;
	size_t len;
};

void preflight_inside_apply(struct preflight *p)
{
	if (p->inside && p->inside->whole)
		proof_apply(&p->runner->report, p->inside->text);
}

static void on_record(struct client *c)
{
	struct preflight *p = c->owner;

	if (p->inside->asked || !session_alive(c->record.state) || c->record.state == SESSION_STARTING)
		return;
	p->inside->asked = true;
	p->inside->request = client_prove(c);
}

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct preflight *p = c->owner;
	struct preflight_inside *in = p->inside;
	char *more;

	if (request != in->request || !(more = realloc(in->text, in->len + len + 1)))
		return;
	memcpy(more + in->len, text, len);
	in->text = more;
	in->len += len;
	in->text[in->len] = '\0';
	if (!last)
		return;
	in->whole = true;
	preflight_inside_apply(p);
	p->changed(p);
}

static const struct client_events events = { .record = on_record, .text = on_text };

void preflight_inside_done(struct preflight *p)
{
	if (!p->inside)
		return;
	client_close(&p->inside->client);
	free(p->inside->text);
	free(p->inside);
	p->inside = NULL;
}

void preflight_inside(struct preflight *p, const char *session)
{
	struct error none;

	preflight_inside_done(p);
	p->inside = calloc(1, sizeof(*p->inside));
	if (p->inside && client_open(&p->inside->client, p->runner->loop, p->paths, session, &events, p,
				     &none) < 0)
		preflight_inside_done(p);
}
