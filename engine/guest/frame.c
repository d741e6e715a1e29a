#include "engine/guest/frame.h"

#include "engine/guest/control.h"

/* What a header may say, by type. */
static const struct {
	enum frame_sender sender; /* 0: no such type */
	uint32_t least, most;
	uint8_t flags;
} types[] = {
#define X(name, value, from, min, max, may) [value] = { from, min, max, may },
	CONTROL_TYPES(X)
#undef X
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static const char *judge(const uint8_t *p, enum frame_sender sender)
{
	uint32_t len = get32(p);
	uint8_t type = p[4];

	if (type >= sizeof(types) / sizeof(types[0]) || !types[type].sender)
		return "unknown frame type";
	if (types[type].sender != sender)
		return "frame type of the other side";
	if (len < types[type].least || len > types[type].most)
		return "frame length that its type cannot have";
	if (p[5] & ~types[type].flags)
		return "unknown frame flags";
	if (get16(p + 6) != 0)
		return "reserved frame field is not 0";
	return NULL;
}

ssize_t frame_parse(const void *data, size_t n, enum frame_sender sender, struct frame *f,
		    const char **why)
{
	const uint8_t *p = data;

	if (n < FRAME_HEADER)
		return FRAME_PARTIAL;
	const char *wrong = judge(p, sender);
	if (wrong) {
		if (why)
			*why = wrong;
		return FRAME_BAD;
	}
	uint32_t len = get32(p);
	if (n - FRAME_HEADER < len)
		return FRAME_PARTIAL;
	*f = (struct frame){ .type = p[4], .flags = p[5], .id = get32(p + 8), .len = len,
			     .payload = p + FRAME_HEADER };
	return (ssize_t)(FRAME_HEADER + len);
}

void frame_header(uint8_t out[FRAME_HEADER], const struct frame *f)
{
	uint32_t words[3] = { f->len, (uint32_t)f->type | (uint32_t)f->flags << 8, f->id };

	for (int i = 0; i < FRAME_HEADER; i++)
		out[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
}
