/*
 * `play`: a recording, on the screen or as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "tui/desk/player.h"
#include "tui/verbs/verb.h"

enum { SPEED, IDLE, TEXT, THEME, COLOR, ASCII };
enum { HISTORY = 16 << 20 };

/* A number of the command line; -1 after telling what is wrong. */
static double number(const struct call *c, int option, double min, double max, double dflt)
{
	const char *s = c->values[option];
	char *end;
	double v;

	if (!s)
		return dflt;
	v = strtod(s, &end);
	if (*s && !*end && v >= min && v <= max)
		return v;
	talk_usage("play", "--%s: \"%s\" is not a number from %g to %g", c->verb->options[option].name, s,
		   min, max);
	return -1;
}

static void print(const struct vt *vt)
{
	uint64_t end = vt_end(vt);
	AUTO_FREE char *line = malloc(VT_SIZE_MAX * 32);

	for (; line && end > vt_first(vt); end--)
		if (vt_line_text(vt, end - 1, line, 8))
			break;
	for (uint64_t i = vt_first(vt); line && i < end; i++) {
		vt_line_text(vt, i, line, VT_SIZE_MAX * 32);
		say("%s%s", line, vt_line_wrapped(vt, i) ? "" : "\n");
	}
}

/* Where there is no terminal to play on: what would have been seen, line after line. */
static int as_text(struct tape *t)
{
	struct vt *vt = vt_new(t->header.cols, t->header.rows, HISTORY);
	struct cast_event e;
	struct error err;
	int r = -1;

	if (!vt)
		return EXIT_FAILED;
	vt_set_replay(vt, true);
	while ((r = tape_next(t, &e, &err)) == 1) {
		if (e.kind == CAST_OUTPUT)
			vt_write(vt, e.data, e.len, (uint64_t)(e.time * 1000));
		else if (e.kind == CAST_RESIZE)
			vt_resize(vt, e.cols, e.rows);
		cast_event_done(&e);
	}
	print(vt);
	vt_free(vt);
	return r < 0 ? talk_error(&err) : EXIT_DONE;
}

static int run(struct call *c)
{
	struct dashboard_options look = { .paths = c->paths, .theme = c->values[THEME],
					  .ascii = call_has(c, ASCII) };
	struct player_options o = { .look = &look };
	double idle = number(c, IDLE, 0, 86400, -2);
	struct tape t;
	struct error err;
	int code;

	o.speed = number(c, SPEED, PLAYER_SPEED_MIN, PLAYER_SPEED_MAX, 1);
	if (o.speed < 0 || idle == -1)
		return EXIT_USAGE;
	if (c->values[COLOR] && strcmp(c->values[COLOR], "never") != 0 && strcmp(c->values[COLOR], "auto") != 0)
		return talk_usage("play", "--color is auto or never");
	look.color = c->values[COLOR] && strcmp(c->values[COLOR], "never") == 0 ? COLOR_NEVER : COLOR_AUTO;
	if (tape_open(&t, c->args[0], idle, &err) < 0)
		code = talk_error(&err);
	else if (call_has(c, TEXT) || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		code = as_text(&t);
	else
		code = player_run(&t, &o, &err) < 0 ? talk_error(&err) : EXIT_DONE;
	tape_close(&t);
	return code;
}

const struct verb verb_play = {
	.name = "play",
	.group = VERB_CONSOLE,
	.args = "FILE",
	.help = "play a recording (asciicast version 2 or 3)",
	.more = "It goes through vmdeck's own terminal: what the file holds cannot steer yours.\n"
		"Space pauses, Left and Right go 5 seconds, . goes to the next event, + and - change\n"
		"the speed, g begins again, q leaves. Off a terminal the text is printed.",
	.min = 1,
	.max = 1,
	.options = {
		[SPEED] = {"speed", 's', "X", "X times as fast as recorded, 0.125 to 64"},
		[IDLE] = {"idle", 'i', "SEC", "cut longer pauses to SEC"},
		[TEXT] = {"text", 0, NULL, "print its text instead, scrollback and all"},
		[THEME] = {"theme", 't', "NAME|FILE", "colours; vmdeck theme lists them"},
		[COLOR] = {"color", 0, "WHEN", "auto or never"},
		[ASCII] = {"ascii", 0, NULL, "no line drawing, no signs beyond ASCII"},
	},
	.run = run,
};
