#include "engine/guest/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/guest/say.h"

static void load(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), MODULES_DIR "/%.100s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST))
		say_errno("module %s", name);
	if (fd >= 0)
		close(fd);
}

void modules_load(void)
{
	char line[128];
	FILE *f = fopen(MODULES_LIST, "re");

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			load(line);
	}
	if (f)
		fclose(f);
}
