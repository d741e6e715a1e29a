#include "engine/image/container.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/image/archive.h"
#include "engine/image/digest.h"

enum {
	JSON_MAX = 4 << 20,
	PLACES_MAX = 4096,
	NESTED_MAX = 4, /* an index in an index */
};

/* Where files are: in a directory, or in a tar whose table of contents this is. */
struct place {
	char *path;
	uint64_t at, len;
};
struct box {
	int dir; /* -1: a tar */
	int fd;
	struct place *places;
	size_t n;
};

static void box_done(struct box *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->places[i].path);
	free(b->places);
}
#define AUTO_BOX __attribute__((cleanup(box_done)))

static int note_place(void *arg, const char *path, uint64_t at, uint64_t len, struct error *err)
{
	struct box *b = arg;

	/* A root file system is no container image, however many files it has. */
	if (b->n == PLACES_MAX)
		return 1;
	struct place *more = b->n % 64 ? b->places
				       : realloc(b->places, (b->n + 64) * sizeof(*more));
	if (!more || !(more[b->n].path = strdup(path))) {
		b->places = more ? more : b->places;
		return error_set(err, ENOMEM, "container image");
	}
	b->places = more;
	b->places[b->n].at = at;
	b->places[b->n++].len = len;
	return 0;
}

static const struct place *find_place(const struct box *b, const char *path)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->places[i].path, path) == 0)
			return &b->places[i];
	return NULL;
}

/* A small file of it; NULL with err->code ENOENT when it is not there. */
static char *read_file(const struct box *b, const char *path, size_t *len, struct error *err)
{
	if (b->dir >= 0)
		return file_read(b->dir, path, JSON_MAX, len, err);
	const struct place *p = find_place(b, path);
	if (!p || p->len > JSON_MAX) {
		error_set(err, p ? EFBIG : ENOENT, "%.200s", path);
		return NULL;
	}
	AUTO_FREE char *text = malloc(p->len + 1);
	if (!text || pread(b->fd, text, p->len, (off_t)p->at) != (ssize_t)p->len) {
		error_set(err, text ? EIO : ENOMEM, "%.200s", path);
		return NULL;
	}
	text[p->len] = '\0';
	*len = p->len;
	return take_ptr(&text);
}

static cJSON *read_json(const struct box *b, const char *path, struct error *err)
{
	size_t len;
	AUTO_FREE char *text = read_file(b, path, &len, err);

	return text ? json_parse(path, text, len, false, err) : NULL;
}

/* "sha256:<64 hex digits>" to the digits. */
static int take_digest(const cJSON *descriptor, char hex[65], struct error *err)
{
	char digest[80];

	json_copy(descriptor, "digest", digest, sizeof(digest));
	if (strncmp(digest, "sha256:", 7) != 0 || strlen(digest) != 71 ||
	    strspn(digest + 7, "0123456789abcdef") != 64)
		return error_set(err, 0, "a digest that is none: %.100s", digest);
	memcpy(hex, digest + 7, 65);
	return 0;
}

/* A blob whose name is its digest holds what it says. */
static int check_blob(const struct box *b, const char *path, const char *hex, struct error *err)
{
	const struct place *p = find_place(b, path);
	char sum[65];

	if (b->dir >= 0) {
		AUTO_CLOSE int fd = container_open_blob(b->dir, hex, err);
		if (fd < 0 || digest_fd(fd, sum, err) < 0)
			return -1;
	} else if (!p) {
		return error_set(err, ENOENT, "%.200s", path);
	} else if (digest_part(b->fd, p->at, p->len, sum, err) < 0) {
		return error_wrap(err, "%.200s", path);
	}
	if (strcmp(sum, hex) == 0)
		return 0;
	error_set(err, 0, "blob %.12s is not what its digest says", hex);
	error_hint(err, "it was damaged on the way: save or copy it again");
	return -1;
}

static cJSON *read_blob(const struct box *b, const cJSON *descriptor, struct error *err)
{
	char hex[65], path[96];

	if (take_digest(descriptor, hex, err) < 0)
		return NULL;
	snprintf(path, sizeof(path), "blobs/sha256/%s", hex);
	return check_blob(b, path, hex, err) < 0 ? NULL : read_json(b, path, err);
}

/* A layer by its path, "blobs/sha256/HEX" or the older "ID/layer.tar". */
static int add_layer(const struct box *b, const char *path, struct container *c, struct error *err)
{
	const char *hex = strncmp(path, "blobs/sha256/", 13) == 0 ? path + 13 : NULL;
	struct container_layer *l = &c->layers[c->n_layers];
	const struct place *p = find_place(b, path);

	if (c->n_layers == CONTAINER_LAYERS)
		return error_set(err, 0, "more than %d layers", CONTAINER_LAYERS);
	if (hex && (strlen(hex) != 64 || strspn(hex, "0123456789abcdef") != 64))
		return error_set(err, 0, "a layer's name that is none: %.100s", path);
	if (hex && check_blob(b, path, hex, err) < 0)
		return -1;
	if (b->dir < 0 && !p)
		return error_set(err, ENOENT, "layer %.200s", path);
	if (b->dir >= 0 && !hex)
		return error_set(err, 0, "a layer outside of blobs/: %.100s", path);
	if (p) {
		l->at = p->at;
		l->len = p->len;
	} else {
		snprintf(l->blob, sizeof(l->blob), "%s", hex);
	}
	c->n_layers++;
	return 0;
}

static int add_words(const cJSON *list, struct container *c, size_t *used, size_t *n,
		     struct error *err)
{
	const cJSON *word;

	if (list && !cJSON_IsArray(list) && !cJSON_IsNull(list))
		return error_set(err, 0, "its configuration is damaged");
	cJSON_ArrayForEach(word, list) {
		size_t len = cJSON_IsString(word) ? strlen(word->valuestring) + 1 : 0;
		if (!len || *used + len > sizeof(c->words))
			return error_set(err, 0, "its configuration is damaged");
		memcpy(c->words + *used, word->valuestring, len);
		*used += len;
		++*n;
	}
	return 0;
}

static int read_config(const cJSON *j, struct container *c, struct error *err)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(j, "config");
	size_t used = 0;

	if (!o)
		return 0;
	json_copy(o, "User", c->user, sizeof(c->user));
	json_copy(o, "WorkingDir", c->cwd, sizeof(c->cwd));
	c->user[strcspn(c->user, ":")] = '\0'; /* the group is the user's own */
	if (add_words(cJSON_GetObjectItemCaseSensitive(o, "Entrypoint"), c, &used, &c->n_argv, err) < 0 ||
	    add_words(cJSON_GetObjectItemCaseSensitive(o, "Cmd"), c, &used, &c->n_argv, err) < 0)
		return -1;
	return add_words(cJSON_GetObjectItemCaseSensitive(o, "Env"), c, &used, &c->n_env, err);
}

static int read_manifest(const struct box *b, const cJSON *m, struct container *c,
			 struct error *err)
{
	const cJSON *layers = cJSON_GetObjectItemCaseSensitive(m, "layers"), *l;
	char hex[65], path[96];

	AUTO_JSON cJSON *config = read_blob(b, cJSON_GetObjectItemCaseSensitive(m, "config"), err);
	if (!config || read_config(config, c, err) < 0)
		return -1;
	cJSON_ArrayForEach(l, layers) {
		if (take_digest(l, hex, err) < 0)
			return -1;
		snprintf(path, sizeof(path), "blobs/sha256/%s", hex);
		if (add_layer(b, path, c, err) < 0)
			return -1;
	}
	return 0;
}

/* Of several platforms, this machine's. */
static const cJSON *choose(const cJSON *manifests)
{
	struct utsname u;
	const cJSON *m;

	uname(&u);
	const char *arch = strcmp(u.machine, "x86_64") == 0    ? "amd64"
			   : strcmp(u.machine, "aarch64") == 0 ? "arm64"
							       : u.machine;
	cJSON_ArrayForEach(m, manifests) {
		const cJSON *p = cJSON_GetObjectItemCaseSensitive(m, "platform");
		char os[16], is[16];
		json_copy(p, "os", os, sizeof(os));
		json_copy(p, "architecture", is, sizeof(is));
		if (p && strcmp(os, "linux") == 0 && strcmp(is, arch) == 0)
			return m;
	}
	m = cJSON_GetArrayItem(manifests, 0);
	return cJSON_GetObjectItemCaseSensitive(m, "platform") ? NULL : m;
}

static int read_index(const struct box *b, const cJSON *index, int depth, struct container *c,
		      struct error *err)
{
	const cJSON *m = choose(cJSON_GetObjectItemCaseSensitive(index, "manifests"));

	if (!m)
		return error_set(err, 0, "it has no image for this machine's processor");
	AUTO_JSON cJSON *j = read_blob(b, m, err);
	if (!j)
		return -1;
	if (!cJSON_GetObjectItemCaseSensitive(j, "manifests"))
		return read_manifest(b, j, c, err);
	return depth < NESTED_MAX ? read_index(b, j, depth + 1, c, err)
				  : error_set(err, ELOOP, "its index");
}

/* What `docker save` writes: [{"Config": ..., "RepoTags": [...], "Layers": [...]}] */
static int read_saved(const struct box *b, const cJSON *all, struct container *c,
		      struct error *err)
{
	const cJSON *one = cJSON_GetArrayItem(all, 0), *l;
	const cJSON *tag = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(one, "RepoTags"), 0);
	char path[256];

	if (cJSON_GetArraySize(all) != 1) {
		error_set(err, 0, "it holds %d images", cJSON_GetArraySize(all));
		error_hint(err, "save one: docker save NAME");
		return -1;
	}
	if (cJSON_IsString(tag))
		snprintf(c->name, sizeof(c->name), "%s", tag->valuestring);
	json_copy(one, "Config", path, sizeof(path));
	AUTO_JSON cJSON *config = read_json(b, path, err);
	if (!config || read_config(config, c, err) < 0)
		return -1;
	cJSON_ArrayForEach(l, cJSON_GetObjectItemCaseSensitive(one, "Layers")) {
		if (!cJSON_IsString(l))
			return error_set(err, 0, "its list of layers is damaged");
		if (add_layer(b, l->valuestring, c, err) < 0)
			return -1;
	}
	return 0;
}

static int read_box(const struct box *b, struct container *c, struct error *err)
{
	memset(c, 0, sizeof(*c));
	AUTO_JSON cJSON *saved = b->dir < 0 ? read_json(b, "manifest.json", err) : NULL;
	AUTO_JSON cJSON *index = saved ? NULL : read_json(b, "index.json", err);
	if (!saved && !index)
		return 1;
	/* A root file system may have a file of that name. */
	if (saved ? !cJSON_IsArray(saved) : !cJSON_GetObjectItemCaseSensitive(index, "manifests"))
		return 1;
	int r = saved ? read_saved(b, saved, c, err) : read_index(b, index, 0, c, err);
	if (r == 0 && !c->n_layers)
		r = error_set(err, 0, "it has no layers");
	return r < 0 ? error_wrap(err, "container image") : 0;
}

int container_read_dir(int dirfd, struct container *out, struct error *err)
{
	const struct box b = { .dir = dirfd, .fd = -1 };

	return faccessat(dirfd, "index.json", R_OK, 0) < 0 ? 1 : read_box(&b, out, err);
}

int container_read_tar(int fd, uint64_t at, uint64_t len, struct container *out,
		       struct error *err)
{
	AUTO_BOX struct box b = { .dir = -1, .fd = fd };

	if (archive_places(fd, at, len, note_place, &b, err) < 0)
		return -1;
	return read_box(&b, out, err);
}

int container_open_blob(int dirfd, const char *blob, struct error *err)
{
	char path[96];

	snprintf(path, sizeof(path), "blobs/sha256/%.64s", blob);
	int fd = openat(dirfd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? error_set(err, errno, "%s", path) : fd;
}
