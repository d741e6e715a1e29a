/*
 * memory PID TEXT: how often the text is in the memory of a process (all that can be read of
 * it), then a blank and how many bytes were looked at. The text is given as two halves,
 * so that it is not in this process's own arguments: memory PID HALF HALF.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PART = 4 << 20 };

/* So large is a sanitizer's shadow alone, which holds marks, no bytes: days of zeros. */
static const uint64_t SHADOW = UINT64_C(1) << 40;

int main(int argc, char **argv)
{
	static char buf[PART + 256];
	char path[64], line[512], text[256];
	unsigned long found = 0;
	uint64_t looked = 0;
	FILE *maps;
	int mem;

	if (argc != 4)
		return 2;
	snprintf(text, sizeof(text), "%s%s", argv[2], argv[3]);
	snprintf(path, sizeof(path), "/proc/%s/maps", argv[1]);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%s/mem", argv[1]);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	if (!maps || mem < 0) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), maps)) {
		uint64_t from, to;
		char mode[8];
		size_t kept = 0, n = strlen(text);

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, mode) != 3 || mode[0] != 'r' ||
		    to - from >= SHADOW)
			continue;
		while (from < to) {
			size_t part = to - from < PART ? (size_t)(to - from) : PART;
			ssize_t got = pread(mem, buf + kept, part, (off_t)from);
			char *at = buf, *end;

			if (got <= 0) { /* a page that has nothing: the next one may */
				from += 4096;
				kept = 0;
				continue;
			}
			looked += (uint64_t)got;
			from += (uint64_t)got;
			end = buf + kept + got;
			while ((at = memmem(at, (size_t)(end - at), text, n))) {
				found++;
				at += n;
			}
			kept = (size_t)(end - buf) < n - 1 ? (size_t)(end - buf) : n - 1;
			memmove(buf, end - kept, kept);
		}
	}
	printf("%lu %" PRIu64 "\n", found, looked);
	return 0;
}
