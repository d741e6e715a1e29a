/*
 * Texts from elsewhere that decide what is fetched and made: a bucket's list, a
 * SHA256SUMS, a recipe, a line of progress.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/image/bucket.h"
#include "engine/image/download.h"
#include "engine/image/progress.h"
#include "engine/image/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int any(const char *text)
{
	return text[0] != '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_FREE char *text = malloc(n + 1);
	char out[256] = "", sum[65] = "";
	struct progress p, q;
	struct recipe r;
	struct error err;

	memcpy(text, data, n);
	text[n] = '\0';
	bucket_pick(text, "Key", any, out, sizeof(out));
	assert(!strchr(out, '<') && !strstr(out, "..") && !strchr(out, '%'));
	if (download_sum(text, "file", sum))
		assert(strlen(sum) == 64);
	if (recipe_parse("fuzz", "fuzz", text, n, &r, &err) == 0) {
		assert(r.base[0] && r.user[0] && r.n_files <= RECIPE_LIST);
		recipe_done(&r);
	}
	if (progress_parse(text, &p) == 0) {
		char line[PROGRESS_LINE];
		size_t len = progress_line(&p, line);
		line[len - 1] = '\0';
		assert(progress_parse(line, &q) == 0 && q.done == p.done && q.phase == p.phase);
	}
	return 0;
}
