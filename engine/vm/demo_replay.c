#include "engine/vm/demo_console.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

/* Consoles for looking closely: one that plays the bytes of a file, for what a
 * terminal makes of them, one that tells the bytes of each key. */

enum { PLAY = 1 << 20 };

/* replay: a line typed is the path of a file; its bytes come as they are. Before each
 * the terminal is reset and the number of the file told; what is typed is not echoed, so
 * that nothing else is on the screen. */

static void play(struct demo *d, const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char buf[4096];
	size_t all = 0;
	ssize_t n;

	demo_print(d, "\033c\033[?1049l\033]2;\007replay %u\r\n", ++d->flood);
	while (fd >= 0 && all < PLAY && (n = read(fd, buf, sizeof(buf))) > 0) {
		bytes_add(&d->out, buf, (size_t)n);
		all += (size_t)n;
	}
}

static void replay_start(struct demo *d)
{
	demo_print(d, "replay: type the path of a file\r\n");
}

static void replay_key(struct demo *d, int c)
{
	if (c == '\r' || c == '\n') {
		d->line[d->len] = '\0';
		if (d->len) /* a file may have made Enter two characters */
			play(d, d->line);
		d->len = 0;
	} else if (c == 4 && !d->len) {
		demo_exit(d, 0);
	} else if (c >= ' ' && c < 256 && d->len + 1 < sizeof(d->line)) {
		d->line[d->len++] = (char)c;
	}
}

const struct demo_script demo_replay = {
	.name = "replay",
	.help = "the bytes of a file whose path is typed",
	.start = replay_start,
	.key = replay_key,
};

/* keys */

static void keys_start(struct demo *d)
{
	demo_print(d, "every byte that arrives, in hexadecimal; C-d ends\r\n");
}

static void keys_key(struct demo *d, int c)
{
	static const char letters[] = { [DEMO_UP - 256] = 'A', [DEMO_DOWN - 256] = 'B',
					[DEMO_RIGHT - 256] = 'C', [DEMO_LEFT - 256] = 'D' };

	if (c >= 256)
		demo_print(d, "1b 5b %02x ", letters[c - 256]);
	else
		demo_print(d, "%02x ", (unsigned)c);
	if (c == 4)
		demo_exit(d, 0);
}

const struct demo_script demo_keys = {
	.name = "keys",
	.help = "the bytes of each key",
	.start = keys_start,
	.key = keys_key,
};
