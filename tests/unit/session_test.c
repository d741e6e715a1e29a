/* The session layer's parts that need no machine. */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/log.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/session/answer.h"
#include "engine/session/archive.h"
#include "engine/session/manifest.h"
#include "engine/session/record.h"
#include "engine/session/sessions.h"
#include "engine/session/wire.h"
#include "engine/supervisor/transcript.h"
#include "engine/vt/row.h"

static struct error err;

static char *temp_dir(void)
{
	static char dir[64];

	strcpy(dir, "/tmp/vmdeck-test-XXXXXX");
	return mkdtemp(dir);
}

/* Read a manifest from text; 0 or -1. */
static int read_manifest(struct manifest *m, const char *text)
{
	char *dir = temp_dir(), path[128];
	int r;

	snprintf(path, sizeof(path), "%s/agents.json", dir);
	if (file_write(AT_FDCWD, path, text, strlen(text), 0600, &err) < 0)
		return -1;
	r = manifest_read(m, path, &err);
	unlink(path);
	rmdir(dir);
	return r;
}

static void manifest_has_a_shell_without_a_file(void)
{
	struct paths p = { .config = "/nonexistent" };
	struct manifest m;

	CHECK(manifest_load(&m, &p, &err) == 0);
	CHECK(!m.exists);
	CHECK(manifest_find(&m, "shell", &err));
	CHECK(!manifest_find(&m, "shel", &err));
	CHECK(strstr(err.hint, "shell"));
	manifest_done(&m);
}

static void manifest_knows_colours(void)
{
	struct manifest m;
	const char *good[] = { "#a0B1c2", "cyan", "bright-red" }, *bad[] = { "#12", "cyann", "bright-", "31", "red " };
	char text[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "{\"agents\": {\"web\": {\"accent\": \"%s\"}}}", good[i]);
		CHECK(read_manifest(&m, text) == 0);
		CHECK_STR(manifest_find(&m, "web", &err)->accent, good[i]);
		manifest_done(&m);
	}
	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "{\"agents\": {\"web\": {\"accent\": \"%s\"}}}", bad[i]);
		CHECK(read_manifest(&m, text) < 0);
		CHECK(strstr(err.msg, "bad colour") && strstr(err.hint, "cyan"));
	}
}

static void manifest_reads_all_an_agent_has(void)
{
	struct manifest m;
	const struct agent *a;

	CHECK(read_manifest(&m, "{ \"agents\": { // comment\n"
				"  \"web\": { \"title\": \"t\", \"image\": \"tiny\", \"memory\": 256, \"cpus\": 2,\n"
				"    \"disk\": 64, \"command\": [\"/bin/sh\", \"-c\", \"x\"], \"env\": {\"A\": \"b=c\"},\n"
				"    \"user\": \"u\", \"cwd\": \"/w\", \"network\": \"none\", \"accel\": \"tcg\",\n"
				"    \"on_exit\": \"stay\", \"backend\": \"demo\", \"script\": \"shell\",\n"
				"    \"files\": {\"/etc/x\": {\"text\": \"hi\", \"mode\": \"0640\"}} } } }") == 0);
	a = manifest_find(&m, "web", &err);
	CHECK(a);
	CHECK_INT(a->memory_mib, 256);
	CHECK_INT(a->cpus, 2);
	CHECK_STR(a->argv[2], "x");
	CHECK_STR(a->env[0], "A=b=c");
	CHECK_INT(a->on_exit, AGENT_STAY);
	CHECK_INT(a->files[0].mode, 0640);
	CHECK_STR(a->backend, "demo");
	manifest_done(&m);
}

static void manifest_errors_name_agent_and_remedy(void)
{
	static const struct {
		const char *text, *msg, *hint;
	} bad[] = {
		{ "{ \"agents\": { \"web\": { \"memroy\": 1 } } }", "agent \"web\"", "\"memory\"" },
		{ "{ \"agnets\": {} }", "agnets", "\"agents\"" },
		{ "{ \"agents\": { \"Web\": {} } }", "not a name", "lower case" },
		{ "{ \"agents\": { \"web\": { \"memory\": 1 } } }", "from 64 to 65536", "" },
		{ "{ \"agents\": { \"web\": { \"memory\": \"x\" } } }", "whole number", "" },
		{ "{ \"agents\": { \"web\": { \"backend\": \"qenu\" } } }", "qenu", "\"qemu\"" },
		{ "{ \"agents\": { \"web\": { \"network\": \"opne\" } } }", "opne", "" },
		{ "{ \"agents\": { \"web\": { \"command\": [1] } } }", "list of texts", "" },
		{ "{ \"agents\": { \"web\": { \"files\": {\"x\": {}} } } }", "absolute", "" },
		{ "{ \"agents\": { \"web\": { \"files\": {\"/x\": {}} } } }", "one of", "" },
		{ "{ \"agents\": { \"web\": { \"files\": {\"/x\": {\"text\":\"\", \"mode\":\"99\"}} } } }", "octal", "" },
		{ "{ \"agents\": { \"web\": {}, \"web\": {} } }", "twice", "" },
		{ "{ \"agents\": [] }", "must be an object", "" },
		{ "[]", "must be an object", "" },
		{ "{ \"agents\": {\n\n \"web\": } }", "agents.json:3:", "comma" },
		{ "", "not valid JSON", "" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct manifest m;

		if (read_manifest(&m, bad[i].text) == 0)
			CHECK_FAIL("accepted: %s", bad[i].text);
		if (!strstr(err.msg, bad[i].msg) || !strstr(err.hint, bad[i].hint) ||
		    !strstr(err.msg, "agents.json"))
			CHECK_FAIL("%s: \"%s\" hint \"%s\"", bad[i].text, err.msg, err.hint);
	}
}

static void manifest_errors_are_clean_text(void)
{
	struct manifest m;

	CHECK(read_manifest(&m, "{ \"agents\": { \"web\": { \"a\\u001b[31m\\u202e\": 1 } } }") < 0);
	CHECK(!strchr(err.msg, '\033') && !strstr(err.msg, "\xe2\x80\xae"));
}

static void record_survives_its_file(void)
{
	char *dir = temp_dir();
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	struct session_record r = { .id = "web-1", .agent = "web", .state = SESSION_ASKS,
				    .n_steps = 2, .steps_of = 7, .pid = 77, .exit_code = -1,
				    .total_ms = 12.5, .started = 123456789012ull, .cause = "why\x1b?" };
	struct session_record back;

	strcpy(r.steps[0].name, "disk");
	r.steps[0].ms = 1.5;
	strcpy(r.steps[1].name, "network");
	r.steps[1].ms = -1;
	CHECK(record_save(&r, d, &err) == 0);
	CHECK(record_load(&back, d, &err) == 0);
	CHECK_STR(back.id, "web-1");
	CHECK_INT(back.state, SESSION_ASKS);
	CHECK_INT(back.n_steps, 2);
	CHECK(back.steps[0].ms == 1.5 && back.steps[1].ms == -1);
	CHECK(back.started == r.started);
	CHECK_INT(back.exit_code, -1);
	CHECK(!strchr(back.cause, '\033'));
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

static void record_refuses_what_is_none(void)
{
	static const char *const bad[] = { "{}", "[]", "3", "{\"id\":\"x\",\"state\":\"flying\"}",
					   "{\"id\":\"\",\"state\":\"ready\"}" };
	struct session_record r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		AUTO_JSON cJSON *j = cJSON_Parse(bad[i]);

		if (record_parse(&r, j, &err) == 0)
			CHECK_FAIL("accepted %s", bad[i]);
	}
}

/* A session directory as a supervisor leaves it; its lock descriptor, or -1. */
static int plant(const char *home, const char *id, const struct session_record *r, bool locked)
{
	char path[256];
	int fd, lock;

	snprintf(path, sizeof(path), "%s/state/sessions/%s", home, id);
	if (dir_make(path, 0700, &err) < 0)
		return -2;
	fd = open(path, O_RDONLY | O_DIRECTORY);
	lock = openat(fd, "owner.lock", O_RDWR | O_CREAT, 0600);
	if (locked)
		flock(lock, LOCK_EX);
	record_save(r, fd, &err);
	close(fd);
	if (!locked) {
		close(lock);
		return -1;
	}
	return lock;
}

static void sessions_are_alive_by_their_lock_alone(void)
{
	char *home = temp_dir();
	struct session_record r = { .id = "x", .state = SESSION_READY, .pid = 1 };
	struct sessions s;
	struct paths p;
	int lock;

	boot_id(r.boot);
	strcpy(r.order, "1");
	setenv("VMDECK_HOME", home, 1);
	CHECK(paths_init(&p, &err) == 0);
	CHECK(sessions_load(&s, &p, &err) == 0);
	CHECK_INT(s.n, 0);
	lock = plant(home, "live-1", &r, true);
	strcpy(r.order, "2");
	plant(home, "dead-1", &r, false);
	strcpy(r.boot, "another-boot");
	strcpy(r.order, "3");
	plant(home, "old-1", &r, false);
	r.state = SESSION_ENDED;
	strcpy(r.cause, "agent ended with exit code 0");
	strcpy(r.order, "4");
	plant(home, "done-1", &r, false);
	CHECK(sessions_load(&s, &p, &err) == 0);
	CHECK_INT(s.n, 4);
	CHECK_STR(s.items[0].record.id, "live-1");
	CHECK(s.items[0].alive && s.items[0].record.state == SESSION_READY);
	CHECK(!s.items[1].alive && s.items[1].record.state == SESSION_ENDED);
	CHECK_STR(s.items[1].record.cause, "supervisor killed");
	CHECK_STR(s.items[2].record.cause, "ended by a reboot of the host");
	CHECK_STR(s.items[3].record.cause, "agent ended with exit code 0");
	CHECK_INT(session_remove(&p, "live-1", &err), -1);
	CHECK_INT(err.code, EBUSY);
	CHECK_INT(session_remove(&p, "dead-1", &err), 0);
	CHECK_INT(session_remove(&p, "dead-1", &err), -1);
	CHECK_INT(err.code, ENOENT);
	CHECK_INT(session_remove(&p, "../sessions", &err), -1);
	CHECK_INT(err.code, ENOENT);
	close(lock);
	sessions_done(&s);
	CHECK(dir_remove(AT_FDCWD, home, &err) == 0);
}

static void wire_refuses_what_is_not_of_its_size(void)
{
	uint8_t buf[WIRE_MAX];
	struct wire w, in;

	wire_begin(&w, buf, WIRE_RESIZE, 7);
	wire_u16(&w, 80);
	CHECK_INT(wire_parse(&in, buf, w.len), -1);
	wire_u16(&w, 24);
	CHECK_INT(wire_parse(&in, buf, w.len), 0);
	CHECK_INT(in.request, 7);
	CHECK_INT(wire_get_u16(&in), 80);
	CHECK_INT(wire_get_u16(&in), 24);
	CHECK(!in.bad);
	CHECK_INT(wire_get_u32(&in), 0);
	CHECK(in.bad);
	buf[0] = 250;
	CHECK_INT(wire_parse(&in, buf, w.len), -1);
	CHECK_INT(wire_parse(&in, buf, 3), -1);
}

static struct wire got[64];
static uint8_t got_bytes[64][WIRE_MAX];
static int n_got;

static int keep(void *arg, const struct wire *w)
{
	(void)arg;
	if (n_got == 64)
		return -1;
	memcpy(got_bytes[n_got], w->data, w->len);
	return wire_parse(&got[n_got], got_bytes[n_got], w->len) == 0 ? (n_got++, 0) : -1;
}

static void a_frame_says_only_what_changed(void)
{
	struct vt *vt = vt_new(80, 24, 1 << 20);
	struct damage d = { 0 };
	struct wire_frame f;

	vt_write(vt, "hello", 5, 0);
	damage_all(&d);
	vt_clean(vt);
	n_got = 0;
	CHECK_INT(answer_frame(vt, &d, keep, NULL), 0);
	CHECK_INT(n_got, 1);
	CHECK(!d.any);
	vt_write(vt, "\033[5;1Hx", 7, 0);
	damage_add(&d, vt);
	vt_clean(vt);
	n_got = 0;
	CHECK_INT(answer_frame(vt, &d, keep, NULL), 0);
	wire_get_frame(&got[0], &f);
	CHECK_INT(f.flags, WIRE_FRAME_FIRST | WIRE_FRAME_LAST);
	CHECK_INT(f.cursor_row, 4);
	CHECK(wire_left(&got[0]) > 0 && wire_left(&got[0]) < 200);
	vt_free(vt);
}

/* The mirror that a client would have after the frames in `got`. */
static int apply(struct vt_glyph *cells, int cols, int rows)
{
	for (int i = 0; i < n_got; i++) {
		struct wire *w = &got[i];
		struct wire_frame f;

		wire_get_frame(w, &f);
		wire_get(w, f.title_len);
		if (f.cols != cols || f.rows != rows)
			return -1;
		if (f.scrolled)
			memmove(cells, cells + f.scrolled * (size_t)cols,
				((size_t)rows - f.scrolled) * (size_t)cols * sizeof(*cells));
		while (wire_left(w)) {
			int row = wire_get_u16(w);
			size_t n = wire_get_u16(w);
			const uint8_t *p = wire_get(w, n);

			if (!p || vt_row_unpack(p, n, cells + row * cols, cols) < 0)
				return -1;
		}
	}
	return 0;
}

/* Differences, skipping scrolls, must add up to the screen as it is. */
static void frames_add_up_to_the_screen(void)
{
	enum { COLS = 60, ROWS = 20 };
	struct vt *vt = vt_new(COLS, ROWS, 1 << 20);
	static struct vt_glyph cells[COLS * ROWS], want[COLS];
	struct damage d = { 0 };
	unsigned seed = 1;

	damage_all(&d);
	for (int round = 0; round < 400; round++) {
		char buf[256];
		int writes = rand_r(&seed) % 5;

		for (int i = 0; i < writes; i++) {
			int n = snprintf(buf, sizeof(buf), "\033[%d;%dH\033[%dm%d é🙂\033[%dS%s",
					 rand_r(&seed) % ROWS + 1, rand_r(&seed) % COLS + 1,
					 rand_r(&seed) % 50, rand_r(&seed), rand_r(&seed) % 3,
					 rand_r(&seed) % 4 ? "" : "\n\n\n\n\nlines\n");

			vt_write(vt, buf, (size_t)n, 0);
			damage_add(&d, vt);
			vt_clean(vt);
		}
		n_got = 0;
		if (d.any)
			CHECK_INT(answer_frame(vt, &d, keep, NULL), 0);
		CHECK_INT(apply(cells, COLS, ROWS), 0);
		for (int r = 0; r < ROWS; r++) {
			vt_line(vt, vt_screen(vt) + (uint64_t)r, want, COLS);
			for (int c = 0; c < COLS; c++)
				if (want[c].cp[0] != cells[r * COLS + c].cp[0] ||
				    want[c].fg != cells[r * COLS + c].fg)
					CHECK_FAIL("round %d, row %d, column %d differs", round, r, c);
		}
	}
	vt_free(vt);
}

static void transcript_of(const char *in, size_t n, size_t chunk, char *out, size_t cap)
{
	char *dir = temp_dir();
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	AUTO_FREE char *text = NULL;
	struct transcript t;
	struct log l;

	log_open(&l, d, "log", 1 << 20, &err);
	transcript_init(&t, &l);
	for (size_t i = 0; i < n; i += chunk)
		transcript_add(&t, in + i, n - i < chunk ? n - i : chunk, 1000);
	log_close(&l);
	text = file_read(d, "log", 1 << 20, NULL, &err);
	snprintf(out, cap, "%s", text ? text : "(none)");
	dir_remove(AT_FDCWD, dir, &err);
}

static void transcript_keeps_text_and_nothing_else(void)
{
	static const char in[] = "\033[1mbold\033[0m\r\n\033]0;title\a\033P1;2q#x\033\\tab\there\r\n"
				 "\x1b(Bok\x9b é\xe2\x80\xae\xff\033[?25l\r\nlast\x07";
	char a[256], b[256];

	transcript_of(in, sizeof(in) - 1, 1000, a, sizeof(a));
	CHECK_STR(a, "bold\ntab here\nok é\xef\xbf\xbd\nlast");
	for (size_t chunk = 1; chunk < 7; chunk++) {
		transcript_of(in, sizeof(in) - 1, chunk, b, sizeof(b));
		CHECK_STR(b, a);
	}
}

static void transcript_is_capped_in_a_second_and_says_so(void)
{
	char *dir = temp_dir();
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	AUTO_FREE char *text = NULL;
	struct transcript t;
	struct log l;
	char line[1000];
	struct stat st;

	memset(line, 'x', sizeof(line));
	CHECK(log_open(&l, d, "log", 64 << 20, &err) == 0);
	transcript_init(&t, &l);
	for (int i = 0; i < 20000; i++)
		transcript_add(&t, line, sizeof(line), 1000);
	transcript_add(&t, "\nend\n", 5, 5000);
	log_close(&l);
	CHECK(fstatat(d, "log", &st, 0) == 0);
	CHECK(st.st_size <= TRANSCRIPT_RATE + 200);
	text = file_read(d, "log", 64 << 20, NULL, &err);
	CHECK(text && strstr(text, "bytes left out") && strstr(text, "end"));
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

static void archive_brings_back_screen_and_history(void)
{
	char *dir = temp_dir(), a[400], b[400];
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	struct vt *vt = vt_new(40, 10, 1 << 20), *back;
	struct vt_glyph x, y;

	for (int i = 0; i < 100; i++) {
		int n = snprintf(a, sizeof(a), "\033[%d;1m%d\033[0m \033[38;2;1;2;3mé🙂\033[0m %s\r\n", 31 + i % 7,
				 i, i % 9 ? "" : "a line that is longer than the forty columns of this screen");

		vt_write(vt, a, (size_t)n, 0);
	}
	vt_write(vt, "\033]0;title\a$ ", 13, 0);
	CHECK(archive_save(vt, d, &err) == 0);
	back = archive_load(d, &err);
	CHECK(back);
	CHECK_INT(vt_end(back) - vt_first(back), vt_end(vt) - vt_first(vt));
	CHECK_STR(vt_title(back), "title");
	CHECK_INT(vt_cursor(back).row, vt_cursor(vt).row);
	for (uint64_t i = 0; i < vt_end(vt) - vt_first(vt); i++) {
		vt_line_text(vt, vt_first(vt) + i, a, sizeof(a));
		vt_line_text(back, vt_first(back) + i, b, sizeof(b));
		CHECK_STR(b, a);
		vt_glyph(vt, vt_first(vt) + i, 0, &x);
		vt_glyph(back, vt_first(back) + i, 0, &y);
		CHECK(x.fg == y.fg && x.attr == y.attr);
	}
	vt_free(vt);
	vt_free(back);
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

#define T(name) { #name, name }
int main(int argc, char **argv)
{
	static const struct test tests[] = {
		T(manifest_has_a_shell_without_a_file), T(manifest_reads_all_an_agent_has),
		{ "manifest: an agent's colour", manifest_knows_colours },
		T(manifest_errors_name_agent_and_remedy), T(manifest_errors_are_clean_text),
		T(record_survives_its_file), T(record_refuses_what_is_none),
		T(sessions_are_alive_by_their_lock_alone), T(wire_refuses_what_is_not_of_its_size),
		T(a_frame_says_only_what_changed), T(frames_add_up_to_the_screen),
		T(transcript_keeps_text_and_nothing_else),
		T(transcript_is_capped_in_a_second_and_says_so),
		T(archive_brings_back_screen_and_history), { NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
