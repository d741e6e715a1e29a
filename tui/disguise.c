#include "tui/disguise.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 4096 };

void disguise_add(struct disguise *r, const char *what, const char *with)
{
	if (!what || strlen(what) < 2 || r->n == DISGUISE_WORDS ||
	    strlen(what) >= sizeof(r->words[0].what))
		return;
	strcpy(r->words[r->n].what, what);
	r->words[r->n++].with = with;
}

void disguise_init(struct disguise *r, const struct paths *p)
{
	struct passwd *me = getpwuid(getuid());
	char host[256] = "";

	r->n = 0;
	disguise_add(r, getenv("VMDECK_HOME"), "VMDECK_HOME");
	disguise_add(r, p->state, "STATE");
	disguise_add(r, p->cache, "CACHE");
	disguise_add(r, p->data, "DATA");
	disguise_add(r, p->config, "CONFIG");
	disguise_add(r, getenv("HOME"), "~");
	if (me) {
		disguise_add(r, me->pw_dir, "~");
		if (me->pw_uid != 0)
			disguise_add(r, me->pw_name, "USER");
	}
	if (gethostname(host, sizeof(host) - 1) == 0)
		disguise_add(r, host, "HOST");
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* A word as a whole; a path also where a name goes on below it. */
static bool matches(const char *start, const char *at, const char *what)
{
	size_t n = strlen(what);

	return !strncmp(at, what, n) && !word_char(at[n]) &&
	       (*what == '/' || at == start || !word_char(at[-1]));
}

/* The address that begins here: its length, 0 when there is none. The first part
 * says which network it is of, and stays. */
static size_t address(const char *start, const char *at, char out[64])
{
	char text[64];
	size_t n = strspn(at, "0123456789abcdefABCDEF:.");
	struct in6_addr six;
	struct in_addr four;

	while (n && (at[n - 1] == '.' || at[n - 1] == ':'))
		n--;
	if (n < 3 || n >= sizeof(text) || (at > start && (word_char(at[-1]) || at[-1] == '.')) ||
	    word_char(at[n]))
		return 0;
	memcpy(text, at, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, &four) == 1) {
		unsigned a = ntohl(four.s_addr);

		if (a >> 24 == 127 || a >> 24 == 0)
			return 0; /* loopback is everybody's */
		snprintf(out, 64, "%u.x.x.x", a >> 24);
		return n;
	}
	if (!strchr(text, ':') || inet_pton(AF_INET6, text, &six) != 1 || IN6_IS_ADDR_LOOPBACK(&six))
		return 0;
	snprintf(out, 64, "%x:x::x", six.s6_addr[0] << 8 | six.s6_addr[1]);
	return n;
}

const char *disguise_text(const struct disguise *r, const char *text, char *out, size_t cap)
{
	const char *at = text;
	size_t len = 0;

	while (*at && len + 1 < cap) {
		const char *with = NULL;
		size_t skip = 0;
		char mask[64];

		for (size_t i = 0; i < r->n && !with; i++)
			if (matches(text, at, r->words[i].what)) {
				with = r->words[i].with;
				skip = strlen(r->words[i].what);
			}
		if (!with && (skip = address(text, at, mask)))
			with = mask;
		if (!with) {
			out[len++] = *at++;
			continue;
		}
		len += (size_t)snprintf(out + len, cap - len, "%s", with);
		len = len < cap ? len : cap - 1;
		at += skip;
	}
	out[len] = '\0';
	return out;
}

void disguise_json(const struct disguise *r, cJSON *j)
{
	char text[TEXT];

	for (; j; j = j->next) {
		if (cJSON_IsString(j))
			cJSON_SetValuestring(j, disguise_text(r, j->valuestring, text, sizeof(text)));
		if (j->string && !(j->type & cJSON_StringIsConst)) {
			char *key = strdup(disguise_text(r, j->string, text, sizeof(text)));

			if (key) {
				free(j->string);
				j->string = key;
			}
		}
		if (j->child)
			disguise_json(r, j->child);
	}
}
