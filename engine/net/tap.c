#include "engine/net/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "engine/base/own.h"

void tap_hint(struct error *err)
{
	switch (err->code) {
	case EACCES:
		/* devtmpfs makes it 0666 (drivers/net/tun.c); some container tools do not. */
		error_hint(err, "sudo chmod 0666 /dev/net/tun (the kernel's own mode for it; it "
				"gives nobody a right on the host's network)");
		break;
	case ENOENT:
		error_hint(err, "sudo modprobe tun; in a container: --device /dev/net/tun");
		break;
	case ENODEV:
	case ENXIO:
		error_hint(err, "sudo modprobe tun");
		break;
	case EPERM:
		error_hint(err, "the container's device policy refuses it: start it with --device "
				"/dev/net/tun");
		break;
	default:
		break;
	}
}

int tap_open(const char *name, struct error *err)
{
	AUTO_CLOSE int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };

	if (fd < 0) {
		error_set(err, errno, "open /dev/net/tun");
		tap_hint(err);
		return -1;
	}
	if (snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name) >= (int)sizeof(ifr.ifr_name))
		return error_set(err, ENAMETOOLONG, "TAP %s", name);
	if (ioctl(fd, TUNSETIFF, &ifr) < 0)
		return error_set(err, errno, "make TAP %s", name);
	if (ioctl(fd, TUNSETOFFLOAD, 0) < 0)
		return error_set(err, errno, "TAP %s: turn offloads off", name);
	return take_fd(&fd);
}
