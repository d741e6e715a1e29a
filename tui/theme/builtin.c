#include "tui/theme/builtin.h"

#include <stddef.h>

const struct theme_builtin theme_builtins[] = {
#include "themes.inc"
	{NULL, NULL},
};
