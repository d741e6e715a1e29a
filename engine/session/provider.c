#include "engine/session/provider.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

/* What their own programs and libraries read. Each placeholder has the form that
 * some of them insist on. */
static const struct provider builtin[] = {
	{ .name = "anthropic", .base = "https://api.anthropic.com", .header = "x-api-key",
	  .env = { "ANTHROPIC_BASE_URL={url}", "ANTHROPIC_API_KEY=sk-ant-{key}" } },
	{ .name = "openai", .base = "https://api.openai.com", .header = "authorization", .prefix = "Bearer ",
	  .env = { "OPENAI_BASE_URL={url}/v1", "OPENAI_API_BASE={url}/v1", "OPENAI_API_KEY=sk-{key}" } },
	{ .name = "openrouter", .base = "https://openrouter.ai/api", .header = "authorization",
	  .prefix = "Bearer ",
	  .env = { "OPENROUTER_BASE_URL={url}/v1", "OPENROUTER_API_KEY=sk-or-{key}" } },
};

static int copy_text(const cJSON *o, const char *key, char *out, size_t cap, struct error *err)
{
	const char *s;

	if (json_str(o, key, cap, NULL, &s, err) < 0)
		return -1;
	if (s)
		snprintf(out, cap, "%s", s);
	return 0;
}

static int read_env(struct provider *p, const cJSON *env, struct error *err)
{
	const cJSON *item;
	size_t n = 0;

	if (!env)
		return 0;
	memset(p->env, 0, sizeof(p->env));
	cJSON_ArrayForEach(item, env)
	{
		if (!cJSON_IsString(item) || !item->string || !item->string[0] || strchr(item->string, '='))
			return error_set(err, 0, "\"env\" must be an object of NAME: \"value\"");
		if (n == PROVIDER_ENV)
			return error_set(err, 0, "\"env\" has more than %d entries", PROVIDER_ENV);
		if (snprintf(p->env[n++], PROVIDER_ENV_TEXT, "%s=%s", item->string, item->valuestring) >=
		    PROVIDER_ENV_TEXT)
			return error_set(err, 0, "\"env\": an entry is longer than %d bytes", PROVIDER_ENV_TEXT - 1);
	}
	return cJSON_IsObject(env) ? 0 : error_set(err, 0, "\"env\" must be an object of NAME: \"value\"");
}

static int check_header(struct provider *p, struct error *err)
{
	size_t n = strlen(p->header);

	for (char *c = p->header; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	if (strspn(p->header, "abcdefghijklmnopqrstuvwxyz0123456789-_") != n || !strcmp(p->header, "host") ||
	    !strcmp(p->header, "content-length") || !strcmp(p->header, "transfer-encoding")) {
		error_set(err, 0, "\"header\" is not a header that a credential goes into");
		error_hint(err, "\"authorization\" with \"prefix\": \"Bearer \" is the most common");
		return -1;
	}
	for (const char *c = p->prefix; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			return error_set(err, 0, "\"prefix\" has characters that cannot be");
	return 0;
}

static int read_provider(struct provider *p, const cJSON *o, struct error *err)
{
	static const char *const keys[] = { "base_url", "header", "prefix", "local", "ca", "env", NULL };
	bool special;

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "must be an object with \"base_url\"");
	if (json_known(o, "provider", keys, err) < 0 ||
	    copy_text(o, "base_url", p->base, sizeof(p->base), err) < 0 ||
	    copy_text(o, "header", p->header, sizeof(p->header), err) < 0 ||
	    copy_text(o, "prefix", p->prefix, sizeof(p->prefix), err) < 0 ||
	    copy_text(o, "ca", p->ca, sizeof(p->ca), err) < 0 ||
	    json_bool(o, "local", p->local, &p->local, err) < 0 || check_header(p, err) < 0 ||
	    read_env(p, cJSON_GetObjectItemCaseSensitive(o, "env"), err) < 0)
		return -1;
	if (!p->base[0])
		return error_set(err, 0, "needs \"base_url\"");
	for (size_t n = strlen(p->base); n && p->base[n - 1] == '/'; )
		p->base[--n] = '\0';
	if (broker_base_check(p->base, p->local, &special, err) < 0)
		return -1;
	p->local |= special; /* whoever writes an address means it */
	return 0;
}

static int check_name(const char *name, struct error *err)
{
	size_t n = strlen(name);
	char shown[64];

	if (n && n < BROKER_NAME && name[0] >= 'a' && name[0] <= 'z' && name[n - 1] != '-' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n)
		return 0;
	error_set(err, 0, "provider \"%s\" is not a name", text_clean_str(shown, sizeof(shown), name));
	error_hint(err, "a letter, then letters, digits and dashes, at most %d, all lower case", BROKER_NAME - 1);
	return -1;
}

static struct provider *place(struct providers *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->items[i].name, name))
			return &p->items[i];
	if (p->n == PROVIDERS_MAX)
		return NULL;
	p->items[p->n] = (struct provider){ 0 };
	snprintf(p->items[p->n].name, BROKER_NAME, "%s", name);
	return &p->items[p->n++];
}

int providers_read(struct providers *p, const cJSON *object, struct error *err)
{
	const cJSON *item;

	*p = (struct providers){ .n = sizeof(builtin) / sizeof(*builtin) };
	memcpy(p->items, builtin, sizeof(builtin));
	if (!object)
		return 0;
	if (!cJSON_IsObject(object))
		return error_set(err, 0, "\"providers\" must be an object of NAME: {...}");
	cJSON_ArrayForEach(item, object)
	{
		struct provider *slot;

		if (check_name(item->string, err) < 0)
			return -1;
		slot = place(p, item->string);
		if (!slot)
			return error_set(err, 0, "more than %d providers", PROVIDERS_MAX);
		if (read_provider(slot, item, err) < 0)
			return error_wrap(err, "provider \"%s\"", item->string);
	}
	return 0;
}

const struct provider *providers_find(const struct providers *p, const char *name, struct error *err)
{
	const char *names[PROVIDERS_MAX + 1] = { 0 }, *near;
	char shown[64];

	for (size_t i = 0; i < p->n; i++) {
		names[i] = p->items[i].name;
		if (!strcmp(names[i], name))
			return &p->items[i];
	}
	error_set(err, 0, "no provider \"%s\"", text_clean_str(shown, sizeof(shown), name));
	near = text_nearest(name, names);
	if (near)
		error_hint(err, "did you mean \"%s\"?", near);
	else
		error_hint(err, "built in are anthropic, openai and openrouter; others are described in \"providers\"");
	return NULL;
}

int provider_env(const struct provider *p, size_t i, char *out, size_t cap)
{
	static const char placeholder[] = "vmdeck-placeholder";
	const char *s = i < PROVIDER_ENV ? p->env[i] : "";
	size_t n = 0;

	while (*s && n < cap) {
		bool url = !strncmp(s, "{url}", 5), key = !strncmp(s, "{key}", 5);

		if (url)
			n += (size_t)snprintf(out + n, cap - n, "http://%s.vmdeck", p->name);
		else if (key)
			n += (size_t)snprintf(out + n, cap - n, "%s", placeholder);
		else
			out[n++] = *s;
		s += url || key ? 5 : 1;
	}
	if (n >= cap)
		return -1;
	out[n] = '\0';
	return 0;
}
