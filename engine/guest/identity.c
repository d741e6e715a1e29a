#include "engine/guest/identity.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/guest/control.h"
#include "engine/guest/say.h"

enum {
	ENTROPY_MAX = 512,
};

static int nibble(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* RNDADDENTROPY credits the bytes; RNDRESEEDCRNG makes the generator use them
 * now, so two machines from one template never share a random number. */
int identity_entropy(const char *hex)
{
	struct {
		struct rand_pool_info info;
		unsigned char bytes[ENTROPY_MAX];
	} pool = { 0 };
	unsigned char *to = (unsigned char *)pool.info.buf;
	size_t n = strlen(hex) / 2;

	if (n > ENTROPY_MAX || strlen(hex) % 2)
		return EINVAL;
	for (size_t i = 0; i < n; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return EINVAL;
		to[i] = (unsigned char)(high << 4 | low);
	}
	pool.info.entropy_count = (int)(n * 8);
	pool.info.buf_size = (int)n;
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int code = ioctl(fd, RNDADDENTROPY, &pool.info) < 0 ? errno : 0;
	if (!code && ioctl(fd, RNDRESEEDCRNG) < 0)
		code = errno;
	close(fd);
	explicit_bzero(&pool, sizeof(pool));
	return code;
}

void identity_set_clock(uint64_t epoch_ns)
{
	struct timespec t = { (time_t)(epoch_ns / 1000000000), (long)(epoch_ns % 1000000000) };

	if (clock_settime(CLOCK_REALTIME, &t) < 0)
		say_errno("set the clock");
}

int identity_take(const struct start *s, const char **what)
{
	*what = "add entropy";
	int code = s->entropy ? identity_entropy(s->entropy) : 0;
	if (code)
		return code;
	if (s->epoch_ns)
		identity_set_clock(s->epoch_ns);
	*what = "set the host name";
	if (s->hostname && sethostname(s->hostname, strlen(s->hostname)) < 0)
		return errno;
	return 0;
}

/* Replaced, whatever it is: an image may have a dangling link here. Kept open, so
 * that what START brings is one write into a file that is in the upper layer. */
static int new_file(const char *path, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || fchmod(fd, mode) < 0)
		say_errno("write %s", path);
	return fd;
}

static void write_line(int fd, const char *name, const char *text)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s\n", text);

	if (fd >= 0 && write(fd, line, (size_t)n) != n)
		say_errno("write %s", name);
}

void identity_prepare(struct identity *id)
{
	if (id->hosts >= 0)
		return;
	id->machine_id = new_file("/etc/machine-id", 0444);
	id->hostname = new_file("/etc/hostname", 0644);
	/* The gateway's, whatever the image was made with: the host's own resolver, copied,
	 * or a link to one that does not run here. */
	int resolv = new_file("/etc/resolv.conf", 0644);
	if (resolv >= 0) {
		write_line(resolv, "/etc/resolv.conf", "nameserver " CONTROL_GATEWAY);
		close(resolv);
	}
	id->hosts = open("/etc/hosts", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (id->hosts < 0)
		say_errno("open /etc/hosts");
}

static void forget(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void identity_write(struct identity *id, const struct start *s)
{
	char host[300];

	identity_prepare(id);
	if (s->machine_id)
		write_line(id->machine_id, "/etc/machine-id", s->machine_id);
	if (s->hostname) {
		write_line(id->hostname, "/etc/hostname", s->hostname);
		snprintf(host, sizeof(host), "127.0.1.1\t%.255s", s->hostname);
		write_line(id->hosts, "/etc/hosts", host);
	}
	forget(&id->machine_id);
	forget(&id->hostname);
	forget(&id->hosts);
}
