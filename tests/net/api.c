/*
 * An API server for tests: HTTPS, a process for each connection, what it was asked
 * appended to a log, a line each:
 *
 *   api POST /v1/messages
 *   api   x-api-key: needle
 *   api   body 12
 *
 * /v1/stream answers with three events, /git/ with files of ./served/git, everything else with JSON that says what was asked.
 *
 * api ADDRESS PORT CERT KEY LOG; with "-" as the address, one connection: standard input.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct api {
	SSL_CTX *ctx;
	int log;
};

static void note(struct api *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct api *a, const char *fmt, ...)
{
	char line[8192];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	if (write(a->log, line, (size_t)n) < 0)
		_exit(1);
}

static int put(SSL *s, const char *text)
{
	return SSL_write(s, text, (int)strlen(text));
}

/* A file below the working directory's "served", for git. */
static void serve_file(SSL *s, const char *path)
{
	static char data[1 << 20];
	char text[128], name[600];
	FILE *f = NULL;
	size_t n = 0;

	snprintf(name, sizeof(name), "served%.*s", (int)strcspn(path, "?"), path);
	if (!strstr(path, ".."))
		f = fopen(name, "re");
	if (f) {
		n = fread(data, 1, sizeof(data), f);
		fclose(f);
	}
	snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n", f ? "200 OK" : "404 Not Found", n);
	put(s, text);
	if (n)
		SSL_write(s, data, (int)n);
}

static void answer(SSL *s, const char *path)
{
	char text[1024], body[512];

	if (!strncmp(path, "/git/", 5)) {
		serve_file(s, path);
		return;
	}

	if (!strcmp(path, "/v1/stream")) {
		put(s, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
		for (int i = 0; i < 3; i++) {
			snprintf(text, sizeof(text), "9\r\ndata: %d\n\n\r\n", i);
			put(s, text);
		}
		put(s, "0\r\n\r\n");
		return;
	}
	snprintf(body, sizeof(body), "{\"answer\": \"from the provider\", \"path\": \"%.300s\"}\n", path);
	snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		 strlen(body), body);
	put(s, text);
}

/* The head, logged line by line; gives the body's length, -1 without a request. */
static long read_head(struct api *a, SSL *s, char path[512])
{
	static char head[65536];
	size_t n = 0;
	long length = 0;
	char *line, *rest;

	while (n < sizeof(head) - 1 && !strstr(head, "\r\n\r\n")) {
		if (SSL_read(s, head + n, 1) != 1)
			return -1;
		head[++n] = '\0';
	}
	line = strtok_r(head, "\r\n", &rest);
	if (!line || sscanf(line, "%*s %511s", path) != 1)
		return -1;
	note(a, "api %.*s", (int)strcspn(line, "\r\n"), line);
	while ((line = strtok_r(NULL, "\r\n", &rest))) {
		if (!strncasecmp(line, "content-length:", 15))
			length = atol(line + 15);
		note(a, "api   %s", line);
	}
	memset(head, 0, sizeof(head));
	return length;
}

static void serve(struct api *a, int fd)
{
	SSL *s = SSL_new(a->ctx);
	char path[512], c;
	long length;

	SSL_set_fd(s, fd);
	if (SSL_accept(s) != 1) {
		note(a, "api no TLS");
		return;
	}
	while ((length = read_head(a, s, path)) >= 0) {
		for (long i = 0; i < length; i++)
			if (SSL_read(s, &c, 1) != 1)
				return;
		if (length)
			note(a, "api   body %ld", length);
		answer(s, path);
	}
}

int main(int argc, char **argv)
{
	struct api a = { .ctx = SSL_CTX_new(TLS_server_method()) };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (argc != 6)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	inet_pton(AF_INET, argv[1], &in.sin_addr);
	in.sin_port = htons((uint16_t)atoi(argv[2]));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* busybox offers little of TLS */
	SSL_CTX_set_cipher_list(a.ctx, "ALL:@SECLEVEL=0");
	a.log = open(argv[5], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (SSL_CTX_use_certificate_file(a.ctx, argv[3], SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(a.ctx, argv[4], SSL_FILETYPE_PEM) != 1 || a.log < 0) {
		perror("api");
		return 1;
	}
	if (!strcmp(argv[1], "-")) {
		serve(&a, 0);
		return 0;
	}
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, 64) < 0) {
		perror("api");
		return 1;
	}
	note(&a, "api ready");
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0)
			return 1;
		if (fork() == 0) {
			serve(&a, c);
			_exit(0);
		}
		close(c);
	}
}
