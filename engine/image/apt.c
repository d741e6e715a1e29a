#include "engine/image/apt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/tool.h"

enum {
	OUTPUT = 16 * 1024,
	ASK_MS = 30 * 1000,
	FETCH_MS = 10 * 60 * 1000,
	ALL_OUTPUT = 512 * 1024,
	WORDS = 600,
};

static int apt_failed(const char *what, const char *output, struct error *err)
{
	const char *line = strstr(output, "E: ");
	size_t n = line ? strcspn(line, "\n") : 0;

	if (line)
		return error_set(err, 0, "%s: %.*s", what, (int)(n < 200 ? n : 200), line + 3);
	return error_set(err, 0, "%s failed", what);
}

/* Run it, English, with its output in `out`. */
static int run(const char *const argv[], char *out, int timeout_ms, int *status, struct error *err)
{
	return process_capture((char *const *)argv, out, OUTPUT, timeout_ms, status, err);
}

int apt_depends(const char *package, const char *prefix, char *name, size_t size,
		struct error *err)
{
	const char *const argv[] = { "env", "LC_ALL=C", "apt-cache", "depends", package, NULL };
	char out[OUTPUT], wanted[160];
	int status;

	if (run(argv, out, ASK_MS, &status, err) < 0) {
		error_hint(err, "without apt, give the path of a vmlinux or bzImage as the kernel");
		return -1;
	}
	snprintf(wanted, sizeof(wanted), "Depends: %s", prefix);
	const char *at = strstr(out, wanted);
	if (status || !at) {
		error_set(err, 0, "apt does not know the package %s", package);
		error_hint(err, "sudo apt-get update");
		return -1;
	}
	at += strlen("Depends: ");
	size_t n = strcspn(at, " \n");
	if (n >= size)
		return error_set(err, 0, "apt: a package name that cannot be");
	memcpy(name, at, n);
	name[n] = '\0';
	return 0;
}

/* The SIZE of lines 'URI' NAME SIZE HASH, summed. */
static uint64_t listed_bytes(const char *out)
{
	uint64_t sum = 0;

	for (const char *at = out; (at = strstr(at, "' ")); at++) {
		const char *size = strchr(at + 2, ' ');

		if (size)
			sum += strtoull(size, NULL, 10);
	}
	return sum;
}

/* 0: apt does not say. */
static uint64_t size_of(const char *package)
{
	const char *const argv[] = { "env", "LC_ALL=C", "apt-get", "-qq", "--print-uris", "download",
				     package, NULL };
	char out[OUTPUT];
	struct error ignored;
	int status;

	return run(argv, out, ASK_MS, &status, &ignored) == 0 && !status ? listed_bytes(out) : 0;
}

static int download(const char *package, const char *dir, struct meter *m, struct error *err)
{
	/* As root, apt would fetch as a user who cannot write here: hence the sandbox. */
	const char *const argv[] = {
		"env", "-C", dir, "LC_ALL=C", "apt-get", "-q", "-o", "APT::Sandbox::User=root",
		"-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20",
		"-o", "Acquire::https::Timeout=20", "download", package, NULL,
	};
	char out[OUTPUT];
	int status;

	if (m && meter_phase(m, PROGRESS_FETCH, size_of(package), package, err) < 0)
		return -1;
	if (tool_run((char *const *)argv, dir, out, OUTPUT, FETCH_MS, m, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	apt_failed("apt-get download", out, err);
	if (strstr(out, "404") || strstr(out, "Unable to locate"))
		error_hint(err, "apt's lists are old: sudo apt-get update");
	else
		error_hint(err, "is the network up? try: apt-get download %s", package);
	return -1;
}

int apt_download(const char *package, const char *dir, char *path, size_t size, struct meter *m,
		 struct error *err)
{
	if (download(package, dir, m, err) < 0)
		return -1;
	return file_find(dir, ".deb", path, size) == 0 ? 0 : error_set(err, 0, "apt-get download left no package");
}

/* The words of a command line, owned one by one. */
struct words {
	char *all[WORDS + 1];
	size_t n;
};

static void words_done(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->all[i]);
}
#define AUTO_WORDS __attribute__((cleanup(words_done)))

static void add_word(struct words *w, const char *text, size_t len)
{
	if (w->n < WORDS)
		w->all[w->n++] = strndup(text, len);
}

static void add_words(struct words *w, const char *const *list)
{
	for (; *list; list++)
		add_word(w, *list, strlen(*list));
}

static int ended_well(const char *what, int status, const char *out, struct error *err)
{
	if (status == 0)
		return 0;
	apt_failed(what, out, err);
	error_hint(err, strstr(out, "Unable to locate") || strstr(out, "404")
				? "apt's lists are old: sudo apt-get update"
				: "is the network up? and are apt's lists there: sudo apt-get update");
	return -1;
}

/* Everything that would be installed on an empty system: lines of
 * 'URI' NAME_VERSION_ARCH.deb SIZE HASH. */
static int list_all(const char *const *packages, const char *dir, char *out, struct meter *m,
		    struct error *err)
{
	static const char *const head[] = {
		"env", "LC_ALL=C", "apt-get", "install", "--print-uris", "-qq", "-y",
		"--no-install-recommends", "-o", "Dir::State::status=/dev/null", "-o", NULL,
	};
	AUTO_WORDS struct words w = { .n = 0 };
	char cache[PATH_MAX + 32];
	int status;

	/* A cache of its own: what lies in apt's would not be listed. */
	snprintf(cache, sizeof(cache), "Dir::Cache::archives=%s/", dir);
	add_words(&w, head);
	add_word(&w, cache, strlen(cache));
	add_words(&w, packages);
	w.all[w.n] = NULL;
	if (tool_run(w.all, NULL, out, ALL_OUTPUT, FETCH_MS, m, &status, err) < 0) {
		error_hint(err, "without apt, use a base image that has the packages");
		return -1;
	}
	return ended_well("apt-get install", status, out, err);
}

int apt_fetch_all(const char *const *packages, const char *dir, struct meter *m,
		  struct error *err)
{
	/* As root, apt would fetch as a user who cannot write here: hence the sandbox. */
	static const char *const head[] = {
		"LC_ALL=C", "apt-get", "-q", "-o", "APT::Sandbox::User=root", "-o",
		"Acquire::Retries=2", "download", NULL,
	};
	AUTO_FREE char *out = malloc(ALL_OUTPUT);
	AUTO_WORDS struct words w = { .n = 0 };
	int status;

	if (!out)
		return error_set(err, ENOMEM, "apt");
	if (list_all(packages, dir, out, m, err) < 0)
		return -1;
	add_word(&w, "env", 3);
	add_word(&w, "-C", 2);
	add_word(&w, dir, strlen(dir));
	add_words(&w, head);
	size_t before = w.n;
	if (m)
		m->now.total = listed_bytes(out);
	for (char *save, *line = strtok_r(out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *name = line[0] == '\'' ? strstr(line, "' ") : NULL;
		if (name)
			add_word(&w, name + 2, strcspn(name + 2, "_"));
	}
	w.all[w.n] = NULL;
	if (w.n == before)
		return error_set(err, 0, "apt-get listed no packages");
	if (w.n == WORDS)
		return error_set(err, E2BIG, "apt: packages");
	if (tool_run(w.all, dir, out, ALL_OUTPUT, FETCH_MS, m, &status, err) < 0)
		return -1;
	return ended_well("apt-get download", status, out, err);
}
