#include "engine/supervisor/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int turn_open(int session, struct error *err)
{
	/* STATE/sessions/ID or STATE/standby/NAME */
	int fd = openat(session, "../../starting", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? error_set(err, errno, "open the file of turns") : fd;
}

int turn_take(int fd)
{
	long many = sysconf(_SC_NPROCESSORS_ONLN);

	for (long i = 0; i < (many > 1 ? many : 1); i++) {
		struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1 };

		if (fcntl(fd, F_OFD_SETLK, &l) == 0)
			return 0;
	}
	return 1;
}
