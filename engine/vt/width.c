#include "engine/vt/width.h"

#include "engine/vt/width_table.h"

enum vt_class vt_class(uint32_t cp)
{
	if (cp >= 0x40000)
		return cp >= 0xe0000 && cp < 0xe1000 ? VT_CLASS_DROP : VT_CLASS_REPLACE;

	uint8_t two = width_class[width_block[cp >> 7]][(cp & 127) >> 1];

	return (enum vt_class)(cp & 1 ? two >> 4 : two & 15);
}

bool vt_class_follows(enum vt_class c)
{
	return c == VT_CLASS_MARK || c == VT_CLASS_JOINER || c == VT_CLASS_SELECTOR ||
	       c == VT_CLASS_TONE || c == VT_CLASS_FLAG || vt_class_pictograph(c);
}
