#include "engine/vm/qmp_read.h"

#include <stdbool.h>
#include <string.h>

void qmp_reader_init(struct qmp_reader *r)
{
	bytes_init(&r->in, QMP_LINE_MAX);
}

void qmp_reader_done(struct qmp_reader *r)
{
	bytes_done(&r->in);
}

/* Nesting and number of values, counted without understanding: what cJSON
 * would allocate for is begun by one of these characters. */
static int check_shape(const char *s, size_t n, struct error *err)
{
	int depth = 0, deepest = 0, values = 1;
	bool text = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\0')
			return error_set(err, 0, "a NUL");
		if (text) {
			if (s[i] == '\\' && i + 1 < n && s[i + 1])
				i++;
			else if (s[i] == '"')
				text = false;
			continue;
		}
		text = s[i] == '"';
		depth += (s[i] == '{' || s[i] == '[') - (s[i] == '}' || s[i] == ']');
		deepest = depth > deepest ? depth : deepest;
		values += s[i] == ',' || s[i] == '{' || s[i] == '[';
	}
	if (deepest > QMP_DEPTH_MAX)
		return error_set(err, 0, "nesting of %d", deepest);
	if (values > QMP_VALUES_MAX)
		return error_set(err, 0, "%d values", values);
	return 0;
}

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static int read_id(const cJSON *o, uint64_t *id, struct error *err)
{
	const cJSON *v = get(o, "id");

	if (!cJSON_IsNumber(v) || v->valuedouble < 1 || v->valuedouble > 1e15 ||
	    v->valuedouble != (double)(uint64_t)v->valuedouble)
		return error_set(err, 0, "an answer without a proper id");
	*id = (uint64_t)v->valuedouble;
	return 0;
}

static int classify(const cJSON *o, struct qmp_message *m, struct error *err)
{
	const cJSON *v;

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "a line that is no object");
	if ((v = get(o, "event"))) {
		if (!cJSON_IsString(v))
			return error_set(err, 0, "an event without a name");
		*m = (struct qmp_message){ .kind = QMP_EVENT, .name = v->valuestring,
					   .body = get(o, "data") };
		return 0;
	}
	if ((v = get(o, "return"))) {
		*m = (struct qmp_message){ .kind = QMP_RETURN, .body = v };
		return read_id(o, &m->id, err);
	}
	if ((v = get(o, "error"))) {
		const cJSON *desc = get(v, "desc");

		*m = (struct qmp_message){ .kind = QMP_ERROR };
		m->name = cJSON_IsString(desc) ? desc->valuestring : "an error without a text";
		return read_id(o, &m->id, err);
	}
	if ((v = get(o, "QMP"))) {
		*m = (struct qmp_message){ .kind = QMP_GREETING, .body = v };
		return 0;
	}
	return error_set(err, 0, "a message of no known kind");
}

static int read_line(const char *s, size_t n, qmp_message_fn *fn, void *arg, struct error *err)
{
	AUTO_JSON cJSON *o = NULL;
	struct qmp_message m;

	if (n && s[n - 1] == '\r')
		n--;
	if (!n)
		return 0;
	if (check_shape(s, n, err) < 0)
		return -1;
	o = json_parse("QMP", s, n, false, err);
	if (!o || classify(o, &m, err) < 0)
		return -1;
	return fn(arg, &m);
}

int qmp_reader_feed(struct qmp_reader *r, const void *data, size_t n, qmp_message_fn *fn, void *arg,
		    struct error *err)
{
	const char *p = data;
	int result = 0;

	while (n && !result) {
		const char *nl = memchr(p, '\n', n);
		size_t take = nl ? (size_t)(nl - p) : n;

		if (bytes_add(&r->in, p, take) < 0)
			return error_set(err, 0, "a line of more than %d bytes", QMP_LINE_MAX);
		if (nl) {
			result = read_line((const char *)bytes_front(&r->in), r->in.len, fn, arg,
					   err);
			bytes_clear(&r->in);
			take++;
		}
		p += take;
		n -= take;
	}
	return result;
}
