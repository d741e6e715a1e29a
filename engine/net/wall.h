/*
 * The wall: what a guest sends to where nothing answers. Programs that connect to
 * an address without having asked for a name would wait for minutes, and the
 * operator would never know; so such packets are seen by a packet socket on the
 * TAP (a filter in the kernel passes no others), reported, and answered so that the
 * program fails at once: the first packet of a TCP connection with a reset, as if from
 * where it went (an ICMP error that comes while connect() is still at work is only
 * remembered, and the program waits for a second), anything else with an ICMP
 * "administratively prohibited".
 *
 * The socket can see and answer, it forwards nothing: there is no code that would.
 * It is not needed for anything to be blocked.
 *
 *   seen     IPv4 to anything but 10.200.0.1 and 198.18.0.0/15; and the first packet
 *            of a TCP connection to those (whose refusal the kernel answers itself,
 *            so that only the report is ours)
 *   not      IPv6, ARP and fragments: nobody is there for them
 */
#ifndef ENGINE_NET_WALL_H
#define ENGINE_NET_WALL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

/* Make the socket in the namespace of the calling process. */
int wall_open(const char *link, struct error *err);

struct wall_packet {
	struct in_addr from, to;
	uint8_t protocol;
	uint16_t port;   /* TCP's or UDP's destination; 0 for others */
	bool ours;       /* to 10.200.0.1 or 198.18.0.0/15: a TCP SYN */
	bool begins;     /* worth a report: a TCP SYN, UDP, or something without ports */
	bool answerable; /* unicast, from the guest's address, and no ICMP error itself */
};

enum { WALL_PACKET_MAX = 128, WALL_ANSWER_MAX = 20 + 8 + 60 + 8 };

/* Read a packet from its IPv4 header on, as the socket gives it; -1 when it is not one. */
int wall_read(struct wall_packet *w, const uint8_t *packet, size_t n);

/* The reset, or the ICMP error (type 3, code 13) from 10.200.0.1 about that packet, with its
 * IPv4 header; gives its length. */
size_t wall_answer(uint8_t out[WALL_ANSWER_MAX], const struct wall_packet *w,
		   const uint8_t *packet, size_t n);

#endif
