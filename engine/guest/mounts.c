#include "engine/guest/mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "engine/guest/control.h"
#include "engine/guest/say.h"

#define GROW _IOW('f', 16, uint64_t) /* EXT4_IOC_RESIZE_FS, fs/ext4/ext4.h: to so many blocks */

static void early(const char *type, const char *at, unsigned long flags, const char *data)
{
	mkdir(at, 0755);
	if (mount(type, at, type, flags, data) < 0 && errno != EBUSY)
		say_errno("mount %s", at);
}

void mounts_early(void)
{
	const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	early("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
	early("proc", "/proc", safe, NULL);
	early("sysfs", "/sys", safe, NULL);
	early("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,gid=5,ptmxmode=0666");
	early("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	early("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
	early("cgroup2", "/sys/fs/cgroup", safe, NULL);
	(void)!symlink("/proc/self/fd", "/dev/fd");
	(void)!symlink("/proc/self/fd/0", "/dev/stdin");
	(void)!symlink("/proc/self/fd/1", "/dev/stdout");
	(void)!symlink("/proc/self/fd/2", "/dev/stderr");
}

/* A virtio disk's serial number, "" for none. */
static void serial_of(const char *entry, char *text, size_t size)
{
	char path[300];

	snprintf(path, sizeof(path), "/sys/block/%.200s/serial", entry);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

void mounts_find(struct mounts *m)
{
	DIR *d = opendir("/sys/block");
	char serial[64];

	snprintf(m->image_device, sizeof(m->image_device), "/dev/vda");
	snprintf(m->disk_device, sizeof(m->disk_device), "/dev/vdb");
	for (struct dirent *e; d && (e = readdir(d));) {
		serial_of(e->d_name, serial, sizeof(serial));
		if (strcmp(serial, CONTROL_IMAGE_SERIAL) == 0)
			snprintf(m->image_device, sizeof(m->image_device), "/dev/%.50s", e->d_name);
		else if (strcmp(serial, CONTROL_DISK_SERIAL) == 0)
			snprintf(m->disk_device, sizeof(m->disk_device), "/dev/%.50s", e->d_name);
	}
	if (d)
		closedir(d);
}

/* In a machine resumed from a template, what the kernel read of a disk while
 * it booted (the partition scan) is not what the disk holds now. */
static int forget_cache(const char *device)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	int code = ioctl(fd, BLKFLSBUF, 0) < 0 ? errno : 0;
	close(fd);
	return code;
}

static int mount_disk(const char *device, const char *at, unsigned long flags, const char **what)
{
	*what = device;
	int code = forget_cache(device);
	if (code)
		return code;
	mkdir(at, 0755);
	/* No thread that looks after tables which are ready: it would do so in every machine
	 * that comes of a template. */
	return mount(device, at, "ext4", flags, "noinit_itable,no_prefetch_block_bitmaps") < 0 ? errno : 0;
}

/* base/, where there is one, is what the session was given to work on: a layer
 * between the image and what the agent changes. */
static int overlay(struct mounts *m, const char **what)
{
	static const char plain[] = "lowerdir=/image,upperdir=/disk/upper,workdir=/disk/work";
	static const char based[] = "lowerdir=/disk/base:/image,upperdir=/disk/upper,workdir=/disk/work";

	int code = mount_disk(m->image_device, "/image", MS_RDONLY, what);
	if (!code)
		code = mount_disk(m->disk_device, "/disk", MS_NOATIME, what);
	if (code)
		return code;
	*what = "mount the overlay";
	mkdir("/new", 0755);
	if (mount("overlay", "/new", "overlay", 0, access("/disk/base", F_OK) == 0 ? based : plain) < 0)
		return errno;
	m->disk = open("/disk", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return 0;
}

/* The copy has the image's size, its device the session disk's. */
static void grow(const char *device, int root)
{
	struct statfs now;
	uint64_t bytes = 0, blocks;

	int fd = open(device, O_RDONLY | O_CLOEXEC);
	bool known = fd >= 0 && ioctl(fd, BLKGETSIZE64, &bytes) == 0 && fstatfs(root, &now) == 0;
	if (!known)
		say_errno("the size of %s", device);
	if (fd >= 0)
		close(fd);
	if (!known)
		return;
	blocks = now.f_bsize > 0 ? bytes / (uint64_t)now.f_bsize : 0;
	if (blocks > (uint64_t)now.f_blocks && ioctl(root, GROW, &blocks) < 0)
		say_errno("grow %s to %llu blocks", device, (unsigned long long)blocks);
}

static int own(struct mounts *m, const char **what)
{
	int code = mount_disk(m->disk_device, "/new", MS_NOATIME, what);
	if (code)
		return code;
	int root = open("/new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0) {
		grow(m->disk_device, root);
		close(root);
	}
	m->disk = open("/new", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return 0;
}

static void move(const char *from)
{
	char to[64];

	snprintf(to, sizeof(to), "/new%s", from);
	mkdir(to, 0755);
	if (mount(from, to, NULL, MS_MOVE, NULL) < 0)
		say_errno("move %s", from);
}

int mounts_switch(struct mounts *m, bool own_disk, const char **what)
{
	int code;

	*what = "mount the disk otherwise than it was";
	if (m->switched)
		return m->own == own_disk ? 0 : EINVAL;
	code = own_disk ? own(m, what) : overlay(m, what);
	if (code)
		return code;
	move("/dev");
	move("/proc");
	move("/sys");
	move("/run");
	*what = "switch to the image's root";
	if (chdir("/new") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 ||
	    chdir("/") < 0)
		return errno;
	m->switched = true;
	m->own = own_disk;
	return 0;
}

void mounts_end(struct mounts *m)
{
	char path[64];

	sync();
	if (m->disk < 0)
		return;
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
		say_errno("make / read-only");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", m->disk);
	if (mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
		say_errno("make the session disk read-only");
}
