/*
 * A network of our own, for checks that ask it: namespaces with loopback, a name
 * server that knows *.example and nothing below .invalid, certificate
 * authorities, and TLS servers that serve what a scene wants, with the Date that
 * it wants. Servers are children; they end with the process that started them.
 */
#ifndef TESTS_CHECK_WORLD_H
#define TESTS_CHECK_WORLD_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wunused-function"

static void world_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(99);
	close(fd);
}

static void world_map(const char *path, unsigned id)
{
	char text[32];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	snprintf(text, sizeof(text), "0 %u 1", id);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(99);
	close(fd);
}

static void world_lo_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		_exit(99);
	close(fd);
}

/* User, network and mount namespace, lo up, mounts private. False: not to be had. */
static bool world_enter(void)
{
	unsigned uid = geteuid(), gid = getegid();
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) < 0)
		return false;
	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "deny", 4) < 0)
			_exit(99);
		close(fd);
	}
	world_map("/proc/self/uid_map", uid);
	world_map("/proc/self/gid_map", gid);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	world_lo_up();
	return true;
}

/* This text instead of that file, which must be there (a link is followed). */
static bool world_file(const char *path, const char *text)
{
	char from[] = "/tmp/vmdeck-world-XXXXXX";
	int fd = mkstemp(from);
	bool good;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return false;
	close(fd);
	good = chmod(from, 0644) == 0 && mount(from, path, NULL, MS_BIND, NULL) == 0;
	unlink(from);
	return good;
}

static int world_bind(int type, const char *address, unsigned short port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;

	inet_pton(AF_INET, address, &at.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 64) < 0))
		return -1;
	return fd;
}

static unsigned short world_port(int fd)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);

	getsockname(fd, (struct sockaddr *)&at, &n);
	return ntohs(at.sin_port);
}

static pid_t world_child(void)
{
	pid_t parent = getpid(), pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
	}
	return pid;
}

/* --- A name server --- */

enum world_dns {
	DNS_HONEST,  /* *.example is 127.0.0.1, the rest is NXDOMAIN */
	DNS_LIAR,    /* everything is 203.0.113.9 */
	DNS_REFUSES, /* REFUSED */
	DNS_GARBAGE, /* bytes that are no answer, then nothing */
	DNS_LATE,    /* somebody else's answer first, then the honest one */
};

static size_t world_answer(enum world_dns kind, uint8_t *m, size_t n)
{
	uint8_t address[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1 };
	size_t at = 12;
	bool known;

	if (n < 17)
		return 0;
	if (kind == DNS_GARBAGE) {
		memset(m, 0xff, 9);
		return 9;
	}
	while (at < n && m[at])
		at += 1 + m[at];
	at += 5;
	if (at > n)
		return 0;
	known = at >= 12 + 9 && !memcmp(m + at - 5 - 8, "\7example", 8);
	m[2] = 0x81;
	m[3] = kind == DNS_REFUSES ? 0x85 : known || kind == DNS_LIAR ? 0x80 : 0x83;
	memset(m + 6, 0, 6);
	if (m[3] != 0x80 || m[at - 3] != 1) /* AAAA and others: no such record */
		return at;
	if (kind == DNS_LIAR)
		memcpy(address + 12, "\313\0\161\11", 4); /* 203.0.113.9 */
	m[7] = 1;
	memcpy(m + at, address, sizeof(address));
	return at + sizeof(address);
}

static void world_udp(enum world_dns kind, int fd)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	uint8_t m[1024];
	ssize_t n = recvfrom(fd, m, 512, 0, (struct sockaddr *)&from, &len);
	size_t out;

	if (n <= 0)
		return;
	if (kind == DNS_LATE) {
		m[0] ^= 0x55;
		sendto(fd, m, (size_t)n, 0, (struct sockaddr *)&from, len);
		m[0] ^= 0x55;
	}
	out = world_answer(kind, m, (size_t)n);
	sendto(fd, m, out, 0, (struct sockaddr *)&from, len);
}

static void world_tcp(enum world_dns kind, int listener)
{
	int fd = accept(listener, NULL, NULL);
	uint8_t m[1024];
	ssize_t n = fd < 0 ? -1 : recv(fd, m, 514, 0);
	size_t out;

	if (n > 2) {
		out = world_answer(kind, m + 2, (size_t)n - 2);
		m[0] = (uint8_t)(out >> 8);
		m[1] = (uint8_t)out;
		if (send(fd, m, out + 2, MSG_NOSIGNAL) < 0)
			_exit(1);
	}
	if (fd >= 0)
		close(fd);
}

/* Serve until the world ends. */
static void world_dns(enum world_dns kind, int udp, int tcp)
{
	fd_set set;

	if (world_child() != 0)
		return;
	for (;;) {
		FD_ZERO(&set);
		FD_SET(udp, &set);
		FD_SET(tcp, &set);
		if (select((udp > tcp ? udp : tcp) + 1, &set, NULL, NULL, NULL) < 0)
			_exit(1);
		if (FD_ISSET(udp, &set))
			world_udp(kind, udp);
		if (FD_ISSET(tcp, &set))
			world_tcp(kind, tcp);
	}
}

/* --- Certificates --- */

struct authority {
	X509 *cert;
	EVP_PKEY *key;
	char name[64];
};

static X509 *world_sign(const char *name, const char *san, bool ca, long from_days, long to_days,
			EVP_PKEY *key, X509 *issuer, EVP_PKEY *by)
{
	static long serial = 1;
	X509 *c = X509_new();
	X509_NAME *n = X509_get_subject_name(c);
	X509_EXTENSION *e;
	char text[128];

	X509_set_version(c, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c), serial++);
	X509_gmtime_adj(X509_getm_notBefore(c), from_days * 86400);
	X509_gmtime_adj(X509_getm_notAfter(c), to_days * 86400);
	X509_set_pubkey(c, key);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
	e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
	X509_add_ext(c, e, -1);
	X509_EXTENSION_free(e);
	if (san) {
		snprintf(text, sizeof(text), "DNS:%s", san);
		e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text);
		X509_add_ext(c, e, -1);
		X509_EXTENSION_free(e);
	}
	X509_sign(c, by, EVP_sha256());
	return c;
}

static struct authority world_authority(const char *name)
{
	struct authority a = { .key = EVP_EC_gen("P-256") };

	snprintf(a.name, sizeof(a.name), "%s", name);
	a.cert = world_sign(name, NULL, true, -3650, 3650, a.key, NULL, a.key);
	return a;
}

static void world_pem(const char *path, const struct authority *const *list)
{
	FILE *f = fopen(path, "we");

	for (; f && *list; list++)
		PEM_write_X509(f, (*list)->cert);
	if (!f || fclose(f) != 0)
		_exit(99);
}

/* --- TLS servers --- */

struct server {
	const char *name;             /* of the certificate */
	const struct authority *by;
	long from_days, to_days;      /* of its life, from now */
	long skew;                    /* of its Date, seconds */
};

static void world_serve(const struct server *s, int listener)
{
	SSL_CTX *ctx;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *leaf = world_sign(s->name, s->name, false, s->from_days, s->to_days, key, s->by->cert,
				s->by->key);

	if (world_child() != 0)
		return;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(ctx, leaf);
	SSL_CTX_use_PrivateKey(ctx, key);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		SSL *ssl;
		struct timeval patience = { 2, 0 };
		char in[2048], out[256], date[64];
		time_t now = time(NULL) + s->skew;

		if (fork() != 0) { /* each connection its own: some are only looked at */
			close(fd);
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ssl = SSL_new(ctx);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		SSL_set_fd(ssl, fd);
		if (SSL_accept(ssl) == 1 && SSL_read(ssl, in, sizeof(in)) > 0) {
			strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
			snprintf(out, sizeof(out),
				 "HTTP/1.1 404 Not Found\r\nDate: %s\r\nContent-Length: 0\r\n"
				 "Connection: close\r\n\r\n", date);
			SSL_write(ssl, out, (int)strlen(out));
			SSL_shutdown(ssl);
		}
		_exit(0);
	}
}

#endif
