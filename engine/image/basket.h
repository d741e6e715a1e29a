/*
 * What a recipe is made of, fetched and opened: its base, packages, vendors' programs
 * and files, as parts in the order in which they are laid over each other. It does
 * not know what becomes of them.
 */
#ifndef ENGINE_IMAGE_BASKET_H
#define ENGINE_IMAGE_BASKET_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/part.h"
#include "engine/image/progress.h"
#include "engine/image/recipe.h"

enum {
	BASKET_PARTS = 700, /* base, packages with their dependencies, npm, files */
	BASKET_WORDS = 1024,
};

struct basket {
	const struct recipe *recipe;
	const char *from;      /* a copy of the servers of its files' URLs, or NULL */
	const char *downloads; /* directories: kept, */
	const char *tmp;       /* and for this time only */
	struct meter *meter;
	struct part parts[BASKET_PARTS];
	size_t n_parts;
	struct part_file files[RECIPE_LIST];
	struct part_map maps[RECIPE_LIST * 4];
	size_t n_maps;
	char *words[BASKET_WORDS]; /* texts that we made, owned */
	size_t n_words;
	char source[256];      /* what was fetched, for people */
};

/* All of the recipe, over the image file `base`, which may be "". */
int basket_fill(struct basket *b, const char *base, struct error *err);
/* One more; its descriptor is the basket's from here on, also when it fails. */
int basket_add(struct basket *b, struct part p, struct error *err);
int basket_open(struct basket *b, enum part_kind kind, const char *path, struct error *err);
/* Is its base made by mmdebstrap? */
bool basket_bootstraps(const struct recipe *r);
void basket_done(struct basket *b);

#endif
