/*
 * Building by name from the dashboard: one after the other, from the palette, for an agent
 * in the picker. What works here is a process that waits, and, where one follows, this very
 * program, which finds no test of the names that it is given and says nothing.
 */
#include <stdlib.h>

#include "tests/unit/desk_fixture.h"

static const char agents_json[] =
	"{ \"agents\": {\n"
	"  \"mine\": { \"image\": \"mine\", \"kernel\": \"/boot/own\" },\n"
	"  \"odd\": { \"image\": \"nobody-makes-it\", \"kernel\": \"/boot/own\" },\n"
	"  \"bad\": { \"image\": \"bad\", \"kernel\": \"/boot/own\" },\n"
	"  \"bare\": { \"image\": \"tiny\" },\n"
	"  \"scripted\": { \"backend\": \"demo\", \"script\": \"shell\" } } }\n";

static struct fixture f;

/* A host with QEMU, as far as PATH tells, and a recipe of the person's own. */
static bool begin(void)
{
	char path[128];
	struct error err;

	if (!fixture_begin(&f, 40, 120, NULL, agents_json))
		return false;
	snprintf(path, sizeof(path), "%s/config/images", f.home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/config/images/mine.json", f.home);
	if (file_write(AT_FDCWD, path, "{ \"base\": \"tiny\", \"title\": \"my own\" }", 37, 0600, &err) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/config/images/bad.json", f.home);
	if (file_write(AT_FDCWD, path, "{ \"files\": {} }", 15, 0600, &err) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/config/qemu-system-x86_64", f.home);
	if (file_write(AT_FDCWD, path, "#!/bin/sh\n", 10, 0700, &err) < 0 || chmod(path, 0700) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/config:/usr/bin:/bin", f.home);
	setenv("PATH", path, 1);
	return true;
}

/* Until it is no more under way; what follows may be. */
static void wait_for_end(const char *of)
{
	struct error err;
	uint64_t end = now_ms() + 30000;

	while (f.desk.build.child.pid && strcmp(f.desk.build.image, of) == 0 && now_ms() < end)
		loop_turn(&f.desk.loop, 100, &err);
}

static void one_after_the_other(void)
{
	CHECK(begin());
	CHECK(fixture_build(&f));
	CHECK_SHOWS(&f, "kernel and image");
	build_start(&f.desk.build, "mine");
	CHECK_SHOWS(&f, "image mine is built after kernel and image");
	CHECK_SHOWS(&f, "kernel and image, 1 more waits");
	build_start(&f.desk.build, "codex");
	CHECK_SHOWS(&f, "image codex is built after image mine");
	CHECK_SHOWS(&f, "kernel and image, 2 more wait");
	build_start(&f.desk.build, "mine");
	CHECK_SHOWS(&f, "image mine: asked for already");
	CHECK_INT(f.desk.build.n_waiting, 2);
	for (int i = 0; i < 9; i++) {
		char name[16];

		snprintf(name, sizeof(name), "more-%d", i);
		build_start(&f.desk.build, name);
	}
	CHECK_INT(f.desk.build.n_waiting, BUILD_WAITING);
	CHECK_SHOWS(&f, "image more-8: no, 8 wait already");
	/* One cancelled, the next has its turn. */
	press(&f, "X");
	wait_for_end("");
	CHECK_STR(f.desk.build.image, "mine");
	CHECK_INT(f.desk.build.n_waiting, BUILD_WAITING - 1);
	CHECK_SHOWS(&f, "kernel and image: cancelled");
	CHECK_SHOWS(&f, "image mine, 7 more wait");
	for (int i = 0; i < 20 && f.desk.build.child.pid; i++)
		wait_for_end(f.desk.build.image);
	CHECK(!f.desk.build.child.pid);
	CHECK_INT(f.desk.build.n_waiting, 0);
	CHECK_SHOWS(&f, "image more-5: ready");
	fixture_end(&f);
}

static void what_failed_is_shown_before_it_is_tried_again(void)
{
	CHECK(begin());
	CHECK(fixture_build(&f));
	child_signal(&f.desk.build.child, SIGKILL); /* as if it had died of itself */
	wait_for_end("");
	for (int i = 0; i < 20 && f.desk.build.child.pid; i++)
		wait_for_end("");
	CHECK_SHOWS(&f, "kernel and image: the build failed");
	CHECK_SHOWS(&f, "b in the list shows why");
	press(&f, "b");
	CHECK_SHOWS(&f, "It failed.");
	CHECK(!f.desk.build.child.pid);
	fixture_end(&f);
}

static void the_palette_has_every_recipe(void)
{
	CHECK(begin());
	CHECK(fixture_build(&f));
	press(&f, ":");
	type_text(&f, "image build m");
	CHECK_SHOWS(&f, "my own");
	press(&f, "Enter");
	CHECK_SHOWS(&f, "image mine is built after kernel and image");
	press(&f, "Esc :");
	type_text(&f, "image build cl");
	CHECK_SHOWS(&f, "claude");
	press(&f, "C-u");
	type_text(&f, "image build ubuntu");
	CHECK_SHOWS(&f, "Firecracker");
	fixture_end(&f);
}

static void the_picker_builds_what_an_agent_lacks(void)
{
	char path[128];
	struct error err;

	CHECK(begin());
	CHECK(fixture_build(&f));
	press(&f, "n / m i n e Enter");
	CHECK_SHOWS(&f, "no image mine: b builds it");
	press(&f, "Enter");
	CHECK_SHOWS(&f, "launch order"); /* blocked: it stays */
	press(&f, "b");
	CHECK_SHOWS(&f, "image mine is built after kernel and image");
	CHECK_SHOWS(&f, "no image mine yet: it is being built");
	CHECK_SHOWS(&f, "X cancels");
	press(&f, "/ C-u o d d Enter");
	CHECK_SHOWS(&f, "no image nobody-makes-it");
	CHECK_NOT_SHOWS(&f, "nobody-makes-it: b builds it");
	press(&f, "b");
	CHECK_SHOWS(&f, "nothing that could be built mends that");
	press(&f, "/ C-u b a d Enter");
	CHECK_SHOWS(&f, "no image bad; vmdeck image recipes says");
	press(&f, "/ C-u b a r e Enter");
	CHECK_SHOWS(&f, "no kernel yet: it is being built");
	press(&f, "/ C-u s c r i p Enter b");
	CHECK_SHOWS(&f, "scripted has all that could be built");
	/* It is there: the agent can be chosen as soon as that is known. */
	snprintf(path, sizeof(path), "%s/data/images", f.home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/images/mine", f.home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/images/mine/image.json", f.home);
	CHECK(file_write(AT_FDCWD, path, "{}", 2, 0600, &err) == 0);
	press(&f, "X");
	wait_for_end("");
	for (int i = 0; i < 20 && f.desk.build.child.pid; i++)
		wait_for_end(f.desk.build.image);
	press(&f, "/ C-u m i n e Enter");
	CHECK_NOT_SHOWS(&f, "no image mine");
	fixture_end(&f);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "one_after_the_other", one_after_the_other },
		{ "what_failed_is_shown_before_it_is_tried_again", what_failed_is_shown_before_it_is_tried_again },
		{ "the_palette_has_every_recipe", the_palette_has_every_recipe },
		{ "the_picker_builds_what_an_agent_lacks", the_picker_builds_what_an_agent_lacks },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
