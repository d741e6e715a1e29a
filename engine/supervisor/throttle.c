#include "engine/supervisor/throttle.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/base/own.h"

enum { FIRST_REST_MS = 4 };

bool throttle_took(struct throttle *t, size_t n, uint64_t now_us)
{
	uint64_t since = now_us - t->since_us;

	t->taken += n;
	return (t->taken >= THROTTLE_LOOK && since >= THROTTLE_LEAST_US) ||
	       (t->rest_ms && since > THROTTLE_CALM_US);
}

unsigned throttle_step(struct throttle *t, const struct throttle_times *now, uint64_t now_us)
{
	uint64_t ran = now->ran_ns - t->then.ran_ns, waited = now->waited_ns - t->then.waited_ns;

	if (!t->since_us || now_us - t->since_us > THROTTLE_CALM_US)
		t->rest_ms = 0;
	else if (waited > ran)
		t->rest_ms = t->rest_ms ? t->rest_ms * 2 : FIRST_REST_MS;
	else if (waited < ran / 4)
		t->rest_ms /= 2;
	if (t->rest_ms > THROTTLE_REST_MS)
		t->rest_ms = THROTTLE_REST_MS;
	else if (t->rest_ms < FIRST_REST_MS)
		t->rest_ms = 0;
	t->then = *now;
	t->since_us = now_us;
	t->taken = 0;
	return t->rest_ms;
}

bool throttle_look(struct throttle_times *out)
{
	AUTO_CLOSE int fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
	char buf[96];
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	unsigned long long ran, waited;

	if (n <= 0)
		return false;
	buf[n] = '\0';
	if (sscanf(buf, "%llu %llu", &ran, &waited) != 2)
		return false;
	*out = (struct throttle_times){ ran, waited };
	return true;
}
