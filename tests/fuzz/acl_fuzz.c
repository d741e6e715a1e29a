/*
 * Any bytes as an ACL of an ext4, and as entries of an archive's: what comes out is what
 * the kernel takes (fs/posix_acl.c: posix_acl_valid), and fits.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "engine/image/acl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned read16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

static void valid(struct acl *a)
{
	uint8_t out[ACL_SIZE];
	size_t len = acl_bytes(a, out);
	unsigned last = 0, seen = 0;
	bool named = false;

	assert(len <= sizeof(out));
	if (!len)
		return;
	assert(len % 8 == 4 && out[0] == 2);
	for (size_t at = 4; at < len; at += 8) {
		unsigned tag = read16(out + at), perm = read16(out + at + 2);

		assert(perm <= 7 && tag >= last);
		named |= tag == ACL_USER || tag == ACL_GROUP;
		assert(tag == ACL_USER || tag == ACL_GROUP || !(seen & tag));
		seen |= tag;
		last = tag;
	}
	assert((seen & (ACL_OWNER | ACL_OWNING_GROUP | ACL_OTHERS)) == (ACL_OWNER | ACL_OWNING_GROUP | ACL_OTHERS));
	assert(!named || (seen & ACL_MASK));
	assert(!named || acl_mask(a) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct acl a = { .n = 0 };

	if (acl_from_ext4(&a, data, n) == 0)
		valid(&a);
	a.n = 0;
	for (size_t i = 0; i + 7 <= n; i += 7) {
		uint32_t id;

		memcpy(&id, data + i + 3, 4);
		acl_add(&a, (uint16_t)read16(data + i), data[i + 2], id);
	}
	valid(&a);
	return 0;
}
