#include "tests/test.h"

struct test_state test_now;

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
