/*
 * Files that the host gives a session before its agent starts, one at a time:
 * FILE says what it is, FILE_DATA brings it, FILE_DONE tells what then lies
 * there, read back. Written in the session's root, so that links on the way lead
 * where they lead for the agent.
 */
#ifndef ENGINE_GUEST_FILES_H
#define ENGINE_GUEST_FILES_H

#include <limits.h>
#include <stdint.h>

#include "engine/guest/port.h"

struct files {
	struct port *port;
	int fd;       /* of the one under way, -1 */
	uint32_t id;
	uint64_t size, got;
	unsigned mode, uid, gid;
	char path[PATH_MAX];
};

void files_init(struct files *f, struct port *port);
void files_begin(struct files *f, const struct frame *frame);
void files_data(struct files *f, const struct frame *frame);

#endif
