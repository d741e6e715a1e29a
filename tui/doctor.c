#include "tui/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "tui/disguise.h"

enum {
	WIDTH = 100, /* where nobody says how wide */
	WIDTH_LEAST = 40,
	INDENT = 9,  /* of what stands below a check's line */
	LABEL = 6,   /* "Seen  " */
};

struct page {
	FILE *out;
	bool colour, utf8;
	int width;
};

/* What a status looks like; the word is check_status_names. */
static const struct {
	const char *sign, *ascii, *sgr;
} looks[CHECK_STATUS_COUNT] = {
	[CHECK_OK] = { "✓", "+", "32" },      [CHECK_INFO] = { "i", "i", "36" },
	[CHECK_WARN] = { "!", "!", "33" },    [CHECK_FAILED] = { "✕", "x", "31" },
	[CHECK_SKIP] = { "-", "-", "2" },     [CHECK_UNKNOWN] = { "?", "?", "35" },
};

static bool env_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (int i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return strcasestr(v, "utf-8") || strcasestr(v, "utf8");
	}
	return false;
}

static struct page page_of(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct winsize w = { 0 };
	struct page p = { .out = out, .width = WIDTH, .utf8 = env_utf8() };

	if (!isatty(fileno(out)))
		return p;
	p.colour = !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &w) == 0 && w.ws_col >= WIDTH_LEAST)
		p.width = w.ws_col;
	return p;
}

static void put(const struct page *p, const char *sgr, const char *text)
{
	if (p->colour)
		fprintf(p->out, "\033[%sm%s\033[m", sgr, text);
	else
		fputs(text, p->out);
}

/* Columns that cleaned text takes, near enough for breaking lines. */
static int columns(const char *s, size_t n)
{
	int cols = 0;

	for (size_t i = 0; i < n; i++)
		cols += (s[i] & 0xc0) != 0x80;
	return cols;
}

/* Words, broken between them at the page's width; `col` is where it starts,
 * and further lines begin at `indent`. Ends the line. */
static void put_words(const struct page *p, int col, int indent, const char *text)
{
	bool first = true;

	while (*text) {
		size_t n = strcspn(text, " ");
		int w = columns(text, n);

		if (!first && col + 1 + w > p->width) {
			fprintf(p->out, "\n%*s", indent, "");
			col = indent;
		} else if (!first) {
			fputc(' ', p->out);
			col++;
		}
		fprintf(p->out, "%.*s", (int)n, text);
		col += w;
		text += n + (text[n] == ' ');
		first = false;
	}
	fputc('\n', p->out);
}

static void put_label(const struct page *p, const char *label)
{
	fprintf(p->out, "%*s", INDENT, "");
	put(p, "1", label);
	fprintf(p->out, "%*s", LABEL - (int)strlen(label), "");
}

static void put_seen(const struct page *p, const struct check_record *r)
{
	for (int i = 0; i < r->n_seen; i++) {
		char line[sizeof(r->seen[i].key) + sizeof(r->seen[i].value) + 2];

		snprintf(line, sizeof(line), "%s: %s", r->seen[i].key, r->seen[i].value);
		put_label(p, i ? "" : "Seen");
		put_words(p, INDENT + LABEL, INDENT + LABEL, line);
	}
}

static void put_fix(const struct page *p, const struct check_fix *f, bool first)
{
	char command[CHECK_COMMAND_MAX];
	char text[sizeof(f->text) + 80];

	snprintf(text, sizeof(text), "%s%s%s", f->text,
		 f->needs_relogin ? " (needs a new login)" : "",
		 f->needs_reboot ? " (needs a reboot)" : "");
	put_label(p, first ? "Fix" : "");
	put_words(p, INDENT + LABEL, INDENT + LABEL, text);
	if (!*check_fix_command(f, command, sizeof(command)))
		return;
	/* Never broken: it is there to be copied. */
	fprintf(p->out, "%*s", INDENT + LABEL, "");
	put(p, "1", "$ ");
	fprintf(p->out, "%s\n", command);
}

static void put_record(const struct page *p, const struct check_record *r)
{
	char head[32];
	int at;

	fputs("  ", p->out);
	snprintf(head, sizeof(head), "%s %-7s", p->utf8 ? looks[r->status].sign :
		 looks[r->status].ascii, check_status_names[r->status]);
	put(p, looks[r->status].sgr, head);
	at = fprintf(p->out, "  %-4s %-24s ", r->id, r->title) + 2 + 9;
	put_words(p, at, at, *r->summary ? r->summary : "no answer");
	if (r->after) {
		put_label(p, "Inside");
		fprintf(p->out, " %s: ", check_status_names[r->after_status]);
		put_words(p, INDENT + LABEL + 1 + (int)strlen(check_status_names[r->after_status]) + 2,
			  INDENT + LABEL, r->after_said);
	}
	if (r->status == CHECK_OK || r->status == CHECK_SKIP || r->status == CHECK_INFO)
		return;
	put_seen(p, r);
	if (*r->why) {
		put_label(p, "Why");
		put_words(p, INDENT + LABEL, INDENT + LABEL, r->why);
	}
	for (int i = 0; i < r->n_fixes; i++)
		put_fix(p, &r->fixes[i], i == 0);
}

static void put_group(const struct page *p, const struct report *r, enum check_group g)
{
	bool any = false;

	for (size_t i = 0; i < r->n; i++) {
		if (r->records[i].group != g || !r->records[i].done)
			continue;
		if (!any) {
			put(p, "1", check_group_titles[g]);
			fputc('\n', p->out);
		}
		any = true;
		put_record(p, &r->records[i]);
	}
	if (any)
		fputc('\n', p->out);
}

static void put_end(const struct page *p, const struct report *r)
{
	static const char *const sgr[REPORT_VERDICT_COUNT] = { "32", "33", "31" };
	static const char *const says[REPORT_VERDICT_COUNT] = {
		[REPORT_READY] = "nothing stands in the way",
		[REPORT_DEGRADED] = "it starts, with less",
		[REPORT_BLOCKED] = "it cannot start",
	};
	enum report_verdict v = report_verdict(r);
	bool any = false;

	put(p, sgr[v], report_verdict_names[v]);
	fprintf(p->out, ": %s (", says[v]);
	for (enum check_status s = 0; s < CHECK_STATUS_COUNT; s++)
		if (report_count(r, s)) {
			fprintf(p->out, "%s%u %s", any ? ", " : "", report_count(r, s),
				check_status_names[s]);
			any = true;
		}
	fputs(")\n", p->out);
}

static void put_text(const struct report *r, FILE *out)
{
	struct page p = page_of(out);

	for (enum check_group g = 0; g < CHECK_GROUP_COUNT; g++)
		put_group(&p, r, g);
	put_end(&p, r);
}

int doctor_print(const struct report *r, bool json, bool strict, FILE *out)
{
	if (json) {
		AUTO_JSON cJSON *o = report_json(r);
		AUTO_FREE char *text = o ? json_text(o, true) : NULL;

		if (!text)
			return 1;
		fprintf(out, "%s\n", text);
	} else {
		put_text(r, out);
	}
	if (fflush(out) != 0)
		return 1;
	return report_exit(r, strict);
}

int doctor_save(const struct report *r, const struct paths *p, const char *path, struct error *err)
{
	AUTO_JSON cJSON *o = report_json(r);
	AUTO_FREE struct disguise *words = calloc(1, sizeof(*words));
	AUTO_FREE char *text = NULL;
	size_t n;

	if (!o || !words)
		return error_set(err, ENOMEM, "report");
	disguise_init(words, p);
	disguise_json(words, o);
	text = json_text(o, true);
	if (!text || !(text = realloc(text, (n = strlen(text)) + 2)))
		return error_set(err, ENOMEM, "report");
	strcpy(text + n, "\n");
	if (file_write(AT_FDCWD, path, text, n + 1, 0600, err) < 0)
		return error_wrap(err, "write %s", path);
	return 0;
}
