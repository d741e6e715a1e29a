/*
 * What an image says of itself, in its image.json: read and written, and the words for
 * how it is started. What is described is struct image; where it lies is the store's.
 */
#ifndef ENGINE_IMAGE_DESCRIPTION_H
#define ENGINE_IMAGE_DESCRIPTION_H

#include "engine/base/json.h"
#include "engine/image/store.h"

/* Into `i`, which is zeroed but for its name and paths. */
int description_read(const cJSON *j, struct image *i, struct error *err);
/* dir/image.json */
int description_write(const char *dir, const struct image *i, struct error *err);

#endif
