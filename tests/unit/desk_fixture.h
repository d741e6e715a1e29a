/*
 * A dashboard without a terminal: the real desk, loop and deck over a home of its
 * own, with sessions whose consoles are what a test writes to them. The sessions
 * are real directories with records and archives; a lock that the fixture holds
 * makes them alive, and the archive answers what a supervisor would.
 *
 * Keys go in by their names, pictures come out as cells.
 */
#ifndef TESTS_DESK_FIXTURE_H
#define TESTS_DESK_FIXTURE_H

#include <fcntl.h>
#include <sys/file.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/session/archive.h"
#include "engine/session/record.h"
#include "engine/session/sessions.h"
#include "engine/session/template.h"
#include "engine/vt/vt.h"
#include "tests/test.h"
#include "tui/desk/desk.h"

enum { FIXTURE_NOW = 1800000000, FIXTURE_LOCKS = 64 };

struct fixture {
	char home[64];
	struct paths paths;
	struct dashboard_options options;
	struct desk desk;
	int locks[FIXTURE_LOCKS];
	int n_locks;
};

static inline void fixture_size(struct fixture *f, int rows, int cols)
{
	struct error err;

	CHECK(surface_resize(&f->desk.surface, rows, cols, &err) == 0);
}

/* `config` and `agents` are the texts of the two files, or NULL. */
static inline bool fixture_begin(struct fixture *f, int rows, int cols, const char *config,
				 const char *agents)
{
	static const char *const dirs[] = { "", "/config", "/data", "/cache", "/state" };
	struct error err;

	memset(f, 0, sizeof(*f));
	snprintf(f->home, sizeof(f->home), "/tmp/vmdeck-desk-XXXXXX");
	if (!mkdtemp(f->home))
		return false;
	for (size_t i = 1; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", f->home, dirs[i]);
		mkdir(path, 0700);
	}
	snprintf(f->paths.config, sizeof(f->paths.config), "%s/config", f->home);
	snprintf(f->paths.data, sizeof(f->paths.data), "%s/data", f->home);
	snprintf(f->paths.cache, sizeof(f->paths.cache), "%s/cache", f->home);
	snprintf(f->paths.state, sizeof(f->paths.state), "%s/state", f->home);
	for (int i = 0; i < 2; i++) {
		const char *text = i ? agents : config;
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", f->paths.config, i ? "agents.json" : "config.json");
		if (text && file_write(AT_FDCWD, path, text, strlen(text), 0600, &err) < 0)
			return false;
	}
	f->options.paths = &f->paths;
	if (desk_begin(&f->desk, &f->options, &err) < 0)
		return false;
	snprintf(f->desk.settings.path, sizeof(f->desk.settings.path), "~/.config/vmdeck/config.json");
	f->desk.out.palette = DRAW_FULL;
	f->desk.clock = FIXTURE_NOW;
	f->desk.host = (struct host){ .cpu = 34, .used = 5ull << 30, .total = 24ull << 30 };
	if (desk_theme(&f->desk, THEME_DEFAULT, &err) < 0)
		return false;
	fixture_size(f, rows, cols);
	return true;
}

static inline void fixture_end(struct fixture *f)
{
	struct error ignored;

	desk_end(&f->desk);
	for (int i = 0; i < f->n_locks; i++)
		close(f->locks[i]);
	dir_remove(AT_FDCWD, f->home, &ignored);
}

/* Whatever waits in the loop happens. */
static inline void fixture_turn(struct fixture *f)
{
	struct error err;

	for (int i = 0; i < 4; i++)
		loop_turn(&f->desk.loop, 0, &err);
}

static inline struct session_record fixture_record(const char *id, const char *agent,
						   enum session_state state)
{
	struct session_record r = { .state = state, .created = FIXTURE_NOW - 760,
				    .ready = FIXTURE_NOW - 754, .since = FIXTURE_NOW - 100,
				    .memory_mib = 512, .cpus = 1, .cols = 80, .rows = 24,
				    .cpu = 0.07, .mem_used_kib = 118 << 10,
				    .mem_total_kib = 512 << 10, .exit_code = -1 };

	snprintf(r.id, sizeof(r.id), "%s", id);
	snprintf(r.agent, sizeof(r.agent), "%s", agent);
	snprintf(r.image, sizeof(r.image), "tiny");
	snprintf(r.backend, sizeof(r.backend), "qemu");
	snprintf(r.accel, sizeof(r.accel), "kvm");
	return r;
}

/* A session with that record; `console` are the bytes that its agent wrote. */
static inline struct deck_session *fixture_session(struct fixture *f,
						   const struct session_record *r,
						   const char *console)
{
	struct deck *deck = &f->desk.deck;
	struct vt *vt = vt_new((int)r->cols, (int)r->rows, 4 << 20);
	struct deck_session *s;
	struct error err;
	AUTO_CLOSE int all = sessions_dir(&f->paths, true, &err);
	AUTO_CLOSE int dir = -1;
	int lock;

	if (!vt || all < 0 || mkdirat(all, r->id, 0700) < 0)
		return NULL;
	dir = openat(all, r->id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	vt_write(vt, console, strlen(console), 0);
	lock = openat(dir, "owner.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (record_save(r, dir, &err) < 0 || archive_save(vt, dir, &err) < 0 || lock < 0)
		return NULL;
	deck_scan(deck);
	s = deck_find(deck, r->id);
	if (!s)
		return NULL;
	deck_show(s, true); /* opens what it left... */
	fixture_turn(f);
	if (session_alive(r->state)) { /* ... and it is alive from here on */
		flock(lock, LOCK_EX | LOCK_NB);
		s->alive = s->held = true;
	}
	f->locks[f->n_locks++] = lock;
	s->record = s->client.record = *r;
	s->client.screen.cursor_visible = vt_cursor(vt).visible;
	vt_free(vt);
	deck_scan(deck);
	return s;
}

/* A template under way, as its maker has it; closing the last of f->locks ends it. */
static inline bool fixture_template(struct fixture *f, const char *key, unsigned memory_mib,
				    enum template_phase phase, int64_t began, uint64_t expected_ms)
{
	struct error err;
	AUTO_CLOSE int templates = template_dir(&f->paths, &err);
	int claim = templates < 0 ? -1 : template_claim(templates, key, &err);

	if (claim < 0)
		return false;
	template_build_begin(claim, key, memory_mib, expected_ms);
	template_build_tell(claim, key, phase, began);
	f->locks[f->n_locks++] = claim;
	return true;
}

/* Kernel and image are being built; what does the work is a process that waits. */
static inline bool fixture_build(struct fixture *f)
{
	char sleep[] = "sleep", long_enough[] = "600";
	char *const argv[] = { sleep, long_enough, NULL };
	struct process p = { .file = "sleep", .argv = argv, .fds = { -1, -1, -1 }, .n_fds = 3 };
	struct build *b = &f->desk.build;
	struct error err;
	pid_t pid;

	build_start(b, "");
	child_signal(&b->child, SIGKILL); /* of this very program: it knows no verbs */
	waitpid(b->child.pid, NULL, 0);
	child_forget(&b->child);
	pid = process_start(&p, &err);
	if (pid >= 0 && child_watch(&f->desk.loop, &b->child, pid, &err) == 0)
		return true;
	test_fail(__FILE__, __LINE__, "%s", err.msg);
	return false;
}

/* "n", "C-]", "Space Space Enter": a key after the other. */
static inline void press(struct fixture *f, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		struct key k;

		if (!key_parse(names, n, &k)) {
			test_fail(__FILE__, __LINE__, "no key \"%s\"", names);
			return;
		}
		desk_input_events.key(&f->desk, k);
		desk_compose(&f->desk); /* what is where follows from what was drawn */
		fixture_turn(f);
		names += n;
		names += *names == ' ';
	}
}

static inline void type_text(struct fixture *f, const char *text)
{
	for (; *text; text++)
		desk_input_events.key(&f->desk, (struct key){ (uint32_t)*text, 0 });
	desk_compose(&f->desk);
	fixture_turn(f);
}

static inline void click(struct fixture *f, int button, int row, int col, bool down, bool motion)
{
	struct mouse m = { .button = button, .row = row, .col = col, .press = down, .motion = motion };

	desk_input_events.mouse(&f->desk, &m);
	desk_compose(&f->desk);
	fixture_turn(f);
}

/* Drawn in full; to be freed. */
static inline char *picture(struct fixture *f)
{
	f->desk.all = true;
	desk_compose(&f->desk);
	fixture_turn(f); /* lines that were asked for */
	f->desk.all = true;
	desk_compose(&f->desk);
	return surface_text(&f->desk.surface);
}

static inline bool shows(struct fixture *f, const char *text)
{
	char *p = picture(f);
	bool is = p && strstr(p, text);

	free(p);
	return is;
}

#define CHECK_SHOWS(f, text)                                                       \
	do {                                                                       \
		if (!shows(f, text)) {                                             \
			char *seen_ = picture(f);                                  \
			fprintf(stderr, "%s", seen_);                              \
			free(seen_);                                               \
			CHECK_FAIL("\"%s\" is not shown", text);                   \
		}                                                                  \
	} while (0)
#define CHECK_NOT_SHOWS(f, text)                                                   \
	do {                                                                       \
		if (shows(f, text))                                                \
			CHECK_FAIL("\"%s\" is shown", text);                       \
	} while (0)

#endif
