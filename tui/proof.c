#include "tui/proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCK_MS = 2000 };

static const struct {
	const char *key, *id;
} rows[] = {
	{ "resolver", "D06" }, { "allowed", "D03" }, { "refused", "N00" },
	{ "ca", "C02" },       { "entropy", "G01" },
};

/* The value of a line of that key, cut; false when there is none. */
static bool value_of(const char *text, const char *key, char out[320])
{
	size_t n = strlen(key);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, n) && at[n] == '=') {
			snprintf(out, 320, "%.*s", (int)(strcspn(at, "\n") - n - 1), at + n + 1);
			return true;
		}
	}
	return false;
}

static void apply_word(struct check_record *r, const char *said)
{
	if (!strncmp(said, "ok ", 3))
		record_after(r, CHECK_OK, "%s", said + 3);
	else if (!strncmp(said, "skip ", 5))
		record_after(r, CHECK_SKIP, "%s", said + 5);
	else
		record_after(r, CHECK_FAILED, "%s", strncmp(said, "fail ", 5) ? said : said + 5);
}

static void apply_clock(struct check_record *r, const char *text)
{
	char inside[320], arrived[320], source[320] = "ok unknown";
	int64_t ms;

	if (!r || !value_of(text, "epoch_ns", inside) || !value_of(text, "arrived_ns", arrived))
		return;
	value_of(text, "clocksource", source);
	ms = (int64_t)(strtoull(inside, NULL, 10) / 1000000) -
	     (int64_t)(strtoull(arrived, NULL, 10) / 1000000);
	/* Its way here took some of that. */
	record_after(r, llabs(ms) <= CLOCK_MS ? CHECK_OK : CHECK_FAILED,
		     "%+" PRId64 " ms from this host's clock, clock source %s", ms, source + 3);
}

void proof_apply(struct report *r, const char *text)
{
	char said[320];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct check_record *rec = report_find(r, rows[i].id);

		if (rec && value_of(text, rows[i].key, said))
			apply_word(rec, said);
	}
	apply_clock(report_find(r, "T03"), text);
}
