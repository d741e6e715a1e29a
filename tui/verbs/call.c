/* One use of a verb: what its options say. */
#include "tui/verbs/verb.h"

#include <stdlib.h>

long long call_number(const struct call *c, int option, long long min, long long max, long long dflt)
{
	const char *s = c->values[option];
	const char *name = c->verb->options[option].name;
	char *end;
	long long v;

	if (!s)
		return dflt;
	v = strtoll(s, &end, 10);
	if (!*s || *end || v < min || v > max) {
		talk_usage(c->verb->name, "--%s: \"%s\" is not a number from %lld to %lld", name, s,
			   min, max);
		return -1;
	}
	return v;
}
