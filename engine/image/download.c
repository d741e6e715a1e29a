#include "engine/image/download.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/digest.h"
#include "engine/image/room.h"

enum {
	TRIES = 6,
	PAUSE_MS = 500,
	TICK_MS = 200,
	CONNECT_S = 20,
	STALL_S = 60,     /* without a byte */
	REDIRECTS = 8,
	SUMS_MAX = 4 << 20,
	HEAD = 512,       /* of a body, looked at */
	TAG = 256,
};
#define BYTES_MAX (64LL << 30)

/* One transfer, into a file or into memory. */
struct transfer {
	CURL *curl;
	char failure[CURL_ERROR_SIZE];
	struct meter *meter;
	struct error *err;
	bool stopped;        /* by us: err says why */
	/* what came */
	long status;
	bool begun;          /* the body */
	char type[80], tag[TAG];
	/* into a file */
	int fd;
	uint64_t at;         /* bytes in it */
	char head[HEAD];
	size_t n_head;
	/* into memory */
	char *text;
	size_t len, max;
};

static void transfer_done(struct transfer *t)
{
	if (t->curl)
		curl_easy_cleanup(t->curl);
	free(t->text);
}
#define AUTO_TRANSFER __attribute__((cleanup(transfer_done)))

static size_t stop(struct transfer *t, int code, const char *why)
{
	t->stopped = true;
	error_set(t->err, code, "%s", why);
	return 0; /* fewer than were given: libcurl ends */
}

/* A part that came may be all anew: 200 instead of 206. */
static bool begin_body(struct transfer *t)
{
	t->begun = true;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	if (t->fd < 0)
		return true;
	if (t->status == 200 || t->status == 206) {
		curl_off_t comes = 0;

		curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &comes);
		if (comes > 0 && room_for(t->fd, (uint64_t)comes, "the download", t->err) < 0)
			return !(t->stopped = true);
	}
	if (t->status == 206)
		return true;
	t->at = 0;
	return ftruncate(t->fd, 0) == 0 ? true : (stop(t, errno, "write the download"), false);
}

static size_t on_data(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= one;
	if (!t->begun && !begin_body(t))
		return 0;
	if (t->status != 200 && t->status != 206)
		return n; /* an error's page */
	if (t->fd < 0) {
		if (t->len + n > t->max)
			return stop(t, EFBIG, "the answer");
		char *more = realloc(t->text, t->len + n + 1);
		if (!more)
			return stop(t, ENOMEM, "the answer");
		memcpy(more + t->len, data, n);
		t->text = more;
		t->len += n;
		t->text[t->len] = '\0';
		return n;
	}
	if (t->at < HEAD && t->n_head < HEAD) {
		size_t take = n < HEAD - t->n_head ? n : HEAD - t->n_head;
		memcpy(t->head + t->n_head, data, take);
		t->n_head += take;
	}
	for (size_t done = 0; done < n;) {
		ssize_t put = pwrite(t->fd, data + done, n - done, (off_t)(t->at + done));
		if (put < 0 && errno != EINTR)
			return stop(t, errno, "write the download");
		done += put > 0 ? (size_t)put : 0;
	}
	t->at += n;
	return n;
}

static void take_header(const char *line, size_t n, const char *name, char *out, size_t cap)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0)
		return;
	line += len;
	n -= len;
	while (n && (*line == ' ' || *line == '\t'))
		line++, n--;
	while (n && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	snprintf(out, cap, "%.*s", (int)(n < cap ? n : cap - 1), line);
}

static size_t on_header(char *line, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= one;
	if (n > 5 && memcmp(line, "HTTP/", 5) == 0)
		t->type[0] = t->tag[0] = '\0'; /* another answer, after a redirect */
	take_header(line, n, "content-type:", t->type, sizeof(t->type));
	take_header(line, n, "etag:", t->tag, sizeof(t->tag));
	return n;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t a, curl_off_t b)
{
	struct transfer *t = arg;

	(void)a, (void)b;
	if (total > BYTES_MAX || now > BYTES_MAX)
		return (int)stop(t, EFBIG, "the download") + 1;
	uint64_t before = t->fd >= 0 ? t->at - (uint64_t)(now < (curl_off_t)t->at ? now : (curl_off_t)t->at)
				     : 0;
	if (!t->meter || meter_at(t->meter, before + (uint64_t)now,
				  total ? before + (uint64_t)total : 0, t->err) == 0)
		return 0;
	t->stopped = true;
	return 1;
}

static int prepare(struct transfer *t, const char *url, struct error *err)
{
	bool secure = strncasecmp(url, "https://", 8) == 0;

	t->curl = curl_easy_init();
	if (!t->curl)
		return error_set(err, ENOMEM, "download");
	t->err = err;
	curl_easy_setopt(t->curl, CURLOPT_URL, url);
	curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	/* What was asked for over TLS does not come without. */
	curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
	curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(t->curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
	curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "vmdeck/" VERSION);
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->failure);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(t->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(t->curl, CURLOPT_XFERINFODATA, t);
	return 0;
}

enum outcome { GOOD, UNCHANGED, MISSING, AGAIN, FAILED };

static enum outcome judge_status(struct transfer *t, const char *url, struct error *err)
{
	if (t->status == 200 || t->status == 206)
		return GOOD;
	if (t->status == 304)
		return UNCHANGED;
	error_set(err, 0, "%.300s: the server answers %ld", url, t->status);
	if (t->status == 404 || t->status == 410) {
		error_hint(err, "check the address");
		return MISSING;
	}
	if (t->status == 416 && t->fd >= 0) { /* our part is longer than what is there now */
		return ftruncate(t->fd, 0) == 0 ? AGAIN : FAILED;
	}
	return t->status >= 500 || t->status == 408 || t->status == 429 ? AGAIN : FAILED;
}

static enum outcome perform(struct transfer *t, const char *url, struct error *err)
{
	CURLcode code = curl_easy_perform(t->curl);

	if (t->stopped)
		return FAILED;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	if (code == CURLE_OK)
		return judge_status(t, url, err);
	error_set(err, 0, "%.300s: %s", url, t->failure[0] ? t->failure : curl_easy_strerror(code));
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		error_hint(err, "is the network up? a proxy is taken from https_proxy");
		return AGAIN;
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return AGAIN;
	case CURLE_PEER_FAILED_VERIFICATION:
		error_hint(err, "vmdeck doctor looks at certificates (C01)");
		return FAILED;
	default:
		return FAILED;
	}
}

/* Wait before asking again; -1 cancelled. */
static int pause_for(unsigned ms, struct meter *m, struct error *err)
{
	for (unsigned left = ms; left;) {
		unsigned step = left < TICK_MS ? left : TICK_MS;
		poll(NULL, 0, (int)step);
		left -= step;
		if (m && meter_add(m, 0, err) < 0)
			return -1;
	}
	return 0;
}

static bool page(const struct transfer *t)
{
	const char *at = t->head, *end = t->head + t->n_head;

	if (strncasecmp(t->type, "text/html", 9) == 0)
		return true;
	while (at < end && strchr(" \t\r\n\xef\xbb\xbf", *at))
		at++;
	return (end - at > 9 && strncasecmp(at, "<!doctype", 9) == 0) ||
	       (end - at > 5 && strncasecmp(at, "<html", 5) == 0);
}

/* Where a file and what belongs to it are kept. */
struct places {
	char file[PATH_MAX], part[PATH_MAX], tag[PATH_MAX], lock[PATH_MAX];
};

static int find_places(const struct download *d, struct places *p, struct error *err)
{
	const char *end = d->url + strcspn(d->url, "?#"), *base = end;
	char sum[65], name[101];
	size_t n = 0;

	while (base > d->url && base[-1] != '/')
		base--;
	for (; base < end && n < 100; base++)
		name[n++] = strchr("/\\\"' \t", *base) || (unsigned char)*base < ' ' ? '_' : *base;
	name[n] = '\0';
	if (digest_bytes(d->url, strlen(d->url), sum, err) < 0)
		return -1;
	/* Not its name alone: everybody has a "latest". */
	if (snprintf(p->file, sizeof(p->file), "%s/%.12s-%s", d->dir, sum, name) >= PATH_MAX - 8)
		return error_set(err, ENAMETOOLONG, "%s", d->dir);
	snprintf(p->part, sizeof(p->part), "%.4080s.part", p->file);
	snprintf(p->tag, sizeof(p->tag), "%.4080s.tag", p->file);
	snprintf(p->lock, sizeof(p->lock), "%.4080s.lock", p->file);
	return 0;
}

static void read_tag(const char *path, char out[TAG])
{
	struct error ignored;
	size_t len;
	AUTO_FREE char *text = file_read(AT_FDCWD, path, TAG - 1, &len, &ignored);

	snprintf(out, TAG, "%s", text ? text : "");
	out[strcspn(out, "\r\n")] = '\0';
}

/* One attempt; what is there already of the part is not asked for again. */
static enum outcome attempt(const struct download *d, const struct places *p, int fd,
			    bool have_file, struct error *err)
{
	AUTO_TRANSFER struct transfer t = { .fd = fd, .meter = d->meter };
	struct curl_slist *headers = NULL;
	char tag[TAG], line[TAG + 40], range[40];
	struct stat st;

	if (fstat(fd, &st) < 0 || prepare(&t, d->url, err) < 0)
		return FAILED;
	read_tag(p->tag, tag);
	t.at = (uint64_t)st.st_size;
	/* Without a tag nobody could say that the rest belongs to it. */
	if (st.st_size > 0 && tag[0]) {
		snprintf(range, sizeof(range), "%lld-", (long long)st.st_size);
		curl_easy_setopt(t.curl, CURLOPT_RANGE, range);
		snprintf(line, sizeof(line), "If-Range: %s", tag);
		headers = curl_slist_append(headers, line);
	} else if (have_file && tag[0]) {
		snprintf(line, sizeof(line), "If-None-Match: %s", tag);
		headers = curl_slist_append(headers, line);
	}
	if (headers)
		curl_easy_setopt(t.curl, CURLOPT_HTTPHEADER, headers);
	enum outcome o = perform(&t, d->url, err);
	curl_slist_free_all(headers);
	struct error ignored;
	/* Weak tags do not say that bytes are the same. */
	if (t.status == 200 || t.status == 206)
		file_write(AT_FDCWD, p->tag, t.tag, t.tag[0] == '"' ? strlen(t.tag) : 0, 0600, &ignored);
	if (o != GOOD)
		return o;
	if (page(&t)) {
		error_set(err, 0, "%.300s: the answer is a web page, and not the file", d->url);
		error_hint(err, "check the address; a proxy or a login page may be in the way");
		return FAILED;
	}
	if (t.at == 0) {
		error_set(err, 0, "%.300s: the answer is empty", d->url);
		error_hint(err, "check the address");
		return FAILED;
	}
	return GOOD;
}

static int fetch(const struct download *d, const struct places *p, bool have_file,
		 enum outcome *o, struct error *err)
{
	unsigned ms = d->pause_ms ? d->pause_ms : PAUSE_MS;

	AUTO_CLOSE int fd = open(p->part, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(err, errno, "%s", p->part);
	for (int i = 0;; i++) {
		*o = attempt(d, p, fd, have_file, err);
		if (*o != AGAIN || i + 1 == TRIES)
			break;
		if (pause_for(ms, d->meter, err) < 0)
			return -1;
		ms *= 2;
	}
	if (*o == GOOD || *o == UNCHANGED)
		return 0;
	/* What cannot become the file is not kept. */
	if (*o == FAILED && err->code != ECANCELED)
		unlink(p->part);
	return -1;
}

static int fetch_text(const char *url, size_t max, int tries, char **text, size_t *len,
		      struct meter *m, struct error *err);

/* What the file must be: as said, or as the list beside it says; "" unknown. */
static int wanted_sum(const struct download *d, char out[65], struct error *err)
{
	const char *end = d->url + strcspn(d->url, "?#"), *base = end;
	char url[2048], name[256];
	size_t len;

	snprintf(out, 65, "%s", d->sha256 ? d->sha256 : "");
	if (out[0])
		return 0;
	while (base > d->url && base[-1] != '/')
		base--;
	if (snprintf(url, sizeof(url), "%.*sSHA256SUMS", (int)(base - d->url), d->url) >= (int)sizeof(url))
		return 0;
	AUTO_FREE char *sums = NULL;
	int r = fetch_text(url, SUMS_MAX, 1, &sums, &len, d->meter, err);
	if (r < 0 && err->code == ECANCELED)
		return -1;
	snprintf(name, sizeof(name), "%.*s", (int)(end - base), base);
	if (r == 0)
		download_sum(sums, name, out);
	return 0;
}

static int check_sum(const char *path, const char *wanted, char sha256[65], const char *url,
		     struct error *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "%s", path);
	if (digest_fd(fd, sha256, err) < 0)
		return -1;
	if (!wanted[0] || strcasecmp(wanted, sha256) == 0)
		return 0;
	error_set(err, 0, "%.200s: SHA-256 is %.16s..., and should be %.16s...", url, sha256, wanted);
	error_hint(err, "it was damaged or changed on the way: try again; what came was removed");
	return -1;
}

static int download_locked(const struct download *d, const struct places *p, char sha256[65],
			   struct error *err)
{
	bool have_file = access(p->file, R_OK) == 0;
	char wanted[65];
	enum outcome o;

	if (wanted_sum(d, wanted, err) < 0)
		return -1;
	if (have_file && wanted[0] && check_sum(p->file, wanted, sha256, d->url, err) == 0)
		return 0;
	if (d->meter && meter_phase(d->meter, PROGRESS_DOWNLOAD, 0, strrchr(p->file, '/') + 14, err) < 0)
		return -1;
	if (fetch(d, p, have_file && !wanted[0], &o, err) < 0)
		return -1;
	if (o == UNCHANGED)
		return check_sum(p->file, wanted, sha256, d->url, err);
	if (check_sum(p->part, wanted, sha256, d->url, err) < 0) {
		unlink(p->part);
		unlink(p->tag);
		return -1;
	}
	return rename(p->part, p->file) < 0 ? error_set(err, errno, "%s", p->file) : 0;
}

int download_file(const struct download *d, char path[PATH_MAX], char sha256[65],
		  struct error *err)
{
	struct places p;

	if (strncasecmp(d->url, "http://", 7) != 0 && strncasecmp(d->url, "https://", 8) != 0)
		return error_set(err, EINVAL, "address %.200s", d->url);
	if (find_places(d, &p, err) < 0 || dir_make(d->dir, 0700, err) < 0)
		return -1;
	AUTO_CLOSE int lock = open(p.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0) {
		error_set(err, errno, "%s", p.lock);
		if (err->code == EWOULDBLOCK)
			error_hint(err, "another vmdeck downloads the same: wait for it");
		return -1;
	}
	int r = download_locked(d, &p, sha256, err);
	unlink(p.lock);
	snprintf(path, PATH_MAX, "%s", p.file);
	return r < 0 ? error_wrap(err, "download") : 0;
}

static int fetch_text(const char *url, size_t max, int tries, char **text, size_t *len,
		      struct meter *m, struct error *err)
{
	unsigned ms = PAUSE_MS;

	for (int i = 0;; i++) {
		AUTO_TRANSFER struct transfer t = { .fd = -1, .max = max, .meter = m };
		if (prepare(&t, url, err) < 0)
			return -1;
		enum outcome o = perform(&t, url, err);
		if (o == GOOD) {
			*len = t.len;
			*text = t.text ? take_ptr(&t.text) : calloc(1, 1);
			return *text ? 0 : error_set(err, ENOMEM, "%.300s", url);
		}
		if (o == MISSING)
			return 1;
		if (o != AGAIN || i + 1 == tries)
			return -1;
		if (pause_for(ms, m, err) < 0)
			return -1;
		ms *= 2;
	}
}

int download_text(const char *url, size_t max, char **text, size_t *len, struct meter *m,
		  struct error *err)
{
	return fetch_text(url, max, TRIES, text, len, m, err);
}

int download_sum(const char *sums, const char *name, char sha256[65])
{
	size_t n = strlen(name);

	for (const char *line = sums; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line + strspn(line, "0123456789abcdefABCDEF");
		if (at - line != 64 || (*at != ' ' && *at != '\t'))
			continue;
		at += strspn(at, " \t");
		at += *at == '*';
		at += strncmp(at, "./", 2) == 0 ? 2 : 0;
		if (strcspn(at, "\r\n") == n && memcmp(at, name, n) == 0) {
			memcpy(sha256, line, 64);
			sha256[64] = '\0';
			return 1;
		}
	}
	return 0;
}
