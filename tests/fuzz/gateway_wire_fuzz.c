/* Any bytes as a report of the gateway: what is taken has names that can be shown, and
 * is taken again as it is; and any bytes as a packet at the wall, whose answer
 * stays in its buffer. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/gateway_wire.h"
#include "engine/net/wall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_name(const char *name)
{
	if (!name[0])
		abort();
	for (; *name; name++)
		if (!((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9') ||
		      strchr("-_.", *name)))
			abort();
}

static void wall(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1), out[WALL_ANSWER_MAX];
	struct wall_packet w;

	memcpy(copy, data, n);
	if (wall_read(&w, copy, n) == 0 && w.answerable) {
		size_t len = wall_answer(out, &w, copy, n);

		if (len < 28 || len > sizeof(out) || out[3] != len ||
		    (out[9] == 1 ? out[20] != 3 || out[21] != 13 : out[33] != 0x14))
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct gateway_report r, again;

	if (gateway_report_read(&r, data, n) == 0) {
		if (r.type == REPORT_REFUSED)
			check_name(r.refusal.name);
		if (r.type == REPORT_COUNTED)
			check_name(r.counter.name);
		if (r.type == REPORT_REFUSED && !gateway_why_texts[r.refusal.why])
			abort();
		if (gateway_report_read(&again, &r, gateway_report_size(&r)) < 0 ||
		    memcmp(&again, &r, sizeof(r)) != 0)
			abort();
	}
	wall(data, n);
	return 0;
}
