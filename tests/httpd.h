/*
 * A small HTTP server on loopback, in a child of the test: GET with ranges and
 * tags, and whatever goes wrong with servers, as a table says. As a proxy it has
 * pages whose target is a whole URL; CONNECT is counted and refused. It ends with
 * the test.
 */
#ifndef TESTS_HTTPD_H
#define TESTS_HTTPD_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct httpd_page {
	const char *target;     /* "/dir/file?query": all of it, or up to the page's end */
	const char *body;
	size_t len;             /* 0: strlen(body) */
	const char *type, *tag; /* or NULL */
	int status;             /* 0: 200 */
	int busy;               /* so many requests are answered 503 first */
	int cut;                /* so many answers end in the middle */
	bool no_range;
};

struct httpd {
	pid_t pid;
	int port;
	struct httpd_count {
		int requests, ranges, unchanged, connects;
	} *count; /* shared with the child */
};

static inline void httpd_send(int fd, const void *data, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = send(fd, (const char *)data + done, n - done, MSG_NOSIGNAL);
		if (put <= 0)
			return;
		done += (size_t)put;
	}
}

static inline const char *httpd_header(const char *request, const char *name)
{
	const char *at = strcasestr(request, name);

	return at ? at + strlen(name) + strspn(at + strlen(name), ": ") : NULL;
}

static inline void httpd_answer(struct httpd *h, struct httpd_page *p, int fd, const char *request)
{
	const char *range = httpd_header(request, "\r\nRange"), *want;
	size_t len = p->len ? p->len : strlen(p->body), from = 0;
	char head[1024];
	int status = p->status ? p->status : 200;

	if (p->busy > 0) {
		p->busy--;
		status = 503;
	}
	want = httpd_header(request, "\r\nIf-None-Match");
	if (status == 200 && p->tag && want && strncmp(want, p->tag, strlen(p->tag)) == 0) {
		h->count->unchanged++;
		status = 304;
	}
	want = httpd_header(request, "\r\nIf-Range");
	if (status == 200 && range && !p->no_range &&
	    (!want || (p->tag && strncmp(want, p->tag, strlen(p->tag)) == 0))) {
		from = strtoul(range + strcspn(range, "0123456789"), NULL, 10);
		h->count->ranges++;
		status = from < len ? 206 : 416;
	}
	bool body = status == 200 || status == 206;
	size_t n = body ? len - from : 0;
	int at = snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nConnection: close\r\n",
			  status, status == 304 ? 0 : n);
	if (p->tag)
		at += snprintf(head + at, sizeof(head) - (size_t)at, "ETag: %s\r\n", p->tag);
	if (status == 206)
		at += snprintf(head + at, sizeof(head) - (size_t)at, "Content-Range: bytes %zu-%zu/%zu\r\n",
			       from, len - 1, len);
	at += snprintf(head + at, sizeof(head) - (size_t)at, "Content-Type: %s\r\n\r\n",
		       p->type ? p->type : "application/octet-stream");
	httpd_send(fd, head, (size_t)at);
	if (body && p->cut > 0) {
		p->cut--;
		n /= 2;
	}
	httpd_send(fd, p->body + from, n);
}

static inline void httpd_serve(struct httpd *h, struct httpd_page *pages, int listener)
{
	for (;;) {
		char request[8192] = "", *end;
		size_t have = 0;
		int fd = accept(listener, NULL, NULL);
		while (fd >= 0 && !strstr(request, "\r\n\r\n") && have < sizeof(request) - 1) {
			ssize_t n = recv(fd, request + have, sizeof(request) - 1 - have, 0);
			if (n <= 0)
				break;
			have += (size_t)n;
			request[have] = '\0';
		}
		h->count->requests++;
		end = strstr(request, " HTTP/");
		if (strncmp(request, "GET ", 4) == 0 && end) {
			struct httpd_page none = { .body = "no such thing", .status = 404 }, *p = pages;
			size_t n = (size_t)(end - request - 4);
			while (p->target && (strlen(p->target) != n || memcmp(p->target, request + 4, n) != 0))
				p++;
			httpd_answer(h, p->target ? p : &none, fd, request);
		}
		if (strncmp(request, "CONNECT ", 8) == 0) {
			static const char no[] = "HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n";
			h->count->connects++;
			httpd_send(fd, no, sizeof(no) - 1);
		}
		close(fd);
	}
}

/* The table ends with a NULL target. */
static inline struct httpd httpd_start(struct httpd_page *pages)
{
	struct httpd h = { 0 };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	h.count = mmap(NULL, sizeof(*h.count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(listener, 16) < 0 || getsockname(listener, (struct sockaddr *)&a, &len) < 0 ||
	    h.count == MAP_FAILED)
		abort();
	h.port = ntohs(a.sin_port);
	h.pid = fork();
	if (h.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		httpd_serve(&h, pages, listener);
	}
	close(listener);
	return h;
}

static inline void httpd_stop(struct httpd *h)
{
	if (h->pid > 0) {
		kill(h->pid, SIGKILL);
		waitpid(h->pid, NULL, 0);
	}
	munmap(h->count, sizeof(*h->count));
	h->pid = 0;
}
#define AUTO_HTTPD __attribute__((cleanup(httpd_stop)))

#endif
