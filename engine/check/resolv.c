#include "engine/check/resolv.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

/* The two families' bytes of an address, its zone ("%eth0") left out. */
static int address(const char *s, struct in_addr *v4, struct in6_addr *v6)
{
	char bare[64];

	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(s, "%"), s);
	if (inet_pton(AF_INET, s, v4) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, bare, v6) == 1 ? AF_INET6 : 0;
}

bool resolv_loopback(const char *s)
{
	struct in_addr v4;
	struct in6_addr v6;
	int family = address(s, &v4, &v6);
	uint32_t a;

	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6)) {
		memcpy(&v4, v6.s6_addr + 12, sizeof(v4));
		family = AF_INET;
	}
	if (family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6);
	a = ntohl(v4.s_addr);
	return family == AF_INET && (a >> 24 == 127 || a == 0);
}

static void one_server(struct resolv *r, const char *word, size_t n)
{
	char text[64];
	struct in_addr v4;
	struct in6_addr v6;

	if (n >= sizeof(text) || memchr(word, '\0', n)) {
		r->n_bad++;
		return;
	}
	memcpy(text, word, n);
	text[n] = '\0';
	if (!address(text, &v4, &v6)) {
		r->n_bad++;
		return;
	}
	if (r->n == RESOLV_SERVERS)
		return;
	text_clean_str(r->servers[r->n++], sizeof(r->servers[0]), text);
	r->n_loopback += resolv_loopback(text);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void resolv_parse(struct resolv *out, const char *text, size_t len)
{
	static const char key[] = "nameserver";
	const char *end = text + len;

	*out = (struct resolv){ 0 };
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;
		const char *at = text;
		const char *word;

		/* glibc wants the key at the start of the line; others skip blanks. */
		while (at < stop && blank(*at))
			at++;
		if ((size_t)(stop - at) >= sizeof(key) - 1 &&
		    !memcmp(at, key, sizeof(key) - 1)) {
			at += sizeof(key) - 1;
			if (at == stop || blank(*at)) {
				while (at < stop && blank(*at))
					at++;
				for (word = at; at < stop && !blank(*at) && *at != '#' && *at != ';';)
					at++;
				one_server(out, word, (size_t)(at - word));
			}
		}
		text = nl ? nl + 1 : end;
	}
}

const char *resolv_list(const struct resolv *r, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < r->n && at < cap; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s%s", i ? ", " : "", r->servers[i]);
	return out;
}
