#include "tui/verbs/image_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/text.h"
#include "engine/check/bundle.h"

cJSON *image_json(const struct image *i)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "name", i->name);
	cJSON_AddStringToObject(j, "path", i->path);
	cJSON_AddStringToObject(j, "format", i->format);
	cJSON_AddNumberToObject(j, "size", (double)i->size);
	cJSON_AddStringToObject(j, "sha256", i->sha256);
	cJSON_AddStringToObject(j, "created", i->created);
	cJSON_AddStringToObject(j, "source", i->source);
	cJSON_AddStringToObject(j, "cpu", image_cpu_name(i->cpu));
	cJSON_AddStringToObject(j, "boot", image_boot_name(i->boot));
	cJSON_AddStringToObject(j, "root", image_root_name(i->root));
	return j;
}

char *image_host_bundle(size_t *len)
{
	const char *set = getenv("SSL_CERT_FILE");
	struct error ignored;
	char *text = set && *set ? file_read(AT_FDCWD, set, BUNDLE_BYTES_MAX, len, &ignored) : NULL;

	for (int i = 0; !text && bundle_paths[i]; i++)
		text = file_read(AT_FDCWD, bundle_paths[i], BUNDLE_BYTES_MAX, len, &ignored);
	return text;
}

bool image_judge_bundle(const void *text, size_t len, char *said, size_t cap)
{
	struct error ignored;
	struct bundle b;

	if (bundle_parse(&b, text, len, time(NULL), &ignored) < 0)
		return snprintf(said, cap, "unreadable"), false;
	snprintf(said, cap, "%u certificates%s", b.certs,
		 b.expired > b.certs / 2 ? ", most of them expired" : "");
	return b.certs > 0 && b.expired <= b.certs / 2;
}

int image_made(const struct call *c, const struct image *i, bool before, uint64_t begun)
{
	char size[16];

	if (call_has(c, IMAGE_JSON)) {
		cJSON *j = image_json(i);

		cJSON_AddBoolToObject(j, "made", !before);
		say_json(j);
		return EXIT_DONE;
	}
	text_size(size, sizeof(size), i->size);
	talk("image %s: %s, %s, %.1f s", i->name, before ? "made before" : "made", size,
	     (double)(now_ms() - begun) / 1000);
	return EXIT_DONE;
}

int image_not_made(const struct error *err, const char *doing)
{
	if (err->code != ECANCELED)
		return talk_error(err);
	talk("vmdeck: %s cancelled; nothing was left", doing);
	return EXIT_INTERRUPTED;
}

int image_records(const struct call *c)
{
	long long fd = call_number(c, IMAGE_PROGRESS, 0, 1 << 20, -1);

	return call_has(c, IMAGE_PROGRESS) && fd < 0 ? -2 : (int)fd;
}
