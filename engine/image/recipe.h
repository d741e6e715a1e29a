/*
 * A recipe: how an image is made. Built-in ones need no file; images/NAME.json
 * in the configuration directory adds to them and replaces those of the same
 * name (JSON with comments; docs/images.md). A recipe is read whole or refused
 * whole, with the file, the key and the nearest known one in the error. It is
 * only what is written: making it real is cook.h's.
 */
#ifndef ENGINE_IMAGE_RECIPE_H
#define ENGINE_IMAGE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "engine/image/store.h"

enum {
	RECIPE_LIST = 64, /* entries of each list */
};

/* Files out of a package of npm's registry. */
struct recipe_npm {
	const char *package;  /* "@openai/codex" */
	const char *version;  /* "latest" */
	const char *platform; /* end of its platform package's name, "linux-x64"; "" takes the
				 package itself */
	const cJSON *files;   /* what in it comes where; null leaves out */
};

struct recipe_file {
	const char *path;   /* in the image */
	const char *text;   /* one of these four, */
	const char *from;   /* a file of the host, */
	const char *url;
	const char *link;   /* a symbolic link's target */
	const char *sha256; /* of what `url` gives, or "" */
	unsigned mode;
};

struct recipe {
	cJSON *json;         /* owned; what follows is borrowed from it */
	char name[64];
	char path[4096];     /* of its file, or "" */
	const char *title;
	const char *base;    /* an image, another recipe, or a path; "none" */
	const char *suite;   /* base "debootstrap": of Debian */
	const char *packages[RECIPE_LIST + 1];
	struct recipe_npm npm[RECIPE_LIST];
	size_t n_npm;
	struct recipe_file files[RECIPE_LIST];
	size_t n_files;
	const char *commands[RECIPE_LIST + 1];
	const char *allow[RECIPE_LIST + 1]; /* what commands may reach */
	const char *command[RECIPE_LIST + 1], *env[RECIPE_LIST + 1];
	const char *user, *cwd;
	const char *check;   /* a program that must be there and able to start */
	enum image_cpu cpu;
	enum image_boot boot;
	enum image_root root;
	unsigned room_mib;
};

/* The recipe of that name, the operator's before ours. 0, 1 there is none, -1. */
int recipe_find(const char *config, const char *name, struct recipe *out, struct error *err);
/* From a text, which errors call `where`. */
int recipe_parse(const char *where, const char *name, const char *text, size_t len,
		 struct recipe *out, struct error *err);
void recipe_done(struct recipe *r);

/* All of them by name; a file that cannot be read is told to `bad` (may be NULL). */
typedef void recipe_fn(void *arg, const struct recipe *r);
typedef void recipe_bad_fn(void *arg, const char *path, const struct error *err);
int recipe_each(const char *config, recipe_fn *fn, recipe_bad_fn *bad, void *arg,
		struct error *err);

/* The built-in ones, NULL-ended by name. */
struct recipe_builtin {
	const char *name, *text;
};
extern const struct recipe_builtin recipe_builtins[];

#endif
