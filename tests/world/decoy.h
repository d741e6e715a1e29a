/*
 * Servers that must not be reached, and some that may: one process in a network
 * namespace that owns every address, with a log of what arrives, a line each:
 *
 *   TAG tcp 8.8.8.8:443                    a connection
 *   TAG http 93.184.216.80:80 GET / HOST   a request; X-* and credential headers follow
 *   TAG odd 93.184.216.80:80 ...           what is none to any server: 400, and the end
 *   TAG data 8.8.8.8:4444 TEXT             first bytes of anything else, printable
 *   TAG udp 8.8.8.8:123 8                  a datagram and its length
 *   TAG dns 93.184.216.53 NAME TYPE        a query (over UDP or TCP)
 *   TAG leak ...                           a packet on the wire whose source is not the host's
 *
 * Services: 22 speaks first ("SSH-2.0-decoy") and then echoes; 80 and 8080 are HTTP
 * (/big/N: N bytes; /upgrade: 101 and then an echo; else one line that says what was asked); 53 is DNS; other ports of
 * decoy_ports echo. Where the directory $WORLD_SERVE has a program "ADDRESS:PORT", that
 * serves connections to it instead, as its standard input and output.
 *
 * DNS: a-1-2-3-4.ANY has the address 1.2.3.4; flip.example has a global one for the first
 * question and 127.0.0.1 for the next; six-NAME.example see decoy.c; *.ok.example has
 * 93.184.216.80, git.example 93.184.216.22; everything else does not exist.
 */
#ifndef TESTS_WORLD_DECOY_H
#define TESTS_WORLD_DECOY_H

extern const unsigned short decoy_ports[]; /* 0 at the end */

/* Serve in this process until it is killed. `wire` (or NULL) is the link whose
 * packets are looked at for leaks: those not from 93.184.216.2. Writes one byte to `ready`
 * when all listens. */
_Noreturn void decoy_serve(const char *tag, const char *wire, int log_fd, int ready);

#endif
