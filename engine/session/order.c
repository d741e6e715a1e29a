#include "engine/session/order.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/session/detach.h"
#include "engine/vm/backend.h"

enum { ORDER_MAX = 64 << 10 };

int order_read(struct template_wish *w, struct error *err)
{
	size_t len;
	char path[64];
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", ORDER_FD_WISH);
	text = file_read(AT_FDCWD, path, ORDER_MAX, &len, err);
	j = text ? json_parse("order", text, len, false, err) : NULL;
	if (!j || template_wish_parse(w, j, err) < 0)
		return -1;
	w->kernel_fd = ORDER_FD_KERNEL;
	w->initramfs_fd = ORDER_FD_INITRAMFS;
	w->image_fd = ORDER_FD_IMAGE;
	return backend_find(w->backend) ? 0 : error_set(err, 0, "no such backend");
}

static int write_wish(const struct template_wish *w, struct error *err)
{
	AUTO_CLOSE int fd = memfd_create("order", MFD_CLOEXEC);
	AUTO_JSON cJSON *j = template_wish_json(w);
	AUTO_FREE char *text = json_text(j, false);

	if (fd < 0 || !text)
		return error_set(err, errno, "order a template");
	return fd_write_all(fd, text, strlen(text), err) < 0 ? -1 : take_fd(&fd);
}

void order_place(const struct paths *p, const struct template_wish *w)
{
	struct error ignored;
	AUTO_CLOSE int templates = template_dir(p, &ignored);
	AUTO_CLOSE int order = -1;
	int fds[ORDER_FD_COUNT] = { -1, -1, -1 };

	if (templates < 0 || !template_wanted(p, w->key))
		return;
	order = write_wish(w, &ignored);
	if (order < 0)
		return;
	fds[ORDER_FD_WISH] = order;
	fds[ORDER_FD_TEMPLATES] = templates;
	fds[ORDER_FD_KERNEL] = w->kernel_fd;
	fds[ORDER_FD_INITRAMFS] = w->initramfs_fd;
	fds[ORDER_FD_IMAGE] = w->image_fd;
	detach_start("template-build", w->key, fds, ORDER_FD_COUNT, -1, &ignored);
}
