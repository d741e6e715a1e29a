#include "tests/test.h"

#include <stdarg.h>

struct test_state test_now;

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(test_now.why, sizeof(test_now.why), "%s:%d: ", file, line);

	va_start(ap, fmt);
	vsnprintf(test_now.why + n, sizeof(test_now.why) - (size_t)n, fmt, ap);
	va_end(ap);
	test_now.failed = 1;
}

int test_main(const struct test *tests, int argc, char **argv)
{
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; tests->name; tests++) {
		if (argc > 1 && !strstr(tests->name, argv[1]))
			continue;
		memset(&test_now, 0, sizeof(test_now));
		printf("run %s\n", tests->name);
		tests->fn();
		if (test_now.failed)
			printf("not ok %s: %s\n", tests->name, test_now.why);
		else if (test_now.skipped)
			printf("skip %s: %s\n", tests->name, test_now.why);
		else
			printf("ok %s\n", tests->name);
		failed |= test_now.failed;
	}
	return failed;
}
