#include "engine/guest/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/guest/say.h"

static void no_ipv6(void)
{
	static const char *const files[] = {
		"/proc/sys/net/ipv6/conf/all/disable_ipv6",
		"/proc/sys/net/ipv6/conf/default/disable_ipv6",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue; /* a kernel without IPv6 */
		(void)!write(fd, "1", 1);
		close(fd);
	}
}

static struct sockaddr address_of(in_addr_t a)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = a };
	struct sockaddr out;

	memcpy(&out, &in, sizeof(out));
	return out;
}

static int up(int s, const char *device)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	return ioctl(s, SIOCSIFFLAGS, &r);
}

static int set_address(int s, const char *device, in_addr_t a, int prefix)
{
	struct ifreq r = { .ifr_addr = address_of(a) };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	if (ioctl(s, SIOCSIFADDR, &r) < 0)
		return -1;
	r.ifr_netmask = address_of(htonl(prefix ? ~0U << (32 - prefix) : 0));
	return ioctl(s, SIOCSIFNETMASK, &r);
}

/* Everything by the gateway: what it does not serve it refuses at once, and tells the
 * operator of (engine/net/wall.h); without a route nobody would hear of it. */
static int set_route(int s, in_addr_t gateway)
{
	struct rtentry r = {
		.rt_dst = address_of(INADDR_ANY),
		.rt_genmask = address_of(INADDR_ANY),
		.rt_gateway = address_of(gateway),
		.rt_flags = RTF_UP | RTF_GATEWAY,
	};

	/* The old one went with the old address. */
	return ioctl(s, SIOCADDRT, &r) < 0 && errno != EEXIST ? -1 : 0;
}

/* The first device that is not the loopback; "" when there is none. */
static void find_device(char name[IF_NAMESIZE])
{
	struct if_nameindex *all = if_nameindex();

	name[0] = '\0';
	for (struct if_nameindex *i = all; i && i->if_name && !name[0]; i++)
		if (strcmp(i->if_name, "lo") != 0)
			snprintf(name, IF_NAMESIZE, "%s", i->if_name);
	if (all)
		if_freenameindex(all);
}

void net_up(const char *address, const char *gateway)
{
	char device[IF_NAMESIZE], text[32];
	in_addr_t a, g;

	no_ipv6();
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0 || up(s, "lo") < 0)
		say_errno("bring the loopback up");
	find_device(device);
	snprintf(text, sizeof(text), "%s", address);
	char *prefix = strchr(text, '/');
	if (prefix)
		*prefix++ = '\0';
	if (!device[0])
		;
	else if (inet_pton(AF_INET, text, &a) != 1 || inet_pton(AF_INET, gateway, &g) != 1)
		say("address %s or gateway %s cannot be", address, gateway);
	else if (set_address(s, device, a, prefix ? atoi(prefix) & 31 : 30) < 0 ||
		 up(s, device) < 0 || set_route(s, g) < 0)
		say_errno("set up %s", device);
	if (s >= 0)
		close(s);
}
