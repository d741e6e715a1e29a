#include "tui/stores.h"

#include <errno.h>
#include <stdio.h>

#include "engine/vm/backend.h"

static int below(const char *dir, const char *name, char out[PATH_MAX], struct error *err)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return error_set(err, ENAMETOOLONG, "%s", name);
	return 0;
}

int kernels_dir(const struct paths *p, char out[PATH_MAX], struct error *err)
{
	return below(p->cache, "kernels", out, err);
}

int images_dir(const struct paths *p, char out[PATH_MAX], struct error *err)
{
	return below(p->data, "images", out, err);
}

bool agent_has_machine(const struct agent *a)
{
	const struct backend *b = backend_find(a->backend);

	return b && b->program;
}
