#include "engine/image/bootstrap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/tool.h"

enum {
	OUTPUT = 64 * 1024,
	RUN_MS = 60 * 60 * 1000,
	SOURCES_MAX = 256 * 1024,
};

/* Debian's own sources on a Debian host; others' do not belong into an image. */
static const char *const sources[] = {
	"/etc/apt/sources.list.d/debian.sources",
	"/etc/apt/sources.list",
};

static const char *find_sources(void)
{
	struct error ignored;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		size_t len;
		AUTO_FREE char *text = file_read(AT_FDCWD, sources[i], SOURCES_MAX, &len,
						 &ignored);
		if (text && (strstr(text, "deb ") || strstr(text, "Types:")))
			return sources[i];
	}
	return NULL;
}

/* This host's own suite when it is Debian, else what was asked for. */
static const char *host_suite(char out[64])
{
	static const char key[] = "VERSION_CODENAME=";
	struct error ignored;
	size_t len;
	AUTO_FREE char *text = file_read(AT_FDCWD, "/etc/os-release", SOURCES_MAX, &len, &ignored);
	const char *at = text && strstr(text, "ID=debian") ? strstr(text, key) : NULL;

	if (!at)
		return NULL;
	at += strlen(key);
	snprintf(out, 64, "%.*s", (int)strcspn(at, "\n"), at);
	return out;
}

static int failed(const char *out, struct error *err)
{
	const char *last = NULL;

	for (const char *at = out; (at = strstr(at, "E: ")); at++)
		last = at + 3;
	error_set(err, 0, "mmdebstrap: %.*s", last ? (int)strcspn(last, "\n") : 24,
		  last ? last : "it failed");
	if (strstr(out, "chroot mode") || strstr(out, "newuidmap") || strstr(out, "subuid"))
		error_hint(err, "it needs a range of ids for you: sudo apt install uidmap; sudo usermod "
			   "--add-subuids 100000-165535 --add-subgids 100000-165535 $USER");
	else
		error_hint(err, "is the network up? sudo apt-get update shows whether apt's sources work");
	return -1;
}

int bootstrap_debian(const char *suite, const char *const *packages, const char *tar,
		     struct meter *m, struct error *err)
{
	char include[4096] = "--include=ca-certificates", own[64], path[PATH_MAX];
	const char *from = strcmp(suite, "stable") == 0 ? find_sources() : NULL;
	const char *is = from ? host_suite(own) : NULL;
	const char *argv[] = { "mmdebstrap", "--variant=minbase", "--format=tar", "--quiet", include,
			       is ? is : suite, tar, is ? from : NULL, NULL };
	AUTO_FREE char *out = malloc(OUTPUT);
	int status;

	if (!out)
		return error_set(err, ENOMEM, "mmdebstrap");
	if (process_find("mmdebstrap", path, sizeof(path)) < 0) {
		error_set(err, ENOENT, "mmdebstrap");
		error_hint(err, "sudo apt install mmdebstrap; or import a root file system that is "
			   "there: vmdeck image import debian.tar");
		return -1;
	}
	for (; *packages; packages++) {
		size_t n = strlen(include);
		if (snprintf(include + n, sizeof(include) - n, ",%s", *packages) >=
		    (int)(sizeof(include) - n))
			return error_set(err, E2BIG, "mmdebstrap: packages");
	}
	if (tool_run((char *const *)argv, NULL, out, OUTPUT, RUN_MS, m, &status, err) < 0)
		return -1;
	return status ? failed(out, err) : 0;
}
