/*
 * A POSIX ACL as an extended attribute, in the form that the kernel's interface has
 * (linux/posix_acl_xattr.h: version 2, little-endian; libext2fs turns it into the
 * file system's own). Archives have it as entries. What no file system would take
 * is put right or left out: a second owner, a named entry without a mask.
 */
#ifndef ENGINE_IMAGE_ACL_H
#define ENGINE_IMAGE_ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ACL_ENTRIES = 256,
	ACL_SIZE = 4 + 8 * (ACL_ENTRIES + 1), /* bytes at most */
};

/* The kernel's tags, in the order that they have. */
enum acl_tag {
	ACL_OWNER = 0x01,
	ACL_USER = 0x02,
	ACL_OWNING_GROUP = 0x04,
	ACL_GROUP = 0x08,
	ACL_MASK = 0x10,
	ACL_OTHERS = 0x20,
};

struct acl_entry {
	uint16_t tag, perm; /* enum acl_tag; rwx in three bits */
	uint32_t id;        /* of ACL_USER and ACL_GROUP */
};

struct acl {
	struct acl_entry entries[ACL_ENTRIES + 1];
	size_t n;
};

/* From ext4's own form (fs/ext4/acl.h: version 1, no ids but where they mean something).
 * 0, or -1: it is none. */
int acl_from_ext4(struct acl *a, const void *data, size_t len);
/* One more; of an unknown tag, beyond ACL_ENTRIES, or a second that there can be one of: left out. */
void acl_add(struct acl *a, uint16_t tag, unsigned perm, uint32_t id);
/* Its bytes into out; how many, 0: it is none (an owner, group or others lack). Sorts it, and
 * adds a mask where one is needed. */
size_t acl_bytes(struct acl *a, uint8_t out[ACL_SIZE]);
/* Is it the name of such an attribute? */
bool acl_is_name(const char *name);
/* What the mode of a file with this ACL has for its group: the mask; -1: none. */
int acl_mask(const struct acl *a);

#endif
