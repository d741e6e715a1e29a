#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/bucket.h"
#include "engine/image/digest.h"
#include "engine/image/download.h"
#include "tests/httpd.h"
#include "tests/test.h"

struct home {
	char dir[64];
};

static void home_done(struct home *h)
{
	struct error ignored;

	dir_remove(AT_FDCWD, h->dir, &ignored);
}
#define AUTO_HOME __attribute__((cleanup(home_done)))

static struct home home_new(void)
{
	struct home h = { "/tmp/vmdeck-download-XXXXXX" };

	if (!mkdtemp(h.dir))
		abort();
	return h;
}

enum { BIG = 3 << 20 };
static char *big(void)
{
	char *data = malloc(BIG);

	for (int i = 0; i < BIG; i++)
		data[i] = (char)(i * 31 + i / 977);
	return data;
}

static int get(const struct httpd *s, const struct home *h, const char *target, const char *sum,
	       char path[PATH_MAX], char got[65], struct error *err)
{
	char url[256];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", s->port, target);
	return download_file(&(struct download){ .url = url, .dir = h->dir, .sha256 = sum,
						 .pause_ms = 1 }, path, got, err);
}

static void a_file_comes_whole(void)
{
	AUTO_FREE char *data = big();
	struct httpd_page pages[] = { { .target = "/f.bin", .body = data, .len = BIG, .tag = "\"1\"" },
				      { 0 } };
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char path[PATH_MAX], got[65], want[65];
	struct error err = { 0 };

	digest_bytes(data, BIG, want, &err);
	if (get(&s, &h, "/f.bin", "", path, got, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_STR(got, want);
	/* Once more: the server says that it has not changed. */
	CHECK_INT(get(&s, &h, "/f.bin", "", path, got, &err), 0);
	CHECK_STR(got, want);
	CHECK_INT(s.count->unchanged, 1);
	/* With its digest known, only the list beside it would be asked for. */
	int before = s.count->requests;
	CHECK_INT(get(&s, &h, "/f.bin", want, path, got, &err), 0);
	CHECK_INT(s.count->requests, before);
}

static void a_cut_one_goes_on(void)
{
	AUTO_FREE char *data = big();
	struct httpd_page pages[] = { { .target = "/f.bin", .body = data, .len = BIG, .tag = "\"1\"",
					.cut = 3 }, { 0 } };
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char path[PATH_MAX], got[65], want[65];
	struct error err = { 0 };

	digest_bytes(data, BIG, want, &err);
	if (get(&s, &h, "/f.bin", want, path, got, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_STR(got, want);
	CHECK_INT(s.count->ranges, 3);
}

static void a_changed_one_begins_anew(void)
{
	AUTO_FREE char *data = big();
	struct httpd_page pages[] = { { .target = "/f.bin", .body = data, .len = BIG, .tag = "\"2\"" },
				      { 0 } };
	AUTO_HOME struct home h = home_new();
	char path[PATH_MAX], got[65], want[65];
	struct error err = { 0 };

	digest_bytes(data, BIG, want, &err);
	{
		struct httpd_page cut[] = { { .target = "/f.bin", .body = "something else that is long",
					      .tag = "\"1\"", .cut = 100 }, { 0 } };
		AUTO_HTTPD struct httpd s = httpd_start(cut);
		CHECK_INT(get(&s, &h, "/f.bin", "", path, got, &err), -1);
	}
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	if (get(&s, &h, "/f.bin", want, path, got, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_STR(got, want);
}

static void a_server_without_ranges_is_asked_from_the_start(void)
{
	AUTO_FREE char *data = big();
	struct httpd_page pages[] = { { .target = "/f.bin", .body = data, .len = BIG, .tag = "\"1\"",
					.cut = 2, .no_range = true }, { 0 } };
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char path[PATH_MAX], got[65], want[65];
	struct error err = { 0 };

	digest_bytes(data, BIG, want, &err);
	CHECK_INT(get(&s, &h, "/f.bin", want, path, got, &err), 0);
	CHECK_STR(got, want);
}

static void a_busy_server_is_asked_again(void)
{
	struct httpd_page pages[] = { { .target = "/f.bin", .body = "here", .busy = 3 },
				      { .target = "/down", .body = "", .busy = 1000 }, { 0 } };
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char path[PATH_MAX], got[65];
	struct error err = { 0 };

	if (get(&s, &h, "/f.bin", "", path, got, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(get(&s, &h, "/down", "", path, got, &err), -1);
	CHECK(strstr(err.msg, "answers 503"));
}

static void what_is_not_the_file_is_refused(void)
{
	struct httpd_page pages[] = {
		{ .target = "/empty", .body = "" },
		{ .target = "/page", .body = "\n <!DOCTYPE html><title>Log in</title>" },
		{ .target = "/typed", .body = "Log in", .type = "text/html; charset=utf-8" },
		{ .target = "/moved", .body = "x", .status = 403 },
		{ .target = "/d/file", .body = "bytes" },
		{ .target = "/d/SHA256SUMS",
		  .body = "0000000000000000000000000000000000000000000000000000000000000000 *file\n" },
		{ 0 },
	};
	static const struct {
		const char *target, *words;
	} cases[] = {
		{ "/empty", "is empty" },	 { "/page", "web page" },
		{ "/typed", "web page" },	 { "/moved", "answers 403" },
		{ "/none", "answers 404" },	 { "/d/file", "SHA-256 is" },
	};
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char path[PATH_MAX], got[65];
	struct error err = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_INT(get(&s, &h, cases[i].target, "", path, got, &err), -1);
		if (!strstr(err.msg, cases[i].words))
			CHECK_FAIL("%s: %s", cases[i].target, err.msg);
		CHECK(err.hint[0] || strstr(cases[i].words, "403"));
		CHECK(access(path, F_OK) < 0);
	}
	CHECK_INT(download_file(&(struct download){ .url = "file:///etc/passwd", .dir = h.dir }, path,
				got, &err), -1);
}

static void a_list_of_sums_is_read(void)
{
	static const char sums[] = "# comment\n"
				   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  one\n"
				   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb *./two\r\n"
				   "cccc  three\n";
	char sum[65];

	CHECK_INT(download_sum(sums, "one", sum), 1);
	CHECK(sum[0] == 'a' && strlen(sum) == 64);
	CHECK_INT(download_sum(sums, "two", sum), 1);
	CHECK(sum[0] == 'b');
	CHECK_INT(download_sum(sums, "three", sum), 0);
	CHECK_INT(download_sum(sums, "on", sum), 0);
	CHECK_INT(download_sum("", "one", sum), 0);
}

static int find(struct httpd_page *pages, struct bucket_found *out, struct error *err)
{
	AUTO_HTTPD struct httpd s = httpd_start(pages);
	char base[64];

	snprintf(base, sizeof(base), "http://127.0.0.1:%d/", s.port);
	return bucket_find(base, out, NULL, err);
}

#define LIST(what) "<?xml version=\"1.0\"?><ListBucketResult>" what "</ListBucketResult>"
#define DAY(day) "<CommonPrefixes><Prefix>firecracker-ci/" day "/</Prefix></CommonPrefixes>"
#define KEY(name) "<Contents><Key>firecracker-ci/20260815-abc/x/" name "</Key></Contents>"

static void the_newest_in_a_bucket_is_found(void)
{
	struct bucket_found found;
	struct error err = { 0 };
	struct utsname u;
	char keys[256];

	uname(&u);
	snprintf(keys, sizeof(keys), "/?list-type=2&prefix=firecracker-ci/20260815-abc/%s/", u.machine);
	struct httpd_page pages[] = {
		{ .target = "/?list-type=2&prefix=firecracker-ci/&delimiter=/",
		  .body = LIST(DAY("20250101-f00") DAY("20260815-abc") DAY("v1.13")
			       "<NextContinuationToken>a+b=</NextContinuationToken>") },
		{ .target = "/?list-type=2&prefix=firecracker-ci/&delimiter=/&continuation-token=a%2Bb%3D",
		  .body = LIST(DAY("20260101-eee")) },
		{ .target = keys,
		  .body = LIST(KEY("vmlinux-5.10.245") KEY("vmlinux-6.1.99") KEY("vmlinux-6.1.155")
			       KEY("vmlinux-6.1.155.config") KEY("ubuntu-22.04.squashfs")
			       KEY("ubuntu-24.04.squashfs") KEY("ubuntu-24.04.id_rsa")
			       KEY("vmlinux-9/../../../x")) },
		{ 0 },
	};
	if (find(pages, &found, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_STR(found.date, "20260815");
	CHECK(strstr(found.kernel, "/firecracker-ci/20260815-abc/x/vmlinux-6.1.155"));
	CHECK(!strstr(found.kernel, ".config"));
	CHECK(strstr(found.root, "/ubuntu-24.04.squashfs"));
}

static void a_bucket_without_the_key_is_an_error(void)
{
	struct bucket_found found;
	struct error err = { 0 };
	struct httpd_page empty[] = { { .target = "/?list-type=2&prefix=firecracker-ci/&delimiter=/",
					.body = LIST("") }, { 0 } };
	struct httpd_page page[] = { { .target = "/?list-type=2&prefix=firecracker-ci/&delimiter=/",
				       .body = "<html>hello</html>" }, { 0 } };
	struct httpd_page old[] = { { .target = "/?list-type=2&prefix=firecracker-ci/&delimiter=/",
				      .body = LIST(DAY("v1.13") DAY("v1.14")) }, { 0 } };

	CHECK_INT(find(empty, &found, &err), -1);
	CHECK(strstr(err.msg, "has no") && err.hint[0]);
	CHECK_INT(find(old, &found, &err), -1);
	CHECK(strstr(err.msg, "has no"));
	CHECK_INT(find(page, &found, &err), -1);
	CHECK(strstr(err.msg, "no list"));
}

static void the_proxy_of_the_environment_is_used(void)
{
	struct httpd_page through[] = { { .target = "http://images.test/f.bin", .body = "by proxy" }, { 0 } };
	struct httpd_page origin[] = { { .target = "/g.bin", .body = "not by proxy" }, { 0 } };
	AUTO_HOME struct home h = home_new();
	AUTO_HTTPD struct httpd proxy = httpd_start(through);
	AUTO_HTTPD struct httpd s = httpd_start(origin);
	char path[PATH_MAX], got[65], url[64];
	struct error err = { 0 };
	struct download d = { .url = "http://images.test/f.bin", .dir = h.dir, .sha256 = "", .pause_ms = 1 };
	size_t len;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);
	setenv("http_proxy", url, 1);
	setenv("https_proxy", url, 1);
	/* No such host: only the proxy can know it. */
	if (download_file(&d, path, got, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	AUTO_FREE char *text = file_read(AT_FDCWD, path, 100, &len, &err);
	CHECK_STR(text, "by proxy");
	int asked = proxy.count->requests;
	/* no_proxy has 127.0.0.1: that is asked itself. */
	CHECK_INT(get(&s, &h, "/g.bin", "", path, got, &err), 0);
	CHECK_INT(proxy.count->requests, asked);
	/* https goes through it by CONNECT; one that refuses is told. */
	d.url = "https://images.test/f.bin";
	CHECK_INT(download_file(&d, path, got, &err), -1);
	CHECK(proxy.count->connects > 0);
	if (!strstr(err.msg, "502") && !strstr(err.msg, "proxy"))
		CHECK_FAIL("%s", err.msg);
	unsetenv("http_proxy");
	unsetenv("https_proxy");
}

int main(int argc, char **argv)
{
	const struct test tests[] = {
		{ "a_file_comes_whole", a_file_comes_whole },
		{ "a_cut_one_goes_on", a_cut_one_goes_on },
		{ "a_changed_one_begins_anew", a_changed_one_begins_anew },
		{ "a_server_without_ranges_is_asked_from_the_start",
		  a_server_without_ranges_is_asked_from_the_start },
		{ "a_busy_server_is_asked_again", a_busy_server_is_asked_again },
		{ "what_is_not_the_file_is_refused", what_is_not_the_file_is_refused },
		{ "a_list_of_sums_is_read", a_list_of_sums_is_read },
		{ "the_newest_in_a_bucket_is_found", the_newest_in_a_bucket_is_found },
		{ "a_bucket_without_the_key_is_an_error", a_bucket_without_the_key_is_an_error },
		{ "the_proxy_of_the_environment_is_used", the_proxy_of_the_environment_is_used },
		{ 0 },
	};

	/* The tests' server is here, whatever proxy the environment has. */
	setenv("no_proxy", "127.0.0.1", 1);
	return test_main(tests, argc, argv);
}
