#include "engine/guest/start.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static int start_key(struct start *s, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **at;
	} strings[] = {
		{ "hostname", &s->hostname }, { "machine_id", &s->machine_id },
		{ "term", &s->term },	      { "address", &s->address },
		{ "gateway", &s->gateway },   { "entropy", &s->entropy },
	};
	uint64_t v = 0;

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		if (strcmp(key, strings[i].key) == 0) {
			*strings[i].at = value;
			return 0;
		}
	}
	if (strcmp(key, "cols") == 0 || strcmp(key, "rows") == 0) {
		if (command_number(value, 0xffff, &v) || !v)
			return EINVAL;
		*(key[0] == 'c' ? &s->cols : &s->rows) = (uint16_t)v;
	} else if (strcmp(key, "epoch_ns") == 0) {
		return command_number(value, INT64_MAX, &s->epoch_ns);
	} else if (strcmp(key, "stat_ms") == 0) {
		if (command_number(value, 3600 * 1000, &v))
			return EINVAL;
		s->stat_ms = (uint32_t)v;
	} else if (strcmp(key, "on_exit") == 0) {
		if (strcmp(value, "poweroff") == 0)
			s->on_exit = START_POWEROFF;
		else if (strcmp(value, "restart") == 0)
			s->on_exit = START_RESTART;
		else if (strcmp(value, "stay") == 0)
			s->on_exit = START_STAY;
		else
			return EINVAL;
	} else if (strcmp(key, "disk") == 0) {
		s->own_disk = strcmp(value, "own") == 0;
		return s->own_disk || strcmp(value, "overlay") == 0 ? 0 : EINVAL;
	} else if (strcmp(key, "boot") == 0) {
		s->boot_init = strcmp(value, "init") == 0;
		return s->boot_init || strcmp(value, "agent") == 0 ? 0 : EINVAL;
	}
	return 0; /* unknown: a newer host */
}

static int take(void *arg, const char *key, const char *value)
{
	struct start *s = arg;
	int code = command_key(&s->command, key, value);

	return code < 0 ? start_key(s, key, value) : code;
}

int start_read(struct start *s, const struct frame *f, const char **what)
{
	memset(s, 0, offsetof(struct start, payload));
	command_init(&s->command);
	s->term = "xterm-256color";
	s->address = CONTROL_ADDRESS;
	s->gateway = CONTROL_GATEWAY;
	s->cols = 80;
	s->rows = 24;
	s->payload_len = f->len;
	memcpy(s->payload, f->payload, f->len);

	struct frame copy = *f;
	copy.payload = (const uint8_t *)s->payload;
	int code = command_pairs(&copy, take, s, what);
	if (code)
		return code;
	*what = "no argv";
	return s->command.n_argv ? 0 : EINVAL;
}
