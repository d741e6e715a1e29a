#include "tui/terminal/input.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 1000,
	ANSWER_PATIENCE_MS = 5000, /* where nothing else can have begun */
	READ = 64 * 1024,
	LONG = 64, /* bytes: less than that was all there was */
};

static unsigned patience(const struct input *in)
{
	bool deep = decoder_deep(&in->decoder);

	if (deep)
		return in->asked && in->asked->due ? ANSWER_PATIENCE_MS : PATIENCE_MS;
	if (in->asked && background_waits(in->asked) && in->escdelay < PATIENCE_MS)
		return PATIENCE_MS;
	return in->escdelay;
}

static void await_silence(struct input *in)
{
	struct error ignored;

	if (!decoder_waits(&in->decoder))
		timer_stop(&in->silence);
	else
		timer_start(in->source.loop, &in->silence, patience(in), 0, &ignored);
}

static void on_silence(struct timer *t)
{
	decoder_silence(&SOURCE_OWNER(t, struct input, silence)->decoder);
}

static void on_input(struct source *s, uint32_t events)
{
	struct input *in = SOURCE_OWNER(s, struct input, source);
	char buf[READ];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN) && !(events & (EPOLLHUP | EPOLLERR)))
		return;
	if (n <= 0) {
		source_forget(s);
		in->closed(in->owner);
		return;
	}
	decoder_feed(&in->decoder, buf, (size_t)n);
	if (!in->source.loop) /* a key may have ended it all */
		return;
	await_silence(in);
	if (n >= LONG || events & (EPOLLHUP | EPOLLERR))
		source_again(s);
}

int input_init(struct input *in, struct loop *l, int fd, unsigned escdelay,
	       const struct decoder_events *events, void (*closed)(void *owner), void *owner,
	       struct error *err)
{
	*in = (struct input){ .escdelay = escdelay, .closed = closed, .owner = owner };
	decoder_init(&in->decoder, events, owner);
	in->source.fn = on_input;
	in->silence.fn = on_silence;
	return loop_watch(l, &in->source, fd, EPOLLIN | EPOLLET, err);
}

void input_done(struct input *in)
{
	source_forget(&in->source);
	timer_stop(&in->silence);
	decoder_done(&in->decoder);
}
