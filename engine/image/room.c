#include "engine/image/room.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "engine/base/text.h"

int room_for(int fd, uint64_t bytes, const char *what, struct error *err)
{
	char need[16], have[16];
	struct statvfs v;

	if (fstatvfs(fd, &v) < 0)
		return error_set(err, errno, "free space");
	uint64_t left = (uint64_t)v.f_bavail * v.f_frsize;
	if (left >= bytes)
		return 0;
	text_size(need, sizeof(need), bytes);
	text_size(have, sizeof(have), left);
	error_set(err, ENOSPC, "%s needs %s, and %s are left", what, need, have);
	error_hint(err, "free some space, or set XDG_DATA_HOME and XDG_CACHE_HOME (or VMDECK_HOME) to a "
		   "larger disk; vmdeck gc gives back what nobody uses");
	return -1;
}
