/*
 * A model provider played on the loopback: enough of Anthropic's messages and
 * OpenAI's responses interface, streamed as server-sent events, for real agents
 * to hold a conversation.
 *
 *   provider DIR
 *   provider DIR - CERT KEY
 *
 * prints the port it listens on (127.0.0.1) as DIR/port and serves until its
 * end is asked for; in the second form it serves one connection, its standard input,
 * with TLS. Each request is kept as DIR/NNN.request, head and body. What
 * it answers depends on the last thing the person said:
 *
 *   "please run CMD"   asks for the agent's shell tool with CMD, and when the
 *                      result comes back says "It ran."
 *   anything else      "First half of the answer to NNN." and, once the file
 *                      DIR/go exists, "Second half of it." -- so that a test sees
 *                      the one before the other was sent.
 *
 * Formats: docs.anthropic.com "Streaming Messages", platform.openai.com
 * "Responses: streaming events".
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cJSON.h>
#include <openssl/ssl.h>

enum { REQUEST_MAX = 16 << 20, HEAD_MAX = 64 << 10, GO_MS = 1200 * 1000 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A connection: its descriptor, and TLS where there is any. The process serves only one. */

static SSL *tls;

static ssize_t take(int fd, void *data, size_t n)
{
	return tls ? SSL_read(tls, data, n > 1 << 20 ? 1 << 20 : (int)n) : read(fd, data, n);
}

static ssize_t give(int fd, const void *data, size_t n)
{
	return tls ? SSL_write(tls, data, (int)n) : write(fd, data, n);
}

/* A request. */

struct request {
	char *data;      /* head and body, NUL-ended */
	size_t len;
	char *body;
	char method[8], path[256];
	cJSON *json;     /* of the body, or NULL */
};

static long content_length(const char *head)
{
	const char *p = strcasestr(head, "\ncontent-length:");

	return p ? strtol(p + 16, NULL, 10) : 0;
}

/* The body of a chunked request, in place. */
static size_t unchunk(char *body)
{
	char *in = body, *out = body;

	for (;;) {
		unsigned long n = strtoul(in, &in, 16);

		in = strstr(in, "\r\n");
		if (!in || !n)
			break;
		memmove(out, in + 2, n);
		out += n;
		in += 2 + n + 2;
	}
	*out = '\0';
	return (size_t)(out - body);
}

static bool complete(struct request *r)
{
	char *end = strstr(r->data, "\r\n\r\n");

	if (!end)
		return false;
	r->body = end + 4;
	*end = '\0';
	bool chunked = strcasestr(r->data, "\ntransfer-encoding: chunked");
	long want = content_length(r->data);
	*end = '\r';
	if (chunked)
		return strstr(r->body - 2, "\r\n0\r\n\r\n") || !strncmp(r->body, "0\r\n\r\n", 5);
	return (size_t)(r->data + r->len - r->body) >= (size_t)want;
}

/* 0, or -1 when the peer is gone. */
static int receive(int fd, struct request *r)
{
	*r = (struct request){ .data = calloc(1, REQUEST_MAX + 1) };
	if (!r->data)
		die("memory");
	while (!complete(r)) {
		ssize_t n = r->len < REQUEST_MAX ? take(fd, r->data + r->len, REQUEST_MAX - r->len) : 0;

		if (n <= 0)
			return -1;
		r->len += (size_t)n;
		r->data[r->len] = '\0';
		if (strcasestr(r->data, "\r\nexpect: 100-continue") && strstr(r->data, "\r\n\r\n") &&
		    r->data + r->len == strstr(r->data, "\r\n\r\n") + 4)
			if (give(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25) < 0)
				return -1;
	}
	if (strcasestr(r->data, "\ntransfer-encoding: chunked"))
		r->len = (size_t)(r->body - r->data) + unchunk(r->body);
	sscanf(r->data, "%7s %255s", r->method, r->path);
	r->json = cJSON_Parse(r->body);
	return 0;
}

static void done(struct request *r)
{
	cJSON_Delete(r->json);
	free(r->data);
}

static int keep(const char *dir, const struct request *r)
{
	char path[4096], whole[4096];

	for (int n = 1; n < 1000; n++) {
		snprintf(path, sizeof(path), "%s/.%03d", dir, n);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd < 0)
			continue;
		if (write(fd, r->data, r->len) < 0)
			die(path);
		close(fd);
		snprintf(whole, sizeof(whole), "%s/%03d.request", dir, n);
		if (link(path, whole) == 0)
			return n;
		if (errno != ENOENT) /* a test that clears up between its parts */
			die(whole);
	}
	return 0;
}

/* An answer. */

static void put(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t w = give(fd, data, n);

		if (w <= 0)
			_exit(0);
		data += w;
		n -= (size_t)w;
	}
}

static void plain(int fd, const char *status, const char *json)
{
	char head[256];
	int n = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
			 "Content-Length: %zu\r\n\r\n", status, strlen(json));

	put(fd, head, (size_t)n);
	put(fd, json, strlen(json));
}

static void begin_events(int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
				   "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

	put(fd, head, sizeof(head) - 1);
}

/* One event: its data is a JSON text. */
__attribute__((format(printf, 2, 3))) static void event(int fd, const char *fmt, ...)
{
	char data[8192], chunk[9000], type[64] = "";
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(data, sizeof(data), fmt, ap);
	va_end(ap);
	sscanf(data, "{\"type\":\"%63[^\"]", type);
	n = snprintf(chunk, sizeof(chunk), "event: %s\ndata: %s\n\n", type, data);
	char size[16];
	put(fd, size, (size_t)snprintf(size, sizeof(size), "%x\r\n", (unsigned)n));
	put(fd, chunk, (size_t)n);
	put(fd, "\r\n", 2);
}

static void end_events(int fd)
{
	put(fd, "0\r\n\r\n", 5);
}

/* Until the test says so; a test that never does is told by the answer. */
static bool may_go_on(const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/go", dir);
	for (int ms = 0; ms < GO_MS; ms += 20) {
		if (access(path, F_OK) == 0)
			return true;
		if (access(dir, F_OK) < 0)
			break; /* the test is over */
		poll(NULL, 0, 20);
	}
	return false;
}

/* What the person said last, in either interface; a tool's result is none. */

static const char *text_of(const cJSON *content)
{
	const cJSON *part;
	const char *last = NULL;

	if (cJSON_IsString(content))
		return content->valuestring;
	cJSON_ArrayForEach(part, content)
	{
		const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(part, "type"));
		const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(part, "text"));

		if (text && type && (!strcmp(type, "text") || !strcmp(type, "input_text")) &&
		    strncmp(text, "<", 1) != 0)
			last = text;
	}
	return last;
}

static bool is_result(const cJSON *message)
{
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(message, "type"));
	const cJSON *content = cJSON_GetObjectItem(message, "content"), *part;

	if (type && strstr(type, "_output"))
		return true;
	if (cJSON_IsString(content))
		return false;
	cJSON_ArrayForEach(part, content)
	{
		type = cJSON_GetStringValue(cJSON_GetObjectItem(part, "type"));
		if (type && !strcmp(type, "tool_result"))
			return true;
	}
	return false;
}

static const char *last_said(const cJSON *messages, bool *result)
{
	const cJSON *m;
	const char *said = "";

	*result = false;
	if (cJSON_IsString(messages))
		return messages->valuestring;
	cJSON_ArrayForEach(m, messages)
	{
		const char *role = cJSON_GetStringValue(cJSON_GetObjectItem(m, "role"));
		const char *text;

		if (is_result(m)) {
			*result = true;
			continue;
		}
		if (!role || strcmp(role, "user"))
			continue;
		text = text_of(cJSON_GetObjectItem(m, "content"));
		if (text) {
			said = text;
			*result = false;
		}
	}
	return said;
}

static void escape(char *out, size_t cap, const char *s)
{
	cJSON *j = cJSON_CreateString(s);
	char *text = cJSON_PrintUnformatted(j);

	snprintf(out, cap, "%.*s", (int)strlen(text) - 2, text + 1);
	free(text);
	cJSON_Delete(j);
}

/* Anthropic. */

static bool has_tool(const cJSON *tools, const char *name)
{
	const cJSON *t;

	cJSON_ArrayForEach(t, tools)
	{
		const char *n = cJSON_GetStringValue(cJSON_GetObjectItem(t, "name"));

		if (n && !strcmp(n, name))
			return true;
	}
	return false;
}

/* The shell tool as the agent calls it: Claude Code's, opencode's; or NULL. */
static const char *shell_tool(const struct request *r)
{
	const cJSON *tools = cJSON_GetObjectItem(r->json, "tools");

	return has_tool(tools, "Bash") ? "Bash" : has_tool(tools, "bash") ? "bash" : NULL;
}

static void anthropic_text(int fd, const char *text)
{
	char clean[1024];

	escape(clean, sizeof(clean), text);
	event(fd, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}", clean);
}

static void anthropic(int fd, const char *dir, const struct request *r, int n)
{
	bool result;
	const char *said = last_said(cJSON_GetObjectItem(r->json, "messages"), &result);
	const char *run = strstr(said, "please run "), *shell = shell_tool(r);
	const char *model = cJSON_GetStringValue(cJSON_GetObjectItem(r->json, "model"));
	char clean[512], inner[1024], quoted[2048], line[128];

	begin_events(fd);
	event(fd, "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_%d\",\"type\":\"message\",\"role\":\"assistant\","
	      "\"model\":\"%s\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
	      "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}", n, model ? model : "m");
	if (run && !result && shell) {
		escape(clean, sizeof(clean), run + 11);
		event(fd, "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\","
		      "\"id\":\"toolu_%d\",\"name\":\"%s\",\"input\":{}}}", n, shell);
		snprintf(inner, sizeof(inner), "{\"command\":\"%s\",\"description\":\"as asked\"}", clean);
		escape(quoted, sizeof(quoted), inner);
		event(fd, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
		      "\"partial_json\":\"%s\"}}", quoted);
		event(fd, "{\"type\":\"content_block_stop\",\"index\":0}");
		event(fd, "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
		      "\"usage\":{\"output_tokens\":20}}");
	} else {
		event(fd, "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
		if (result) {
			anthropic_text(fd, "It ran.");
		} else if (!shell) {
			anthropic_text(fd, "A title"); /* the agent's own small questions */
		} else {
			snprintf(line, sizeof(line), "First half of the answer to %03d.\n\n", n);
			anthropic_text(fd, line);
			anthropic_text(fd, may_go_on(dir) ? "Second half of it." : "Nobody said go.");
		}
		event(fd, "{\"type\":\"content_block_stop\",\"index\":0}");
		event(fd, "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
		      "\"usage\":{\"output_tokens\":20}}");
	}
	event(fd, "{\"type\":\"message_stop\"}");
	end_events(fd);
}

/* OpenAI. */

static void openai_delta(int fd, int n, const char *text)
{
	char clean[1024];

	escape(clean, sizeof(clean), text);
	event(fd, "{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_%d\",\"output_index\":0,"
	      "\"content_index\":0,\"delta\":\"%s\"}", n, clean);
}

static void openai_completed(int fd, int n)
{
	event(fd, "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_%d\",\"object\":\"response\","
	      "\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":10,\"input_tokens_details\":null,"
	      "\"output_tokens\":20,\"output_tokens_details\":null,\"total_tokens\":30}}}", n);
	end_events(fd);
}

/* The shell tool: a function of its own, or one called by a script in "exec". */
static bool openai_run(int fd, const struct request *r, int n, const char *command)
{
	char clean[512], call[1024], quoted[2048];

	escape(clean, sizeof(clean), command);
	snprintf(call, sizeof(call), "{\"cmd\":\"%s\",\"sandbox_permissions\":\"require_escalated\","
		 "\"justification\":\"as asked\"}", clean);
	if (strstr(r->body, "await tools.exec_command")) {
		char script[1100];

		snprintf(script, sizeof(script), "text(await tools.exec_command(%s))", call);
		escape(quoted, sizeof(quoted), script);
		event(fd, "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{"
		      "\"type\":\"custom_tool_call\",\"id\":\"ctc_%d\",\"call_id\":\"call_%d\",\"status\":\"completed\","
		      "\"name\":\"exec\",\"namespace\":\"functions\",\"input\":\"%s\"}}", n, n, quoted);
		return true;
	}
	if (has_tool(cJSON_GetObjectItem(r->json, "tools"), "exec_command")) {
		escape(quoted, sizeof(quoted), call);
		event(fd, "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{"
		      "\"type\":\"function_call\",\"id\":\"fc_%d\",\"call_id\":\"call_%d\","
		      "\"name\":\"exec_command\",\"arguments\":\"%s\"}}", n, n, quoted);
		return true;
	}
	return false;
}

static void openai(int fd, const char *dir, const struct request *r, int n)
{
	bool result;
	const char *said = last_said(cJSON_GetObjectItem(r->json, "input"), &result);
	const char *run = strstr(said, "please run ");
	char first[128];
	const char *second = "It ran.";

	begin_events(fd);
	event(fd, "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_%d\",\"object\":\"response\","
	      "\"status\":\"in_progress\",\"output\":[]}}", n);
	if (run && !result && openai_run(fd, r, n, run + 11)) {
		openai_completed(fd, n);
		return;
	}
	event(fd, "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\","
	      "\"id\":\"msg_%d\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}", n);
	first[0] = '\0';
	if (!result) {
		snprintf(first, sizeof(first), "First half of the answer to %03d.\n\n", n);
		openai_delta(fd, n, first);
		second = may_go_on(dir) ? "Second half of it." : "Nobody said go.";
	}
	openai_delta(fd, n, second);
	char clean[256];
	escape(clean, sizeof(clean), first);
	event(fd, "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\","
	      "\"id\":\"msg_%d\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
	      "\"text\":\"%s%s\",\"annotations\":[]}]}}", n, clean, second);
	openai_completed(fd, n);
}

static void answer(int fd, const char *dir, const struct request *r, int n)
{
	if (!strcmp(r->method, "POST") && strstr(r->path, "/messages") && !strstr(r->path, "count_tokens"))
		anthropic(fd, dir, r, n);
	else if (!strcmp(r->method, "POST") && strstr(r->path, "/responses"))
		openai(fd, dir, r, n);
	else if (strstr(r->path, "count_tokens"))
		plain(fd, "200 OK", "{\"input_tokens\":10}");
	else
		plain(fd, "404 Not Found", "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"no such thing\"}}");
}

static void serve(int fd, const char *dir)
{
	struct request r;

	while (receive(fd, &r) == 0) {
		answer(fd, dir, &r, keep(dir, &r));
		done(&r);
	}
	_exit(0);
}

static SSL_CTX *context(const char *cert, const char *key)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		die(cert);
	return ctx;
}

static void secure(int fd, const char *cert, const char *key)
{
	tls = SSL_new(context(cert, key));
	if (!tls || SSL_set_fd(tls, fd) != 1 || SSL_accept(tls) != 1)
		exit(1);
}

static int listening(const char *dir)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char path[4096], port[4096];
	socklen_t len = sizeof(a);
	FILE *f;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		die("listen");
	snprintf(path, sizeof(path), "%s/.port", dir);
	snprintf(port, sizeof(port), "%s/port", dir);
	f = fopen(path, "w");
	if (!f || fprintf(f, "%d\n", ntohs(a.sin_port)) < 0 || fclose(f) != 0 || rename(path, port) < 0)
		die(port);
	return fd;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2 && argc != 5) {
		fprintf(stderr, "usage: provider DIR [- CERT KEY]\n");
		return 2;
	}
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (argc == 5) {
		secure(STDIN_FILENO, argv[3], argv[4]);
		serve(STDIN_FILENO, argv[1]);
	}
	fd = listening(argv[1]);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0)
			continue;
		pid_t pid = fork();
		if (pid == 0)
			serve(c, argv[1]);
		close(c);
	}
}
