/*
 * The gateway's process reads what guests and servers send, so it is treated like the
 * hypervisor: no capabilities and none to gain, no core, and of the host's files only
 * those that resolving names and TLS need, read-only, in a root of its own. Directories
 * are bound, so that a resolv.conf that is replaced later is seen.
 */
#include "engine/net/gateway.h"

#include <errno.h>
#include <sys/prctl.h>

#include "engine/base/confine.h"

/* Libraries (of nsswitch's sources, loaded when first used), configuration and certificates,
 * and where resolv.conf is a link to. What the host lacks is left out. */
static const char *const seen[] = {
	"/etc",	      "/usr",			 "/lib",		"/lib64",
	"/nix/store", "/gnu/store",		 "/run/systemd/resolve", "/run/NetworkManager",
	"/run/resolvconf", "/run/connman",	 "/mnt/wsl",
};
static const char *const devices[] = { "/dev/null", "/dev/urandom" };

static int own_root(void)
{
	int r = confine_begin();

	for (size_t i = 0; !r && i < sizeof(seen) / sizeof(*seen); i++)
		r = confine_give(seen[i], CONFINE_READ);
	for (size_t i = 0; !r && i < sizeof(devices) / sizeof(*devices); i++)
		r = confine_give(devices[i], CONFINE_WRITE);
	if (!r)
		return confine_finish();
	confine_abandon();
	return -1;
}

int gateway_confine(void)
{
	int r = own_root(), why = errno;

	if (confine_limit(RLIMIT_CORE, 0) < 0 || confine_drop() < 0) {
		why = r < 0 ? why : errno;
		r = -1;
	}
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	errno = why;
	return r;
}
