/*
 * The decoy world: a host of our own making, with the Internet, a LAN and a metadata
 * service around it, all of them one process that logs (decoy.h).
 *
 *   here    93.184.216.2/30, 2606:2800:220::2, 10.99.0.1/24 (a LAN), 93.184.217.2
 *           and .3 (a second address of the same network); the "host": its servers
 *           listen on all of its addresses and log with the tag "host"
 *   there   a second namespace that owns every other IPv4 address, 2606:2800:221::/64 and fd00::/8; its servers log with the tag
 *           "net". Names are resolved by 93.184.216.53; see decoy.h for its zone.
 *
 * /etc/resolv.conf, /etc/hosts and /etc/nsswitch.conf are ours while it lasts (bind
 * mounts in a mount namespace of our own). Needs root, or a user namespace in which we
 * are; nothing of it is left when its processes have ended.
 */
#ifndef TESTS_WORLD_WORLD_H
#define TESTS_WORLD_WORLD_H

#include <sys/types.h>

#include "engine/base/error.h"

#define WORLD_HOST "93.184.216.2"
#define WORLD_OK "93.184.216.80" /* ok.example, *.ok.example */
/* Beside localhost, /etc/hosts has these. */
#define WORLD_HOSTS                             \
	"127.0.0.1 localhost\n"                 \
	"93.184.216.90 hosts.example\n"         \
	"93.184.216.91 a.example\n"             \
	"127.0.0.1 hosts-loopback.example\n"    \
	"10.99.0.1 hosts-private.example\n"     \
	"93.184.216.2 hosts-own.example\n"     \
	"93.184.217.3 hosts-second.example\n"

/* Enter new mount and network namespaces, with that world around them. The log is
 * appended to; servers die with the calling process. */
int world_enter(int log_fd, struct error *err);

/* Become root of a new user namespace, as whom an ordinary user would do all this. */
int world_user(struct error *err);

/* ip ARGS..., as one command line; -1 with its words. */
int world_ip(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
