/*
 * A report: the records of all checks in the table's order, and what they add
 * up to. It knows how to become JSON and an exit code; it draws nothing.
 *
 * Verdict: *blocked* when a check of severity blocker failed; else *degraded*
 * when something failed or warns that is more than advice, or could not be
 * found out; else *ready*. Info, skips and advice never count.
 */
#ifndef ENGINE_CHECK_REPORT_H
#define ENGINE_CHECK_REPORT_H

#include "engine/base/json.h"
#include "engine/check/check.h"

enum report_verdict {
	REPORT_READY,
	REPORT_DEGRADED,
	REPORT_BLOCKED,
	REPORT_VERDICT_COUNT
};
extern const char *const report_verdict_names[REPORT_VERDICT_COUNT];

/* What the records were asked of. */
struct report_host {
	char kernel[72];  /* "6.1.0-56-cloud-amd64" */
	char arch[16];
	char distro[64];  /* "Debian GNU/Linux 12 (bookworm)" */
	unsigned uid;
	unsigned cpus;
	uint64_t memory_mib;
};

struct report {
	struct report_host host;
	struct check_record *records; /* checks_count of them, owned */
	size_t n;
};

/* Every row of the table, none done. The host part is filled by the runner. */
int report_init(struct report *r, struct error *err);
void report_done(struct report *r);

struct check_record *report_find(const struct report *r, const char *id);

enum report_verdict report_verdict(const struct report *r);
unsigned report_count(const struct report *r, enum check_status s);
/* Records that the verdict rests on; the `2` of "! 2" on the top line. */
unsigned report_concerns(const struct report *r);
bool record_concerns(const struct check_record *r);
bool record_blocks(const struct check_record *r);
/* The worst of a group, for its line in a list: blocking fail, fail, warn,
 * unknown, info, ok; skip when all were skipped. */
enum check_status report_group(const struct report *r, enum check_group g);

/* 0 ready or degraded, 3 blocked; strict: 3 when degraded. */
int report_exit(const struct report *r, bool strict);

/* {schema:1, host, verdict, counts, checks:[...]}; NULL without memory. The
 * caller's to delete. */
cJSON *report_json(const struct report *r);
cJSON *check_record_json(const struct check_record *r);

#endif
