#include <stdlib.h>
#include <string.h>

#include "engine/vt/cluster.h"

void vt_clusters_done(struct vt_clusters *c)
{
	free(c->v);
	memset(c, 0, sizeof(*c));
}

int32_t vt_clusters_take(struct vt_clusters *c)
{
	if (!c->next)
		c->next = 1; /* a cell with number 0 would look blank */
	while (c->next < c->n && c->v[c->next].used)
		c->next++;
	if (c->next >= c->n) {
		uint32_t n = c->n ? c->n * 2 : 64;

		if (n > c->max)
			n = c->max;
		if (n <= c->n)
			return -1;

		struct vt_cluster *v = realloc(c->v, n * sizeof(*v));

		if (!v)
			return -1;
		memset(v + c->n, 0, (n - c->n) * sizeof(*v));
		c->v = v;
		c->n = n;
	}
	c->v[c->next].used = true;
	c->v[c->next].n = 0;
	return (int32_t)c->next++;
}

void vt_clusters_sweep(struct vt_clusters *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		c->v[i].used = false;
	c->next = 0;
}
