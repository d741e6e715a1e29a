#include "engine/supervisor/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/session/ansi.h"

enum { LINE = 8 << 20, SCREEN = 4 << 20 };

static double at(const struct recording *r, uint64_t us)
{
	return (double)(us - r->begun_us) / 1e6;
}

/* End it when the disk or the cap does. */
static void store(struct recording *r, struct bytes *line)
{
	struct error err;

	if (!line->len || !r->on)
		return;
	if (r->size + line->len > RECORDING_CAP) {
		bytes_clear(line);
		cast_put_mark(line, at(r, r->last_us), "the recording is full: it ends here");
		r->on = false;
	}
	if (fd_write_all(r->fd, bytes_front(line), line->len, &err) < 0)
		r->on = false;
	else
		r->size += line->len;
	if (!r->on) {
		close(r->fd);
		r->fd = -1;
		redact_done(&r->redact);
	}
}

static void put(struct recording *r, uint64_t us, const void *data, size_t n)
{
	struct bytes line;

	bytes_init(&line, LINE);
	cast_put_output(&line, at(r, us), &r->held, data, n);
	store(r, &line);
	bytes_done(&line);
}

static void put_screen(struct recording *r, uint64_t us, const struct vt *vt)
{
	struct bytes screen, clean;

	bytes_init(&screen, SCREEN);
	bytes_init(&clean, SCREEN);
	ansi_screen(&screen, vt);
	redact_feed(&r->redact, bytes_front(&screen), screen.len, &clean);
	redact_flush(&r->redact, &clean);
	put(r, us, bytes_front(&clean), clean.len);
	bytes_done(&clean);
	bytes_done(&screen);
}

static int make(struct recording *r, int dir, struct error *err)
{
	for (int i = 1; i <= RECORDINGS; i++) {
		snprintf(r->name, sizeof(r->name), "recording-%d.cast", i);
		r->fd = openat(dir, r->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (r->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	r->name[0] = '\0';
	error_set(err, errno, "recording");
	if (errno == EEXIST)
		error_hint(err, "a session has at most %d of them: move some away", RECORDINGS);
	return -1;
}

/* Short ones would take out ordinary words: redact_secret leaves them. */
static void know_secrets(struct recording *r, const char *const *values)
{
	redact_init(&r->redact);
	for (; values && *values; values++)
		redact_secret(&r->redact, *values, strlen(*values));
}

int recording_start(struct recording *r, int dir, const struct vt *vt, const char *title,
		    const char *const *values, struct error *err)
{
	struct cast_header h = { .cols = vt_cols(vt), .rows = vt_rows(vt), .timestamp = time(NULL) };
	struct bytes line;

	if (r->on) {
		error_set(err, EEXIST, "a recording runs already: %s", r->name);
		error_hint(err, "end it first: vmdeck record S stop");
		return -1;
	}
	*r = (struct recording){ .fd = -1 };
	if (make(r, dir, err) < 0)
		return -1;
	r->on = true;
	r->begun_us = r->last_us = now_us();
	know_secrets(r, values);
	snprintf(h.title, sizeof(h.title), "%s", title);
	bytes_init(&line, 4096);
	cast_put_header(&line, &h);
	store(r, &line);
	bytes_done(&line);
	put_screen(r, r->begun_us, vt);
	if (!r->on)
		return error_set(err, ENOSPC, "recording: %s cannot be written", r->name);
	return 0;
}

/* More than the rate in this second: the rest of it is left out. */
static bool too_much(struct recording *r, size_t n)
{
	uint64_t second = (r->last_us - r->begun_us) / 1000000;

	if (second != r->second) {
		r->second = second;
		r->in_second = 0;
	}
	r->in_second += n;
	return r->in_second > RECORDING_RATE;
}

void recording_add(struct recording *r, const struct vt *vt, const void *data, size_t n)
{
	struct bytes clean;

	if (!r->on)
		return;
	r->last_us = now_us();
	if (too_much(r, n)) {
		if (!r->skipping)
			redact_flush(&r->redact, &(struct bytes){ 0 });
		r->skipping = true;
		r->held.n = 0;
		r->left_out += n;
		return;
	}
	if (r->skipping) {
		r->skipping = false;
		r->left_out += n;
		put_screen(r, r->last_us, vt);
		return;
	}
	bytes_init(&clean, LINE / 4);
	redact_feed(&r->redact, data, n, &clean);
	put(r, r->last_us, bytes_front(&clean), clean.len);
	bytes_done(&clean);
}

static void put_rest(struct recording *r)
{
	struct bytes clean;

	bytes_init(&clean, LINE / 4);
	redact_flush(&r->redact, &clean);
	put(r, r->last_us, bytes_front(&clean), clean.len);
	bytes_done(&clean);
}

void recording_resize(struct recording *r, int cols, int rows)
{
	struct bytes line;

	if (!r->on)
		return;
	put_rest(r);
	r->last_us = now_us();
	bytes_init(&line, 256);
	cast_put_resize(&line, at(r, r->last_us), cols, rows);
	store(r, &line);
	bytes_done(&line);
}

void recording_stop(struct recording *r)
{
	if (!r->on)
		return;
	put_rest(r);
	if (!r->on)
		return;
	r->on = false;
	close(r->fd);
	r->fd = -1;
	redact_done(&r->redact);
}
