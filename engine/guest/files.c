#include "engine/guest/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/guest/command.h"

void files_init(struct files *f, struct port *port)
{
	*f = (struct files){ .port = port, .fd = -1 };
}

static void drop(struct files *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static void refuse(struct files *f, int code)
{
	drop(f);
	port_send_error(f->port, f->id, code, f->path[0] ? f->path : "a file without a path");
}

static int number(const char *value, uint64_t max, unsigned *out)
{
	uint64_t v = 0;
	int code = command_number(value, max, &v);

	*out = (unsigned)v;
	return code;
}

static int take(void *arg, const char *key, const char *value)
{
	struct files *f = arg;

	if (strcmp(key, "path") == 0)
		return value[0] != '/' || snprintf(f->path, sizeof(f->path), "%s", value) >=
						  (int)sizeof(f->path) ? EINVAL : 0;
	if (strcmp(key, "mode") == 0)
		return number(value, 07777, &f->mode);
	if (strcmp(key, "uid") == 0)
		return number(value, 0x7fffffff, &f->uid);
	if (strcmp(key, "gid") == 0)
		return number(value, 0x7fffffff, &f->gid);
	if (strcmp(key, "size") == 0)
		return command_number(value, INT64_MAX, &f->size);
	return 0; /* unknown: a newer host */
}

/* Directories that are not there: private to the file's owner where the file is. */
static int parents(const struct files *f)
{
	char part[PATH_MAX];

	for (size_t i = 1; f->path[i]; i++) {
		if (f->path[i] != '/')
			continue;
		memcpy(part, f->path, i);
		part[i] = '\0';
		if (mkdir(part, f->mode & 077 ? 0755 : 0700) == 0)
			(void)!chown(part, f->uid, f->gid);
		else if (errno != EEXIST)
			return errno;
	}
	return 0;
}

/* What lies there now, by its name. */
static int read_back(const struct files *f, struct control_file *out)
{
	char buf[16384];
	struct stat st;
	ssize_t n;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno;
	*out = (struct control_file){ .digest = CONTROL_DIGEST };
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		out->digest = control_digest(out->digest, buf, (size_t)n);
		out->size += (uint64_t)n;
	}
	int code = n < 0 || fstat(fd, &st) < 0 ? errno : 0;
	close(fd);
	if (code)
		return code;
	out->mode = st.st_mode & 07777;
	out->uid = st.st_uid;
	out->gid = st.st_gid;
	return 0;
}

static void finish(struct files *f)
{
	struct control_writer w;
	struct control_file there;
	int code;

	/* The mode last: a change of owner takes bits away. */
	if (fchown(f->fd, f->uid, f->gid) < 0 || fchmod(f->fd, f->mode) < 0)
		return refuse(f, errno);
	drop(f);
	if ((code = read_back(f, &there)))
		return refuse(f, code);
	port_begin(f->port, &w, CONTROL_FILE_DONE, f->id);
	control_file(&w, &there);
	port_send(f->port, &w);
}

void files_begin(struct files *f, const struct frame *frame)
{
	const char *what = "";

	drop(f);
	f->id = frame->id;
	f->size = f->got = 0;
	f->mode = 0600;
	f->uid = f->gid = 0;
	f->path[0] = '\0';
	int code = command_pairs(frame, take, f, &what);
	if (!code && !f->path[0])
		code = EINVAL;
	if (!code)
		code = parents(f);
	if (code)
		return refuse(f, code);
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0600);
	if (f->fd < 0)
		return refuse(f, errno);
	if (!f->size)
		finish(f);
}

void files_data(struct files *f, const struct frame *frame)
{
	const uint8_t *p = frame->payload;
	size_t left = frame->len;

	if (f->fd < 0 || frame->id != f->id)
		return; /* of one that was refused */
	if (left > f->size - f->got)
		return refuse(f, EFBIG);
	while (left) {
		ssize_t n = write(f->fd, p, left);

		if (n <= 0)
			return refuse(f, n ? errno : EIO);
		p += n;
		left -= (size_t)n;
		f->got += (uint64_t)n;
	}
	if (f->got == f->size)
		finish(f);
}
