#include "engine/image/bucket.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "engine/base/own.h"
#include "engine/image/download.h"

enum {
	LIST_MAX = 4 << 20,
	PAGES_MAX = 50, /* of a thousand names each */
	NAME = 512,
};

#define PREFIX "firecracker-ci/"

void bucket_pick(const char *list, const char *tag, bucket_fits_fn *fits, char *out, size_t cap)
{
	char open[40], text[NAME];
	size_t n = (size_t)snprintf(open, sizeof(open), "<%s>", tag);

	for (const char *at = list; (at = strstr(at, open));) {
		at += n;
		size_t len = strcspn(at, "<");
		if (len >= sizeof(text) || len >= cap)
			continue;
		memcpy(text, at, len);
		text[len] = '\0';
		/* They become part of an address. */
		if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "/._-") != len || strstr(text, ".."))
			continue;
		if (fits(text) && strverscmp(text, out) > 0)
			memcpy(out, text, len + 1);
	}
}

/* "firecracker-ci/20260801-1a2b3c/" */
static int is_day(const char *p)
{
	if (strncmp(p, PREFIX, strlen(PREFIX)) != 0)
		return 0;
	p += strlen(PREFIX);
	for (int i = 0; i < 8; i++)
		if (!isdigit((unsigned char)p[i]))
			return 0;
	return p[8] == '-' && p[strlen(p) - 1] == '/';
}

/* The last part is `begin`, then a version of digits and dots, then `end`. */
static int is_version(const char *key, const char *begin, const char *end)
{
	const char *slash = strrchr(key, '/'), *at = slash ? slash + 1 : key;

	if (strncmp(at, begin, strlen(begin)) != 0)
		return 0;
	at += strlen(begin);
	size_t n = strspn(at, "0123456789.");
	if (n && at[n - 1] == '.')
		n--;
	return n && strcmp(at + n, end) == 0;
}

static int is_kernel(const char *key)
{
	return is_version(key, "vmlinux-", "");
}

static int is_root(const char *key)
{
	return is_version(key, "ubuntu-", ".squashfs");
}


/* S3's tokens are base64. */
static void escape(const char *text, char *out, size_t cap)
{
	size_t n = 0;

	for (; *text && n + 4 < cap; text++)
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			out[n++] = *text;
		else
			n += (size_t)snprintf(out + n, cap - n, "%%%02X", (unsigned char)*text);
	out[n] = '\0';
}

static void next_token(const char *list, char *out, size_t cap)
{
	static const char open[] = "<NextContinuationToken>";
	const char *at = strstr(list, open);
	char text[NAME];

	out[0] = '\0';
	if (!at)
		return;
	at += sizeof(open) - 1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, "<"), at);
	escape(text, out, cap);
}

/* All pages of the list under a prefix, each given to `page`. */
typedef void page_fn(void *arg, const char *list);
static int each_page(const char *base, const char *query, page_fn *page, void *arg,
		     struct meter *m, struct error *err)
{
	char url[4096], token[NAME * 3] = "";

	for (int i = 0; i < PAGES_MAX; i++) {
		AUTO_FREE char *list = NULL;
		size_t len;
		snprintf(url, sizeof(url), "%.1000s/?list-type=2&%.1000s%s%s", base, query,
			 token[0] ? "&continuation-token=" : "", token);
		int r = download_text(url, LIST_MAX, &list, &len, m, err);
		if (r)
			return r < 0 ? -1 : error_set(err, ENOENT, "%.300s", url);
		if (!strstr(list, "<ListBucketResult")) {
			error_set(err, 0, "%.300s: the answer is no list of a bucket", url);
			error_hint(err, "check the address; a proxy or a login page may be in the way");
			return -1;
		}
		page(arg, list);
		next_token(list, token, sizeof(token));
		if (!token[0])
			return 0;
	}
	return error_set(err, E2BIG, "%.300s: the list has no end", base);
}

static void take_day(void *arg, const char *list)
{
	bucket_pick(list, "Prefix", is_day, arg, NAME);
}

struct keys {
	char kernel[NAME], root[NAME];
};

static void take_keys(void *arg, const char *list)
{
	struct keys *k = arg;

	bucket_pick(list, "Key", is_kernel, k->kernel, sizeof(k->kernel));
	bucket_pick(list, "Key", is_root, k->root, sizeof(k->root));
}

static int nothing(const char *what, const char *base, struct error *err)
{
	error_set(err, ENOENT, "%.300s has no %s", base, what);
	error_hint(err, "its layout may have changed: see Firecracker's getting-started guide, and "
		   "vmdeck image import FILE.squashfs");
	return -1;
}

int bucket_find(const char *base, struct bucket_found *out, struct meter *m, struct error *err)
{
	char day[NAME] = "", query[NAME * 2];
	struct keys k = { "", "" };
	struct utsname u;
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	char root[1024];
	snprintf(root, sizeof(root), "%.*s", (int)n, base);
	if (each_page(root, "prefix=" PREFIX "&delimiter=/", take_day, day, m, err) < 0)
		return -1;
	if (!day[0])
		return nothing("firecracker-ci/YYYYMMDD-... in it", root, err);
	uname(&u);
	snprintf(query, sizeof(query), "prefix=%s%s/", day, u.machine);
	if (each_page(root, query, take_keys, &k, m, err) < 0)
		return -1;
	if (!k.kernel[0])
		return nothing("vmlinux for this processor", root, err);
	if (!k.root[0])
		return nothing("ubuntu squashfs for this processor", root, err);
	snprintf(out->kernel, sizeof(out->kernel), "%.500s/%s", root, k.kernel);
	snprintf(out->root, sizeof(out->root), "%.500s/%s", root, k.root);
	snprintf(out->date, sizeof(out->date), "%.8s", day + strlen(PREFIX));
	return 0;
}
