/*
 * Room on a file system, looked at before something large is written there: what
 * does not fit is refused at once, with figures, instead of failing at its end.
 */
#ifndef ENGINE_IMAGE_ROOM_H
#define ENGINE_IMAGE_ROOM_H

#include <stdint.h>

#include "engine/base/error.h"

/* Are there so many bytes left where the file at fd lies? 0, or ENOSPC: "the image
 * needs 300M, and 20M are left". */
int room_for(int fd, uint64_t bytes, const char *what, struct error *err);

#endif
