#include "engine/check/image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"

enum guest_file guest_read(const struct check_image *image, const char *path, size_t max,
			   char **data, size_t *len, char *target, size_t cap,
			   struct error *err)
{
	AUTO_CLOSE int fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO_EXT4 struct ext4 *fs = NULL;
	struct ext4_node node;
	void *bytes = NULL;
	int r;

	target[0] = '\0';
	if (fd < 0) {
		error_set(err, errno, "open %s", image->path);
		return GUEST_ERROR;
	}
	fs = ext4_open(fd, false, err);
	if (!fs)
		return GUEST_ERROR;
	r = ext4_stat(fs, path, false, &node, err);
	if (r)
		return r > 0 ? GUEST_MISSING : GUEST_ERROR;
	if (S_ISLNK(node.mode)) {
		if (ext4_readlink(fs, path, target, cap, err) < 0)
			return GUEST_ERROR;
		r = ext4_stat(fs, path, true, &node, err);
		if (r)
			return r > 0 ? GUEST_DANGLING : GUEST_ERROR;
	}
	if (ext4_read(fs, path, max, &bytes, len, err) < 0)
		return GUEST_ERROR;
	*data = bytes;
	return GUEST_READ;
}
