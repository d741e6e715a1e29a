/*
 * The difference of two texts: small cases by hand, and random ones against what
 * patch(1) would make of them, done here.
 */
#include "engine/base/diff.h"

#include "tests/test.h"

static void is(const char *a, const char *b, const char *want)
{
	size_t n;
	char *got = diff_unified(a, strlen(a), b, strlen(b), &n);

	CHECK(got);
	if (strcmp(got, want) != 0)
		test_fail(__FILE__, __LINE__, "|%s| to |%s|: |%s|", a, b, got);
	free(got);
}

static void small_ones_are_as_diff_says(void)
{
	is("a\nb\n", "a\nb\n", "");
	is("", "", "");
	is("", "a\n", "@@ -0,0 +1 @@\n+a\n");
	is("a\n", "", "@@ -1 +0,0 @@\n-a\n");
	is("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
	is("a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
	is("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5x\n6\n7\n8\n9\n",
	   "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+5x\n 6\n 7\n 8\n");
	is("1\n2\n3\n4\n5\n6\n7\n8\n9\na\nb\nc\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\na\nb\n",
	   "@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -9,4 +10,3 @@\n 9\n a\n b\n-c\n");
}

/* Apply the hunks to a; the result, or NULL when they do not fit. */
static char *apply(const char *a, const char *diff, size_t b_len)
{
	char *out = calloc(1, b_len + strlen(a) + 2);
	const char *from = a;
	size_t at = 1;

	for (const char *p = diff; out && *p;) {
		size_t n = strcspn(p, "\n") + 1;

		if (*p == '@') {
			size_t line, count = 1;

			if (sscanf(p, "@@ -%zu,%zu", &line, &count) == 1)
				count = 1;
			for (line += !count; at < line; at++) {
				size_t k = strcspn(from, "\n") + 1;

				strncat(out, from, k);
				from += k;
			}
		} else if (*p == '+') {
			strncat(out, p + 1, n - 1);
		} else {
			if (strncmp(from, p + 1, n - 1) != 0) {
				free(out);
				return NULL;
			}
			if (*p == ' ')
				strncat(out, p + 1, n - 1);
			from += n - 1;
			at++;
		}
		p += n;
	}
	return out ? strcat(out, from) : NULL;
}

static void random_ones_can_be_applied(void)
{
	unsigned seed = 7;

	for (int round = 0; round < 3000; round++) {
		char a[400] = "", b[400] = "";
		size_t n;

		for (int i = 0; i < 60; i++) {
			int r = rand_r(&seed) % 8;
			char line[3] = { (char)('a' + rand_r(&seed) % 4), '\n', '\0' };

			if (r != 0)
				strcat(a, line);
			if (r == 1)
				line[0] = 'z';
			if (r != 2)
				strcat(b, line);
		}
		char *d = diff_unified(a, strlen(a), b, strlen(b), &n), *got = d ? apply(a, d, strlen(b) + n) : NULL;

		if (!got || strcmp(got, b) != 0)
			CHECK_FAIL("round %d: |%s| |%s|: |%s|", round, a, b, d ? d : "");
		free(d);
		free(got);
	}
}

static void what_differs_everywhere_ends_soon(void)
{
	size_t lines = 40000, n;
	char *a = malloc(lines * 8 + 1), *b = malloc(lines * 8 + 1);

	CHECK(a && b);
	for (size_t i = 0; i < lines; i++) {
		sprintf(a + i * 8, "a%06zu\n", i);
		sprintf(b + i * 8, "b%06zu\n", i);
	}
	char *d = diff_unified(a, lines * 8, b, lines * 8, &n);
	CHECK(d && n > lines * 16);
	free(a);
	free(b);
	free(d);
	CHECK(diff_is_text("a\nb", 3) && !diff_is_text("a\0b", 3));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "diff: small ones are as diff says", small_ones_are_as_diff_says },
		{ "diff: random ones can be applied", random_ones_can_be_applied },
		{ "diff: what differs everywhere ends soon", what_differs_everywhere_ends_soon },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
