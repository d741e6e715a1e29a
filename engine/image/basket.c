#include "engine/image/basket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/apt.h"
#include "engine/image/bootstrap.h"
#include "engine/image/download.h"
#include "engine/image/npm.h"

void basket_done(struct basket *b)
{
	for (size_t i = 0; i < b->n_parts; i++)
		if (b->parts[i].kind != PART_FILES && b->parts[i].fd >= 0)
			close(b->parts[i].fd);
	for (size_t i = 0; i < RECIPE_LIST; i++)
		if (b->files[i].path && b->files[i].fd >= 0)
			close(b->files[i].fd);
	for (size_t i = 0; i < b->n_words; i++)
		free(b->words[i]);
}

/* Words */

static const char *keep_word(struct basket *b, char *word, struct error *err)
{
	if (!word || b->n_words == BASKET_WORDS) {
		free(word);
		error_set(err, ENOMEM, "recipe");
		return NULL;
	}
	b->words[b->n_words++] = word;
	return word;
}

/* $ARCH is npm's name of this processor, $MACHINE the kernel's. */
static const char *expand(struct basket *b, const char *text, struct error *err)
{
	struct utsname u;
	char out[PATH_MAX];
	size_t n = 0;

	uname(&u);
	const char *arch = strcmp(u.machine, "x86_64") == 0    ? "x64"
			   : strcmp(u.machine, "aarch64") == 0 ? "arm64"
							       : u.machine;
	while (*text && n < sizeof(out) - 1) {
		const char *put = strncmp(text, "$ARCH", 5) == 0      ? arch
				  : strncmp(text, "$MACHINE", 8) == 0 ? u.machine
								      : NULL;
		if (!put) {
			out[n++] = *text++;
			continue;
		}
		text += put == arch ? 5 : 8;
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", put);
	}
	if (n >= sizeof(out) - 1) {
		error_set(err, ENAMETOOLONG, "recipe");
		return NULL;
	}
	out[n] = '\0';
	return keep_word(b, strdup(out), err);
}

/* Parts */

static struct part *add_part(struct basket *b, struct part p, struct error *err)
{
	if (b->n_parts == BASKET_PARTS) {
		if (p.kind != PART_FILES)
			close(p.fd);
		error_set(err, E2BIG, "recipe: parts");
		return NULL;
	}
	b->parts[b->n_parts] = p;
	return &b->parts[b->n_parts++];
}

int basket_open(struct basket *b, enum part_kind kind, const char *path, struct error *err)
{
	struct stat st;

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, errno, "%s", path);
		drop_fd(&fd);
		return -1;
	}
	return add_part(b, (struct part){ .kind = kind, .fd = fd, .len = (uint64_t)st.st_size }, err)
		       ? 0 : -1;
}

int basket_add(struct basket *b, struct part p, struct error *err)
{
	return add_part(b, p, err) ? 0 : -1;
}

bool basket_bootstraps(const struct recipe *r)
{
	return strcmp(r->base, "debootstrap") == 0;
}

static int new_dir(struct basket *b, const char *name, char out[PATH_MAX + 64], struct error *err)
{
	snprintf(out, PATH_MAX + 64, "%s/%s", b->tmp, name);
	return mkdir(out, 0700) < 0 ? error_set(err, errno, "%s", out) : 0;
}

static int put_base(struct basket *b, const char *base, struct error *err)
{
	char tar[PATH_MAX + 64];

	if (base[0])
		return basket_open(b, PART_EXT4, base, err);
	if (!basket_bootstraps(b->recipe))
		return 0;
	if (meter_phase(b->meter, PROGRESS_FETCH, 0, "Debian, by mmdebstrap", err) < 0)
		return -1;
	snprintf(tar, sizeof(tar), "%s/root.tar", b->tmp);
	if (bootstrap_debian(b->recipe->suite, b->recipe->packages, tar, b->meter, err) < 0)
		return -1;
	return basket_open(b, PART_TAR, tar, err);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int put_packages(struct basket *b, struct error *err)
{
	char dir[PATH_MAX + 64], path[PATH_MAX + 512], text[100];
	struct dirent **names;
	int r = 0, n_packages = 0;

	while (b->recipe->packages[n_packages])
		n_packages++;
	if (!n_packages || basket_bootstraps(b->recipe))
		return 0;
	snprintf(text, sizeof(text), "%.60s%s", b->recipe->packages[0],
		 n_packages > 1 ? " and other packages" : "");
	if (meter_phase(b->meter, PROGRESS_FETCH, 0, text, err) < 0 ||
	    new_dir(b, "packages", dir, err) < 0 ||
	    apt_fetch_all(b->recipe->packages, dir, b->meter, err) < 0)
		return -1;
	int n = scandir(dir, &names, NULL, by_name);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);
		if (r == 0 && len > 4 && strcmp(names[i]->d_name + len - 4, ".deb") == 0) {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			r = basket_open(b, PART_DEB, path, err);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return r;
}

/* The names inside npm's archives begin with "package/". */
static int put_maps(struct basket *b, const struct recipe_npm *n, struct part *p,
		    struct error *err)
{
	const cJSON *f;

	p->maps = b->maps + b->n_maps;
	cJSON_ArrayForEach(f, n->files) {
		char from[PATH_MAX];
		const char *key = expand(b, f->string, err);
		if (!key)
			return -1;
		snprintf(from, sizeof(from), "package/%s", key);
		const char *kept = keep_word(b, strdup(from), err);
		const char *to = cJSON_IsString(f) ? expand(b, f->valuestring + 1, err) : NULL;
		if (!kept || (cJSON_IsString(f) && !to))
			return -1;
		if (b->n_maps == sizeof(b->maps) / sizeof(b->maps[0]))
			return error_set(err, E2BIG, "recipe: npm files");
		b->maps[b->n_maps++] = (struct part_map){ kept, to };
		p->n_maps++;
	}
	return 0;
}

static int put_npm(struct basket *b, size_t i, struct error *err)
{
	const struct recipe_npm *n = &b->recipe->npm[i];
	char dir[PATH_MAX + 64], path[PATH_MAX + 512], what[256], number[32];
	const char *platform = expand(b, n->platform, err);

	snprintf(number, sizeof(number), "npm-%zu", i);
	if (!platform || meter_phase(b->meter, PROGRESS_FETCH, 0, n->package, err) < 0 ||
	    new_dir(b, number, dir, err) < 0 ||
	    npm_fetch(n->package, n->version, platform, dir, path, sizeof(path), what, b->meter,
		      err) < 0 ||
	    basket_open(b, PART_TAR, path, err) < 0)
		return -1;
	struct part *p = &b->parts[b->n_parts - 1];
	p->root_owned = true;
	size_t len = strlen(b->source);
	snprintf(b->source + len, sizeof(b->source) - len, "%s%s", len ? ", " : "", what);
	return put_maps(b, n, p, err);
}

/* The same path at a copy of its server. */
static const char *at_copy(struct basket *b, const char *url, struct error *err)
{
	const char *from = b->from, *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	char *word = NULL;

	if (!from || !path)
		return url;
	size_t n = strlen(from);
	while (n && from[n - 1] == '/')
		n--;
	if (asprintf(&word, "%.*s%s", (int)n, from, path) < 0)
		word = NULL;
	return keep_word(b, word, err);
}

static int put_file(struct basket *b, const struct recipe_file *f, struct part_file *out,
		    struct error *err)
{
	*out = (struct part_file){ .path = f->path + strspn(f->path, "/"), .fd = -1,
				   .mode = S_IFREG | f->mode };
	if (f->link) {
		out->mode = S_IFLNK | 0777;
		out->data = expand(b, f->link, err);
		return out->data ? 0 : -1;
	}
	if (f->text) {
		out->data = f->text;
		out->len = strlen(f->text);
		return 0;
	}
	if (f->url) {
		char path[PATH_MAX], sum[65];
		const char *url = expand(b, f->url, err);
		if (!url || !(url = at_copy(b, url, err)))
			return -1;
		const struct download d = { .url = url, .dir = b->downloads, .sha256 = f->sha256,
					    .meter = b->meter };
		if (download_file(&d, path, sum, err) < 0)
			return -1;
		out->fd = open(path, O_RDONLY | O_CLOEXEC);
		return out->fd < 0 ? error_set(err, errno, "%s", path) : 0;
	}
	out->fd = open(f->from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return out->fd < 0 ? error_set(err, errno, "%s", f->from) : 0;
}

static int put_files(struct basket *b, struct error *err)
{
	const struct recipe *r = b->recipe;

	for (size_t i = 0; i < r->n_files; i++)
		if (put_file(b, &r->files[i], &b->files[i], err) < 0)
			return -1;
	if (!r->n_files)
		return 0;
	return add_part(b, (struct part){ .kind = PART_FILES, .fd = -1, .files = b->files,
					  .n_files = r->n_files }, err) ? 0 : -1;
}

int basket_fill(struct basket *b, const char *base, struct error *err)
{
	if (put_base(b, base, err) < 0 || put_packages(b, err) < 0)
		return -1;
	for (size_t i = 0; i < b->recipe->n_npm; i++)
		if (put_npm(b, i, err) < 0)
			return -1;
	return put_files(b, err);
}
