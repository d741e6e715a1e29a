#include "engine/session/manifest_parts.h"

#include <stdio.h>

static int read_rules(struct policy *p, const cJSON *list, struct error *err)
{
	const cJSON *item;
	struct policy_rule r;

	if (!list)
		return 0;
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return error_set(err, 0, "\"allow\" must be a list of \"NAME\" and \"NAME:PORT\"");
		if (policy_rule_read(&r, item->valuestring, err) < 0 || policy_add(p, &r, err) < 0)
			return error_wrap(err, "\"allow\"");
	}
	return cJSON_IsArray(list) ? 0 :
	       error_set(err, 0, "\"allow\" must be a list of \"NAME\" and \"NAME:PORT\"");
}

int manifest_network(struct agent *a, const cJSON *o, const struct providers *providers,
		     struct error *err)
{
	int mode = POLICY_ALLOWLIST;

	if (manifest_word(o, "network", policy_mode_names, POLICY_MODE_COUNT, mode, &mode, err) < 0 ||
	    read_rules(&a->network, cJSON_GetObjectItemCaseSensitive(o, "allow"), err) < 0 ||
	    credentials_read(a->credentials, &a->n_credentials,
			     cJSON_GetObjectItemCaseSensitive(o, "credentials"), providers, err) < 0)
		return -1;
	a->network.mode = (enum policy_mode)mode;
	snprintf(a->policy, sizeof(a->policy), "%s", policy_mode_names[mode]);
	if (mode == POLICY_NONE && (a->network.n_rules || a->n_credentials)) {
		error_set(err, 0, "\"network\": \"none\" reaches nothing, not even %s",
			  a->n_credentials ? "a provider" : "what \"allow\" has");
		error_hint(err, "\"allowlist\" reaches what \"allow\" and \"credentials\" name, and nothing else");
		return -1;
	}
	return 0;
}
