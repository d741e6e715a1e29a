#include "engine/check/report.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const report_verdict_names[] = {
	[REPORT_READY] = "ready",
	[REPORT_DEGRADED] = "degraded",
	[REPORT_BLOCKED] = "blocked",
};
static_assert(sizeof(report_verdict_names) / sizeof(*report_verdict_names) == REPORT_VERDICT_COUNT,
	      "a name each");

int report_init(struct report *r, struct error *err)
{
	*r = (struct report){ 0 };
	r->records = calloc(checks_count, sizeof(*r->records));
	if (!r->records)
		return error_set(err, ENOMEM, "report");
	r->n = checks_count;
	for (size_t i = 0; i < r->n; i++)
		record_begin(&r->records[i], &checks[i]);
	return 0;
}

void report_done(struct report *r)
{
	free(r->records);
	*r = (struct report){ 0 };
}

struct check_record *report_find(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcasecmp(r->records[i].id, id))
			return &r->records[i];
	return NULL;
}

bool record_concerns(const struct check_record *r)
{
	if (!r->done || r->severity == CHECK_ADVICE)
		return false;
	return r->status == CHECK_FAILED || r->status == CHECK_WARN || r->status == CHECK_UNKNOWN;
}

bool record_blocks(const struct check_record *r)
{
	return r->done && r->status == CHECK_FAILED && r->severity == CHECK_BLOCKER;
}

enum report_verdict report_verdict(const struct report *r)
{
	enum report_verdict v = REPORT_READY;

	for (size_t i = 0; i < r->n; i++) {
		if (record_blocks(&r->records[i]))
			return REPORT_BLOCKED;
		if (record_concerns(&r->records[i]))
			v = REPORT_DEGRADED;
	}
	return v;
}

unsigned report_count(const struct report *r, enum check_status s)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->records[i].done && r->records[i].status == s;
	return n;
}

unsigned report_concerns(const struct report *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += record_concerns(&r->records[i]);
	return n;
}

enum check_status report_group(const struct report *r, enum check_group g)
{
	static const int weight[CHECK_STATUS_COUNT] = {
		[CHECK_SKIP] = 0, [CHECK_OK] = 1,   [CHECK_INFO] = 2,
		[CHECK_UNKNOWN] = 3, [CHECK_WARN] = 4, [CHECK_FAILED] = 5,
	};
	enum check_status worst = CHECK_SKIP;

	for (size_t i = 0; i < r->n; i++)
		if (r->records[i].group == g && r->records[i].done &&
		    weight[r->records[i].status] > weight[worst])
			worst = r->records[i].status;
	return worst;
}

int report_exit(const struct report *r, bool strict)
{
	enum report_verdict v = report_verdict(r);

	return v == REPORT_BLOCKED || (strict && v == REPORT_DEGRADED) ? 3 : 0;
}

static void add_list(cJSON *o, const char *key, const char *const *list, size_t max)
{
	cJSON *a = cJSON_AddArrayToObject(o, key);

	for (size_t i = 0; i < max && list[i]; i++)
		cJSON_AddItemToArray(a, cJSON_CreateString(list[i]));
}

static cJSON *fix_json(const struct check_fix *f)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *argv;

	cJSON_AddStringToObject(o, "text", f->text);
	argv = cJSON_AddArrayToObject(o, "argv");
	for (int i = 0; i < f->n_argv; i++)
		cJSON_AddItemToArray(argv, cJSON_CreateString(f->argv[i]));
	cJSON_AddBoolToObject(o, "needs_root", f->needs_root);
	cJSON_AddBoolToObject(o, "needs_relogin", f->needs_relogin);
	cJSON_AddBoolToObject(o, "needs_reboot", f->needs_reboot);
	cJSON_AddStringToObject(o, "distro", distro_names[f->distro]);
	return o;
}

cJSON *check_record_json(const struct check_record *r)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *seen, *fixes;

	cJSON_AddStringToObject(o, "id", r->id);
	cJSON_AddStringToObject(o, "group", check_group_names[r->group]);
	cJSON_AddStringToObject(o, "title", r->title);
	cJSON_AddStringToObject(o, "status", check_status_names[r->status]);
	cJSON_AddStringToObject(o, "severity", check_severity_names[r->severity]);
	cJSON_AddStringToObject(o, "summary", r->summary);
	seen = cJSON_AddObjectToObject(o, "seen");
	for (int i = 0; i < r->n_seen; i++)
		if (!cJSON_GetObjectItemCaseSensitive(seen, r->seen[i].key))
			cJSON_AddStringToObject(seen, r->seen[i].key, r->seen[i].value);
	cJSON_AddStringToObject(o, "why", r->why);
	fixes = cJSON_AddArrayToObject(o, "fixes");
	for (int i = 0; i < r->n_fixes; i++)
		cJSON_AddItemToArray(fixes, fix_json(&r->fixes[i]));
	cJSON_AddStringToObject(o, "doc", r->doc);
	cJSON_AddNumberToObject(o, "ms", r->ms);
	if (r->after) {
		cJSON *inside = cJSON_AddObjectToObject(o, "inside");

		cJSON_AddStringToObject(inside, "status", check_status_names[r->after_status]);
		cJSON_AddStringToObject(inside, "said", r->after_said);
	}
	add_list(o, "needs", r->needs, CHECK_NEEDS_MAX);
	add_list(o, "backends", r->backends, CHECK_BACKENDS_MAX);
	return o;
}

static void add_host(cJSON *o, const struct report_host *h)
{
	cJSON *host = cJSON_AddObjectToObject(o, "host");

	cJSON_AddStringToObject(host, "kernel", h->kernel);
	cJSON_AddStringToObject(host, "arch", h->arch);
	cJSON_AddStringToObject(host, "distro", h->distro);
	cJSON_AddNumberToObject(host, "uid", h->uid);
	cJSON_AddNumberToObject(host, "cpus", h->cpus);
	cJSON_AddNumberToObject(host, "memory_mib", (double)h->memory_mib);
}

cJSON *report_json(const struct report *r)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *counts, *list;

	if (!o)
		return NULL;
	cJSON_AddNumberToObject(o, "schema", 1);
	add_host(o, &r->host);
	cJSON_AddStringToObject(o, "verdict", report_verdict_names[report_verdict(r)]);
	counts = cJSON_AddObjectToObject(o, "counts");
	for (enum check_status s = 0; s < CHECK_STATUS_COUNT; s++)
		cJSON_AddNumberToObject(counts, check_status_names[s], report_count(r, s));
	list = cJSON_AddArrayToObject(o, "checks");
	for (size_t i = 0; i < r->n; i++)
		if (r->records[i].done)
			cJSON_AddItemToArray(list, check_record_json(&r->records[i]));
	return o;
}
