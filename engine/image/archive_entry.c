/* An archive's entry as struct entry: names cleaned, attributes and ACLs, contents piece by
 * piece with their holes left out. */
#include "engine/image/archive_inside.h"

#include <errno.h>
#include <sys/stat.h>

/* Piece by piece, holes left out. */
static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	la_int64_t offset;

	int r = archive_read_data_block(e->reader, data, len, &offset);
	if (r == ARCHIVE_EOF)
		return 0;
	if (r < ARCHIVE_WARN)
		return archive_fail(err, e->reader, "unpack");
	if (offset < 0)
		return error_set(err, 0, "archive: a piece before its file's beginning");
	*at = (uint64_t)offset;
	return 1;
}

static int take_xattrs(struct archive_entry *e, struct entry_xattr *all, size_t *n,
		       struct error *err)
{
	*n = 0;
	archive_entry_xattr_reset(e);
	for (struct entry_xattr x;
	     archive_entry_xattr_next(e, &x.name, &x.value, &x.len) == ARCHIVE_OK;) {
		if (*n == ENTRY_XATTRS || !x.name || x.len > ENTRY_XATTR_SIZE)
			return error_set(err, E2BIG, "archive: extended attributes");
		all[(*n)++] = x;
	}
	return 0;
}

/* The library has ACLs apart from attributes. Entries by a name without a number cannot be
 * kept: the archive alone does not say who that is. */
static void read_acl(struct archive_entry *e, int type, struct acl *a)
{
	static const struct {
		int theirs;
		uint16_t ours;
	} tags[] = {
		{ ARCHIVE_ENTRY_ACL_USER, ACL_USER },		{ ARCHIVE_ENTRY_ACL_USER_OBJ, ACL_OWNER },
		{ ARCHIVE_ENTRY_ACL_GROUP, ACL_GROUP },		{ ARCHIVE_ENTRY_ACL_MASK, ACL_MASK },
		{ ARCHIVE_ENTRY_ACL_GROUP_OBJ, ACL_OWNING_GROUP }, { ARCHIVE_ENTRY_ACL_OTHER, ACL_OTHERS },
	};
	int is, perm, tag, id;
	const char *name;

	a->n = 0;
	while (archive_entry_acl_next(e, type, &is, &perm, &tag, &id, &name) == ARCHIVE_OK)
		for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			if (tags[i].theirs == tag &&
			    (id >= 0 || (tags[i].ours != ACL_USER && tags[i].ours != ACL_GROUP)))
				acl_add(a, tags[i].ours, (unsigned)perm, (uint32_t)id);
}

static void take_acls(struct archive_entry *e, struct entry *f, struct archive_attributes *x)
{
	struct acl a;
	size_t n;

	/* Three entries are no more than the mode says. */
	if (archive_entry_acl_reset(e, ARCHIVE_ENTRY_ACL_TYPE_ACCESS) > 3) {
		read_acl(e, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, &a);
		if (a.n > 3 && (n = acl_bytes(&a, x->access))) {
			x->all[f->n_xattrs++] =
				(struct entry_xattr){ "system.posix_acl_access", x->access, n };
			if (acl_mask(&a) >= 0)
				f->mode = (f->mode & ~070U) | (unsigned)acl_mask(&a) << 3;
		}
	}
	if (archive_entry_acl_reset(e, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT) > 0) {
		read_acl(e, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, &a);
		if (S_ISDIR(f->mode) && (n = acl_bytes(&a, x->inherited)))
			x->all[f->n_xattrs++] =
				(struct entry_xattr){ "system.posix_acl_default", x->inherited, n };
	}
}

/* What a sparse entry's map leaves out. */
static uint64_t holes(struct archive_entry *e, uint64_t size)
{
	la_int64_t at, len;
	uint64_t data = 0;

	if (archive_entry_sparse_reset(e) == 0)
		return 0;
	while (archive_entry_sparse_next(e, &at, &len) == ARCHIVE_OK)
		data += len > 0 ? (uint64_t)len + 8192 : 0; /* ends inside of blocks */
	return data < size ? size - data : 0;
}

int archive_describe(struct archive *a, struct archive_entry *e, struct entry *f,
		     struct archive_attributes *x, struct error *err)
{
	const char *hard = archive_entry_hardlink(e);
	la_int64_t size = archive_entry_size_is_set(e) ? archive_entry_size(e) : 0;

	*f = (struct entry){
		.path = entry_clean_path(archive_entry_pathname(e)),
		.link = hard ? entry_clean_path(hard) : archive_entry_symlink(e),
		.hardlink = hard,
		.mode = archive_entry_mode(e),
		.uid = (uint32_t)archive_entry_uid(e),
		.gid = (uint32_t)archive_entry_gid(e),
		.mtime = archive_entry_mtime(e),
		.mtime_ns = (uint32_t)archive_entry_mtime_nsec(e),
		.size = size > 0 ? (uint64_t)size : 0,
		.holes = size > 0 ? holes(e, (uint64_t)size) : 0,
		.rdev_major = (uint32_t)archive_entry_rdevmajor(e),
		.rdev_minor = (uint32_t)archive_entry_rdevminor(e),
		.xattrs = x->all,
		.next = next_piece,
		.reader = a,
	};
	if (!f->path || (hard && !f->link))
		return error_set(err, 0, "archive: an entry that leads outside: refused");
	if (take_xattrs(e, x->all, &f->n_xattrs, err) < 0)
		return -1;
	if (archive_entry_acl_types(e) && !S_ISLNK(f->mode) && !hard)
		take_acls(e, f, x);
	return 0;
}
