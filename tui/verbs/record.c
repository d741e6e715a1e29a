/*
 * `record`: recordings of a console, and its scrollback into a file.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/session/ansi.h"
#include "engine/session/excerpt.h"
#include "engine/session/sessions.h"
#include "engine/vt/row.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { SCROLLBACK };
enum { PART = 200, SCROLLBACK_MAX = 1000000, OUT_CAP = 64 << 20, WAIT_MS = 30000 };

struct job {
	struct peer peer;
	uint32_t request;
	bool finished, failed;
	struct bytes out;    /* the name of a recording, or what is to be saved */
	/* saving as a recording */
	bool cast, framed;
	long long above;
	uint64_t next, end;
	struct cast_header header;
};

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct job *j = peer_of(c)->owner;

	if (request != j->request)
		return;
	bytes_add(&j->out, text, len);
	j->finished = last;
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct job *j = peer_of(c)->owner;

	if (request != j->request)
		return;
	j->peer.gone_error = *err;
	j->failed = j->finished = true;
}

static void ask_lines(struct job *j)
{
	uint64_t left = j->end - j->next;

	if (j->next >= j->end)
		j->finished = true;
	else
		j->request = client_lines(&j->peer.client, j->next, left > PART ? PART : (int)left);
}

/* The first frame says what there is; later ones do not move it. */
static void on_frame(struct client *c)
{
	struct job *j = peer_of(c)->owner;
	const struct screen *v = &c->screen;
	uint64_t have = v->top - v->first;

	if (!j->cast || j->framed)
		return;
	j->framed = true;
	j->header = (struct cast_header){ .cols = v->cols, .rows = v->rows, .timestamp = time(NULL) };
	snprintf(j->header.title, sizeof(j->header.title), "%s", c->record.id);
	j->next = v->top - ((uint64_t)j->above < have ? (uint64_t)j->above : have);
	j->end = v->top + (uint64_t)v->rows;
	ask_lines(j);
}

static void on_lines(struct client *c, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct job *j = peer_of(c)->owner;

	if (request != j->request || j->finished)
		return;
	for (int i = 0; i < rows; i++) {
		bool wrapped = c->line_flags[i] & VT_ROW_WRAPPED;

		ansi_line(&j->out, cells + (size_t)i * (size_t)cols, cols, wrapped);
		if (!wrapped && line + (uint64_t)i + 1 != j->end)
			bytes_add(&j->out, "\r\n", 2);
	}
	j->next = line + (uint64_t)rows;
	if (rows <= 0)
		j->finished = true;
	else
		ask_lines(j);
}

static bool finished(void *arg)
{
	const struct job *j = arg;

	return j->finished || j->peer.gone;
}

static int wait_for(struct job *j, struct remote *r, const char *what)
{
	struct error err = { 0 };
	enum remote_end end = remote_until(r, finished, j, WAIT_MS, &err);

	if (end != REMOTE_DONE)
		return remote_tell(end, what, &err);
	return j->peer.gone || j->failed ? talk_error(&j->peer.gone_error) : 0;
}

static int meet(struct job *j, struct remote *r, const struct call *c, bool alive)
{
	static const struct client_events events = {
		.frame = on_frame, .text = on_text, .lines = on_lines, .failed = on_failed,
	};

	return peer_meet(&j->peer, r, c->paths, c->args[0], &events, j, alive);
}

static int tape(struct job *j, struct remote *r, const struct call *c, bool on)
{
	int code = meet(j, r, c, true);

	if (code)
		return code;
	j->request = client_tape(&j->peer.client, on);
	code = wait_for(j, r, "the recording");
	if (code == 0)
		say("%s/sessions/%s/%.*s\n", c->paths->state, j->peer.client.record.id, (int)j->out.len,
		    (const char *)bytes_front(&j->out));
	return code;
}

static int save(struct job *j, struct remote *r, const struct call *c)
{
	const char *path = c->args[2];
	struct excerpt_saved saved;
	struct error err;
	int code;

	j->cast = excerpt_is_cast(path);
	code = meet(j, r, c, false);
	if (code)
		return code;
	if (j->cast && !(peer_over(&j->peer) && j->peer.client.record.state == SESSION_FAILED))
		client_watch(&j->peer.client, true);
	else
		j->request = client_text(&j->peer.client, (unsigned)j->above);
	code = wait_for(j, r, "the scrollback");
	if (code)
		return code;
	if (j->out.dropped) {
		talk("vmdeck: the scrollback takes more than %d MiB", OUT_CAP >> 20);
		talk("  fix: --scrollback N for fewer lines");
		return EXIT_FAILED;
	}
	if (excerpt_save(path, &j->header, &j->out, &saved, &err) < 0)
		return talk_error(&err);
	talk("%s: %zu bytes%s", path, saved.bytes, saved.taken ? ", secrets taken out" : "");
	return EXIT_DONE;
}

static int act(struct job *j, struct remote *r, const struct call *c)
{
	const char *what = c->args[1];
	bool saves = strcmp(what, "save") == 0;

	if (!saves && strcmp(what, "start") != 0 && strcmp(what, "stop") != 0)
		return talk_usage("record", "no \"%s\": there are start, stop and save", what);
	if (saves != (c->n_args == 3))
		return talk_usage("record", saves ? "save needs a file" : "%s takes no more", what);
	return saves ? save(j, r, c) : tape(j, r, c, strcmp(what, "start") == 0);
}

static int run(struct call *c)
{
	struct job j = { 0 };
	struct remote remote;
	struct error err;
	int code;

	j.above = call_number(c, SCROLLBACK, 0, SCROLLBACK_MAX, SCROLLBACK_MAX);
	if (j.above < 0)
		return EXIT_USAGE;
	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	bytes_init(&j.out, OUT_CAP);
	code = act(&j, &remote, c);
	peer_close(&j.peer);
	remote_done(&remote);
	bytes_done(&j.out);
	return code;
}

const struct verb verb_record = {
	.name = "record",
	.group = VERB_CONSOLE,
	.args = "S start|stop|save FILE",
	.help = "record a console, or save its scrollback",
	.more = "start begins a recording of what the machine writes, with its times, in the session's\n"
		"directory, and prints its path; stop ends it. It is an asciicast (version 2), at most\n"
		"64 MiB; vmdeck play shows it. What you type is not in it but for its echo.\n"
		"save writes screen and scrollback into a new file: as an asciicast when its name ends\n"
		"in .cast, else as text. Both take out what looks like a key or a token.",
	.min = 2,
	.max = 3,
	.options = {
		[SCROLLBACK] = {"scrollback", 'n', "N", "save: only N lines above the screen"},
	},
	.run = run,
};
