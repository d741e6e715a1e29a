#include "engine/vm/backend.h"

#include <string.h>

const struct backend *const backends[] = { &backend_qemu, &backend_demo, NULL };

const struct backend *backend_find(const char *name)
{
	for (const struct backend *const *b = backends; *b; b++)
		if (!strcmp((*b)->name, name))
			return *b;
	return NULL;
}
