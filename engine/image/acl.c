#include "engine/image/acl.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	VERSION_1 = 1, /* ext4's */
	VERSION_2 = 2, /* the kernel's interface */
	NO_ID = UINT32_MAX,
};

static bool named(uint16_t tag)
{
	return tag == ACL_USER || tag == ACL_GROUP;
}

static const struct acl_entry *find(const struct acl *a, uint16_t tag, uint32_t id)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->entries[i].tag == tag && (!named(tag) || a->entries[i].id == id))
			return &a->entries[i];
	return NULL;
}

void acl_add(struct acl *a, uint16_t tag, unsigned perm, uint32_t id)
{
	bool one = tag && !(tag & (tag - 1)) && tag <= ACL_OTHERS;

	if (!one || a->n >= ACL_ENTRIES || find(a, tag, id))
		return;
	a->entries[a->n++] = (struct acl_entry){ tag, perm & 7, named(tag) ? id : NO_ID };
}

bool acl_is_name(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 || strcmp(name, "system.posix_acl_default") == 0;
}

int acl_from_ext4(struct acl *a, const void *data, size_t len)
{
	const uint8_t *at = data, *end = at + len;
	uint32_t version, id = NO_ID;

	a->n = 0;
	if (len < sizeof(version))
		return -1;
	memcpy(&version, at, sizeof(version));
	if (le32toh(version) != VERSION_1)
		return -1;
	for (at += sizeof(version); at < end;) {
		uint16_t tag, perm;

		if (end - at < 4)
			return -1;
		memcpy(&tag, at, 2);
		memcpy(&perm, at + 2, 2);
		at += 4;
		if (named(le16toh(tag))) {
			if (end - at < 4)
				return -1;
			memcpy(&id, at, 4);
			at += 4;
		}
		acl_add(a, le16toh(tag), le16toh(perm), le32toh(id));
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct acl_entry *x = a, *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* All that the group class was given, as setfacl(1) does. */
static void complete(struct acl *a)
{
	unsigned all = 0;
	bool needed = false;

	for (size_t i = 0; i < a->n; i++) {
		const struct acl_entry *e = &a->entries[i];

		needed |= named(e->tag);
		if (named(e->tag) || e->tag == ACL_OWNING_GROUP)
			all |= e->perm;
	}
	if (needed && !find(a, ACL_MASK, 0))
		a->entries[a->n++] = (struct acl_entry){ ACL_MASK, (uint16_t)all, NO_ID };
}

size_t acl_bytes(struct acl *a, uint8_t out[ACL_SIZE])
{
	uint32_t version = htole32(VERSION_2);
	uint8_t *at = out + sizeof(version);

	if (!find(a, ACL_OWNER, 0) || !find(a, ACL_OWNING_GROUP, 0) || !find(a, ACL_OTHERS, 0))
		return 0;
	complete(a);
	qsort(a->entries, a->n, sizeof(a->entries[0]), compare);
	memcpy(out, &version, sizeof(version));
	for (size_t i = 0; i < a->n; i++, at += 8) {
		uint16_t tag = htole16(a->entries[i].tag), perm = htole16(a->entries[i].perm);
		uint32_t id = htole32(a->entries[i].id);

		memcpy(at, &tag, 2);
		memcpy(at + 2, &perm, 2);
		memcpy(at + 4, &id, 4);
	}
	return (size_t)(at - out);
}

int acl_mask(const struct acl *a)
{
	const struct acl_entry *e = find(a, ACL_MASK, 0);

	return e ? e->perm : -1;
}
