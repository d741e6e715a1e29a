#include "engine/session/cast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/base/text.h"

static void put_escaped(struct bytes *b, uint32_t cp)
{
	if (cp > 0xffff) {
		cp -= 0x10000;
		bytes_printf(b, "\\u%04x\\u%04x", 0xd800 | cp >> 10, 0xdc00 | (cp & 0x3ff));
	} else {
		bytes_printf(b, "\\u%04x", cp);
	}
}

static void put_code_point(struct bytes *b, uint32_t cp)
{
	char enc[4];

	if (cp == '"' || cp == '\\')
		bytes_printf(b, "\\%c", (int)cp);
	else if (cp == '\n')
		bytes_add(b, "\\n", 2);
	else if (cp == '\r')
		bytes_add(b, "\\r", 2);
	else if (text_allowed(cp) && cp != 0x200d)
		bytes_add(b, enc, utf8_encode(cp, enc));
	else
		put_escaped(b, cp);
}

/* Bytes at the end that may be the beginning of a code point. */
static size_t unfinished(const char *s, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		uint8_t c = (uint8_t)s[n - back];
		size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;

		if (c >= 0x80 && c < 0xc0)
			continue;
		return whole > back ? back : 0;
	}
	return 0;
}

/* Runs of plain letters go as they are. */
static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

static void put_string(struct bytes *b, const char *s, size_t n)
{
	bytes_add(b, "\"", 1);
	while (n) {
		size_t used = plain_run(s, n);
		uint32_t cp;

		if (used) {
			bytes_add(b, s, used);
		} else {
			used = utf8_decode(s, n, &cp);
			put_code_point(b, cp);
		}
		s += used;
		n -= used;
	}
	bytes_add(b, "\"", 1);
}

void cast_put_header(struct bytes *b, const struct cast_header *h)
{
	bytes_printf(b, "{\"version\": 2, \"width\": %d, \"height\": %d, \"timestamp\": %lld, \"title\": ",
		     h->cols, h->rows, (long long)h->timestamp);
	put_string(b, h->title, strlen(h->title));
	bytes_printf(b, ", \"env\": {\"TERM\": \"xterm-256color\"}}\n");
}

void cast_put_output(struct bytes *b, double time, struct cast_held *held, const void *data,
		     size_t n)
{
	struct bytes all;
	size_t keep;

	bytes_init(&all, n + 4);
	if (held) {
		bytes_add(&all, held->bytes, held->n);
		held->n = 0;
	}
	bytes_add(&all, data, n);
	keep = held ? unfinished((const char *)bytes_front(&all), all.len) : 0;
	if (keep) {
		memcpy(held->bytes, bytes_front(&all) + all.len - keep, keep);
		held->n = (uint8_t)keep;
	}
	if (all.len > keep) {
		bytes_printf(b, "[%.6f, \"o\", ", time);
		put_string(b, (const char *)bytes_front(&all), all.len - keep);
		bytes_add(b, "]\n", 2);
	}
	bytes_done(&all);
}

void cast_put_resize(struct bytes *b, double time, int cols, int rows)
{
	bytes_printf(b, "[%.6f, \"r\", \"%dx%d\"]\n", time, cols, rows);
}

void cast_put_mark(struct bytes *b, double time, const char *text)
{
	bytes_printf(b, "[%.6f, \"m\", ", time);
	put_string(b, text, strlen(text));
	bytes_add(b, "]\n", 2);
}

static int read_size(const cJSON *j, const char *cols, const char *rows, struct cast_header *h,
		     struct error *err)
{
	double c = json_num(j, cols, 0), r = json_num(j, rows, 0);

	if (!(c >= 1 && c <= VT_SIZE_MAX && r >= 1 && r <= VT_SIZE_MAX))
		return error_set(err, 0, "\"%s\" and \"%s\" must be 1 to %d", cols, rows, VT_SIZE_MAX);
	h->cols = (int)c;
	h->rows = (int)r;
	return 0;
}

int cast_read_header(struct cast_header *h, const char *line, size_t n, struct error *err)
{
	AUTO_JSON cJSON *j = json_parse("the header", line, n, false, err);
	double version, stamp;
	char title[512];

	*h = (struct cast_header){ 0 };
	if (!cJSON_IsObject(j)) {
		if (j)
			error_set(err, 0, "the first line is no asciicast header");
		error_hint(err, "a recording begins with {\"version\": 2, \"width\": ..., \"height\": ...}");
		return -1;
	}
	version = json_num(j, "version", 0);
	if (version != 2 && version != 3) {
		error_set(err, 0, "asciicast version %g is not known", version);
		error_hint(err, "versions 2 and 3 are; `asciinema convert` makes them of others");
		return -1;
	}
	h->version = (int)version;
	if (version == 2 ? read_size(j, "width", "height", h, err) < 0 :
			   read_size(cJSON_GetObjectItemCaseSensitive(j, "term"), "cols", "rows", h, err) < 0)
		return -1;
	stamp = json_num(j, "timestamp", 0);
	h->timestamp = stamp > 0 && stamp < 1e12 ? (int64_t)stamp : 0;
	h->idle_limit = json_num(j, "idle_time_limit", 0);
	if (!(h->idle_limit > 0 && h->idle_limit < 1e6))
		h->idle_limit = 0;
	json_copy(j, "title", title, sizeof(title));
	text_clean_str(h->title, sizeof(h->title), title);
	return 0;
}

static enum cast_kind kind_of(const char *code)
{
	return strcmp(code, "o") == 0 ? CAST_OUTPUT :
	       strcmp(code, "r") == 0 ? CAST_RESIZE :
	       strcmp(code, "m") == 0 ? CAST_MARK : CAST_OTHER;
}

int cast_read_event(struct cast_event *e, const struct cast_header *h, const char *line, size_t n,
		    struct error *err)
{
	AUTO_JSON cJSON *j = NULL;
	const cJSON *time, *code, *data;
	size_t blank = 0;
	char end;

	(void)h;
	*e = (struct cast_event){ .kind = CAST_OTHER };
	while (blank < n && strchr(" \t\r\n", line[blank]) && line[blank])
		blank++;
	if (blank == n || line[blank] == '#')
		return 1;
	j = json_parse("the event", line, n, false, err);
	if (!j)
		return -1;
	time = cJSON_GetArrayItem(j, 0);
	code = cJSON_GetArrayItem(j, 1);
	data = cJSON_GetArrayItem(j, 2);
	if (!cJSON_IsArray(j) || !cJSON_IsNumber(time) || !cJSON_IsString(code) || !cJSON_IsString(data))
		return error_set(err, 0, "no event: [seconds, \"o\", \"text\"]");
	if (!(time->valuedouble >= 0 && time->valuedouble < 1e9))
		return error_set(err, 0, "the time is out of range");
	e->time = time->valuedouble;
	e->kind = kind_of(code->valuestring);
	if (e->kind == CAST_RESIZE) {
		if (sscanf(data->valuestring, "%4dx%4d%c", &e->cols, &e->rows, &end) != 2 ||
		    e->cols < 1 || e->rows < 1 || e->cols > VT_SIZE_MAX || e->rows > VT_SIZE_MAX)
			return error_set(err, 0, "no size: COLSxROWS");
		return 0;
	}
	e->len = strlen(data->valuestring);
	e->data = strdup(data->valuestring);
	return e->data ? 0 : error_set(err, 0, "no memory for an event");
}

void cast_event_done(struct cast_event *e)
{
	free(e->data);
	e->data = NULL;
}
