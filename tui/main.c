/*
 * main: what this process is. Mostly a verb of the command line; sometimes one
 * of the three helpers that vmdeck starts of itself.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/session/inspect.h"
#include "engine/supervisor/maker.h"
#include "engine/supervisor/supervisor.h"
#include "engine/vm/demo_console.h"
#include "tui/talk.h"
#include "tui/verbs/verb.h"

/* A file that is opened later must not become stdout. */
static int hold_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return -1;
	} while (fd <= STDERR_FILENO);
	return close(fd);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "supervise") == 0)
		return supervise_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], "inspect") == 0)
		return inspect_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "template-build") == 0)
		return maker_main(argc, argv);
	if (argc > 2 && strcmp(argv[1], "demo-console") == 0)
		return demo_console(argv[2]);

	if (hold_standard_fds() < 0)
		return EXIT_FAILED;
	setlocale(LC_CTYPE, ""); /* only this: numbers in JSON have a point everywhere */
	signal(SIGPIPE, SIG_IGN); /* talk_finish looks at stdout, the client at its sockets */
	return talk_finish(verb_main(argc, argv));
}
