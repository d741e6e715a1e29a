/* The demo backend as the supervisor uses it. The child is this very program
 * again, so main below knows the verb. */
#include <errno.h>
#include <unistd.h>

#include "engine/vm/backend.h"
#include "engine/vm/demo_console.h"
#include "tests/test.h"

enum { DEADLINE_MS = 60000 };

struct seen {
	struct loop loop;
	struct vm vm;
	int changes, gone;
	char text[64 * 1024];
	size_t len;
};

static void on_changed(struct vm *vm)
{
	struct seen *s = vm->owner;

	s->changes++;
	s->gone += vm->state == VM_GONE;
}

static int begin(struct seen *s, const char *script, struct error *err)
{
	struct vm_spec spec = { .name = "t", .script = script, .cols = 80, .rows = 24 };

	memset(s, 0, sizeof(*s));
	if (loop_init(&s->loop, err) < 0)
		return -1;
	s->vm.loop = &s->loop;
	s->vm.changed = on_changed;
	s->vm.owner = s;
	return backend_demo.start(&s->vm, &spec, err);
}

static void end(struct seen *s)
{
	backend_demo.done(&s->vm);
	loop_done(&s->loop);
}

/* Turn until the console has said `text`; what came up to there is then forgotten. */
static bool hears(struct seen *s, const char *text)
{
	uint64_t until = now_ms() + DEADLINE_MS;
	struct error err;

	while (now_ms() < until) {
		char *at;
		ssize_t n = read(s->vm.console_fd, s->text + s->len,
				 sizeof(s->text) - 1 - s->len);

		s->len += n > 0 ? (size_t)n : 0;
		s->text[s->len] = '\0';
		at = strstr(s->text, text);
		if (at) {
			at += strlen(text);
			s->len -= (size_t)(at - s->text);
			memmove(s->text, at, s->len + 1);
			return true;
		}
		if (s->len > sizeof(s->text) / 2)
			s->len = 0;
		loop_turn(&s->loop, 5, &err);
	}
	return false;
}

static bool enters(struct seen *s, enum vm_state state)
{
	uint64_t until = now_ms() + DEADLINE_MS;
	struct error err;

	while (s->vm.state != state && now_ms() < until)
		loop_turn(&s->loop, 10, &err);
	return s->vm.state == state;
}

static void types(struct seen *s, const char *keys)
{
	if (write(s->vm.console_fd, keys, strlen(keys)) < 0)
		CHECK_FAIL("write to the console");
}

static void the_shell_answers_and_knows_its_size(void)
{
	struct seen s;
	struct error err;

	CHECK(begin(&s, "shell", &err) == 0);
	CHECK_INT(s.vm.state, VM_STARTING);
	CHECK(enters(&s, VM_RUNNING));
	CHECK(hears(&s, "$ "));
	types(&s, "echo hello there\r");
	CHECK(hears(&s, "\r\nhello there\r\n"));
	types(&s, "size\r");
	CHECK(hears(&s, "80 columns, 24 rows"));
	backend_demo.resize(&s.vm, 100, 30);
	/* The size is there before the next key is. */
	types(&s, "size\r");
	CHECK(hears(&s, " columns, "));
	types(&s, "size\r");
	CHECK(hears(&s, "100 columns, 30 rows"));
	end(&s);
}

static void exit_is_a_power_off(void)
{
	struct seen s;
	struct error err;

	CHECK(begin(&s, "shell", &err) == 0);
	CHECK(hears(&s, "$ "));
	types(&s, "exit\r");
	CHECK(enters(&s, VM_GONE));
	CHECK_STR(s.vm.cause, "powered off");
	CHECK(s.vm.asked);
	CHECK_INT(s.gone, 1);
	CHECK_INT(s.vm.pid, 0);
	end(&s);
}

static void kill_ends_it_even_when_paused(void)
{
	struct seen s;
	struct error err;

	CHECK(begin(&s, "noisy", &err) == 0);
	CHECK(hears(&s, "frame"));
	backend_demo.pause(&s.vm);
	CHECK_INT(s.vm.state, VM_PAUSED);
	backend_demo.kill(&s.vm);
	CHECK(enters(&s, VM_GONE));
	CHECK_STR(s.vm.cause, "the demo console was killed (SIGKILL)");
	end(&s);
}

static void an_agent_works_asks_and_takes_an_answer(void)
{
	static const char *const agents[] = { "claude", "codex" };

	for (int i = 0; i < 2; i++) {
		struct seen s;
		struct error err;

		CHECK(begin(&s, agents[i], &err) == 0);
		CHECK(hears(&s, "\033[?25h"));
		types(&s, "\003hello\r"); /* to its prompt, then a task */
		CHECK(hears(&s, "hello"));
		CHECK(hears(&s, "interrupt"));
		types(&s, "\003\003");
		CHECK(enters(&s, VM_GONE));
		end(&s);
	}
}

static void every_script_draws(void)
{
	for (const struct demo_script *const *d = demo_scripts; *d; d++) {
		struct seen s;
		struct error err;

		CHECK(begin(&s, (*d)->name, &err) == 0);
		/* the last two greet before they draw */
		if (!hears(&s, !strcmp((*d)->name, "replay") ? "replay:" :
			       !strcmp((*d)->name, "keys") ? "every byte" : "\033[") &&
		    !hears(&s, "make"))
			CHECK_FAIL("%s draws nothing", (*d)->name);
		end(&s);
	}
}

static void an_unknown_script_is_refused(void)
{
	struct seen s;
	struct error err;

	CHECK_INT(begin(&s, "nonsense", &err), -1);
	CHECK(strstr(err.msg, "nonsense"));
	end(&s);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "the shell answers and knows its size", the_shell_answers_and_knows_its_size },
		{ "exit is a power-off", exit_is_a_power_off },
		{ "kill ends it even when paused", kill_ends_it_even_when_paused },
		{ "an agent works, asks and takes an answer",
		  an_agent_works_asks_and_takes_an_answer },
		{ "every script draws", every_script_draws },
		{ "an unknown script is refused", an_unknown_script_is_refused },
		{ NULL, NULL },
	};

	if (argc == 3 && !strcmp(argv[1], "demo-console"))
		return demo_console(argv[2]);
	return test_main(tests, argc, argv);
}
