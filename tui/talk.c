#include "tui/talk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

static const struct {
	int code, exit;
} exits[] = {
	{ENOENT, EXIT_NOT_FOUND},    {EEXIST, EXIT_CONFLICT}, {EBUSY, EXIT_CONFLICT},
	{ECONNREFUSED, EXIT_CONFLICT}, {ETIMEDOUT, EXIT_TIMED_OUT}, {EACCES, EXIT_DENIED},
	{EPERM, EXIT_DENIED},        {ENOTTY, EXIT_USAGE},
};

int exit_of(const struct error *err)
{
	for (size_t i = 0; i < sizeof(exits) / sizeof(*exits); i++) {
		if (exits[i].code == err->code)
			return exits[i].exit;
	}
	return EXIT_FAILED;
}

static void put(FILE *f, const char *text, size_t n)
{
	size_t cap = 3 * n + 1; /* U+FFFD takes three bytes */
	AUTO_FREE char *clean = malloc(cap);

	if (clean)
		fwrite(clean, 1, text_clean(clean, cap, text, n, true), f);
}

static void __attribute__((format(printf, 2, 0))) vput(FILE *f, const char *fmt, va_list ap)
{
	AUTO_FREE char *text = NULL;
	int n = vasprintf(&text, fmt, ap);

	if (n >= 0)
		put(f, text, (size_t)n);
	else
		text = NULL;
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(stdout, fmt, ap);
	va_end(ap);
}

void say_bytes(const void *data, size_t n)
{
	put(stdout, data, n);
}

void say_json(cJSON *j)
{
	AUTO_FREE char *text = NULL;

	if (j && !cJSON_GetObjectItemCaseSensitive(j, "schema"))
		cJSON_AddNumberToObject(j, "schema", 1);
	text = j ? json_text(j, true) : NULL;
	if (text) {
		put(stdout, text, strlen(text));
		putc('\n', stdout);
	} else {
		talk("vmdeck: JSON: %s", strerror(ENOMEM));
	}
	cJSON_Delete(j);
}

void talk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
}

void talk_part(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(stderr, fmt, ap);
	va_end(ap);
}

int talk_error(const struct error *err)
{
	talk("vmdeck: %s", err->msg);
	if (err->hint[0])
		talk("  fix: %s", err->hint);
	return exit_of(err);
}

int talk_usage(const char *verb, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	talk("vmdeck%s%s: %s", verb[0] ? " " : "", verb, text ? text : "?");
	talk("  fix: vmdeck help%s%s tells how it is used", verb[0] ? " " : "", verb);
	return EXIT_USAGE;
}

int talk_confirm(const char *fmt, ...)
{
	char answer[16];
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		talk("vmdeck: %s: not without a yes, and there is no terminal to ask on",
		     text ? text : "?");
		talk("  fix: add --yes");
		return EXIT_USAGE;
	}
	put(stderr, text ? text : "?", text ? strlen(text) : 1);
	fputs("? [y/N] ", stderr);
	fflush(stderr);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (strcasecmp(answer, "y\n") == 0 || strcasecmp(answer, "yes\n") == 0))
		return 0;
	talk("nothing was done");
	return EXIT_FAILED;
}

bool say_broken(void)
{
	return fflush(stdout) == EOF || ferror(stdout);
}

int talk_finish(int code)
{
	errno = 0;
	if (fflush(stdout) != EOF && !ferror(stdout))
		return code;
	if (errno == EPIPE)
		return code;
	talk("vmdeck: write to stdout: %s", errno ? strerror(errno) : "failed");
	return code ? code : EXIT_FAILED;
}
