/* What the dashboard reads and remembers: config.json and dashboard.json. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/test.h"
#include "tui/order.h"
#include "tui/settings.h"

struct place {
	char dir[64];
	struct paths paths;
};

static void place_init(struct place *p)
{
	snprintf(p->dir, sizeof(p->dir), "/tmp/vmdeck-memory-XXXXXX");
	if (!mkdtemp(p->dir))
		abort();
	memset(&p->paths, 0, sizeof(p->paths));
	snprintf(p->paths.config, sizeof(p->paths.config), "%s/config", p->dir);
	snprintf(p->paths.state, sizeof(p->paths.state), "%s/state", p->dir);
}

static void place_done(struct place *p)
{
	struct error ignored;

	dir_remove(AT_FDCWD, p->dir, &ignored);
}

static int load(struct place *p, struct settings *s, const char *text, struct error *err)
{
	char path[PATH_MAX];

	mkdir(p->paths.config, 0700);
	snprintf(path, sizeof(path), "%s/config.json", p->paths.config);
	if (file_write(AT_FDCWD, path, text, strlen(text), 0600, err) < 0)
		return -2;
	return settings_load(s, &p->paths, err);
}

static void settings_without_a_file(void)
{
	struct settings s;
	struct place p;
	struct error err;

	place_init(&p);
	CHECK(settings_load(&s, &p.paths, &err) == 0);
	CHECK(!s.exists && s.mouse && !s.ascii);
	CHECK_INT(s.escdelay, 25);
	place_done(&p);
}

static void settings_are_read(void)
{
	struct settings s;
	struct place p;
	struct error err;

	place_init(&p);
	CHECK(load(&p, &s,
		   "{ // mine\n \"theme\": \"nord\", \"mouse\": false, \"leader\": [\"C-a\"],\n"
		   "  \"keys\": {\"list.launch\": [\"F2\"]}, \"console\": {\"follow_size\": true} }",
		   &err) == 0);
	CHECK_STR(s.theme, "nord");
	CHECK(!s.mouse && s.follow_size);
	CHECK(bindings_is_leader(&s.bindings, (struct key){ 'a', 4 }));
	CHECK(!bindings_is_leader(&s.bindings, (struct key){ ']', 4 }));
	place_done(&p);
}

static void settings_refuse_what_they_do_not_know(void)
{
	struct settings s;
	struct place p;
	struct error err;

	place_init(&p);
	CHECK(load(&p, &s, "{ \"them\": \"nord\" }", &err) == -1);
	CHECK(strstr(err.hint, "theme") || strstr(err.msg, "theme"));
	CHECK_STR(s.theme, "");
	CHECK(load(&p, &s, "{ \"leader\": [] }", &err) == -1);
	CHECK(load(&p, &s, "{ \"escdelay\": 0 }", &err) == -1);
	CHECK(load(&p, &s, "{ \"keys\": {\"list.zoom\": [\"n\"]} }", &err) == -1);
	CHECK(strstr(err.msg, "list.launch") && strstr(err.msg, "list.zoom"));
	place_done(&p);
}

static void order_is_remembered(void)
{
	static struct order o, again;
	struct place p;
	struct error err;

	place_init(&p);
	order_load(&o, &p.paths);
	CHECK_INT(o.n, 0);
	order_add(&o, "a-1");
	order_add(&o, "b-1");
	order_add(&o, "c-1");
	CHECK(!order_add(&o, "b-1"));
	order_swap(&o, "a-1", "c-1");
	strcpy(o.picked[o.n_picked++], "claude");
	o.sort = SORT_NAME;
	CHECK(order_save(&o, &err) == 0);
	order_load(&again, &p.paths);
	CHECK_INT(again.n, 3);
	CHECK_STR(again.ids[0], "c-1");
	CHECK_STR(again.ids[2], "a-1");
	CHECK_STR(again.picked[0], "claude");
	CHECK_INT(again.sort, SORT_NAME);
	place_done(&p);
}

static void order_forgets_a_broken_file(void)
{
	static struct order o;
	struct place p;
	struct error err;
	char path[PATH_MAX];

	place_init(&p);
	order_load(&o, &p.paths);
	CHECK(order_save(&o, &err) == 0);
	snprintf(path, sizeof(path), "%s/dashboard.json", p.paths.state);
	CHECK(file_write(AT_FDCWD, path, "{\"order\": [1, \"a\\u001b[2J\", ", 28, 0600, &err) == 0);
	order_load(&o, &p.paths);
	CHECK_INT(o.n, 0);
	place_done(&p);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "settings_without_a_file", settings_without_a_file },
		{ "settings_are_read", settings_are_read },
		{ "settings_refuse_what_they_do_not_know", settings_refuse_what_they_do_not_know },
		{ "order_is_remembered", order_is_remembered },
		{ "order_forgets_a_broken_file", order_forgets_a_broken_file },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
