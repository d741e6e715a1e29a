/*
 * What the case language cannot say of the terminal: bounds of time and
 * memory under hostile input, the packed form of rows, and that the tables are
 * what they promise.
 */
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "engine/vt/row.h"
#include "engine/vt/vt.h"
#include "engine/vt/width.h"
#include "tests/test.h"

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* 50 ms for 64 KiB; sanitizers and valgrind are given more. */
#if defined(__SANITIZE_ADDRESS__)
static const double most_ms = 1000;
#else
static const double most_ms = 50;
#endif

/* What costs most per byte. */
static const char *const floods[] = {
	"\033[b", "x\033[999b", "\033[J", "\033[41m\033[2J", "\033#8", "\033[L", "\033[M", "\033[999L",
	"\033[999@", "\033[999P", "\033[999X", "\033[999S", "\033[999T", "\n", "\033M", "\033[41m\n",
	"\t", "\033[999I", "\033[999Z", "\r\033[999I", "\033[999;999Hx", "x\033[999b\n", "\033[?1049h\033[?1049l",
	"\033[?47h\033[?47l", "\033c", "\033[!p", "\033[6n", "\033[?5h\033[?5l", "\033[3g\033[?5W",
	"\033[4;58:5:1m_\033[58:5:2m_", "a\xcc\x81", "\xcc\x81", "\xe4\xb8\x96", "\xe4\xb8\x96\033[999b",
	"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", "\xef\xbf\xbd", "\xff", "\xe4", "\033]2;x\007", "\033]52;c;QUFB\007",
	"\033P$qm\033\\", "\033[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m", "\033[38:2:1:2:3;48:2:3:4:5mx",
	"\033[22t\033[23t", "\033[>1u", "\033[<99u", "\033[4h\xe4\xb8\x96\033[1G", "\033[2;3r\033[1;1r\033[H\n",
	"\033[3J", "\033[1;999r\033[999;1H\n", "\033[?2026h\033[?2026l", "\033[?7l\xe4\xb8\x96", "\033[?1s\033[?1r",
	"\033[1;38;5;9mab\r\n", "x", "\033[s\033[u", "\033_", "\033[58:2::1:2:3ma\033[58:2::9:9:1mb",
};

static double flood(struct vt *vt, const char *what)
{
	static char input[65536 + 64];
	size_t n = 0, len = strlen(what);

	while (n + len <= 65536) {
		memcpy(input + n, what, len);
		n += len;
	}

	double best = 1e9;

	/* The best of three, or of more: the machine may be busy with others. */
	for (int i = 0; i < 3 || (i < 12 && best > most_ms); i++) {
		double t = cpu_ms();

		vt_write(vt, input, n, 0);
		t = cpu_ms() - t;
		best = t < best ? t : best;
	}
	return best;
}

static void floods_at(int cols, int rows)
{
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		struct vt *vt = vt_new(cols, rows, 1 << 20);
		double t;

		CHECK(vt);
		t = flood(vt, "The quick brown fox \xe4\xb8\x96 jumps\033[31m over\033[m");
		t = flood(vt, floods[i]);
		vt_free(vt);
		if (t > most_ms)
			CHECK_FAIL("64 KiB of flood %zu take %.0f ms at %dx%d", i, t, cols, rows);
	}
}

static void test_floods(void)
{
	floods_at(120, 40);
}

static void test_floods_large(void)
{
	floods_at(500, 300);
}

static void test_floods_narrow(void)
{
	floods_at(1, 300);
}

/* Underline colours without end, more than a cell can number. */
static void test_underline_flood(void)
{
	struct vt *vt = vt_new(120, 40, 1 << 20);
	char text[64];
	double t = cpu_ms();

	for (int i = 0; i < 20000; i++)
		vt_write(vt, text, (size_t)snprintf(text, sizeof(text), "\033[4;58:2::%d:%d:1mx", i & 255, i >> 8 & 255), 0);
	t = cpu_ms() - t;
	vt_free(vt);
	CHECK(t < most_ms * 8);
}

/* A full table is looked through at the same place of the stream however it is cut. */
static void test_underlines_cut(void)
{
	static const size_t sizes[] = { 1, 3, 64, 1000 };
	static char stream[40000];
	static struct vt_glyph a[60], b[60];
	size_t n = 0;

	for (int i = 0; i < 900; i++)
		n += (size_t)snprintf(stream + n, sizeof(stream) - n, "\033[58:2::1:%d:%dmx%s",
				      i >> 8, i & 255, i % 97 ? "" : "\033[K");
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		struct vt *whole = vt_new(60, 7, 0), *cut = vt_new(60, 7, 0);

		vt_write(whole, stream, n, 0);
		for (size_t at = 0; at < n; at += sizes[k])
			vt_write(cut, stream + at, n - at < sizes[k] ? n - at : sizes[k], 0);
		for (int r = 0; r < 7; r++) {
			vt_line(whole, vt_screen(whole) + (uint64_t)r, a, 60);
			vt_line(cut, vt_screen(cut) + (uint64_t)r, b, 60);
			for (int c = 0; c < 60; c++)
				if (a[c].ul != b[c].ul)
					CHECK_FAIL("in pieces of %zu: row %d, column %d", sizes[k], r, c);
		}
		vt_free(whole);
		vt_free(cut);
	}
}

/* The known killers and the shapes of other terminals' CVEs, at any size. */
static void test_corpus(void)
{
	static const int sizes[][2] = { { 80, 24 }, { 1, 1 }, { 1, 30 }, { 200, 1 }, { 2, 2 }, { 1000, 3 } };
	glob_t g;

	if (glob("tests/fuzz/corpus/vt/*", 0, NULL, &g) != 0)
		CHECK_FAIL("no tests/fuzz/corpus/vt (run from the root of the tree)");
	for (size_t i = 0; i < g.gl_pathc; i++) {
		static char text[1 << 16];
		FILE *f = fopen(g.gl_pathv[i], "r");
		size_t n = f ? fread(text, 1, sizeof(text), f) : 0;

		if (f)
			fclose(f);
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			struct vt *vt = vt_new(sizes[s][0], sizes[s][1], 1 << 16);

			vt_write(vt, text, n, 0);
			for (size_t r = 0; r < sizeof(sizes) / sizeof(sizes[0]); r++) {
				vt_resize(vt, sizes[r][0], sizes[r][1]);
				vt_write(vt, text, n, 0);
			}
			CHECK(vt_cursor(vt).row < vt_rows(vt) && vt_cursor(vt).col < vt_cols(vt));
			vt_free(vt);
		}
	}
	globfree(&g);
}

static void test_nine_megabytes(void)
{
	struct vt *vt = vt_new(80, 24, 1 << 20);
	size_t n = 9 * 1000 * 1000;
	char *text = malloc(n);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)('a' + i % 26);
	vt_write(vt, text, n, 0);
	CHECK(vt_resize(vt, 30, 24) == 0);
	CHECK(vt_resize(vt, 200, 50) == 0);
	CHECK(vt_memory(vt) < 4 << 20);
	free(text);
	vt_free(vt);
}

static void test_sizes(void)
{
	struct vt *vt;

	CHECK(!vt_new(0, 1, 0) && !vt_new(1, 0, 0) && !vt_new(-1, -1, 0) && !vt_new(30000, 30000, 0));
	vt = vt_new(1, 1, 0);
	CHECK(vt);
	CHECK(vt_resize(vt, 30000, 30000) < 0 && vt_resize(vt, -1, -1) < 0);
	vt_free(vt);
	vt_free(NULL);
}

static void test_marks_flood(void)
{
	struct vt *vt = vt_new(80, 24, 1 << 20);
	struct vt_glyph g;

	vt_write(vt, "a", 1, 0);
	for (int i = 0; i < 40000; i++)
		vt_write(vt, "\xcc\x81", 2, 0);
	vt_glyph(vt, vt_screen(vt), 0, &g);
	CHECK_INT(g.n, VT_GLYPH_MAX);
	CHECK(vt_memory(vt) < 1 << 20);
	vt_free(vt);
}

/* Figure 3 of SECURITY.md: 4 MiB per pane and the cap on history. */
static void test_memory(void)
{
	struct vt *vt = vt_new(120, 40, 1 << 20);
	char text[256];

	for (int i = 0; i < 200000; i++) {
		int n = snprintf(text, sizeof(text), "\033[38;2;%d;%d;%dme\xcc\x81\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\033]2;t%d\007",
				 i & 255, i >> 4 & 255, i >> 8 & 255, i);

		vt_write(vt, text, (size_t)n, 0);
	}
	for (int i = 0; i < 100000; i++)
		vt_write(vt, "\033]52;c;QUFBQUFBQUFBQUFB", 22, 0);
	CHECK(vt_memory(vt) < (4 << 20) + (1 << 20));
	vt_free(vt);
}

static void test_ten_thousand_lines(void)
{
	struct vt *vt = vt_new(120, 40, 64 << 20);
	char line[122];

	for (int i = 0; i < 10000; i++) {
		for (int k = 0; k < 120; k++)
			line[k] = (char)('!' + (i + k) % 90);
		memcpy(line + 120, "\r\n", 2);
		vt_write(vt, line, sizeof(line), 0);
	}
	CHECK_INT(vt_screen(vt) - vt_first(vt), 10000 - 39);
	CHECK(vt_memory(vt) <= 12 << 20);
	vt_free(vt);
}

static void test_palette(void)
{
	struct vt *vt = vt_new(80, 24, 0);
	struct vt_palette p;
	char buf[200] = "";

	vt_palette_default(&p);
	p.fg = 0x112233;
	p.bg = 0xfdf6e3;
	p.color[3] = 0xabcdef;
	vt_write(vt, "\033[?2031h", 8, 0);
	vt_set_palette(vt, &p);
	vt_write(vt, "\033]10;?\007\033]4;3;?\007\033[?996n", 23, 0);
	vt_replies(vt, buf, sizeof(buf) - 1);
	CHECK_STR(buf, "\033[?997;2n\033]10;rgb:1111/2222/3333\007\033]4;3;rgb:abab/cdcd/efef\007\033[?997;2n");
	vt_free(vt);
}

static void test_replies_in_pieces(void)
{
	struct vt *vt = vt_new(80, 24, 0);
	char a[4], b[8] = "";

	vt_write(vt, "\033[5n\033[5n", 8, 0);
	CHECK_INT(vt_replies(vt, a, 3), 3);
	CHECK_INT(vt_replies(vt, b, sizeof(b)), 5);
	CHECK(!memcmp(a, "\033[0", 3) && !memcmp(b, "n\033[0n", 5));
	CHECK_INT(vt_replies(vt, b, sizeof(b)), 0);
	vt_free(vt);
}

static void test_encode_bounds(void)
{
	struct vt *vt = vt_new(80, 24, 0);
	char out[8];

	CHECK_INT(vt_key_encode(vt, VT_KEY_F12, VT_CTRL, out, 3), 0);
	CHECK_INT(vt_key_encode(vt, 'a', 0, out, 0), 0);
	CHECK_INT(vt_paste_encode(vt, "abc", 3, out, 8), 0);
	CHECK_INT(vt_paste_encode(vt, "", 0, out, 8), 0);
	CHECK_INT(vt_key_encode(vt, 0xffffffff, 0, out, 8), 0);
	vt_free(vt);
}

static void test_line_text_cut(void)
{
	struct vt *vt = vt_new(80, 24, 0);
	char buf[5] = "";

	vt_write(vt, "a\xc3\xa9\xe4\xb8\x96", 6, 0);
	CHECK_INT(vt_line_text(vt, 0, buf, sizeof(buf)), 6);
	CHECK_STR(buf, "a\xc3\xa9");
	CHECK_INT(vt_line_text(vt, 0, NULL, 0), 6);
	vt_free(vt);
}

/* Rows. */

static void test_row_round_trip(void)
{
	struct vt *vt = vt_new(40, 2, 1 << 16);
	static const char text[] = "\033[1;4:3;31;48:2::1:2:3;58:5:9mab\033[m  \xe4\xb8\x96" "e\xcc\x81\033[5C\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"
				   "\033[44m\033[K";
	uint8_t packed[VT_ROW_MAX(40)];
	struct vt_glyph a[40], b[40];
	size_t n;

	vt_write(vt, text, sizeof(text) - 1, 0);
	n = vt_row_pack(vt, 0, packed, sizeof(packed));
	CHECK(n > VT_ROW_HEADER && n < 120);
	CHECK_INT(vt_row_pack(vt, 0, packed, n - 1), 0);
	CHECK_INT(vt_row_pack(vt, 99, packed, sizeof(packed)), 0);
	CHECK(vt_row_unpack(packed, n, b, 40) > 0);
	vt_line(vt, 0, a, 40);
	for (int i = 0; i < 40; i++) {
		if (a[i].n != b[i].n || a[i].width != b[i].width || a[i].attr != b[i].attr ||
		    a[i].fg != b[i].fg || a[i].bg != b[i].bg || a[i].ul != b[i].ul ||
		    memcmp(a[i].cp, b[i].cp, sizeof(a[i].cp)) != 0)
			CHECK_FAIL("column %d differs", i);
	}
	CHECK_INT(b[39].bg, VT_COLOR_INDEX | 4);
	vt_free(vt);
}

/* The widest row there can be: every bound is reached, none is passed. */
static void test_row_largest(void)
{
	struct vt *vt = vt_new(VT_SIZE_MAX, 2, 1 << 20);
	static uint8_t packed[VT_ROW_MAX(VT_SIZE_MAX)];
	static struct vt_glyph g[VT_SIZE_MAX];
	char text[200];
	size_t n;

	for (int i = 0; i < VT_SIZE_MAX; i++) {
		int len = snprintf(text, sizeof(text), "\033[%d;4:%d;38:2::%d:%d:1;48:2::%d:1:%d;58:2::1:1:%dm\xf0\x9d\x84\x9e",
				   i % 2 ? 1 : 22, i % 5 + 1, i & 255, i >> 2, i >> 3 & 255, i & 255, i % 250);

		vt_write(vt, text, (size_t)len, 0);
		for (int k = 0; k < 5; k++)
			vt_write(vt, "\xf0\x9d\x85\xa5\xf0\x9e\xa3\x90" + 4, 4, 0);
	}
	n = vt_row_pack(vt, vt_screen(vt), packed, sizeof(packed));
	CHECK(n > 20000 && n <= sizeof(packed));
	CHECK_INT(vt_row_unpack(packed, n, g, VT_SIZE_MAX), VT_SIZE_MAX);
	CHECK_INT(g[500].n, VT_GLYPH_MAX);
	vt_write(vt, "\r\n\n\n", 4, 0);
	CHECK_INT(vt_row_pack(vt, 0, packed, sizeof(packed)), n);
	vt_free(vt);
}

static void test_row_refused(void)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t n;
	} bad[] = {
#define ROW(what, bytes) { what, bytes, sizeof(bytes) - 1 }
		ROW("empty", ""),
		ROW("short header", "\0\0"),
		ROW("unknown flags", "\4\0\0"),
		ROW("columns without runs", "\0\5\0"),
		ROW("more columns than said", "\0\1\0\0\2ab"),
		ROW("fewer columns than said", "\0\3\0\0\2ab"),
		ROW("too many columns", "\0\351\3"),
		ROW("text cut", "\0\2\0\0\2a"),
		ROW("count missing", "\0\1\0\0"),
		ROW("count 0", "\0\0\0\0\0"),
		ROW("a small count in two bytes", "\0\1\0\0\200\1a"),
		ROW("unknown tag bits", "\0\1\0\100\1a"),
		ROW("a control", "\0\1\0\0\1\n"),
		ROW("an escape", "\0\1\0\0\1\033"),
		ROW("DEL", "\0\1\0\0\1\177"),
		ROW("C1", "\0\1\0\0\1\302\233"),
		ROW("a bidi control", "\0\1\0\0\1\342\200\256"),
		ROW("private use", "\0\1\0\0\1\356\200\200"),
		ROW("a non-character", "\0\1\0\0\1\357\277\277"),
		ROW("a surrogate", "\0\1\0\0\1\355\240\200"),
		ROW("overlong", "\0\1\0\0\1\301\241"),
		ROW("zero width", "\0\1\0\0\1\342\200\213"),
		ROW("a mark alone", "\0\1\0\0\1\314\201"),
		ROW("wide as narrow", "\0\1\0\0\1\344\270\226"),
		ROW("narrow as wide", "\0\2\0\1\1a"),
		ROW("an unknown attribute", "\0\1\0\4\0\200\1a"),
		ROW("a line style without a line", "\0\1\0\4\0\3\1a"),
		ROW("a line without a style", "\0\1\0\4\10\0\1a"),
		ROW("line style 6", "\0\1\0\4\10\6\1a"),
		ROW("colour kind 3", "\0\1\0\10\3\0\0\0\1a"),
		ROW("colour cut", "\0\1\0\10\2\0"),
		ROW("a cluster of one", "\0\1\0\3\1a"),
		ROW("a cluster of seven", "\0\1\0\3\7a\314\201\314\201\314\201\314\201\314\201\314\201"),
		ROW("a cluster that begins with a mark", "\0\1\0\3\2\314\201\314\201"),
		ROW("a cluster of letters", "\0\1\0\3\2ab"),
		ROW("a wide cluster of a letter", "\0\2\0\3\102a\314\201"),
		ROW("a joiner at the end", "\0\2\0\3\102\360\237\221\250\342\200\215"),
		ROW("a joiner between letters", "\0\1\0\3\3a\342\200\215b"),
		ROW("a selector on a letter", "\0\1\0\3\2a\357\270\217"),
		ROW("a rest that is not the last", "\0\1\0\2\0\0\1a"),
#undef ROW
	};
	struct vt_glyph g[8];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (vt_row_unpack((const uint8_t *)bad[i].bytes, bad[i].n, g, 8) >= 0)
			CHECK_FAIL("accepted: %s", bad[i].what);
	CHECK_INT(vt_row_unpack((const uint8_t *)"\0\2\0\0\2ab", 7, g, 8), 2);
	CHECK_INT(vt_row_unpack((const uint8_t *)"\1\2\0\1\1\344\270\226", 8, g, 8), 2);
}

/* A viewer narrower than the row. */
static void test_row_clipped(void)
{
	struct vt_glyph g[4];

	CHECK_INT(vt_row_unpack((const uint8_t *)"\0\4\0\1\2\344\270\226\344\270\226", 11, g, 3), 4);
	CHECK_INT(g[0].width, 2);
	CHECK_INT(g[2].n, 0);
	CHECK_INT(g[2].width, 1);
}

static void test_plain(void)
{
	struct vt_glyph family = { .cp = { 0x1f468, 0x200d, 0x1f469 }, .n = 3, .width = 2 };
	struct vt_glyph accent = { .cp = { 'e', 0x301 }, .n = 2, .width = 1 };
	struct vt_glyph heart = { .cp = { 0x2764, 0xfe0f }, .n = 2, .width = 2 };
	uint32_t out[VT_GLYPH_MAX];

	CHECK_INT(vt_glyph_plain(&family, out), 1);
	CHECK_INT(out[0], 0x1f468);
	CHECK_INT(vt_glyph_plain(&accent, out), 2);
	CHECK_INT(out[1], 0x301);
	CHECK_INT(vt_glyph_plain(&heart, out), 1);
}

/* The whitelist, by ranges that must never have a column. */
static void test_whitelist(void)
{
	static const uint32_t ranges[][2] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0xd800, 0xf8ff }, { 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xfffe, 0xffff }, { 0x1fffe, 0x1ffff }, { 0xe0000, 0x10ffff },
		{ 0x61c, 0x61c }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x180b, 0x180f },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		for (uint32_t c = ranges[i][0]; c <= ranges[i][1]; c++)
			if (vt_class_columns(vt_class(c)) || vt_class(c) == VT_CLASS_MARK)
				CHECK_FAIL("U+%04X is let through", c);
	for (uint32_t c = 0x20; c < 0x7f; c++)
		CHECK_INT(vt_class_columns(vt_class(c)), 1);
	for (uint32_t c = 0x4e00; c < 0xa000; c++)
		CHECK_INT(vt_class_columns(vt_class(c)), 2);
}

/* A prompt that the guest marks (OSC 133;A) stays with its line: into the history,
 * through the packed form and through a change of width. */
static void prompts_stay_with_their_lines(void)
{
	struct vt *vt = vt_new(20, 4, 1 << 20);
	uint8_t packed[VT_ROW_MAX(20)];
	int n = 0;

	CHECK(vt);
	for (int i = 0; i < 10; i++) {
		static const char one[] = "\033]133;A\a$ \033]133;B\aecho\r\nout of it\r\n";

		vt_write(vt, one, sizeof(one) - 1, 0);
	}
	for (uint64_t l = vt_first(vt); l < vt_end(vt); l++) {
		size_t len = vt_row_pack(vt, l, packed, sizeof(packed));

		CHECK_INT(vt_line_prompt(vt, l), l % 2 == 0 && l < 20);
		CHECK_INT(!!(vt_row_flags(packed, len) & VT_ROW_PROMPT), vt_line_prompt(vt, l));
	}
	CHECK(vt_resize(vt, 4, 4) == 0);
	for (uint64_t l = vt_first(vt); l < vt_end(vt); l++)
		n += vt_line_prompt(vt, l);
	CHECK_INT(n, 10);
	vt_write(vt, "\033[H\033[2J", 7, 0);
	for (uint64_t l = vt_screen(vt); l < vt_end(vt); l++)
		CHECK(!vt_line_prompt(vt, l));
	vt_free(vt);
}

static const struct test tests[] = {
	{ "vt: sizes out of bounds", test_sizes },
	{ "vt: 64 KiB of any flood in 50 ms, 120x40", test_floods },
	{ "vt: 64 KiB of any flood in 50 ms, 500x300", test_floods_large },
	{ "vt: 64 KiB of any flood in 50 ms, 1x300", test_floods_narrow },
	{ "vt: underline colours without end", test_underline_flood },
	{ "vt: underline colours in pieces", test_underlines_cut },
	{ "vt: the fuzz corpus at any size", test_corpus },
	{ "vt: one write of 9 MB", test_nine_megabytes },
	{ "vt: 40 000 combining marks one by one", test_marks_flood },
	{ "vt: memory stays under 4 MiB and the history's cap", test_memory },
	{ "vt: 10 000 lines of 120 columns in 12 MB", test_ten_thousand_lines },
	{ "vt: colours come from the palette", test_palette },
	{ "vt: replies are taken in pieces", test_replies_in_pieces },
	{ "vt: encoders keep to their bounds", test_encode_bounds },
	{ "vt: a line's text is cut between code points", test_line_text_cut },
	{ "vt: a row survives packing", test_row_round_trip },
	{ "vt: the largest row fits its bound", test_row_largest },
	{ "vt: malformed rows are refused", test_row_refused },
	{ "vt: a row is clipped to a narrower screen", test_row_clipped },
	{ "vt: a plain glyph has no joiners", test_plain },
	{ "vt: the whitelist", test_whitelist },
	{ "vt: prompts stay with their lines", prompts_stay_with_their_lines },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
