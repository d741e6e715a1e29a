#include "engine/net/broker_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void report_now(struct timer *t)
{
	struct broker *b = SOURCE_OWNER(t, struct broker, report_timer);
	struct broker_figures rows[BROKER_PROVIDERS];

	for (size_t i = 0; i < b->n_slots; i++) {
		rows[i] = b->slots[i].figures;
		rows[i].capped = b->slots[i].p.name[0] && broker_capped(b, &b->slots[i], true) > 0;
	}
	b->host.report(b->host.arg, rows, b->n_slots * sizeof(rows[0]));
}

static void sweep(struct timer *t)
{
	struct broker *b = SOURCE_OWNER(t, struct broker, sweep);
	uint64_t now = now_ms();

	for (struct list *i = b->conns.next, *next; i != &b->conns; i = next) {
		next = i->next;
		broker_conn_sweep(LIST_ITEM(i, struct broker_conn, link), now);
	}
	if (list_empty(&b->conns))
		timer_stop(&b->sweep);
}

/* The memory of the secrets: not swapped, not in a core, not in a child. */
static uint8_t *secret_memory(void)
{
	void *p = mmap(NULL, BROKER_CONFIG_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	(void)mlock(p, BROKER_CONFIG_MAX); /* as far as RLIMIT_MEMLOCK allows */
	madvise(p, BROKER_CONFIG_MAX, MADV_DONTDUMP);
	madvise(p, BROKER_CONFIG_MAX, MADV_DONTFORK);
	return p;
}

struct broker *broker_new(struct loop *l, const struct broker_host *host, struct error *err)
{
	struct broker *b = calloc(1, sizeof(*b));

	if (!b || !(b->config = secret_memory()) || !(b->http = http_new(l, err)) ||
	    !(b->http_local = http_new(l, err))) {
		if (!b || !b->config)
			error_set(err, ENOMEM, "broker");
		if (b && b->config)
			munmap(b->config, BROKER_CONFIG_MAX);
		if (b)
			http_free(b->http);
		free(b);
		return NULL;
	}
	b->loop = l;
	b->host = *host;
	b->report_timer.fn = report_now;
	b->sweep.fn = sweep;
	list_init(&b->conns);
	return b;
}

void broker_free(struct broker *b)
{
	if (!b)
		return;
	while (!list_empty(&b->conns))
		broker_conn_free(LIST_ITEM(b->conns.next, struct broker_conn, link));
	http_free(b->http);
	http_free(b->http_local);
	timer_stop(&b->report_timer);
	timer_stop(&b->sweep);
	explicit_bzero(b->config, BROKER_CONFIG_MAX);
	munmap(b->config, BROKER_CONFIG_MAX);
	free(b);
}

/* The place of a provider: the one it had, else a new one. */
static struct broker_slot *slot_for(struct broker *b, const char *name)
{
	for (size_t i = 0; i < b->n_slots; i++)
		if (!strcmp(b->slots[i].figures.name, name))
			return &b->slots[i];
	if (b->n_slots == BROKER_PROVIDERS)
		return NULL;
	strcpy(b->slots[b->n_slots].figures.name, name);
	return &b->slots[b->n_slots++];
}

int broker_configure(struct broker *b, const void *config, size_t n, struct error *err)
{
	struct broker_provider p[BROKER_PROVIDERS];
	int count;

	if (n > BROKER_CONFIG_MAX || broker_config_read(config, n, p) < 0)
		return error_set(err, EINVAL, "the broker's configuration");
	prctl(PR_SET_DUMPABLE, 0); /* nobody reads this process's memory, nor has its core */
	explicit_bzero(b->config, BROKER_CONFIG_MAX);
	memcpy(b->config, config, n);
	count = broker_config_read(b->config, n, p); /* now with spans into our own copy */
	for (size_t i = 0; i < b->n_slots; i++)
		b->slots[i].p = (struct broker_provider){ 0 };
	for (int i = 0; i < count; i++) {
		struct broker_slot *s = slot_for(b, p[i].name);

		if (!s)
			return error_set(err, 0, "more than %d providers in one session", BROKER_PROVIDERS);
		s->p = p[i];
	}
	broker_changed(b);
	return 0;
}

void broker_take(struct broker *b, int fd, const void *already, size_t n)
{
	struct error err;

	if (b->n_conns >= BROKER_CONNS || broker_conn_new(b, fd, already, n) < 0) {
		close(fd);
		return;
	}
	if (!timer_running(&b->sweep))
		timer_start(b->loop, &b->sweep, b->host.times->sweep_ms, b->host.times->sweep_ms, &err);
}
