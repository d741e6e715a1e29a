/*
 * Files for a machine that was resumed from a template: sent over the control
 * port, as fast as it takes them, and compared with what the guest then finds in
 * its file system. START comes when all of them are as they should be.
 */
#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"

enum {
	FIRST_ID = 2, /* of the frames; 1 is START's */
	QUEUE = 256 << 10, /* no more than this waits for the guest */
};

static int send_head(struct supervisor *s, const struct disk_file *f, uint32_t id)
{
	uint8_t buf[8192 + FRAME_HEADER];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), CONTROL_FILE, id);
	control_pair(&w, "path", f->path);
	control_pair_u64(&w, "mode", f->mode);
	control_pair_u64(&w, "uid", f->uid);
	control_pair_u64(&w, "gid", f->gid);
	control_pair_u64(&w, "size", f->len);
	return guest_send(&s->guest, buf, control_finish(&w));
}

static int send_bytes(struct supervisor *s, const struct disk_file *f, uint32_t id)
{
	AUTO_FREE uint8_t *buf = malloc(FRAME_MAX);
	struct control_writer w;
	size_t n = f->len - s->file_sent;
	int r;

	if (n > FRAME_PAYLOAD_MAX)
		n = FRAME_PAYLOAD_MAX;
	if (!buf)
		return -1;
	control_begin(&w, buf, FRAME_MAX, CONTROL_FILE_DATA, id);
	control_bytes(&w, (const uint8_t *)f->data + s->file_sent, n);
	r = guest_send(&s->guest, buf, control_finish(&w));
	explicit_bzero(buf, FRAME_MAX);
	s->file_sent += n;
	return r;
}

static void pump(struct supervisor *s)
{
	while (s->file < s->files.n && s->guest.source.loop && s->guest.out.len < QUEUE) {
		const struct disk_file *f = &s->files.items[s->file];
		uint32_t id = FIRST_ID + (uint32_t)s->file;
		struct error err;

		if ((!s->file_begun && send_head(s, f, id) < 0) ||
		    (s->file_sent < f->len && send_bytes(s, f, id) < 0)) {
			error_set(&err, 0, "inject %s: the guest does not take it", f->path);
			supervisor_fail(s, &err);
			s->vm.backend->kill(&s->vm);
			return;
		}
		s->file_begun = true;
		if (s->file_sent < f->len)
			continue;
		s->file++;
		s->file_begun = false;
		s->file_sent = 0;
	}
}

void supervisor_files_drained(struct guest *g)
{
	pump(SOURCE_OWNER(g, struct supervisor, guest));
}

bool supervisor_files_send(struct supervisor *s)
{
	s->file = s->file_sent = s->files_good = 0;
	s->file_begun = false;
	pump(s);
	return s->files.n;
}

static int compare(const struct disk_file *f, const struct control_file *there, struct error *err)
{
	if (there->size != f->len || there->digest != control_digest(CONTROL_DIGEST, f->data, f->len))
		return error_set(err, 0, "its contents are not what was sent");
	if (there->mode != f->mode)
		return error_set(err, 0, "its mode is %o, not %o", there->mode & 07777, f->mode);
	if (there->uid != f->uid || there->gid != f->gid)
		return error_set(err, 0, "its owner is %u:%u, not %u:%u", there->uid, there->gid,
				 f->uid, f->gid);
	return 0;
}

bool supervisor_file_done(struct supervisor *s, const struct frame *frame)
{
	struct control_file there;
	struct error err;
	size_t i = frame->id - FIRST_ID;

	if (i != s->files_good || i >= s->files.n || control_read_file(frame, &there) < 0)
		return false;
	if (compare(&s->files.items[i], &there, &err) < 0) {
		error_wrap(&err, "inject %s", s->files.items[i].path);
		supervisor_fail(s, &err);
		s->vm.backend->kill(&s->vm);
		return false;
	}
	if (++s->files_good < s->files.n)
		return false;
	files_done(&s->files);
	return true;
}
