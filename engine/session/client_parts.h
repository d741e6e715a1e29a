/*
 * What the parts of the client offer each other. Only they include this.
 */
#ifndef ENGINE_SESSION_CLIENT_PARTS_H
#define ENGINE_SESSION_CLIENT_PARTS_H

#include "engine/session/client.h"
#include "engine/session/sessions.h"
#include "engine/session/wire.h"

/* client.c: send to whoever answers, supervisor or archive. */
void client_post(struct client *c, const struct wire *w);

/* client_take.c: a message from there, into mirror and events; -1: it is none of the
 * protocol. A frame is told of once, when all that came with it is in. */
int client_take(struct client *c, struct wire *w);
void client_tell_frame(struct client *c);
/* The answer to client_network, as text of network_status.h. */
void client_tell_network(struct client *c, uint32_t request, const char *text, size_t n);

/* client_archive.c: the session has ended; what it left answers from now on. */
void client_become_archive(struct client *c, const struct session_entry *e);
void client_archive_answers(struct later *l);

#endif
