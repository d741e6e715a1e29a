#include "tui/linear/line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/vt/vt.h"
#include "engine/vt/width.h"
#include "tui/talk.h"

enum { QUEUE = 256 << 10, READ = 4096 };

/* --- The sheet: only ever forward, and back over what was just typed. --- */

static void put(const struct line *l, const char *bytes)
{
	struct error ignored;

	if (!l->terminal)
		return;
	fflush(stdout);
	fd_write_all(STDOUT_FILENO, bytes, strlen(bytes), &ignored);
}

static void changed(struct line *l)
{
	l->changed(l->owner);
}

static void take(struct line *l)
{
	if (bytes_add(&l->done, l->text, l->len) == 0)
		bytes_add(&l->done, "\n", 1);
	l->len = 0;
	l->text[0] = '\0';
	l->prompted = false;
}

/* The last code point goes, and the columns it took. */
static void rub_out(struct line *l)
{
	size_t n = l->len;
	uint32_t c;

	while (n && ((unsigned char)l->text[n - 1] & 0xc0) == 0x80)
		n--;
	n = n ? n - 1 : 0;
	utf8_decode(l->text + n, l->len - n, &c);
	for (int i = vt_class_columns(vt_class(c)); i > 0 && l->len; i--)
		put(l, "\b \b");
	l->len = n;
	l->text[n] = '\0';
}

static void rub_out_word(struct line *l)
{
	while (l->len && l->text[l->len - 1] == ' ')
		rub_out(l);
	while (l->len && l->text[l->len - 1] != ' ')
		rub_out(l);
}

static void add(struct line *l, uint32_t c)
{
	char enc[5] = "";
	size_t n = utf8_encode(c, enc);

	enc[n] = '\0';
	if (!text_allowed(c) || l->len + n >= sizeof(l->text))
		return;
	memcpy(l->text + l->len, enc, n + 1);
	l->len += n;
	put(l, enc);
}

static void on_key(void *owner, struct key k)
{
	struct line *l = owner;
	bool ctrl = k.mods == VT_CTRL;

	if (k.code == VT_KEY_ENTER || (ctrl && k.code == 'j')) {
		put(l, "\n");
		take(l);
	} else if (k.code == VT_KEY_BACKSPACE || (ctrl && k.code == 'h')) {
		rub_out(l);
	} else if (ctrl && k.code == 'u') {
		while (l->len)
			rub_out(l);
	} else if (ctrl && k.code == 'w') {
		rub_out_word(l);
	} else if (ctrl && k.code == 'd' && !l->len) {
		put(l, "\n");
		l->closed = true;
	} else if (!k.mods && k.code < VT_KEY_NONE) {
		add(l, k.code);
	}
	changed(l);
}

static void on_mouse(void *owner, const struct mouse *m)
{
	(void)owner, (void)m;
}

/* Terminals that mark a paste were not asked to. */
static void on_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	(void)dropped;
	for (size_t i = 0; i < n;) {
		uint32_t c;

		i += utf8_decode(text + i, n - i, &c);
		if (c == '\r' || c == '\n')
			on_key(owner, (struct key){ VT_KEY_ENTER, 0 });
		else
			add(owner, c);
	}
}

static const struct decoder_events key_events = { on_key, on_mouse, on_paste, NULL };

static void on_closed(void *owner)
{
	struct line *l = owner;

	l->closed = true;
	changed(l);
}

static int begin_terminal(struct line *l, struct error *err)
{
	struct termios t = l->tty.before;

	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t.c_iflag &= ~(tcflag_t)(IXON);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	tcsetattr(l->fd, TCSADRAIN, &t);
	tty_arm(&l->tty);
	return input_init(&l->input, l->loop, l->fd, l->escdelay, &key_events, on_closed, l, err);
}

static void end_terminal(struct line *l)
{
	input_done(&l->input);
	tty_disarm();
	tty_restore(&l->tty);
}

/* --- A pipe or a file --- */

static void read_some(struct line *l)
{
	char buf[READ];
	ssize_t n = read(l->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			take(l);
		else if (l->len + 1 < sizeof(l->text))
			l->text[l->len++] = buf[i];
		l->text[l->len] = '\0';
	}
	if (n <= 0) {
		if (l->len)
			take(l);
		l->closed = true;
		source_forget(&l->source);
	}
	changed(l);
}

static void on_readable(struct source *s, uint32_t events)
{
	(void)events;
	read_some(SOURCE_OWNER(s, struct line, source));
}

static void on_soon(struct timer *t)
{
	struct line *l = SOURCE_OWNER(t, struct line, soon);
	struct error ignored;

	read_some(l);
	if (!l->closed && !l->paused)
		timer_start(l->loop, &l->soon, 0, 0, &ignored);
}

static int begin_stream(struct line *l, struct error *err)
{
	l->source.fn = on_readable;
	l->soon.fn = on_soon;
	if (loop_watch(l->loop, &l->source, l->fd, EPOLLIN, err) == 0)
		return 0;
	return err->code == EPERM ? timer_start(l->loop, &l->soon, 0, 0, err) : -1;
}

/* --- Both --- */

int line_init(struct line *l, struct loop *loop, int fd, unsigned escdelay,
	      void (*fn)(void *owner), void *owner, struct error *err)
{
	*l = (struct line){ .loop = loop, .fd = fd, .escdelay = escdelay, .changed = fn,
			    .owner = owner, .paused = true };
	bytes_init(&l->done, QUEUE);
	l->terminal = isatty(fd) && isatty(STDOUT_FILENO);
	if (l->terminal && tty_save(&l->tty, fd, err) < 0)
		return -1;
	return line_resume(l, err);
}

void line_pause(struct line *l)
{
	if (!l->loop || l->paused)
		return;
	l->paused = true;
	if (l->terminal) {
		end_terminal(l);
	} else {
		source_forget(&l->source);
		timer_stop(&l->soon);
	}
}

int line_resume(struct line *l, struct error *err)
{
	if (!l->paused || l->closed)
		return 0;
	l->paused = false;
	return l->terminal ? begin_terminal(l, err) : begin_stream(l, err);
}

void line_end(struct line *l)
{
	line_pause(l);
	bytes_done(&l->done);
}

bool line_next(struct line *l, char out[WORDS_LINE])
{
	const char *text = (const char *)bytes_front(&l->done);
	const char *end = memchr(text, '\n', l->done.len);
	size_t n = end ? (size_t)(end - text) : 0;

	if (!end)
		return false;
	memcpy(out, text, n);
	out[n] = '\0';
	bytes_eat(&l->done, n + 1);
	return true;
}

bool line_over(const struct line *l)
{
	return l->closed && !l->done.len;
}

void line_prompt(struct line *l, const char *prompt)
{
	if (!l->terminal || l->prompted)
		return;
	l->prompted = true;
	text_clean_str(l->prompt, sizeof(l->prompt), prompt);
	put(l, l->prompt);
	put(l, l->text);
}

void line_break(struct line *l)
{
	if (l->prompted)
		put(l, "\n");
	l->prompted = false;
}

void line_bell(const struct line *l)
{
	put(l, "\a");
}

void line_drop(struct line *l)
{
	line_break(l);
	l->len = 0;
	l->text[0] = '\0';
}
