#include "engine/base/late.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

void *late_find(unsigned n)
{
	const struct late_symbol *s = &late_symbols[n];
	void *library = dlopen(s->library, RTLD_LAZY | RTLD_LOCAL); /* and stays */
	void *at = library ? dlsym(library, s->name) : NULL;

	if (!at) {
		fprintf(stderr, "vmdeck: %s\n", dlerror());
		_exit(127);
	}
	late_slots[n] = at;
	return at;
}
