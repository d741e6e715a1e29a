#include "engine/image/entry.h"

#include <limits.h>
#include <string.h>

const char *entry_clean_path(const char *path)
{
	if (!path || strlen(path) >= PATH_MAX)
		return NULL;
	while (*path == '/' || (path[0] == '.' && (path[1] == '/' || !path[1])))
		path++;
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");
		if (len == 2 && at[0] == '.' && at[1] == '.')
			return NULL;
		at += len;
		at += strspn(at, "/");
	}
	return path;
}
