#include "engine/net/broker_config.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/*
 * MAGIC, u32 number of providers, then for each: name, base, header, prefix as
 * u16 length and bytes; u8 local; u64 requests, u64 bytes per hour; secret and CA
 * as u32 length and bytes. In the host's byte order.
 */
#define MAGIC "vdbroker"

struct writer {
	uint8_t *at, *end;
	bool full;
};

static void put(struct writer *w, const void *data, size_t n)
{
	if (n > (size_t)(w->end - w->at)) {
		w->full = true;
		return;
	}
	if (n)
		memcpy(w->at, data, n);
	w->at += n;
}

static void put_text(struct writer *w, const char *s)
{
	uint16_t n = (uint16_t)strlen(s);

	put(w, &n, sizeof(n));
	put(w, s, n);
}

static void put_bulk(struct writer *w, const char *s, size_t len)
{
	uint32_t n = (uint32_t)len;

	put(w, &n, sizeof(n));
	put(w, s, n);
}

long broker_config_write(uint8_t *out, size_t cap, const struct broker_provider *p, size_t n)
{
	struct writer w = { out, out + cap, false };
	uint32_t count = (uint32_t)n;

	put(&w, MAGIC, 8);
	put(&w, &count, sizeof(count));
	for (size_t i = 0; i < n; i++) {
		uint8_t local = p[i].local;

		put_text(&w, p[i].name);
		put_text(&w, p[i].base);
		put_text(&w, p[i].header);
		put_text(&w, p[i].prefix);
		put(&w, &local, 1);
		put(&w, &p[i].requests_per_hour, 8);
		put(&w, &p[i].bytes_per_hour, 8);
		put_bulk(&w, p[i].secret, p[i].secret_len);
		put_bulk(&w, p[i].ca, p[i].ca_len);
	}
	return w.full || n > BROKER_PROVIDERS ? -1 : (long)(w.at - out);
}

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static const void *get(struct reader *r, size_t n)
{
	const uint8_t *p = r->at;

	if (r->bad || n > (size_t)(r->end - r->at)) {
		r->bad = true;
		return NULL;
	}
	r->at += n;
	return p;
}

static void get_value(struct reader *r, void *out, size_t n)
{
	const void *p = get(r, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

/* Into a buffer of cap bytes; printable ASCII only. */
static void get_text(struct reader *r, char *out, size_t cap)
{
	uint16_t n;
	const char *p;

	get_value(r, &n, sizeof(n));
	p = get(r, n);
	if (!p || n >= cap) {
		r->bad = true;
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			r->bad = true;
	if (n)
		memcpy(out, p, n);
	out[n] = '\0';
}

static const char *get_bulk(struct reader *r, size_t max, size_t *len)
{
	uint32_t n;
	const char *p;

	get_value(r, &n, sizeof(n));
	if (n > max)
		r->bad = true;
	p = get(r, n);
	*len = p ? n : 0;
	return *len ? p : NULL;
}

static bool is_name(const char *s)
{
	return *s >= 'a' && *s <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

/* A secret goes into a header: no line may end inside it. */
static bool is_header_text(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return true;
}

int broker_config_read(const uint8_t *data, size_t len, struct broker_provider out[BROKER_PROVIDERS])
{
	struct reader r = { data, data + len, false };
	const void *magic = get(&r, 8);
	uint32_t n;

	get_value(&r, &n, sizeof(n));
	if (!magic || memcmp(magic, MAGIC, 8) != 0 || n > BROKER_PROVIDERS)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		struct broker_provider *p = &out[i];
		struct error ignored;
		uint8_t local;

		*p = (struct broker_provider){ 0 };
		get_text(&r, p->name, sizeof(p->name));
		get_text(&r, p->base, sizeof(p->base));
		get_text(&r, p->header, sizeof(p->header));
		get_text(&r, p->prefix, sizeof(p->prefix));
		get_value(&r, &local, 1);
		get_value(&r, &p->requests_per_hour, 8);
		get_value(&r, &p->bytes_per_hour, 8);
		p->secret = get_bulk(&r, BROKER_SECRET, &p->secret_len);
		p->ca = get_bulk(&r, BROKER_CA, &p->ca_len);
		p->local = local == 1;
		if (r.bad || local > 1 || !is_name(p->name) ||
		    broker_base_check(p->base, p->local, NULL, &ignored) < 0 ||
		    !is_header_text(p->secret, p->secret_len))
			return -1;
	}
	return r.bad || r.at != r.end ? -1 : (int)n;
}

int broker_report_read(const void *data, size_t n, struct broker_figures out[BROKER_PROVIDERS])
{
	size_t rows = n / sizeof(*out);

	if (n % sizeof(*out) || rows > BROKER_PROVIDERS)
		return -1;
	memcpy(out, data, n);
	for (size_t i = 0; i < rows; i++)
		if (!memchr(out[i].name, '\0', sizeof(out[i].name)) || !is_name(out[i].name))
			return -1;
	return (int)rows;
}

static int bad_base(struct error *err, const char *why)
{
	error_set(err, 0, "\"base_url\" %s", why);
	error_hint(err, "such as \"https://api.example.com/v1\"");
	return -1;
}

int broker_base_check(const char *base, bool local, bool *special, struct error *err)
{
	bool tls = !strncmp(base, "https://", 8);
	const char *host = base + (tls ? 8 : 7), *end, *colon;
	char name[128];
	struct in6_addr six;
	struct in_addr four;
	size_t n;

	if (special)
		*special = false;
	if (!tls && strncmp(base, "http://", 7) != 0)
		return bad_base(err, "must begin with https://");
	for (const char *p = base; *p; p++)
		if (*p < 0x21 || *p > 0x7e || strchr("?#@\\\"<>", *p))
			return bad_base(err, "must have neither user, query, fragment nor blanks");
	end = host + strcspn(host, "/");
	colon = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : host;
	if (!colon)
		return bad_base(err, "has no valid host");
	colon = memchr(colon, ':', (size_t)(end - colon));
	n = (size_t)((colon ? colon : end) - host);
	if (!n || n >= sizeof(name) || (colon && (size_t)(end - colon - 1) != strspn(colon + 1, "0123456789")))
		return bad_base(err, "has no valid host");
	memcpy(name, host, n);
	name[n] = '\0';
	if (name[0] == '[') {
		memmove(name, name + 1, n);
		name[strcspn(name, "]")] = '\0';
		if (inet_pton(AF_INET6, name, &six) != 1)
			return bad_base(err, "has no valid host");
		local = true;
	} else if (!strcasecmp(name, "localhost") || inet_pton(AF_INET, name, &four) == 1) {
		local = true;
	} else if (strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != n ||
		   strspn(name, "0123456789.xX") == n) {
		return bad_base(err, "has no valid host");
	}
	if (special)
		*special = local;
	if (!tls && !local)
		return bad_base(err, "must begin with https:// (a key would go out unencrypted)");
	if (strstr(end, "/.") || (*end && end[strlen(end) - 1] == '/'))
		return bad_base(err, "must have neither \"/.\" nor a slash at its end");
	return 0;
}
