/*
 * A template ordered: from a launch that would have liked one to the process that
 * makes it (engine/supervisor/maker.h). The order is descriptors and a wish as JSON,
 * in memory: it is read once, by a process that outlives who wrote it.
 */
#ifndef ENGINE_SESSION_ORDER_H
#define ENGINE_SESSION_ORDER_H

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/template.h"

/* Descriptors that the maker starts with. */
enum order_fd {
	ORDER_FD_WISH = 3, /* JSON, at its beginning */
	ORDER_FD_TEMPLATES,
	ORDER_FD_KERNEL,
	ORDER_FD_INITRAMFS,
	ORDER_FD_IMAGE,
	ORDER_FD_COUNT
};

/* Order what is wished for, unless somebody is at it or it could not be made lately.
 * Returns at once; the template will be there, or not: without one, sessions start cold. */
void order_place(const struct paths *p, const struct template_wish *w);

/* In the maker: what was ordered. The wish's descriptors are those above. */
int order_read(struct template_wish *w, struct error *err);

#endif
