#include "engine/vm/demo_console.h"

#include <stdlib.h>
#include <string.h>

/* A line editor with a handful of commands: what typing into a session feels
 * like, with nothing behind it. */

struct command {
	const char *name;
	const char *help;
	void (*run)(struct demo *d, const char *args);
};
static const struct command commands[];

static void prompt(struct demo *d)
{
	d->len = 0;
	demo_print(d, "\033[1;32magent@demo\033[0m:\033[1;34m~\033[0m$ ");
}

static void run_help(struct demo *d, const char *args)
{
	(void)args;
	for (const struct command *c = commands; c->name; c++)
		demo_print(d, "  %-8s %s\r\n", c->name, c->help);
}

static void run_echo(struct demo *d, const char *args)
{
	demo_print(d, "%s\r\n", args);
}

static void run_size(struct demo *d, const char *args)
{
	(void)args;
	demo_print(d, "%u columns, %u rows\r\n", d->cols, d->rows);
}

static void run_colors(struct demo *d, const char *args)
{
	(void)args;
	for (int i = 0; i < 16; i++)
		demo_print(d, "\033[48;5;%dm  \033[0m", i);
	demo_print(d, "\r\n");
	for (int i = 0; i < 36; i++)
		demo_print(d, "\033[48;5;%dm \033[0m", 16 + i * 6);
	demo_print(d, "\r\n");
	for (int i = 0; i < 64; i++)
		demo_print(d, "\033[48;2;%d;%d;%dm \033[0m", i * 4, 128, 255 - i * 4);
	demo_print(d, "\r\n\033[1mbold\033[0m \033[2mfaint\033[0m \033[3mitalic\033[0m "
		      "\033[4munderline\033[0m \033[7mreverse\033[0m \033[9mstruck\033[0m\r\n");
}

static void run_flood(struct demo *d, const char *args)
{
	int n = atoi(args);

	d->flood = n > 0 ? (unsigned)n : 100000;
	demo_ticks(d, 1);
}

static void run_wide(struct demo *d, const char *args)
{
	(void)args;
	demo_print(d, "漢字かな 한글 \xf0\x9f\x98\x80 e\xcc\x81 a\xcc\x8a \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\r\n");
}

static void run_bell(struct demo *d, const char *args)
{
	(void)args;
	demo_print(d, "\a");
}

static void run_title(struct demo *d, const char *args)
{
	demo_print(d, "\033]0;%s\007", args);
}

static void run_exit(struct demo *d, const char *args)
{
	demo_exit(d, atoi(args) & 255);
}

static const struct command commands[] = {
	{ "help", "this list", run_help },
	{ "echo", "print the rest of the line", run_echo },
	{ "size", "of this console", run_size },
	{ "colors", "the palette and the attributes", run_colors },
	{ "flood", "N lines as fast as they are taken", run_flood },
	{ "wide", "wide and combining characters", run_wide },
	{ "bell", "ring", run_bell },
	{ "title", "set the window title", run_title },
	{ "exit", "end with a status", run_exit },
	{ NULL, NULL, NULL },
};

static void enter(struct demo *d)
{
	char *args;

	demo_print(d, "\r\n");
	d->line[d->len] = '\0';
	args = d->line + strcspn(d->line, " ");
	if (*args)
		*args++ = '\0';
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, d->line)) {
			c->run(d, args);
			if (!d->flood && !d->loop.stop)
				prompt(d);
			return;
		}
	if (d->line[0])
		demo_print(d, "%s: there is no such command; try help\r\n", d->line);
	prompt(d);
}

static void erase(struct demo *d)
{
	if (!d->len)
		return;
	while (--d->len && (d->line[d->len] & 0xc0) == 0x80)
		;
	demo_print(d, "\b \b");
}

static void shell_key(struct demo *d, int c)
{
	if (d->flood) {
		if (c != 3)
			return;
		d->flood = 0;
		demo_ticks(d, 0);
		demo_print(d, "^C\r\n");
		prompt(d);
	} else if (c == '\r') {
		enter(d);
	} else if (c == 127 || c == 8) {
		erase(d);
	} else if (c == 3) {
		demo_print(d, "^C\r\n");
		prompt(d);
	} else if (c == 4 && !d->len) {
		demo_print(d, "exit\r\n");
		demo_exit(d, 0);
	} else if (c == 12) {
		demo_print(d, "\033[H\033[2J");
		prompt(d);
	} else if (c >= 32 && c < 256 && d->len + 1 < sizeof(d->line)) {
		d->line[d->len++] = (char)c;
		demo_print(d, "%c", c);
	}
}

static void shell_tick(struct demo *d)
{
	for (int i = 0; i < 500 && d->flood; i++)
		demo_print(d, "%u bottles of beer on the wall, take one down, pass it around\r\n",
			   d->flood--);
	if (!d->flood) {
		demo_ticks(d, 0);
		prompt(d);
	}
}

static void shell_start(struct demo *d)
{
	demo_print(d, "vmdeck demo shell: no machine is running here. \"help\" lists what it "
		      "can do.\r\n");
	prompt(d);
}

const struct demo_script demo_shell = {
	.name = "shell",
	.help = "a tiny shell",
	.start = shell_start,
	.tick = shell_tick,
	.key = shell_key,
};
