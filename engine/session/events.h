/*
 * What happened at a session's network that its operator may want to know: names
 * that were refused, failures, rules that changed, the gateway's end. One row for
 * each name, port and reason, with a count and the first and last time; so many
 * rows and no more: the oldest makes room. Names come from the guest by way of the
 * gateway; what is not plain ASCII was thrown away there, and again here.
 */
#ifndef ENGINE_SESSION_EVENTS_H
#define ENGINE_SESSION_EVENTS_H

#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "engine/net/hostname.h"

enum {
	EVENTS_MAX = 200,
	EVENT_NAME = HOSTNAME_SIZE + 9, /* a name, or a rule */
	EVENT_WHY = 100,
	EVENT_TEXT = EVENT_NAME + EVENT_WHY + 60,
};

enum event_kind {
	EVENT_REFUSED, /* by the policy: can be allowed */
	EVENT_FAILED,  /* allowed, but not reached */
	EVENT_ALLOWED, /* by the operator */
	EVENT_DENIED,  /* by the operator */
	EVENT_CAPPED,  /* a provider's cap is reached */
	EVENT_DOWN,    /* the gateway ended */
	EVENT_SILENT,  /* it does not answer */
	EVENT_BACK,    /* it does again */
	EVENT_KIND_COUNT
};
extern const char *const event_kind_names[EVENT_KIND_COUNT]; /* "refused" ... */

struct event {
	enum event_kind kind;
	char name[EVENT_NAME];        /* a host name, an address, or a rule; may be "" */
	uint16_t port;                /* 0: none */
	char why[EVENT_WHY];          /* may be "" */
	uint64_t count;
	int64_t first, last;          /* seconds since the epoch */
};

struct events {
	struct event items[EVENTS_MAX]; /* by their first time */
	unsigned n;
	uint64_t lost; /* rows that made room */
};

/* It happened, for the count-th time (0: once more). Gives its row. */
struct event *events_note(struct events *e, enum event_kind kind, const char *name, uint16_t port,
			  const char *why, uint64_t count);

/* "refused api.example.com:443 (12 x): not allowed" */
void event_text(const struct event *e, char out[EVENT_TEXT]);

cJSON *events_json(const struct events *e);
/* Strict enough for a file that somebody may have edited; texts are cleaned. */
void events_parse(struct events *e, const cJSON *list);

#endif
