/*
 * vmdeck-doctor(7): a section per check, from the table (title, group, severity,
 * needs, backends) and the manual's text. Plain man(7) macros.
 */
#include "tui/doctor.h"

#include <ctype.h>
#include <string.h>

#include "engine/check/manual.h"

/* Text as troff takes it: no line begins with a control character, backslashes
 * are written out, hyphens of commands stay hyphens, `code` is bold. */
static void put_text(FILE *out, const char *text, size_t n)
{
	bool start = true, code = false;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (start && (c == '.' || c == '\''))
			fputs("\\&", out);
		start = c == '\n';
		if (c == '`') {
			fputs(code ? "\\fR" : "\\fB", out);
			code = !code;
		} else if (c == '\\') {
			fputs("\\e", out);
		} else if (c == '-') {
			fputs("\\-", out);
		} else if (c == '~') {
			fputs("\\(ti", out);
		} else if (c == '^') {
			fputs("\\(ha", out);
		} else {
			fputc(c, out);
		}
	}
	if (code)
		fputs("\\fR", out);
	fputc('\n', out);
}

static void put_str(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

/* Paragraphs; lines that are indented by four are shown as they are, `* ` is a list. */
static void put_prose(FILE *out, const char *text, size_t n)
{
	const char *end = text + n;
	bool shown = false, broken = false;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((nl ? nl : end) - text);
		bool code = len > 4 && !strncmp(text, "    ", 4);

		if (!len) {
			broken = true;
		} else {
			if (shown != code && (shown || code)) {
				fputs(code ? ".PP\n.nf\n" : ".fi\n.PP\n", out);
				broken = false;
			}
			if (broken)
				fputs(".PP\n", out);
			broken = false;
			shown = code;
			put_text(out, text + (code ? 4 : 0), len - (code ? 4 : 0));
		}
		text += len + 1;
	}
	if (shown)
		fputs(".fi\n", out);
}

static void put_list(FILE *out, const char *label, const char *const *list, size_t max)
{
	if (!list[0])
		return;
	fprintf(out, "%s", label);
	for (size_t i = 0; i < max && list[i]; i++)
		fprintf(out, "%s%s", i ? ", " : " ", list[i]);
	fputs(".\n", out);
}

static void put_check(FILE *out, const struct check *c)
{
	static const char *const severities[CHECK_SEVERITY_COUNT] = {
		[CHECK_ADVICE] = "A failure is advice.",
		[CHECK_DEGRADED] = "A failure degrades the launch.",
		[CHECK_BLOCKER] = "A failure blocks the launch.",
	};
	size_t n;
	const char *text = manual_section(c->id, &n);
	char why[400];

	fprintf(out, ".SS %s  ", c->id);
	put_str(out, c->title);
	if (text)
		put_prose(out, text, n);
	fputs(".PP\n", out);
	snprintf(why, sizeof(why), "Why: %s.", c->why);
	put_str(out, why);
	fprintf(out, ".PP\n%s\n", severities[c->severity]);
	put_list(out, "It needs", c->needs, CHECK_NEEDS_MAX);
	put_list(out, "Asked for the backends", c->backends, CHECK_BACKENDS_MAX);
	if (c->slow)
		fputs("It waits for the network.\n", out);
}

static void put_chapter(FILE *out, const char *title, const char *heading)
{
	size_t n;
	const char *text = manual_chapter(heading, &n);

	if (!text)
		return;
	fprintf(out, ".SH %s\n", title);
	put_prose(out, text, n);
}

int doctor_man(FILE *out)
{
	fprintf(out, ".TH VMDECK\\-DOCTOR 7 \"2026-11-22\" \"vmdeck %s\" \"vmdeck\"\n", VERSION);
	fputs(".SH NAME\nvmdeck\\-doctor \\- what vmdeck asks before it launches an agent\n"
	      ".SH DESCRIPTION\n", out);
	put_str(out, "vmdeck doctor, the dashboard's preflight and every launch ask the checks below, "
		     "each by its id. A check says what it saw, why that matters, and the command that "
		     "mends it.");
	for (int g = 0; g < CHECK_GROUP_COUNT; g++) {
		fputs(".SH ", out);
		for (const char *p = check_group_titles[g]; *p; p++)
			fputc(toupper((unsigned char)*p), out);
		fputc('\n', out);
		for (size_t i = 0; i < checks_count; i++)
			if ((int)checks[i].group == g)
				put_check(out, &checks[i]);
	}
	put_chapter(out, "FROM INSIDE", "From inside");
	put_chapter(out, "LEFT OUT", "Left out");
	fputs(".SH EXIT STATUS\n0 when ready or degraded, 3 when blocked; with \\-\\-strict 3 when "
	      "degraded, too.\n.SH SEE ALSO\n.BR vmdeck (1)\n", out);
	return fflush(out) != 0;
}
