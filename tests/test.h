/*
 * The test harness: a test is a function, a failed check says where and what,
 * and each test prints one line that tests/run counts: "ok NAME", "not ok
 * NAME: why" or "skip NAME: what this machine lacks". A test program that dies
 * counts as a failure of the test it was in.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_state {
	int failed;
	int skipped;
	char why[512];
};
extern struct test_state test_now; /* of the test under way; the harness is the exception to "state hangs from main" */

struct test {
	const char *name;
	void (*fn)(void);
};

/* Run them in order; argv[1], when given, is a substring of the names wanted. */
int test_main(const struct test *tests, int argc, char **argv);

/* Fail the test under way; CHECK_FAIL leaves it too. */
void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define CHECK_FAIL(...)                                                       \
	do {                                                                  \
		test_fail(__FILE__, __LINE__, __VA_ARGS__);                   \
		return;                                                       \
	} while (0)

#define CHECK(cond)                                                           \
	do {                                                                  \
		if (!(cond))                                                  \
			CHECK_FAIL("%s", #cond);                              \
	} while (0)

#define CHECK_INT(got, want)                                                  \
	do {                                                                  \
		long long check_g = (long long)(got), check_w = (long long)(want); \
		if (check_g != check_w)                                       \
			CHECK_FAIL("%s is %lld, not %lld", #got, check_g, check_w); \
	} while (0)

#define CHECK_STR(got, want)                                                  \
	do {                                                                  \
		const char *check_g = (got), *check_w = (want);               \
		if (strcmp(check_g, check_w) != 0)                            \
			CHECK_FAIL("%s is \"%s\", not \"%s\"", #got, check_g, check_w); \
	} while (0)

#define SKIP(...)                                                             \
	do {                                                                  \
		snprintf(test_now.why, sizeof(test_now.why), __VA_ARGS__);    \
		test_now.skipped = 1;                                         \
		return;                                                       \
	} while (0)

#endif
