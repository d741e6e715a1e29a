/*
 * A TAP: an Ethernet link whose other end is a descriptor, for a hypervisor.
 * It is not persistent: the kernel removes it with the descriptor's last copy.
 */
#ifndef ENGINE_NET_TAP_H
#define ENGINE_NET_TAP_H

#include "engine/base/error.h"

/* Make one in the namespace of the calling thread (as it was when the device
 * was opened, so the two happen here together). Frames have a virtio-net
 * header, which QEMU finds out by TUNGETIFF; no offloads are on. */
int tap_open(const char *name, struct error *err);

/* Why /dev/net/tun does not open, as a remedy in err->hint by err->code. */
void tap_hint(struct error *err);

#endif
