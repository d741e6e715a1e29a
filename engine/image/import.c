#include "engine/image/import.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/image/apart.h"
#include "engine/image/archive.h"
#include "engine/image/assemble.h"
#include "engine/image/container.h"
#include "engine/image/digest.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"
#include "engine/image/mend.h"
#include "engine/image/room.h"
#include "engine/image/squash.h"
#include "engine/image/tree.h"

enum {
	LOOK_CPU_S = 8,
	BYTES_PER_CPU_S = 4 << 20,
	LOOK_MS = 20 * 1000,
};

/* What is being imported. */
struct job {
	const struct import *how;
	int fd;
	struct stat st;
	struct store_new made;
	int spool;
	struct digest_job digest;
	char sum[65];               /* of the source, when it is known */
	struct container container; /* n_layers 0: it is none */
	uint64_t at, len;           /* the tar, in the file or the spool */
	bool unpacked;              /* it is in the spool */
	struct part *parts;
	size_t n_parts;
	struct apart *apart;
};

static void job_done(struct job *j)
{
	digest_cancel(&j->digest);
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].fd != j->fd && j->parts[i].fd != j->spool)
			close(j->parts[i].fd);
	free(j->parts);
	drop_fd(&j->spool);
	drop_fd(&j->fd);
	store_abort(&j->made);
}
#define AUTO_JOB __attribute__((cleanup(job_done)))

static bool is_ext4(int fd)
{
	unsigned char magic[2];

	return pread(fd, magic, 2, 1080) == 2 && magic[0] == 0x53 && magic[1] == 0xef;
}

/* Made before? */

/* As the host knows a file: it changes with any change. */
static void say_seen(const struct stat *st, bool raw, char out[192])
{
	snprintf(out, 192, "%s%ju:%ju:%jd:%jd.%09ld:%jd.%09ld", raw ? "raw:" : "", (uintmax_t)st->st_dev,
		 (uintmax_t)st->st_ino, (intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec,
		 st->st_mtim.tv_nsec, (intmax_t)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

/* Changed so lately that another change might not show in its times. */
static bool just_changed(const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec - st->st_ctim.tv_sec) * 1000 +
		       (now.tv_nsec - st->st_ctim.tv_nsec) / 1000000 < 50;
}

/* How it is started, where that was said. */
static bool take_words(const struct import *how, struct image *i)
{
	enum image_boot boot = i->boot;
	enum image_root root = i->root;

	if (how->boot)
		image_boot_by_name(how->boot, &i->boot);
	if (how->root)
		image_root_by_name(how->root, &i->root);
	return boot != i->boot || root != i->root;
}

/* Give what is there the new name, unless it has it; it is known by what it was
 * made from last. */
static int again(const struct job *j, struct image *there, const char *seen, struct image *out,
		 struct error *err)
{
	*out = *there;
	there->argv = there->env = NULL;
	struct image old = *out;
	if (!take_words(j->how, out) && strcmp(out->name, j->how->name) == 0 &&
	    (!*seen || strcmp(seen, out->seen) == 0))
		return 1;
	if (*seen)
		snprintf(out->seen, sizeof(out->seen), "%s", seen);
	snprintf(out->name, sizeof(out->name), "%s", j->how->name);
	return store_again(j->how->images, &old, out, err) < 0 ? -1 : 1;
}

/* By the source's key, or (NULL) by how it is seen. 1 given, 0 never made, -1. */
static int made_before(const struct job *j, const char *key, const char *seen, struct image *out,
		       struct error *err)
{
	struct image there = { 0 };

	if (j->how->anew)
		return 0;
	int r = store_find_made(j->how->images, key, seen, &there, err);
	if (r)
		return r < 0 ? -1 : 0;
	r = again(j, &there, seen, out, err);
	image_done(&there);
	return r;
}

static void say_key(const struct job *j, char out[80])
{
	snprintf(out, 80, "sha256:%.64s%s%s", j->sum, j->how->root_owned ? "+o" : "",
		 j->how->as_it_is ? "+i" : "");
}

/* While a child works: the source's digest may tell that it need not. */
static int on_progress(void *arg, const struct progress *p)
{
	struct job *j = arg;
	struct error ignored;
	char key[80];
	struct image there = { 0 };

	if (j->how->progress && j->how->progress(j->how->progress_arg, p))
		return 1;
	if (!j->digest.pid || digest_end(&j->digest, false, j->sum, &ignored) != 1)
		return 0;
	say_key(j, key);
	int r = j->how->anew ? 1 : store_find_made(j->how->images, key, NULL, &there, &ignored);
	image_done(&there);
	return r == 0;
}

/* Looking */

static int on_bytes(void *arg, uint64_t bytes, struct error *err)
{
	return meter_add(arg, bytes, err);
}

static int look(void *arg, void *out, struct error *err)
{
	struct job *j = arg;
	struct container *c = out;
	struct meter m;
	uint64_t place[2] = { 0, (uint64_t)j->st.st_size };
	int fd = j->fd;

	c->n_layers = 0;
	if (S_ISDIR(j->st.st_mode))
		return container_read_dir(fd, c, err);
	meter_init(&m, apart_tell, j->apart);
	int packed = archive_is_packed(fd, 0, err);
	if (packed < 0)
		return -1;
	if (packed) {
		if (room_for(j->spool, place[1], "unpacking", err) < 0 ||
		    meter_phase(&m, PROGRESS_UNPACK, place[1], "", err) < 0 ||
		    archive_unpack(fd, 0, place[1], j->spool, &place[0], &place[1], on_bytes, &m, err) < 0)
			return -1;
		fd = j->spool;
	}
	return container_read_tar(fd, place[0], place[1], c, err);
}

static int look_apart(struct job *j, struct error *err)
{
	const int keep[] = { j->fd, j->spool };
	struct apart child = {
		.fn = look,
		.arg = j,
		.out = &j->container,
		.size = sizeof(j->container),
		.file_max = 1ULL << 40,
		.cpu_s = (unsigned)(LOOK_CPU_S + j->st.st_size / BYTES_PER_CPU_S),
		.keep = keep,
		.n_keep = 2,
		.progress = on_progress,
		.progress_arg = j,
	};
	struct stat st;

	j->apart = &child;
	int r = apart_work(&child, err);
	if (r < 0)
		return -1;
	if (r == 1)
		j->container.n_layers = 0;
	if (fstat(j->spool, &st) < 0)
		return error_set(err, errno, "spool");
	j->unpacked = st.st_size > 0;
	j->at = 0;
	j->len = j->unpacked ? (uint64_t)st.st_size : (uint64_t)j->st.st_size;
	return 0;
}

static int one_part(struct job *j, struct part p, struct error *err)
{
	j->parts = malloc(sizeof(p));
	if (!j->parts)
		return error_set(err, ENOMEM, "import");
	j->parts[0] = p;
	j->n_parts = 1;
	return 0;
}

static int layers(struct job *j, struct error *err)
{
	const struct container *c = &j->container;
	struct stat st;

	j->parts = calloc(c->n_layers, sizeof(*j->parts));
	if (!j->parts)
		return error_set(err, ENOMEM, "import");
	for (size_t i = 0; i < c->n_layers && i < CONTAINER_LAYERS; i++) {
		struct part *p = &j->parts[i];
		*p = (struct part){ .kind = PART_TAR, .layer = true, .at = c->layers[i].at,
				    .len = c->layers[i].len,
				    .fd = j->unpacked ? j->spool : j->fd };
		if (!c->layers[i].blob[0]) {
			j->n_parts++;
			continue;
		}
		p->fd = container_open_blob(j->fd, c->layers[i].blob, err);
		if (p->fd < 0)
			return -1;
		j->n_parts++;
		if (fstat(p->fd, &st) < 0 || !S_ISREG(st.st_mode))
			return error_set(err, 0, "layer %.12s is no file", c->layers[i].blob);
		p->len = (uint64_t)st.st_size;
	}
	return 0;
}

static int find_parts(struct job *j, struct error *err)
{
	bool dir = S_ISDIR(j->st.st_mode);

	if (!dir && squash_is(j->fd))
		return one_part(j, (struct part){ .kind = PART_SQUASHFS, .fd = j->fd }, err);
	if (look_apart(j, err) < 0)
		return -1;
	if (j->container.n_layers)
		return layers(j, err);
	if (dir)
		return one_part(j, (struct part){ .kind = PART_TREE, .fd = j->fd,
						  .root_owned = j->how->root_owned }, err);
	return one_part(j, (struct part){ .kind = PART_TAR, .at = j->at, .len = j->len,
					  .fd = j->unpacked ? j->spool : j->fd }, err);
}

/* Making */

static int open_ext4(void *arg, void *out, struct error *err)
{
	AUTO_EXT4 struct ext4 *fs = ext4_open(*(int *)arg, false, err);
	struct ext4_node root;

	(void)out;
	return fs && ext4_stat(fs, "/", true, &root, err) == 0 ? 0 : -1;
}

static int copy_ready(struct job *j, struct error *err)
{
	if (disk_copy_into(j->fd, j->made.fd, err) < 0)
		return -1;
	return apart_run(open_ext4, &j->made.fd, NULL, 0, LOOK_MS, err);
}

static int make(struct job *j, struct error *err)
{
	if (S_ISREG(j->st.st_mode) && is_ext4(j->fd))
		return copy_ready(j, err);
	if (find_parts(j, err) < 0)
		return -1;
	const struct assemble a = {
		.parts = j->parts,
		.n_parts = j->n_parts,
		.out = j->made.fd,
		.spool = j->spool,
		.room = j->how->room,
		.label = "vmdeck-image",
		.progress = on_progress,
		.progress_arg = j,
	};
	return assemble(&a, err);
}

/* NUL-ended words as a list. */
static char **words(const char **at, const char *end, size_t n)
{
	char **list = n ? calloc(n + 1, sizeof(*list)) : NULL;

	for (size_t i = 0; list && i < n && *at < end; i++) {
		list[i] = strndup(*at, (size_t)(end - *at));
		*at += strnlen(*at, (size_t)(end - *at)) + 1;
	}
	return list;
}

static void describe(const struct job *j, struct image *out)
{
	const struct container *c = &j->container;
	const char *at = c->words, *end = c->words + sizeof(c->words);
	const char *base = strrchr(j->how->source, '/');

	base = base && base[1] ? base + 1 : j->how->source;
	snprintf(out->name, sizeof(out->name), "%s", j->how->name);
	snprintf(out->source, sizeof(out->source), "%.200s",
		 j->how->about ? j->how->about : c->n_layers && c->name[0] ? c->name : base);
	out->cpu = IMAGE_CPU_MAX; /* nobody knows what is in it */
	take_words(j->how, out);
	if (!c->n_layers)
		return;
	out->argv = words(&at, end, c->n_argv);
	out->env = words(&at, end, c->n_env);
	snprintf(out->user, sizeof(out->user), "%.63s", c->user);
	snprintf(out->cwd, sizeof(out->cwd), "%.255s", c->cwd);
}

/* A directory's state without its contents: paths, owners, sizes, times. */
static int digest_entry(void *arg, const struct entry *e, struct error *err)
{
	char line[PATH_MAX * 2 + 256], *sum = arg, both[64 + sizeof(line)];

	int n = snprintf(line, sizeof(line), "%s\n%s\n%o %u %u %" PRIu64 " %" PRId64 ".%u %u:%u", e->path,
			 e->link ? e->link : "", e->mode, e->uid, e->gid, e->size, e->mtime, e->mtime_ns,
			 e->rdev_major, e->rdev_minor);
	memcpy(both, sum, 64);
	memcpy(both + 64, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line));
	return digest_bytes(both, 64 + (size_t)n, sum, err);
}

/* What names the source without reading it; "" when that cannot be known. */
static int see(const struct job *j, char out[192], struct error *err)
{
	char sum[65];

	out[0] = '\0';
	if (S_ISREG(j->st.st_mode)) {
		if (!just_changed(&j->st))
			say_seen(&j->st, j->how->as_it_is, out);
		return 0;
	}
	memset(sum, '0', 64);
	if (tree_walk(j->fd, j->how->root_owned, digest_entry, sum, err) < 0)
		return -1;
	snprintf(out, 192, "tree:%.64s%s%s", sum, j->how->root_owned ? "+root" : "",
		 j->how->as_it_is ? "+raw" : "");
	return 0;
}

static int open_source(struct job *j, struct error *err)
{
	char path[PATH_MAX + 16];

	j->fd = open(j->how->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (j->fd < 0 || fstat(j->fd, &j->st) < 0)
		return error_set(err, errno, "%s", j->how->source);
	if (!S_ISREG(j->st.st_mode) && !S_ISDIR(j->st.st_mode))
		return error_set(err, 0, "%s is neither a file nor a directory", j->how->source);
	if (S_ISREG(j->st.st_mode) && j->st.st_size == 0)
		return error_set(err, 0, "%s is empty", j->how->source);
	if (store_begin(j->how->images, j->how->name, &j->made, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/spool", j->made.dir);
	j->spool = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (j->spool < 0 || unlink(path) < 0)
		return error_set(err, errno, "%s", path);
	return 0;
}

/* A source that was still being written is not what its digest says. */
static int unchanged(const struct job *j, struct error *err)
{
	struct stat st;

	if (fstat(j->fd, &st) < 0 || st.st_size != j->st.st_size ||
	    st.st_mtim.tv_sec != j->st.st_mtim.tv_sec || st.st_mtim.tv_nsec != j->st.st_mtim.tv_nsec)
		return error_set(err, 0, "%s changed while it was read", j->how->source);
	return 0;
}

/* Certificates, a resolver and so on, where they are lacking. What has no remedy
 * (its own command does not start) is told by verify, and no reason to refuse it. */
static int make_ready(struct job *j, const struct image *i, struct error *err)
{
	struct ready_row rows[READY_COUNT];
	struct ready_wish w = mend_wish(i);

	if (j->how->as_it_is || (S_ISREG(j->st.st_mode) && is_ext4(j->fd)))
		return 0;
	w.bundle = j->how->ready.bundle;
	w.bundle_len = j->how->ready.bundle_len;
	w.judge = j->how->ready.judge;
	return mend_fd(j->made.fd, &w, MEND_ALL & ~(w.bundle ? 0U : 1U << READY_CA), rows, err);
}

static int finish(struct job *j, const char *seen, struct image *out, struct error *err)
{
	describe(j, out);
	if (make_ready(j, out, err) < 0)
		return -1;
	if (S_ISREG(j->st.st_mode)) {
		if (unchanged(j, err) < 0)
			return -1;
		say_key(j, out->key);
	}
	snprintf(out->seen, sizeof(out->seen), "%s", seen);
	return store_commit(j->how->images, &j->made, out, err);
}

int import_image(const struct import *how, struct image *out, struct error *err)
{
	AUTO_JOB struct job j = { .how = how, .fd = -1, .spool = -1, .made = { .fd = -1, .lock = -1 },
				  .digest = { .fd = -1 } };
	char seen[192], key[80];

	memset(out, 0, sizeof(*out));
	if (open_source(&j, err) < 0 || see(&j, seen, err) < 0)
		return error_wrap(err, "import");
	int r = seen[0] ? made_before(&j, NULL, seen, out, err) : 0;
	if (r)
		return r;
	if (S_ISREG(j.st.st_mode) && digest_begin(&j.digest, j.fd, err) < 0)
		return error_wrap(err, "import");
	r = make(&j, err);
	if (r == 0 && j.digest.pid && digest_end(&j.digest, true, j.sum, err) < 0)
		r = -1;
	if (j.sum[0]) { /* known by now, and perhaps why it was cancelled */
		struct error now = *err;
		say_key(&j, key);
		int before = made_before(&j, key, seen, out, err);
		if (before)
			return before;
		*err = now;
	}
	if (r == 0)
		r = finish(&j, seen, out, err);
	if (r < 0) {
		image_done(out);
		return error_wrap(err, "import %s", how->source);
	}
	return 0;
}

void import_name(const char *source, char out[64])
{
	static const char *const ends[] = { ".gz", ".xz", ".zst", ".bz2", ".lz4", ".tgz", ".txz", ".tar",
					    ".squashfs", ".sqfs", ".ext4", ".img", ".oci" };
	size_t n = strlen(source), from;

	while (n && source[n - 1] == '/')
		n--;
	for (from = n; from && source[from - 1] != '/'; from--)
		;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len = strlen(ends[i]);
		if (n - from > len && strncasecmp(source + n - len, ends[i], len) == 0) {
			n -= len;
			i = (size_t)-1; /* from the beginning: .tar.gz */
		}
	}
	size_t have = 0;
	for (size_t i = from; i < n && have < 63; i++) {
		char c = (char)tolower((unsigned char)source[i]);
		bool good = isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
		if (have || (good && c != '.' && c != '-'))
			out[have++] = good ? c : '-';
	}
	out[have] = '\0';
	if (!have)
		strcpy(out, "image");
}
