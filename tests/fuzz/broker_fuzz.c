/*
 * A guest's request on its way out: it goes under the provider's base URL and
 * nowhere else, with one credential, the operator's. And the configuration and
 * the report, as bytes that may be anything.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/net/broker_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE "https://api.example.com/v1"

static const struct broker_provider provider = {
	.name = "acme", .base = BASE, .header = "x-api-key", .prefix = "", .secret = "needle", .secret_len = 6,
};

static void check_url(const char *url)
{
	const char *query = strchr(url, '?'), *dots = strstr(url, "/../");

	if (strncmp(url, BASE "/", strlen(BASE) + 1) != 0 || strpbrk(url, "\r\n #"))
		abort();
	if (dots && (!query || dots < query))
		abort();
}

static void check_lines(const char *const *lines)
{
	size_t n = 0;

	for (; lines[n]; n++) {
		bool last = !lines[n + 1];

		if (strpbrk(lines[n], "\r\n") || !strncasecmp(lines[n], "host:", 5) ||
		    !strncasecmp(lines[n], "authorization:", 14) || !strncasecmp(lines[n], "cookie:", 7) ||
		    !strncasecmp(lines[n], "transfer-encoding:", 18))
			abort();
		if (last != !strcmp(lines[n], "x-api-key: needle") || (!last && !strncasecmp(lines[n], "x-api-key:", 10)))
			abort();
	}
	if (!n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *lines[BROKER_LINES + 1];
	struct broker_provider p[BROKER_PROVIDERS];
	struct broker_figures rows[BROKER_PROVIDERS];
	char url[BROKER_BASE + HTTP_TARGET_MAX];
	struct http_request r;
	struct http_refusal no;
	struct bytes text;

	broker_config_read(data, size, p);
	broker_report_read(data, size, rows);
	if (http_request_parse(&r, data, size, NULL, &no) != 1 ||
	    broker_url(&provider, &r, url, sizeof(url), &no) < 0)
		return 0;
	check_url(url);
	bytes_init(&text, 64 << 10);
	if (broker_headers(&provider, &r, &text, lines) == 0)
		check_lines(lines);
	bytes_done(&text);
	return 0;
}
