#include "engine/check/probe.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/text.h"

const char *const check_status_names[] = {
	[CHECK_OK] = "ok",     [CHECK_INFO] = "info", [CHECK_WARN] = "warn",
	[CHECK_FAILED] = "fail", [CHECK_SKIP] = "skip", [CHECK_UNKNOWN] = "unknown",
};
static_assert(sizeof(check_status_names) / sizeof(*check_status_names) == CHECK_STATUS_COUNT,
	      "a name each");

const char *const check_severity_names[] = {
	[CHECK_ADVICE] = "advice",
	[CHECK_DEGRADED] = "degraded",
	[CHECK_BLOCKER] = "blocker",
};
static_assert(sizeof(check_severity_names) / sizeof(*check_severity_names) == CHECK_SEVERITY_COUNT,
	      "a name each");

void record_begin(struct check_record *r, const struct check *c)
{
	*r = (struct check_record){
		.id = c->id,
		.title = c->title,
		.doc = c->doc,
		.group = c->group,
		.severity = c->severity,
		.status = CHECK_UNKNOWN,
	};
	memcpy(r->needs, c->needs, sizeof(r->needs));
	memcpy(r->backends, c->backends, sizeof(r->backends));
	if (c->why)
		record_why(r, "%s", c->why);
}
static void clean_to(char *out, size_t cap, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
static void clean_to(char *out, size_t cap, const char *fmt, va_list ap)
{
	char raw[1024];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	text_clean_str(out, cap, raw);
}

void record_say(struct check_record *r, enum check_status status, const char *fmt, ...)
{
	va_list ap;

	r->status = status;
	va_start(ap, fmt);
	clean_to(r->summary, sizeof(r->summary), fmt, ap);
	va_end(ap);
}

void record_after(struct check_record *r, enum check_status status, const char *fmt, ...)
{
	bool well = r->status == CHECK_OK || r->status == CHECK_INFO || r->status == CHECK_SKIP;
	va_list ap;

	va_start(ap, fmt);
	clean_to(r->after_said, sizeof(r->after_said), fmt, ap);
	va_end(ap);
	r->after = true;
	r->after_status = status;
	r->done = true;
	if (status == CHECK_FAILED && well) {
		record_say(r, CHECK_FAILED, r->status == CHECK_SKIP ? "from inside: %s" :
			   "well before the boot, not from inside: %s", r->after_said);
		if (r->severity == CHECK_ADVICE)
			r->severity = CHECK_DEGRADED;
	} else if (r->status == CHECK_SKIP && status == CHECK_OK) {
		record_say(r, CHECK_OK, "%s", r->after_said);
	}
}

void record_why(struct check_record *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	clean_to(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

void record_seen(struct check_record *r, const char *key, const char *fmt, ...)
{
	struct check_seen *s;
	va_list ap;

	if (r->n_seen == CHECK_SEEN_MAX)
		return;
	s = &r->seen[r->n_seen++];
	text_clean_str(s->key, sizeof(s->key), key);
	va_start(ap, fmt);
	clean_to(s->value, sizeof(s->value), fmt, ap);
	va_end(ap);
}

static void add_fix(struct check_record *r, enum distro d, unsigned flags,
		    const char *const *argv, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));
static void add_fix(struct check_record *r, enum distro d, unsigned flags,
		    const char *const *argv, const char *fmt, va_list ap)
{
	struct check_fix *f;

	if (r->n_fixes == CHECK_FIX_MAX)
		return;
	f = &r->fixes[r->n_fixes++];
	*f = (struct check_fix){
		.distro = d,
		.needs_root = flags & FIX_ROOT,
		.needs_relogin = flags & FIX_RELOGIN,
		.needs_reboot = flags & FIX_REBOOT,
	};
	clean_to(f->text, sizeof(f->text), fmt, ap);
	for (; argv && *argv; argv++, f->n_argv++) {
		if (f->n_argv < CHECK_ARG_MAX)
			text_clean_str(f->argv[f->n_argv], sizeof(f->argv[0]), *argv);
		/* A path that was cut or cleaned is another path: better no command. */
		if (f->n_argv == CHECK_ARG_MAX || strcmp(f->argv[f->n_argv], *argv) != 0) {
			f->n_argv = 0;
			return;
		}
	}
}

void record_fix(struct check_record *r, unsigned flags, const char *const *argv, const char *fmt,
		...)
{
	va_list ap;

	va_start(ap, fmt);
	add_fix(r, DISTRO_UNKNOWN, flags, argv, fmt, ap);
	va_end(ap);
}

void record_fix_on(const struct probe_ctx *ctx, struct check_record *r, enum distro d,
		   unsigned flags, const char *const *argv, const char *fmt, ...)
{
	va_list ap;

	if (ctx->distro != d && ctx->distro != DISTRO_UNKNOWN)
		return;
	va_start(ap, fmt);
	add_fix(r, d, flags, argv, fmt, ap);
	va_end(ap);
}

/* Quoted for sh unless it is made of characters that need none; false when it
 * does not fit. */
static bool add_quoted(char *out, size_t cap, const char *arg)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=:,./@%";
	size_t at = strlen(out);
	bool quote = !*arg || arg[strspn(arg, plain)];

	if (at + 4 * strlen(arg) + 4 > cap)
		return false;
	if (at)
		out[at++] = ' ';
	if (quote)
		out[at++] = '\'';
	for (; *arg; arg++) {
		if (*arg == '\'') {
			memcpy(out + at, "'\\''", 4);
			at += 4;
		} else
			out[at++] = *arg;
	}
	if (quote)
		out[at++] = '\'';
	out[at] = '\0';
	return true;
}

const char *check_fix_command(const struct check_fix *f, char *out, size_t cap)
{
	bool fits = true;

	out[0] = '\0';
	if (!f->n_argv)
		return out;
	if (f->needs_root && geteuid() != 0)
		fits = add_quoted(out, cap, "sudo");
	for (int i = 0; i < f->n_argv && fits; i++)
		fits = add_quoted(out, cap, f->argv[i]);
	if (!fits)
		out[0] = '\0';
	return out;
}
