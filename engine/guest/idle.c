#include "engine/guest/idle.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *path, *value;
} settings[] = {
	/* kcompactd looks for something to do twice a second; asked, it works as before. */
	{ "/proc/sys/vm/compaction_proactiveness", "0" },
	/* Counters of memory are folded each second: for who reads /proc/vmstat. */
	{ "/proc/sys/vm/stat_interval", "30" },
};

void idle_settle(void)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int fd = open(settings[i].path, O_WRONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		(void)!write(fd, settings[i].value, strlen(settings[i].value));
		close(fd);
	}
}
