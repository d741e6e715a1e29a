/*
 * Any bytes of a guest on a connection to a.example: TLS, HTTP or neither. What passes is
 * the same however they are cut into pieces (but that a refusal may come later in
 * smaller ones, having let through what was right before it), the guard never holds
 * more than its cap, and what passed as HTTP has no other Host in it.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/guard.h"
#include "engine/net/tls_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Gives how much passed; *refused whether it ended so. */
static size_t feed(const uint8_t *data, size_t n, size_t step, bool release, bool blind, int *refused)
{
	enum gateway_why why = GATEWAY_WHY_COUNT;
	size_t passed = 0, seen = 0;
	struct guard g;

	guard_init(&g, "a.example");
	*refused = 0;
	while (seen < n) {
		size_t part = n - seen < step ? n - seen : step;
		uint64_t unseen = blind && seen == passed ? guard_blind(&g) : 0;
		uint8_t *copy;
		long r;

		if (unseen) { /* as the relay splices */
			part = n - seen < unseen ? n - seen : (size_t)unseen;
			guard_went_by(&g, part);
			seen += part;
			passed += part;
			continue;
		}
		seen += part;
		copy = malloc(seen - passed ? seen - passed : 1);
		memcpy(copy, data + passed, seen - passed);
		r = guard_look(&g, copy, seen - passed, &why);
		free(copy);
		if (r < 0) {
			if (why != GATEWAY_WHY_OTHER && why != GATEWAY_WHY_INVALID)
				abort();
			*refused = 1;
			return passed;
		}
		if ((size_t)r > seen - passed)
			abort();
		passed += (size_t)r;
		if (g.state == GUARD_UPGRADE) { /* the server answers; the rest is looked at again */
			const char *answer = data[0] & 1 ? "HTTP/1.1 101 X" : "HTTP/1.1 200 X";

			guard_hears(&g, (const uint8_t *)answer, strlen(answer));
			seen -= part;
			if (seen < passed)
				seen = passed;
			continue;
		}
		if (release)
			passed += guard_release(&g, data + passed, seen - passed);
		if (seen - passed >= GUARD_HELD_MAX + step)
			abort();
	}
	return passed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char name[HOSTNAME_SIZE];
	int whole_refused, refused;
	size_t whole = feed(data, n, n ? n : 1, false, false, &whole_refused);
	size_t step = n ? 1 + data[n - 1] % 97 : 1;
	size_t parts = feed(data, n, step, false, false, &refused);

	if (refused != whole_refused || (!refused && parts != whole))
		abort();
	/* Words that are released early change nothing about the verdict. */
	feed(data, n, step, true, false, &refused);
	if (refused != whole_refused)
		abort();
	/* Nor does not looking where nothing is to be seen. */
	parts = feed(data, n, step, false, true, &refused);
	if (refused != whole_refused || (!refused && parts != whole))
		abort();
	if (n && data[0] == 0x16 && tls_hello_read(data, n, name) == TLS_HELLO_NAME &&
	    strcmp(name, "a.example") != 0 && (whole || !whole_refused))
		abort();
	return 0;
}
