#include "tui/desk/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/text.h"

/* The next line; 0: the end. One that does not fit is an error, not memory. */
static ssize_t read_line(struct tape *t, struct error *err)
{
	size_t n = 0;
	int c = 0;

	while (n < CAST_LINE && (c = getc_unlocked(t->file)) != EOF && c != '\n') {
		if (n + 1 >= t->text_cap) {
			size_t cap = t->text_cap ? t->text_cap * 2 : 4096;
			char *text = realloc(t->text, cap);

			if (!text)
				return error_set(err, ENOMEM, "%s", t->name);
			t->text = text;
			t->text_cap = cap;
		}
		t->text[n++] = (char)c;
	}
	t->line++;
	if (n == CAST_LINE)
		return error_set(err, 0, "%s:%u: a line of more than %d MiB", t->name, t->line, CAST_LINE >> 20);
	if (c == EOF && ferror(t->file))
		return error_set(err, errno, "%s", t->name);
	if (c == EOF && n)
		return 0; /* cut short */
	if (c == EOF)
		return 0;
	if (!t->text && !(t->text = malloc(t->text_cap = 16)))
		return error_set(err, ENOMEM, "%s", t->name);
	t->text[n] = '\0';
	return (ssize_t)n + 1;
}

static int read_header(struct tape *t, struct error *err)
{
	ssize_t n = read_line(t, err);

	if (n < 0)
		return -1;
	if (n == 0) {
		error_set(err, 0, "%s: no asciicast: it has no whole line", t->name);
		error_hint(err, "vmdeck record S start makes one; asciinema's are read too");
		return -1;
	}
	if (cast_read_header(&t->header, t->text, (size_t)n - 1, err) < 0)
		return error_wrap(err, "%s:1", t->name);
	return 0;
}

int tape_open(struct tape *t, const char *path, double idle, struct error *err)
{
	struct stat st;

	*t = (struct tape){ .idle = idle };
	text_clean_str(t->name, sizeof(t->name), path);
	t->file = fopen(path, "re");
	if (!t->file)
		return error_set(err, errno, "%s", t->name);
	if (fstat(fileno(t->file), &st) == 0 && !S_ISREG(st.st_mode)) {
		error_set(err, 0, "%s: is not a file", t->name);
		return -1;
	}
	if (read_header(t, err) < 0)
		return -1;
	if (t->idle < 0)
		t->idle = t->header.idle_limit;
	return 0;
}

void tape_close(struct tape *t)
{
	if (t->file)
		fclose(t->file);
	free(t->text);
	*t = (struct tape){ 0 };
}

int tape_next(struct tape *t, struct cast_event *e, struct error *err)
{
	double pause;
	ssize_t n;
	int r;

	do {
		n = read_line(t, err);
		if (n <= 0)
			return (int)n;
		r = cast_read_event(e, &t->header, t->text, (size_t)n - 1, err);
		if (r < 0)
			return error_wrap(err, "%s:%u", t->name, t->line);
	} while (r == 1);
	pause = t->header.version == 3 ? e->time : e->time - t->raw;
	t->raw = e->time;
	if (pause < 0) /* an editor's doing; time does not go back */
		pause = 0;
	if (t->idle > 0 && pause > t->idle)
		pause = t->idle;
	t->time += pause;
	e->time = t->time;
	return 1;
}

int tape_rewind(struct tape *t, struct error *err)
{
	rewind(t->file);
	t->line = 0;
	t->raw = t->time = 0;
	return read_header(t, err);
}
