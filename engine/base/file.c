#include "engine/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"

char *file_read(int dir, const char *path, size_t cap, size_t *len, struct error *err)
{
	AUTO_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO_FREE char *data = NULL;
	size_t size = 4096, n = 0;
	struct stat st;

	if (fd < 0) {
		error_set(err, errno, "read %s", path);
		return NULL;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		error_set(err, EISDIR, "read %s", path);
		return NULL;
	}
	if (st.st_size > 0 && (size_t)st.st_size <= cap)
		size = (size_t)st.st_size + 1;
	for (;;) {
		ssize_t got;
		char *more = realloc(data, size + 1);

		if (!more) {
			error_set(err, errno, "read %s", path);
			return NULL;
		}
		data = more;
		got = read(fd, data + n, size - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_set(err, errno, "read %s", path);
			return NULL;
		}
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > cap) {
			error_set(err, EFBIG, "read %s (more than %zu bytes)", path, cap);
			return NULL;
		}
		if (n == size)
			size *= 2;
	}
	data[n] = '\0';
	if (len)
		*len = n;
	return take_ptr(&data);
}

int fd_write_all(int fd, const void *data, size_t len, struct error *err)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, errno, "write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int fd_read_all(int fd, void *data, size_t len, struct error *err)
{
	char *p = data;

	while (len) {
		ssize_t n = read(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, errno, "read");
		if (n == 0)
			return error_set(err, 0, "read: the file ends too early");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write(int dir, const char *path, const void *data, size_t len, mode_t mode,
	       struct error *err)
{
	char tmp[PATH_MAX];
	AUTO_CLOSE int fd = -1;

	if (snprintf(tmp, sizeof(tmp), "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof(tmp))
		return error_set(err, ENAMETOOLONG, "write %s", path);
	fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return error_set(err, errno, "write %s", path);
	if (fchmod(fd, mode) < 0 || fd_write_all(fd, data, len, err) < 0 ||
	    renameat(dir, tmp, dir, path) < 0) {
		error_set(err, errno, "write %s", path);
		if (err->code == ENOSPC || err->code == EDQUOT)
			error_hint(err, "free some space on that file system");
		unlinkat(dir, tmp, 0);
		return -1;
	}
	return 0;
}

int fd_nonblock(int fd)
{
	int fl = fcntl(fd, F_GETFL);

	if (fl < 0 || fcntl(fd, F_SETFL, fl | O_NONBLOCK) < 0)
		return -1;
	return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int remove_below(int fd, int depth, struct error *err)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (!d) {
		close(fd);
		return error_set(err, errno, "read directory");
	}
	while (r == 0 && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) == 0)
			continue;
		if (errno == EISDIR || errno == EPERM) {
			int sub = openat(dirfd(d), e->d_name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (sub < 0 || depth >= 32) {
				r = error_set(err, errno, "remove %s", e->d_name);
				own_close(&sub);
			} else if (remove_below(sub, depth + 1, err) < 0) {
				r = -1;
			} else if (unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR) < 0) {
				r = error_set(err, errno, "remove %s", e->d_name);
			}
		} else if (errno != ENOENT) {
			r = error_set(err, errno, "remove %s", e->d_name);
		}
	}
	closedir(d);
	return r;
}

int dir_remove(int dir, const char *path, struct error *err)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : error_set(err, errno, "remove %s", path);
	if (remove_below(fd, 0, err) < 0)
		return error_wrap(err, "%s", path);
	if (unlinkat(dir, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s", path);
	return 0;
}

int dir_make(const char *path, mode_t mode, struct error *err)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return error_set(err, ENAMETOOLONG, "make directory %s", path);
	for (const char *p = path; *p; p++) {
		const char *end = strchr(p + 1, '/');

		if (!end)
			end = p + strlen(p);
		memcpy(part, path, (size_t)(end - path));
		part[end - path] = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST && errno != EISDIR)
			return error_set(err, errno, "make directory %s", part);
		if (!*end)
			break;
		p = end - 1;
	}
	return 0;
}

int file_find(const char *dir, const char *suffix, char *path, size_t size)
{
	size_t end = strlen(suffix);
	DIR *d = opendir(dir);
	bool found = false;

	for (struct dirent *e; d && !found && (e = readdir(d));) {
		size_t n = strlen(e->d_name);
		found = n > end && strcmp(e->d_name + n - end, suffix) == 0;
		if (found)
			snprintf(path, size, "%s/%s", dir, e->d_name);
	}
	if (d)
		closedir(d);
	return found ? 0 : -1;
}
