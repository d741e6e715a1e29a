/* Resting between reads of a flood: when, how long, and that it ends. */
#include "engine/supervisor/throttle.h"

#include "tests/test.h"

struct flood {
	struct throttle t;
	struct throttle_times times;
	uint64_t now_us;
	unsigned rest_ms;
};

/* So many looks at 10 MB a second while each ms of running costs so much waiting. */
static void flood(struct flood *f, int looks, double waits)
{
	for (int i = 0; i < looks;) {
		f->now_us += 3000;
		f->times.ran_ns += 1000000;
		f->times.waited_ns += (uint64_t)(1000000 * waits);
		if (!throttle_took(&f->t, 32 << 10, f->now_us))
			continue;
		f->rest_ms = throttle_step(&f->t, &f->times, f->now_us);
		i++;
	}
}

static void a_flood_that_keeps_nobody_waiting_is_read_at_once(void)
{
	struct flood f = { .now_us = 1000000000 };

	flood(&f, 50, 0.05);
	CHECK(f.rest_ms == 0);
}

static void where_processors_are_short_it_rests_and_no_longer_than_a_picture(void)
{
	struct flood f = { .now_us = 1000000000 };

	flood(&f, 2, 3);
	CHECK(f.rest_ms > 0 && f.rest_ms < THROTTLE_REST_MS);
	flood(&f, 20, 3);
	CHECK(f.rest_ms == THROTTLE_REST_MS);
	flood(&f, 20, 0.5); /* neither short nor plenty: as it is */
	CHECK(f.rest_ms == THROTTLE_REST_MS);
	flood(&f, 20, 0.05);
	CHECK(f.rest_ms == 0);
}

static void after_a_calm_second_there_is_no_rest(void)
{
	struct flood f = { .now_us = 1000000000 };

	flood(&f, 20, 3);
	f.now_us += THROTTLE_CALM_US + 1;
	CHECK(throttle_took(&f.t, 1, f.now_us));
	CHECK(throttle_step(&f.t, &f.times, f.now_us) == 0);
	CHECK(!throttle_took(&f.t, 1, f.now_us + THROTTLE_CALM_US * 2));
}

static void the_kernel_tells_this_process_its_times(void)
{
	struct throttle_times a, b;

	if (!throttle_look(&a))
		SKIP("no /proc/self/schedstat");
	for (volatile int i = 0; i < 50000000; i++)
		;
	CHECK(throttle_look(&b));
	CHECK(b.ran_ns > a.ran_ns && b.waited_ns >= a.waited_ns);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "throttle: a flood that keeps nobody waiting is read at once",
		  a_flood_that_keeps_nobody_waiting_is_read_at_once },
		{ "throttle: where processors are short it rests, and no longer than a picture",
		  where_processors_are_short_it_rests_and_no_longer_than_a_picture },
		{ "throttle: after a calm second there is no rest", after_a_calm_second_there_is_no_rest },
		{ "throttle: the kernel tells this process its times",
		  the_kernel_tells_this_process_its_times },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
