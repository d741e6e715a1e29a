#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/digest.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_tree.h"
#include "engine/image/import.h"
#include "tests/tar.h"
#include "tests/test.h"

/* A directory that goes with the test; images/ is the store. */
struct home {
	char dir[64], images[80];
	int fd;
};

static void home_done(struct home *h)
{
	struct error ignored;

	dir_remove(AT_FDCWD, h->dir, &ignored);
	close(h->fd);
}
#define AUTO_HOME __attribute__((cleanup(home_done)))

static struct home home_new(void)
{
	struct home h = { "/tmp/vmdeck-import-XXXXXX", "", -1 };

	if (!mkdtemp(h.dir))
		abort();
	snprintf(h.images, sizeof(h.images), "%s/images", h.dir);
	h.fd = open(h.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return h;
}

static void done(struct image *i)
{
	image_done(i);
}
#define AUTO_IMAGE __attribute__((cleanup(done)))

static int run(const char *command)
{
	char sh[] = "sh", flag[] = "-c", copy[2048], out[4096];
	char *argv[] = { sh, flag, copy, NULL };
	struct error err;
	int status;

	snprintf(copy, sizeof(copy), "PATH=$PATH:/sbin:/usr/sbin; %s", command);
	if (process_capture(argv, out, sizeof(out), 60 * 1000, &status, &err) < 0)
		return -1;
	if (status)
		fprintf(stderr, "%s", out);
	return status;
}

static bool have(const char *program)
{
	char path[PATH_MAX];

	return process_find(program, path, sizeof(path)) == 0;
}

static int fsck(const char *image)
{
	char command[PATH_MAX + 64];

	snprintf(command, sizeof(command), "e2fsck -fn '%s'", image);
	return run(command);
}

/* What is in an image, a line for each entry. */
struct listing {
	char text[64 * 1024];
	size_t len;
};

static int list_one(void *arg, const struct entry *e, struct error *err)
{
	struct listing *l = arg;
	char sum[65] = "";
	const void *data;
	size_t len;
	uint64_t at, seen = 0;
	AUTO_FREE char *whole = calloc(1, e->size + 1);

	while (e->next && e->next(e, &data, &len, &at, err) > 0) {
		memcpy(whole + at, data, len);
		seen += len;
	}
	if (S_ISREG(e->mode) && !e->hardlink)
		digest_bytes(whole, e->size, sum, err);
	l->len += (size_t)snprintf(
		l->text + l->len, sizeof(l->text) - l->len,
		"%s %o %u:%u %" PRId64 ".%u %" PRIu64 " %s%s %u:%u %.8s", e->path, e->mode, e->uid, e->gid,
		e->mtime, e->mtime_ns, e->hardlink ? 0 : e->size, e->hardlink ? "=" : "",
		e->link ? e->link : "-", e->rdev_major, e->rdev_minor, sum);
	for (size_t i = 0; i < e->n_xattrs; i++)
		l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, " %s=%.*s",
					   e->xattrs[i].name, (int)e->xattrs[i].len,
					   (const char *)e->xattrs[i].value);
	l->text[l->len++] = '\n';
	return 0;
}

static char *list_image(const char *path)
{
	struct listing *l = calloc(1, sizeof(*l));
	struct error err;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);

	if (!fs || ext4_tree_walk(fs, "/", false, list_one, l, &err) < 0)
		snprintf(l->text, sizeof(l->text), "%s", err.msg);
	return l->text;
}

static int import_path(const struct home *h, const char *source, const char *name,
		       struct image *out, struct error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", h->dir, source);
	return import_image(&(struct import){ .images = h->images, .name = name, .source = path,
					      .room = 1 << 20 }, out, err);
}

static const char big_name[] = "a-name-that-is-longer-than-a-hundred-bytes-so-that-it-needs-a-"
			       "header-of-its-own/and-this-goes-on-for-some-time-too-yes-it-does";
enum { BIG = 300 * 1000 };

/* One of each kind. */
static void fill_tar(struct tar *t)
{
	static char big[BIG];

	for (int i = 0; i < BIG; i++)
		big[i] = (char)(i * 7 + i / 251);
	tar_dir(t, "./", 0755, 0, 0);
	tar_dir(t, "etc/", 0750, 1, 2);
	tar_file(t, "etc/motd", 0644, "hello", 5);
	tar_file(t, "etc/empty", 0600, "", 0);
	tar_file(t, "etc/big", 04755, big, BIG);
	tar_owner(t, 70000, 4294967294u);
	tar_file(t, "etc/owned", 0640, "x", 1);
	tar_owner(t, 0, 0);
	tar_link(t, '2', "etc/short", "motd");
	tar_link(t, '2', "etc/long", "../a/target/that/is/longer/than/sixty/bytes/and/so/lies/in/a/block/of/its/own");
	tar_link(t, '1', "etc/again", "etc/motd");
	tar_device(t, '3', "dev/null", 0666, 1, 3);
	tar_device(t, '4', "dev/sda", 0660, 8, 70000);
	tar_device(t, '6', "dev/fifo", 0600, 0, 0);
	tar_pax(t, "path", big_name);
	tar_file(t, "cut", 0644, "long", 4);
	tar_pax(t, "SCHILY.xattr.user.colour", "blue");
	tar_file(t, "caf\xc3\xa9", 0644, "au lait", 7);
	tar_end(t);
}

static void a_tar_is_imported_whole(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_TAR struct tar t = { 0 };
	struct error err = { 0 };

	fill_tar(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	if (import_path(&h, "t.tar", "t", &i, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(fsck(i.path), 0);
	AUTO_FREE char *got = list_image(i.path);
	static const char *const wanted[] = {
		"\netc 40750 1:2 1000000000.0 0 - 0:0 \n",
		"\netc/again 100644 0:0 1000000000.0 5 - 0:0 2cf24dba\n",
		"\netc/empty 100600 0:0 1000000000.0 0 - 0:0 e3b0c442\n",
		"\netc/big 104755 0:0 1000000000.0 300000 - 0:0 ",
		"\netc/owned 100640 70000:4294967294 ",
		"\netc/short 120777 0:0 1000000000.0 0 motd 0:0 \n",
		"longer/than/sixty/bytes/and/so/lies/in/a/block/of/its/own 0:0 \n",
		"\ndev/null 20666 0:0 1000000000.0 0 - 1:3 \n",
		"\ndev/sda 60660 0:0 1000000000.0 0 - 8:70000 \n",
		"\ndev/fifo 10600 ",
		"\ncaf\xc3\xa9 100644 0:0 1000000000.0 7 - 0:0 ",
		" user.colour=blue\n",
		big_name,
		/* In the order of names etc/again is the first. */
		"\netc/motd 100644 0:0 1000000000.0 0 =etc/again ",
	};
	for (size_t n = 0; n < sizeof(wanted) / sizeof(wanted[0]); n++)
		if (!strstr(got, wanted[n]))
			CHECK_FAIL("no %s in %s", wanted[n], got);
}

/* As GNU tar --xattrs --acls writes them: a capability (cap_net_raw+ep, linux/capability.h),
 * ACLs in words. */
static void fill_attributes(struct tar *t)
{
	static const uint8_t raw[20] = { 1, 0, 0, 2, 0, 0x20 };

	tar_dir(t, "./", 0755, 0, 0);
	tar_pax_bytes(t, "SCHILY.xattr.security.capability", raw, sizeof(raw));
	tar_file(t, "ping", 0755, "x", 1);
	tar_pax(t, "SCHILY.acl.access", "user::rw-,user:lisa:r--:1000,user:7:rwx,group::---,mask::r-x,other::---");
	tar_file(t, "secret", 0640, "x", 1);
	tar_pax(t, "SCHILY.acl.default", "user::rwx,group::r-x,group:50:rwx,other::---");
	tar_dir(t, "shared", 0755, 0, 0);
	/* Hostile: twice the same, an owner too few, an id that is none. */
	tar_pax(t, "SCHILY.acl.access", "user::rw-,user::r--,user:5:r--,user:5:rwx,group::r--,other::r--");
	tar_file(t, "twice", 0644, "x", 1);
	tar_pax(t, "SCHILY.acl.default", "user:5:rwx,group::r-x");
	tar_dir(t, "few", 0755, 0, 0);
	tar_pax(t, "SCHILY.acl.access", "user::rw-,user:nobody-knows:rwx,group::r--,other::r--");
	tar_file(t, "unknown", 0644, "x", 1);
	tar_end(t);
}

static int list_attributes(void *arg, const struct entry *e, struct error *err)
{
	struct listing *l = arg;

	(void)err;
	l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, "%s %o", e->path, e->mode & 07777);
	for (size_t i = 0; i < e->n_xattrs; i++) {
		l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, " %s=", e->xattrs[i].name);
		for (size_t k = 0; k < e->xattrs[i].len; k++)
			l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, "%02x",
						   ((const uint8_t *)e->xattrs[i].value)[k]);
	}
	l->text[l->len++] = '\n';
	return 0;
}

static void acls_and_capabilities_are_kept(void)
{
	/* linux/posix_acl_xattr.h: version 2, then tag, rwx, id; in the kernel's order */
	static const char *const wanted[] = {
		"ping 755 security.capability=0100000200200000000000000000000000000000\n",
		"secret 650 system.posix_acl_access=02000000" "01000600ffffffff" "0200070007000000"
		"02000400e8030000" "04000000ffffffff" "10000500ffffffff" "20000000ffffffff\n",
		"shared 755 system.posix_acl_default=02000000" "01000700ffffffff" "04000500ffffffff"
		"0800070032000000" "10000700ffffffff" "20000000ffffffff\n",
		"few 755\n",
		"unknown 644\n",
	};
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_TAR struct tar t = { 0 };
	AUTO_FREE struct listing *l = calloc(1, sizeof(*l));
	struct error err = { 0 };

	fill_attributes(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	if (import_path(&h, "t.tar", "t", &i, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(fsck(i.path), 0);
	AUTO_CLOSE int fd = open(i.path, O_RDONLY | O_CLOEXEC);
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);
	CHECK(fs && ext4_tree_walk(fs, "/", false, list_attributes, l, &err) == 0);
	for (size_t n = 0; n < sizeof(wanted) / sizeof(wanted[0]); n++)
		if (!strstr(l->text, wanted[n]))
			CHECK_FAIL("no %s in %s", wanted[n], l->text);
	/* One owner, one entry for user 5, and a mask. */
	const char *twice = strstr(l->text, "twice ");
	CHECK(twice && strstr(twice, "posix_acl_access=02000000" "0100"));
	CHECK_INT(strcspn(strchr(twice, '='), "\n"), 1 + 8 + 5 * 16);
}

static void every_compression_gives_the_same(void)
{
	static const char *const programs[] = { "gzip", "xz", "bzip2", "zstd", "lz4" };
	AUTO_HOME struct home h = home_new();
	AUTO_TAR struct tar t = { 0 };
	AUTO_FREE char *plain = NULL;
	struct error err = { 0 };
	char command[256];

	fill_tar(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	{
		AUTO_IMAGE struct image i = { 0 };
		CHECK_INT(import_path(&h, "t.tar", "plain", &i, &err), 0);
		plain = list_image(i.path);
	}
	for (size_t n = 0; n < sizeof(programs) / sizeof(programs[0]); n++) {
		AUTO_IMAGE struct image i = { 0 };
		if (!have(programs[n]))
			continue;
		snprintf(command, sizeof(command), "%s -c %s/t.tar >%s/packed", programs[n], h.dir, h.dir);
		CHECK_INT(run(command), 0);
		if (import_path(&h, "packed", programs[n], &i, &err) != 0)
			CHECK_FAIL("%s: %s", programs[n], err.msg);
		AUTO_FREE char *got = list_image(i.path);
		CHECK_STR(got, plain);
		CHECK_INT(fsck(i.path), 0);
	}
}

static void a_squashfs_gives_the_same(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image a = { 0 };
	AUTO_IMAGE struct image b = { 0 };
	AUTO_TAR struct tar t = { 0 };
	struct error err = { 0 };
	char command[256];

	if (!have("tar2sqfs"))
		SKIP("tar2sqfs (squashfs-tools-ng)");
	fill_tar(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	snprintf(command, sizeof(command), "tar2sqfs -q %s/s.squashfs <%s/t.tar", h.dir, h.dir);
	CHECK_INT(run(command), 0);
	CHECK_INT(import_path(&h, "t.tar", "a", &a, &err), 0);
	if (import_path(&h, "s.squashfs", "b", &b, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	AUTO_FREE char *x = list_image(a.path);
	AUTO_FREE char *y = list_image(b.path);
	CHECK_STR(y, x);
	CHECK_INT(fsck(b.path), 0);
}

static void a_directory_keeps_links_holes_and_attributes(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	struct error err = { 0 };
	struct stat st;

	CHECK_INT(mkdirat(h.fd, "d", 0711), 0);
	CHECK_INT(file_write(h.fd, "d/one", "1", 1, 0640, &err), 0);
	CHECK_INT(linkat(h.fd, "d/one", h.fd, "d/two", 0), 0);
	CHECK_INT(symlinkat("../one", h.fd, "d/link"), 0);
	AUTO_CLOSE int sparse = openat(h.fd, "d/sparse", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK_INT(pwrite(sparse, "end", 3, 500 << 20), 3);
	bool attributes = fsetxattr(sparse, "user.a", "b", 1, 0) == 0;
	if (import_path(&h, "d", "d", &i, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(fsck(i.path), 0);
	AUTO_CLOSE int fd = open(i.path, O_RDONLY | O_CLOEXEC);
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);
	struct ext4_node a, b;
	CHECK_INT(ext4_stat(fs, "/one", true, &a, &err), 0);
	CHECK_INT(ext4_stat(fs, "/two", true, &b, &err), 0);
	CHECK_INT(a.inode, b.inode);
	CHECK_INT(a.mode, S_IFREG | 0640);
	CHECK_INT(a.uid, getuid());
	CHECK_INT(ext4_stat(fs, "/sparse", true, &a, &err), 0);
	CHECK_INT(a.size, (500 << 20) + 3);
	/* The image is small, and takes even less. */
	CHECK_INT(fstat(fd, &st), 0);
	CHECK(st.st_size < 16 << 20 && st.st_blocks * 512 < 1 << 20);
	AUTO_FREE char *got = NULL;
	if (attributes) {
		struct listing *l = calloc(1, sizeof(*l));
		got = l->text;
		CHECK_INT(ext4_tree_walk(fs, "/", false, list_one, l, &err), 0);
		CHECK(strstr(got, " user.a=b\n"));
	}
}

/* Layers: what comes later replaces, and takes away by name. */
static void put_layers(struct tar *a, struct tar *b)
{
	tar_dir(a, "app/", 0755, 0, 0);
	tar_file(a, "app/old", 0644, "old", 3);
	tar_file(a, "app/gone", 0644, "gone", 4);
	tar_file(a, "keep/below", 0644, "1", 1);
	tar_file(a, "hide/below", 0644, "2", 1);
	tar_file(a, "hide/deep/er", 0644, "2", 1);
	tar_file(a, "turn/into", 0644, "3", 1);
	tar_link(a, '2', "bin", "usr/bin");
	tar_dir(a, "usr/bin", 0755, 0, 0);
	tar_file(a, "usr/bin/tool", 0755, "t", 1);
	tar_link(a, '1', "usr/bin/same", "usr/bin/tool");
	tar_end(a);
	tar_file(b, "app/old", 0600, "new!", 4);
	tar_file(b, "app/.wh.gone", 0, "", 0);
	tar_file(b, "hide/above", 0644, "4", 1);
	tar_file(b, "hide/deep/new", 0644, "4", 1);
	tar_file(b, "hide/.wh..wh..opq", 0, "", 0);
	tar_file(b, "turn", 0644, "file now", 8);
	tar_file(b, "bin/added", 0755, "through the link", 16);
	tar_file(b, "usr/bin/.wh.same", 0, "", 0);
	tar_end(b);
}

static void check_layers(const char *path)
{
	AUTO_FREE char *got = list_image(path);

	CHECK_INT(fsck(path), 0);
	CHECK(strstr(got, "\napp/old 100600 0:0 1000000000.0 4 "));
	CHECK(!strstr(got, "gone") && !strstr(got, ".wh."));
	CHECK(strstr(got, "\nkeep/below 100644"));
	CHECK(!strstr(got, "hide/below") && !strstr(got, "hide/deep/er"));
	CHECK(strstr(got, "\nhide/above ") && strstr(got, "\nhide/deep/new "));
	CHECK(strstr(got, "\nturn 100644") && !strstr(got, "turn/into"));
	CHECK(strstr(got, "\nusr/bin/added 100755") && strstr(got, "\nbin 120777"));
	CHECK(strstr(got, "\nusr/bin/tool 100755") && !strstr(got, "same"));
}

static void blob(const struct home *h, const void *data, size_t len, char hex[65])
{
	struct error err;
	char path[128];

	digest_bytes(data, len, hex, &err);
	snprintf(path, sizeof(path), "oci/blobs/sha256/%s", hex);
	file_write(h->fd, path, data, len, 0644, &err);
}

/* An OCI layout with an index of two platforms. */
static void put_layout(const struct home *h)
{
	static const char config[] = "{\"config\":{\"Entrypoint\":[\"/bin/tool\"],\"Cmd\":[\"-x\"],"
				     "\"Env\":[\"A=b\"],\"User\":\"7:8\",\"WorkingDir\":\"/app\"}}";
	AUTO_TAR struct tar a = { 0 };
	AUTO_TAR struct tar b = { 0 };
	char one[65], two[65], c[65], m[65], text[2048], path[160];
	struct error err;

	snprintf(path, sizeof(path), "%s/oci/blobs/sha256", h->dir);
	dir_make(path, 0755, &err);
	put_layers(&a, &b);
	blob(h, a.data, a.len, one);
	blob(h, b.data, b.len, two);
	blob(h, config, sizeof(config) - 1, c);
	snprintf(text, sizeof(text), "{\"config\":{\"digest\":\"sha256:%s\"},\"layers\":[{\"digest\":"
		 "\"sha256:%s\"},{\"digest\":\"sha256:%s\"}]}", c, one, two);
	blob(h, text, strlen(text), m);
	snprintf(text, sizeof(text), "{\"manifests\":[{\"digest\":\"sha256:%064d\",\"platform\":{\"os\":"
		 "\"linux\",\"architecture\":\"s390x\"}},{\"digest\":\"sha256:%s\",\"platform\":"
		 "{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}", 0, m);
	file_write(h->fd, "oci/index.json", text, strlen(text), 0644, &err);
	file_write(h->fd, "oci/oci-layout", "{}", 2, 0644, &err);
}

static void a_layout_is_its_layers(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_IMAGE struct image j = { 0 };
	struct error err = { 0 };
	char command[256];

	put_layout(&h);
	if (import_path(&h, "oci", "oci", &i, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	check_layers(i.path);
	CHECK(i.argv && strcmp(i.argv[0], "/bin/tool") == 0 && strcmp(i.argv[1], "-x") == 0);
	CHECK(i.env && strcmp(i.env[0], "A=b") == 0);
	CHECK_STR(i.user, "7");
	CHECK_STR(i.cwd, "/app");
	/* The same in a tar, packed. */
	snprintf(command, sizeof(command), "tar cf - -C %s/oci . | gzip >%s/oci.tar.gz", h.dir, h.dir);
	CHECK_INT(run(command), 0);
	if (import_path(&h, "oci.tar.gz", "packed", &j, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	check_layers(j.path);
	CHECK(j.argv && strcmp(j.argv[0], "/bin/tool") == 0);
}

static void a_damaged_blob_is_refused(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	struct error err = { 0 };
	char command[256];

	put_layout(&h);
	snprintf(command, sizeof(command), "cd %s/oci/blobs/sha256 && for f in *; do "
		 "grep -q 'through the link' $f && printf x | dd of=$f bs=1 seek=600 conv=notrunc; done; :",
		 h.dir);
	CHECK_INT(run(command), 0);
	CHECK_INT(import_path(&h, "oci", "oci", &i, &err), -1);
	CHECK(strstr(err.msg, "not what its digest says"));
}

static void docker_save_is_understood(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_TAR struct tar a = { 0 };
	AUTO_TAR struct tar b = { 0 };
	AUTO_TAR struct tar all = { 0 };
	static const char manifest[] = "[{\"Config\":\"c.json\",\"RepoTags\":[\"me:1\"],\"Layers\":"
				       "[\"one/layer.tar\",\"two/layer.tar\"]}]";
	static const char config[] = "{\"config\":{\"Cmd\":[\"sh\"]}}";
	struct error err = { 0 };

	put_layers(&a, &b);
	tar_dir(&all, "one/", 0755, 0, 0);
	tar_file(&all, "one/layer.tar", 0644, a.data, a.len);
	tar_file(&all, "two/layer.tar", 0644, b.data, b.len);
	tar_file(&all, "c.json", 0644, config, sizeof(config) - 1);
	tar_file(&all, "manifest.json", 0644, manifest, sizeof(manifest) - 1);
	tar_end(&all);
	CHECK_INT(file_write(h.fd, "saved.tar", all.data, all.len, 0600, &err), 0);
	if (import_path(&h, "saved.tar", "saved", &i, &err) != 0)
		CHECK_FAIL("%s", err.msg);
	check_layers(i.path);
	CHECK_STR(i.source, "me:1");
	CHECK(i.argv && strcmp(i.argv[0], "sh") == 0);
}

static void what_was_made_is_not_made_again(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_IMAGE struct image j = { 0 };
	AUTO_IMAGE struct image k = { 0 };
	AUTO_TAR struct tar t = { 0 };
	struct error err = { 0 };
	char command[256];
	struct stat a, b;

	fill_tar(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	CHECK_INT(import_path(&h, "t.tar", "first", &i, &err), 0);
	/* The same bytes under another name and in another file. */
	snprintf(command, sizeof(command), "cp %s/t.tar %s/copy.tar", h.dir, h.dir);
	CHECK_INT(run(command), 0);
	CHECK_INT(import_path(&h, "copy.tar", "second", &j, &err), 1);
	CHECK_STR(j.sha256, i.sha256);
	CHECK(stat(i.path, &a) == 0 && stat(j.path, &b) == 0 && a.st_ino == b.st_ino);
	/* Other bytes are another image. */
	snprintf(command, sizeof(command), "printf y | dd of=%s/copy.tar bs=1 seek=1537 conv=notrunc",
		 h.dir);
	CHECK_INT(run(command), 0);
	CHECK_INT(import_path(&h, "copy.tar", "second", &k, &err), 0);
	CHECK(strcmp(k.sha256, i.sha256) != 0);
}

static int cancel_while_writing(void *arg, const struct progress *p)
{
	++*(int *)arg;
	return p->phase == PROGRESS_WRITE;
}

static void cancelling_leaves_nothing(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_TAR struct tar t = { 0 };
	char path[PATH_MAX], command[256];
	struct error err = { 0 };
	int told = 0;

	fill_tar(&t);
	CHECK_INT(file_write(h.fd, "t.tar", t.data, t.len, 0600, &err), 0);
	snprintf(path, sizeof(path), "%s/t.tar", h.dir);
	CHECK_INT(import_image(&(struct import){ .images = h.images, .name = "t", .source = path,
						 .progress = cancel_while_writing,
						 .progress_arg = &told }, &i, &err), -1);
	CHECK_INT(err.code, ECANCELED);
	CHECK(told > 1);
	snprintf(command, sizeof(command), "[ -z \"$(ls -A %s)\" ]", h.images);
	CHECK_INT(run(command), 0);
}

static void what_is_no_image_is_told_so(void)
{
	AUTO_HOME struct home h = home_new();
	struct image i = { 0 };
	struct error err = { 0 };

	CHECK_INT(import_path(&h, "none", "x", &i, &err), -1);
	CHECK_INT(err.code, ENOENT);
	CHECK_INT(file_write(h.fd, "empty", "", 0, 0600, &err), 0);
	CHECK_INT(import_path(&h, "empty", "x", &i, &err), -1);
	CHECK(strstr(err.msg, "is empty"));
	CHECK_INT(file_write(h.fd, "page", "<!doctype html>\n", 16, 0600, &err), 0);
	CHECK_INT(import_path(&h, "page", "x", &i, &err), -1);
}

static void a_name_is_made_of_a_path(void)
{
	char name[64];

	import_name("/tmp/My Debian.tar.gz", name);
	CHECK_STR(name, "my-debian");
	import_name("ubuntu-24.04.squashfs", name);
	CHECK_STR(name, "ubuntu-24.04");
	import_name("/srv/root/", name);
	CHECK_STR(name, "root");
	import_name("/.tar", name);
	CHECK_STR(name, "tar");
	import_name("///", name);
	CHECK_STR(name, "image");
}

static void progress_survives_its_line(void)
{
	const struct progress p = { PROGRESS_WRITE, 5, 1ULL << 40, 7, -1, "a name\nwith more" };
	struct progress q;
	char line[PROGRESS_LINE];
	size_t n = progress_line(&p, line);

	CHECK(line[n - 1] == '\n');
	line[n - 1] = '\0';
	CHECK_INT(progress_parse(line, &q), 0);
	CHECK_INT(q.phase, PROGRESS_WRITE);
	CHECK_INT(q.done, 5);
	CHECK_INT(q.total, 1LL << 40);
	CHECK_INT(q.rate, 7);
	CHECK_INT(q.remaining, -1);
	CHECK_STR(q.text, "a name?with more");
	CHECK_INT(progress_parse("progress fly 1 2 3 4", &q), -1);
	CHECK_INT(progress_parse("progress write 1 2", &q), -1);
	CHECK_INT(progress_parse("", &q), -1);
}

int main(int argc, char **argv)
{
	const struct test tests[] = {
		{ "a_tar_is_imported_whole", a_tar_is_imported_whole },
		{ "every_compression_gives_the_same", every_compression_gives_the_same },
		{ "a_squashfs_gives_the_same", a_squashfs_gives_the_same },
		{ "a_directory_keeps_links_holes_and_attributes",
		  a_directory_keeps_links_holes_and_attributes },
		{ "acls_and_capabilities_are_kept", acls_and_capabilities_are_kept },
		{ "a_layout_is_its_layers", a_layout_is_its_layers },
		{ "a_damaged_blob_is_refused", a_damaged_blob_is_refused },
		{ "docker_save_is_understood", docker_save_is_understood },
		{ "what_was_made_is_not_made_again", what_was_made_is_not_made_again },
		{ "cancelling_leaves_nothing", cancelling_leaves_nothing },
		{ "what_is_no_image_is_told_so", what_is_no_image_is_told_so },
		{ "a_name_is_made_of_a_path", a_name_is_made_of_a_path },
		{ "progress_survives_its_line", progress_survives_its_line },
		{ 0 },
	};

	return test_main(tests, argc, argv);
}
