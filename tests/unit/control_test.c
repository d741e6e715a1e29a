#include <stdint.h>

#include "engine/guest/control.h"
#include "engine/guest/frame.h"
#include "tests/test.h"

static size_t pong(uint8_t *out, size_t size)
{
	struct control_writer w;

	control_begin(&w, out, size, CONTROL_PONG, 0x01020304);
	control_bytes(&w, "hello", 5);
	return control_finish(&w);
}

static void a_frame_is_as_documented(void)
{
	static const uint8_t want[] = { 5, 0, 0, 0, 20, 0, 0, 0, 4, 3, 2, 1,
					'h', 'e', 'l', 'l', 'o' };
	uint8_t buf[64];
	struct frame f;

	CHECK_INT(pong(buf, sizeof(buf)), sizeof(want));
	CHECK(memcmp(buf, want, sizeof(want)) == 0);
	CHECK_INT(frame_parse(buf, sizeof(want), FRAME_FROM_GUEST, &f, NULL), sizeof(want));
	CHECK_INT(f.type, CONTROL_PONG);
	CHECK_INT(f.id, 0x01020304);
	CHECK_INT(f.len, 5);
	CHECK(f.payload == buf + FRAME_HEADER);
}

static void any_part_of_a_frame_waits_for_more(void)
{
	uint8_t buf[64];
	struct frame f;
	size_t n = pong(buf, sizeof(buf));

	for (size_t i = 0; i < n; i++)
		CHECK_INT(frame_parse(buf, i, FRAME_FROM_GUEST, &f, NULL), FRAME_PARTIAL);
}

static void lies_are_found_in_the_header(void)
{
	static const struct {
		const char *why;
		uint8_t header[FRAME_HEADER];
	} bad[] = {
		{ "unknown frame type", { 0, 0, 0, 0, 0 } },
		{ "unknown frame type", { 0, 0, 0, 0, 30 } },
		{ "unknown frame type", { 0, 0, 0, 0, 255 } },
		{ "frame type of the other side", { 4, 0, 0, 0, CONTROL_RESIZE } },
		{ "frame length that its type cannot have", { 1, 0, 1, 0, CONTROL_EXEC_OUTPUT } },
		{ "frame length that its type cannot have", { 0, 0, 0, 0, CONTROL_EXEC_OUTPUT } },
		{ "frame length that its type cannot have", { 255, 255, 255, 255, CONTROL_PONG } },
		{ "frame length that its type cannot have", { 63, 0, 0, 0, CONTROL_STATS } },
		{ "unknown frame flags", { 1, 0, 0, 0, CONTROL_EXEC_OUTPUT, 2 } },
		{ "unknown frame flags", { 1, 0, 0, 0, CONTROL_LOG, 1 } },
		{ "reserved frame field is not 0", { 1, 0, 0, 0, CONTROL_LOG, 0, 1 } },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct frame f;
		const char *why = "";
		CHECK_INT(frame_parse(bad[i].header, FRAME_HEADER, FRAME_FROM_GUEST, &f, &why),
			  FRAME_BAD);
		CHECK_STR(why, bad[i].why);
	}
}

static void pairs_come_back(void)
{
	uint8_t buf[256];
	struct control_writer w;
	struct frame f;
	char key[24];
	const char *value;
	size_t at = 0;

	control_begin(&w, buf, sizeof(buf), CONTROL_START, 1);
	control_pair(&w, "argv", "a=b");
	control_pair(&w, "env", "");
	control_pair_u64(&w, "cols", 18446744073709551615ULL);
	control_pair_hex(&w, "entropy", "\x00\xff\x10", 3);
	size_t n = control_finish(&w);
	CHECK_INT(frame_parse(buf, n, FRAME_FROM_HOST, &f, NULL), n);

	CHECK_INT(control_next_pair(&f, &at, key, &value), 1);
	CHECK_STR(key, "argv");
	CHECK_STR(value, "a=b");
	CHECK_INT(control_next_pair(&f, &at, key, &value), 1);
	CHECK_STR(key, "env");
	CHECK_STR(value, "");
	CHECK_INT(control_next_pair(&f, &at, key, &value), 1);
	CHECK_STR(value, "18446744073709551615");
	CHECK_INT(control_next_pair(&f, &at, key, &value), 1);
	CHECK_STR(value, "00ff10");
	CHECK_INT(control_next_pair(&f, &at, key, &value), 0);
}

static int walk(const char *data, size_t n)
{
	struct frame f = { .len = (uint32_t)n, .payload = (const uint8_t *)data };
	char key[24];
	const char *value;
	size_t at = 0;
	int r;

	while ((r = control_next_pair(&f, &at, key, &value)) > 0)
		;
	return r;
}

static void bad_pairs_are_refused(void)
{
	CHECK_INT(walk("a=b", 3), -1);     /* no NUL */
	CHECK_INT(walk("a=b\0c", 5), -1);
	CHECK_INT(walk("ab\0", 3), -1);    /* no '=' */
	CHECK_INT(walk("=b\0", 3), -1);    /* no key */
	CHECK_INT(walk("\0", 1), -1);
	CHECK_INT(walk("a-key-far-too-long-for-any-use=1\0", 33), 0);
	CHECK_INT(walk("", 0), 0);
}

static void what_does_not_fit_is_not_sent(void)
{
	static uint8_t buf[2 * FRAME_MAX], data[FRAME_PAYLOAD_MAX];
	struct control_writer w;

	control_begin(&w, buf, 20, CONTROL_LOG, 0);
	control_bytes(&w, "123456789", 9);
	CHECK_INT(control_finish(&w), 0);
	control_begin(&w, buf, 20, CONTROL_LOG, 0);
	control_bytes(&w, "12345678", 8);
	CHECK_INT(control_finish(&w), 20);
	control_begin(&w, buf, sizeof(buf), CONTROL_EXEC_INPUT, 1);
	control_bytes(&w, data, sizeof(data));
	CHECK_INT(control_finish(&w), FRAME_MAX);
	control_bytes(&w, "1", 1);
	CHECK_INT(control_finish(&w), 0);
	control_begin(&w, buf, 5, CONTROL_STAT, 1);
	CHECK_INT(control_finish(&w), 0);
}

static void payloads_come_back(void)
{
	uint8_t buf[128];
	struct control_writer w;
	struct frame f;
	struct control_end end;
	struct control_stats back, stats = { .uptime_ms = 1ULL << 40, .mem_total = 5,
					     .mem_available = 4, .disk_total = 3, .disk_free = 2,
					     .cpu_busy_ms = 9, .load_100 = 150, .processes = 7,
					     .cpus = 2 };
	uint16_t cols, rows;
	char text[4];
	int code;

	control_begin(&w, buf, sizeof(buf), CONTROL_STATS, 1);
	control_stats(&w, &stats);
	CHECK_INT(frame_parse(buf, control_finish(&w), FRAME_FROM_GUEST, &f, NULL), 76);
	CHECK_INT(control_read_stats(&f, &back), 0);
	CHECK(memcmp(&back, &stats, sizeof(stats)) == 0);
	stats.mem_available = 6; /* more than there is */
	control_begin(&w, buf, sizeof(buf), CONTROL_STATS, 1);
	control_stats(&w, &stats);
	CHECK(frame_parse(buf, control_finish(&w), FRAME_FROM_GUEST, &f, NULL) > 0);
	CHECK_INT(control_read_stats(&f, &back), -1);

	control_begin(&w, buf, sizeof(buf), CONTROL_AGENT_EXIT, 0);
	control_u32(&w, 3);
	control_u32(&w, 0);
	control_u32(&w, 8);
	CHECK(frame_parse(buf, control_finish(&w), FRAME_FROM_GUEST, &f, NULL) > 0);
	CHECK_INT(control_read_end(&f, &end), 0);
	CHECK(end.code == 3 && end.signo == 0 && end.count == 8);
	buf[FRAME_HEADER + 4] = 9; /* a code and a signal */
	CHECK_INT(control_read_end(&f, &end), -1);

	control_begin(&w, buf, sizeof(buf), CONTROL_RESIZE, 0);
	control_u16(&w, 133);
	control_u16(&w, 41);
	CHECK(frame_parse(buf, control_finish(&w), FRAME_FROM_HOST, &f, NULL) > 0);
	CHECK_INT(control_read_size(&f, &cols, &rows), 0);
	CHECK(cols == 133 && rows == 41);

	control_begin(&w, buf, sizeof(buf), CONTROL_ERROR, 1);
	control_u32(&w, 2);
	control_bytes(&w, "mount", 5);
	CHECK(frame_parse(buf, control_finish(&w), FRAME_FROM_GUEST, &f, NULL) > 0);
	CHECK_INT(control_read_text(&f, &code, text, sizeof(text)), 0);
	CHECK_INT(code, 2);
	CHECK_STR(text, "mou");
}

static void types_have_names(void)
{
	CHECK_STR(control_type_name(CONTROL_START), "START");
	CHECK_STR(control_type_name(CONTROL_PONG), "PONG");
	CHECK(!control_type_name(0));
	CHECK(!control_type_name(30));
	CHECK(!control_type_name(~0U));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "frame: it is as documented", a_frame_is_as_documented },
		{ "frame: any part of one waits for more", any_part_of_a_frame_waits_for_more },
		{ "frame: lies are found in the header", lies_are_found_in_the_header },
		{ "control: pairs come back", pairs_come_back },
		{ "control: bad pairs are refused", bad_pairs_are_refused },
		{ "control: what does not fit is not sent", what_does_not_fit_is_not_sent },
		{ "control: payloads come back", payloads_come_back },
		{ "control: types have names", types_have_names },
		{ 0 },
	};

	return test_main(tests, argc, argv);
}
