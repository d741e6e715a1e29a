/*
 * When Enter is pressed behind a text, with a clock that the test turns and a
 * program that is played on a terminal.
 */
#include "engine/supervisor/enter.h"

#include <string.h>

#include "engine/vt/vt.h"
#include "tests/test.h"

struct world {
	struct enter e;
	struct vt *vt;
	uint64_t now;
};

static void world_init(struct world *w, const char *modes)
{
	*w = (struct world){ .vt = vt_new(40, 10, 1 << 16), .now = 100 * 1000 };
	vt_write(w->vt, modes, strlen(modes), w->now);
}

static void draw(struct world *w, uint64_t after, const char *bytes)
{
	w->now += after;
	vt_write(w->vt, bytes, strlen(bytes), w->now);
	enter_drawn(&w->e, w->vt, w->now);
}

static void type(struct world *w, const char *text)
{
	enter_typed(&w->e, w->vt, text, strlen(text), w->now);
}

/* Milliseconds from now until it is pressed; nothing is drawn meanwhile. */
static int waits(struct world *w)
{
	uint64_t from = w->now;

	if (!w->e.waiting)
		return -1;
	while (!enter_may(&w->e, w->now)) {
		uint64_t due = enter_due(&w->e);

		if (due <= w->now)
			return -1;
		w->now = due;
	}
	return (int)(w->now - from);
}

static void done(struct world *w)
{
	vt_free(w->vt);
}

static void without_pastes_it_is_pressed_at_once(void)
{
	struct world w;

	world_init(&w, "");
	type(&w, "ls -l");
	CHECK(enter_wanted(&w.e, w.vt, w.now) && !w.e.waiting);
	done(&w);
}

static void nothing_typed_is_nothing_to_wait_for(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	CHECK(enter_wanted(&w.e, w.vt, w.now));
	type(&w, "hello");
	draw(&w, 10, "hello");
	w.now += ENTER_LATEST; /* long ago */
	CHECK(enter_wanted(&w.e, w.vt, w.now));
	type(&w, "again");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 10, "again");
	CHECK_INT(waits(&w), ENTER_SETTLE);
	CHECK(enter_wanted(&w.e, w.vt, w.now)); /* a second Enter has no text before it */
	done(&w);
}

static void it_waits_until_the_end_of_the_text_stands_there(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	type(&w, "hello to the provider\n");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 900, "hello to"); /* slow: a part */
	CHECK_INT((int)(enter_due(&w.e) - w.now), ENTER_STILL);
	draw(&w, 900, " the provider");
	CHECK_INT(waits(&w), ENTER_SETTLE);
	done(&w);
}

/* A banner with that word in it is no sign of the text, and what is drawn elsewhere
 * meanwhile is none either. */
static void a_word_that_was_there_before_is_not_it(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	draw(&w, 0, "\033[1;1Htip: codex --help");
	type(&w, "hello from codex");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 900, "\033[9;1H1 warning");
	CHECK_INT((int)(enter_due(&w.e) - w.now), ENTER_STILL);
	draw(&w, 2000, "\033[5;1Hhello from codex");
	CHECK_INT(waits(&w), ENTER_SETTLE);
	done(&w);
}

/* A spinner turns while a line is written for later. */
static void what_moves_elsewhere_does_not_hold_it_up(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	type(&w, "next");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 80, "\033[1;1H|\033[5;1Hnext");
	draw(&w, 80, "\033[1;1H/");
	draw(&w, 80, "\033[1;1H-");
	CHECK_INT(waits(&w), ENTER_SETTLE - 160);
	done(&w);
}

static void other_things_shown_hold_it_longer_but_not_for_ever(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	type(&w, "line\nanother word");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 50, "[Pasted text #1 +1 lines]");
	CHECK_INT(waits(&w), ENTER_STILL);
	type(&w, "secret");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	CHECK_INT(waits(&w), ENTER_LATEST);
	type(&w, "word");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	for (int i = 0; i < 400 && !enter_may(&w.e, w.now); i++)
		draw(&w, 50, i % 2 ? "\r*" : "\r.");
	CHECK(!w.e.waiting && w.now - w.e.typed <= ENTER_LATEST + 50);
	done(&w);
}

static void keys_and_cut_characters_are_no_text(void)
{
	struct world w;

	world_init(&w, "\033[?2004h");
	draw(&w, 0, "[B");
	type(&w, "\033[B");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 10, "x");
	CHECK_INT(waits(&w), ENTER_SETTLE);
	type(&w, "\033[B"); /* nothing is drawn */
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	CHECK_INT(waits(&w), ENTER_TAKEN);
	type(&w, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9z"); /* fifteen bytes */
	CHECK_INT((int)strlen(w.e.tail), 11);
	CHECK(((unsigned char)w.e.tail[0] & 0xc0) != 0x80);
	type(&w, "");
	CHECK_STR(w.e.tail, "");
	done(&w);
}

/* A question that cannot have been read yet: with a text, without, and without pastes. */
static void an_answer_waits_until_its_question_can_be_read(void)
{
	struct world w;

	world_init(&w, "");
	w.e.hold = w.now + 700;
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	CHECK_INT(waits(&w), 700);
	CHECK(enter_wanted(&w.e, w.vt, w.now)); /* another */
	vt_write(w.vt, "\033[?2004h", 8, w.now);
	w.e.hold = w.now + 60 * 1000;
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	w.now += 400;
	CHECK(!enter_may(&w.e, w.now));
	w.e.hold = 0; /* it asks no more */
	CHECK_INT(waits(&w), 0);
	w.e.hold = w.now + 900;
	type(&w, "two");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 10, "two");
	CHECK_INT(waits(&w), 890);
	w.e.hold = w.now + 100;
	type(&w, "more");
	CHECK(!enter_wanted(&w.e, w.vt, w.now));
	draw(&w, 10, "more");
	CHECK_INT(waits(&w), ENTER_SETTLE);
	done(&w);
}

int main(int argc, char **argv)
{
#define T(name) { "enter: " #name, name }
	static const struct test tests[] = {
		T(without_pastes_it_is_pressed_at_once),
		T(nothing_typed_is_nothing_to_wait_for),
		T(it_waits_until_the_end_of_the_text_stands_there),
		T(a_word_that_was_there_before_is_not_it),
		T(what_moves_elsewhere_does_not_hold_it_up),
		T(other_things_shown_hold_it_longer_but_not_for_ever),
		T(keys_and_cut_characters_are_no_text),
		T(an_answer_waits_until_its_question_can_be_read),
		{ NULL, NULL },
	};
#undef T

	return test_main(tests, argc, argv);
}
