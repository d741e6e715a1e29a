/*
 * Ethernet frames written to a session's TAP as a hostile guest's driver would: a table of
 * crafted ones, and a builder for more.
 */
#ifndef TESTS_WORLD_FRAMES_H
#define TESTS_WORLD_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* With the virtio-net header of 10 bytes that the TAP wants in front. */
struct frame {
	char what[64];
	size_t n;
	uint8_t data[70000];
};

/* Frame number i of the table; 0, or -1 behind its end. */
int frame_crafted(struct frame *f, int i);

/* An IPv4 packet from 10.200.0.2 (or `from`) in a good frame, with checksums. */
void frame_ipv4(struct frame *f, const char *from, const char *to, int protocol,
		const void *payload, size_t n);
/* A TCP SYN, a UDP datagram or an ICMP echo (port is its id). */
void frame_probe(struct frame *f, const char *to, int protocol, uint16_t from_port, uint16_t port);
/* Who has `to`? */
void frame_arp(struct frame *f, const char *to);

/* Write it: 0, or -1 when the TAP itself refuses it. */
int frame_send(int tap, const struct frame *f);
/* Read one that came, without its header; 0 when there is none. */
size_t frame_take(int tap, uint8_t *out, size_t cap);

#endif
