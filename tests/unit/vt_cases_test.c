/* Runs the cases of tests/vt/cases; each is a test of its own. */
#include <glob.h>

#include "tests/test.h"
#include "tests/vt/script.c"

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	if (f && text)
		text[fread(text, 1, (1 << 20) - 1, f)] = '\0';
	if (f)
		fclose(f);
	return text;
}

static int run_case(const char *file, int line, const char *name, const char *text)
{
	char why[700];
	int rc;

	printf("run %s\n", name);
	rc = script_run(file, line, text, false, why, sizeof(why));
	if (rc == 0)
		rc = script_run(file, line, text, true, why, sizeof(why));
	if (rc == 0)
		printf("ok vt: %s\n", name);
	else
		printf("not ok vt: %s: %s\n", name, why);
	return rc;
}

static int run_file(const char *path, const char *wanted)
{
	char *text = read_file(path), *at = text, name[160];
	int failed = 0, line = 1;

	while (at && *at) {
		char *next = strstr(at, "\n=== ");
		int begins = line + 1;

		if (next)
			*next = '\0';
		for (char *p = at; *p; p++)
			line += *p == '\n';
		if (!strncmp(at, "=== ", 4)) {
			size_t n = strcspn(at, "\n");

			snprintf(name, sizeof(name), "%.*s", (int)(n - 4), at + 4);
			if (!wanted || strstr(name, wanted))
				failed |= run_case(path, begins, name, at + n + (at[n] != '\0')) < 0;
		}
		at = next ? next + 1 : NULL;
		line++;
	}
	free(text);
	return failed;
}

int main(int argc, char **argv)
{
	glob_t g;
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (glob("tests/vt/cases/*.t", 0, NULL, &g) != 0) {
		printf("not ok vt cases: no tests/vt/cases/*.t (run from the root of the tree)\n");
		return 1;
	}
	for (size_t i = 0; i < g.gl_pathc; i++)
		failed |= run_file(g.gl_pathv[i], argc > 1 ? argv[1] : NULL);
	globfree(&g);
	return failed;
}
