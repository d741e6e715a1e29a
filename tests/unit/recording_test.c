/* Recordings: their text, the secrets that are not in them, a whole one on disk. */
#include "tests/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/cast.h"
#include "engine/supervisor/recording.h"
#include "tui/desk/tape.h"

static struct error err;

/* --- Secrets --- */

/* What comes out of `text` fed in pieces of n bytes; static. */
static const char *cleaned(const char *text, size_t n, const char *secret)
{
	static char out[8192];
	struct redact r;
	struct bytes b;
	size_t len = strlen(text);

	redact_init(&r);
	if (secret)
		redact_secret(&r, secret, strlen(secret));
	bytes_init(&b, sizeof(out) - 1);
	for (size_t i = 0; i < len; i += n)
		redact_feed(&r, text + i, len - i < n ? len - i : n, &b);
	redact_flush(&r, &b);
	memcpy(out, bytes_front(&b), b.len);
	out[b.len] = '\0';
	bytes_done(&b);
	redact_done(&r);
	return out;
}

static void secrets_are_taken_out(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "key sk-ant-api03-abcdefghijkl rest", "key [redacted] rest" },
		{ "(ghp_0123456789abcdefABCDEF0123)", "([redacted])" },
		{ "export ANTHROPIC_API_KEY=abcdef123456\r\n", "export ANTHROPIC_API_KEY=[redacted]\r\n" },
		{ "MY_TOKEN=\"abcdef123456\"", "MY_TOKEN=\"[redacted]\"" },
		{ "Authorization: Bearer abcdefghijklmnop\r\n", "Authorization: Bearer [redacted]\r\n" },
		{ "AKIAABCDEFGHIJKLMNOP", "[redacted]" },
		{ "\033[31msk-ant-\033[32mabcdefghijklmnop\033[0m|", "\033[31m[redacted]\033[32m\033[0m|" },
		{ "a\r\n-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNzaC1rZXk\r\nAAAA\r\n"
		  "-----END OPENSSH PRIVATE KEY-----\r\nz", "a\r\n[redacted]\r\nz" },
		/* what only looks a little like one stays */
		{ "task-abcdefghijklmnopqrstuvw and sk-short", "task-abcdefghijklmnopqrstuvw and sk-short" },
		{ "-----BEGIN CERTIFICATE-----\r\nMIIB\r\n", "-----BEGIN CERTIFICATE-----\r\nMIIB\r\n" },
		{ "PASSWORD=", "PASSWORD=" },
		{ "\033[2J\033[1;1Hls -l sk", "\033[2J\033[1;1Hls -l sk" },
		{ "\xe4\xb8\xad\xe6\x96\x87 AIza", "\xe4\xb8\xad\xe6\x96\x87 AIza" },
	};
	static const size_t sizes[] = { 1, 2, 3, 7, 5000 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
			const char *got = cleaned(cases[i].in, sizes[k], NULL);

			if (strcmp(got, cases[i].out) != 0)
				CHECK_FAIL("case %zu in pieces of %zu: \"%.200s\"", i, sizes[k], got);
		}
}

static void configured_secrets_are_taken_out(void)
{
	for (size_t n = 1; n < 20; n++) {
		CHECK_STR(cleaned("pass hunter2-horse, hunter2-hors.", n, "hunter2-horse"),
			  "pass [redacted], hunter2-hors.");
		CHECK_STR(cleaned("xhunter2-horsehunter2-horsey", n, "hunter2-horse"),
			  "x[redacted][redacted]y");
		/* of two that begin alike the longer one */
		CHECK_STR(cleaned("aaaaaab", n, "aaaaab"), "a[redacted]");
	}
	CHECK_STR(cleaned("short", 5, "shor"), "short"); /* too short to be taken out */
}

static void a_token_without_end_is_taken_out_whole(void)
{
	static char in[6000];

	strcpy(in, "sk-");
	memset(in + 3, 'x', 5000);
	strcpy(in + 5003, " after");
	CHECK_STR(cleaned(in, 64, NULL), "[redacted] after");
	CHECK_STR(cleaned(in, 5009, NULL), "[redacted] after");
	/* a private key that never ends does not hide all that follows */
	memset(in, 0, sizeof(in));
	strcpy(in, "-----BEGIN PRIVATE KEY-----");
	CHECK_STR(cleaned(in, 9, NULL), "[redacted]");
}

/* --- The text --- */

static void what_is_written_is_read(void)
{
	static const char data[] = "a\"b\\c\033[1m\r\n\t\x7f\xc2\x85\xe2\x80\xae\xf0\x9f\x98\x80\xff end";
	struct cast_header h = { .cols = 80, .rows = 24, .timestamp = 1700000000 }, back;
	struct cast_held held = { 0 };
	struct cast_event e;
	struct bytes b;

	bytes_init(&b, 4096);
	snprintf(h.title, sizeof(h.title), "web-1");
	cast_put_header(&b, &h);
	CHECK(cast_read_header(&back, (const char *)bytes_front(&b), b.len, &err) == 0);
	CHECK_INT(back.cols, 80);
	CHECK_INT(back.rows, 24);
	CHECK_STR(back.title, "web-1");
	bytes_clear(&b);
	cast_put_output(&b, 1.25, &held, data, sizeof(data) - 1);
	for (size_t i = 0; i < b.len; i++) {
		uint8_t c = bytes_front(&b)[i];

		CHECK(c == '\n' || (c >= 0x20 && c != 0x7f));
	}
	CHECK(!memmem(bytes_front(&b), b.len, "\xe2\x80\xae", 3)); /* a bidi control */
	CHECK(!memmem(bytes_front(&b), b.len, "\xc2\x85", 2));     /* a C1 control */
	CHECK(cast_read_event(&e, &h, (const char *)bytes_front(&b), b.len, &err) == 0);
	CHECK_INT(e.kind, CAST_OUTPUT);
	CHECK(e.time > 1.2 && e.time < 1.3);
	CHECK(memcmp(e.data, data, 22) == 0); /* up to the byte that is no UTF-8 */
	CHECK(strstr(e.data, "\xef\xbf\xbd end"));
	cast_event_done(&e);
	bytes_done(&b);
}

static void code_points_may_come_in_pieces(void)
{
	static const char text[] = "\xf0\x9f\x98\x80\xe4\xb8\xad!";
	struct cast_header h = { .version = 2 };
	struct cast_held held = { 0 };
	char got[64] = "";
	struct bytes b;

	bytes_init(&b, 4096);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		struct cast_event e;

		bytes_clear(&b);
		cast_put_output(&b, 0, &held, text + i, 1);
		if (!b.len)
			continue;
		CHECK(cast_read_event(&e, &h, (const char *)bytes_front(&b), b.len, &err) == 0);
		strcat(got, e.data);
		cast_event_done(&e);
	}
	bytes_done(&b);
	CHECK_STR(got, text);
}

static void wrong_ones_are_refused(void)
{
	static const char *const headers[] = {
		"", "x", "[]", "{}", "{\"version\": 1}", "{\"version\": 2}",
		"{\"version\": 2, \"width\": 0, \"height\": 5}", "{\"version\": 2, \"width\": 80, \"height\": 1e9}",
		"{\"version\": 3, \"width\": 80, \"height\": 24}",
	};
	static const char *const events[] = {
		"x", "{}", "[]", "[1]", "[1, \"o\"]", "[\"1\", \"o\", \"x\"]", "[-1, \"o\", \"x\"]",
		"[1e300, \"o\", \"x\"]", "[1, 2, \"x\"]", "[1, \"o\", 3]", "[1, \"r\", \"80\"]",
		"[1, \"r\", \"0x0\"]", "[1, \"r\", \"80x24x\"]", "[1, \"r\", \"9999x24\"]",
	};
	struct cast_header h;
	struct cast_event e;

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (cast_read_header(&h, headers[i], strlen(headers[i]), &err) == 0)
			CHECK_FAIL("accepted: %s", headers[i]);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (cast_read_event(&e, &h, events[i], strlen(events[i]), &err) == 0)
			CHECK_FAIL("accepted: %s", events[i]);
	CHECK_INT(cast_read_event(&e, &h, "# comment", 9, &err), 1);
	CHECK_INT(cast_read_event(&e, &h, " \n", 2, &err), 1);
}

/* --- On disk --- */

static char dir_name[64];

static int temp_dir(void)
{
	strcpy(dir_name, "/tmp/vmdeck-rec-XXXXXX");
	return mkdtemp(dir_name) ? open(dir_name, O_DIRECTORY | O_CLOEXEC) : -1;
}

static void temp_gone(int dir)
{
	close(dir);
	dir_remove(AT_FDCWD, dir_name, &err);
}

/* All that a tape shows; static. */
static const char *shown(const char *name, int cols, int rows)
{
	static char text[65536];
	char path[128];
	struct vt *vt = vt_new(cols, rows, 1 << 20);
	struct cast_event e;
	struct tape t;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", dir_name, name);
	text[0] = '\0';
	if (tape_open(&t, path, -1, &err) == 0)
		while (tape_next(&t, &e, &err) == 1) {
			if (e.kind == CAST_OUTPUT)
				vt_write(vt, e.data, e.len, 0);
			if (e.kind == CAST_RESIZE)
				vt_resize(vt, e.cols, e.rows);
			cast_event_done(&e);
		}
	tape_close(&t);
	for (uint64_t i = vt_screen(vt); i < vt_end(vt) && n + 4200 < sizeof(text); i++) {
		n += vt_line_text(vt, i, text + n, 4096);
		text[n++] = '\n';
	}
	text[n] = '\0';
	vt_free(vt);
	return text;
}

static void say(struct recording *r, struct vt *vt, const char *s)
{
	vt_write(vt, s, strlen(s), 0);
	recording_add(r, vt, s, strlen(s));
}

static void a_recording_begins_with_the_screen(void)
{
	static const char *const values[] = { "hunter2-horse", NULL };
	static const char before[] = "\033[31mbefore\033[0m sk-abcdefghijklmnopqrst\r\n";
	int dir = temp_dir();
	struct vt *vt = vt_new(40, 5, 1 << 16);
	struct recording r = { 0 };

	vt_write(vt, before, sizeof(before) - 1, 0);
	CHECK(recording_start(&r, dir, vt, "web-1", values, &err) == 0);
	CHECK(recording_start(&r, dir, vt, "web-1", values, &err) < 0); /* runs already */
	CHECK_STR(r.name, "recording-1.cast");
	say(&r, vt, "after hunt");
	say(&r, vt, "er2-horse\r\n");
	vt_resize(vt, 50, 6);
	recording_resize(&r, 50, 6);
	say(&r, vt, "\xe4\xb8");
	say(&r, vt, "\xad wide");
	recording_stop(&r);
	recording_stop(&r);
	CHECK_STR(shown("recording-1.cast", 40, 5),
		  "before [redacted]\nafter [redacted]\n\xe4\xb8\xad wide\n\n\n\n");
	CHECK(recording_start(&r, dir, vt, "web-1", NULL, &err) == 0);
	CHECK_STR(r.name, "recording-2.cast");
	recording_stop(&r);
	vt_free(vt);
	temp_gone(dir);
}

static void a_flood_is_cut_and_the_screen_comes_again(void)
{
	static char row[1001], lot[3000001];
	int dir = temp_dir();
	struct vt *vt = vt_new(80, 5, 1 << 16);
	struct recording r = { 0 };

	memset(row, 'x', 998);
	strcpy(row + 998, "\r\n");
	CHECK(recording_start(&r, dir, vt, "web-1", NULL, &err) == 0);
	say(&r, vt, row);
	for (int i = 0; i < 3000; i++)
		memcpy(lot + i * 1000, row, 1000);
	say(&r, vt, lot); /* at once: more than a second may have */
	CHECK(r.left_out >= sizeof(lot) - 1);
	CHECK(r.size < 2u * RECORDING_RATE);
	r.begun_us -= 2000000; /* a later second */
	say(&r, vt, "\033[H\033[2Jthe end");
	recording_stop(&r);
	CHECK_STR(shown("recording-1.cast", 80, 5), "the end\n\n\n\n\n");
	vt_free(vt);
	temp_gone(dir);
}

static void a_recording_has_a_cap(void)
{
	static char block[65536];
	int dir = temp_dir();
	struct vt *vt = vt_new(80, 5, 1 << 12);
	struct recording r = { 0 };

	memset(block, 7, sizeof(block) - 1); /* six bytes each, escaped */
	CHECK(recording_start(&r, dir, vt, "web-1", NULL, &err) == 0);
	for (int i = 0; i < 400 && r.on; i++) {
		r.begun_us -= 1000000;
		recording_add(&r, vt, block, sizeof(block) - 1);
	}
	CHECK(!r.on);
	CHECK(r.size <= RECORDING_CAP + 256);
	CHECK(r.size > RECORDING_CAP - (1 << 20));
	recording_add(&r, vt, "x", 1); /* harmless */
	recording_stop(&r);
	vt_free(vt);
	temp_gone(dir);
}

static void a_cut_file_plays_to_its_end(void)
{
	int dir = temp_dir();
	struct tape t;
	struct cast_event e;
	char path[128];
	static const char text[] = "{\"version\": 2, \"width\": 80, \"height\": 24}\n"
				   "[1.0, \"o\", \"one\"]\n[0.5, \"o\", \"back\"]\n[9.0, \"o\", \"late\"]\n[9.5, \"o\", \"cu";

	snprintf(path, sizeof(path), "%s/x.cast", dir_name);
	CHECK(file_write(AT_FDCWD, path, text, sizeof(text) - 1, 0600, &err) == 0);
	CHECK(tape_open(&t, path, 2, &err) == 0);
	CHECK_INT(tape_next(&t, &e, &err), 1);
	CHECK(e.time == 1.0);
	cast_event_done(&e);
	CHECK_INT(tape_next(&t, &e, &err), 1);
	CHECK(e.time == 1.0); /* time does not go back */
	cast_event_done(&e);
	CHECK_INT(tape_next(&t, &e, &err), 1);
	CHECK(e.time == 3.0); /* the pause is cut */
	cast_event_done(&e);
	CHECK_INT(tape_next(&t, &e, &err), 0);
	tape_close(&t);
	CHECK(file_write(AT_FDCWD, path, "{\"version\": 2, \"width\": 80, \"height\": 24}\n[oops]\n", 50, 0600, &err) == 0);
	CHECK(tape_open(&t, path, -1, &err) == 0);
	CHECK_INT(tape_next(&t, &e, &err), -1);
	CHECK(strstr(err.msg, "x.cast:2"));
	tape_close(&t);
	temp_gone(dir);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "recording: secrets of known shapes are taken out, in pieces too", secrets_are_taken_out },
		{ "recording: configured secrets are taken out", configured_secrets_are_taken_out },
		{ "recording: a token without end", a_token_without_end_is_taken_out_whole },
		{ "recording: what is written is read; no control is in the file", what_is_written_is_read },
		{ "recording: code points in pieces", code_points_may_come_in_pieces },
		{ "recording: wrong headers and events", wrong_ones_are_refused },
		{ "recording: begins with the screen, follows sizes", a_recording_begins_with_the_screen },
		{ "recording: a flood is cut, the screen comes again", a_flood_is_cut_and_the_screen_comes_again },
		{ "recording: has a cap", a_recording_has_a_cap },
		{ "recording: a cut file plays, a broken one is named", a_cut_file_plays_to_its_end },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
