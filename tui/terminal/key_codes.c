#include "tui/terminal/key_codes.h"

#include "engine/vt/vt.h"

/* xterm: 1 + (1 Shift, 2 Alt, 4 Control, 8 Meta or Super) */
unsigned key_mods(unsigned param)
{
	return param > 1 && param <= 16 ? (param - 1) & (VT_SHIFT | VT_ALT | VT_CTRL) : 0;
}

uint32_t key_of_letter(uint8_t c)
{
	switch (c) {
	case 'A': return VT_KEY_UP;
	case 'B': return VT_KEY_DOWN;
	case 'C': return VT_KEY_RIGHT;
	case 'D': return VT_KEY_LEFT;
	case 'E': return VT_KEY_BEGIN;
	case 'F': return VT_KEY_END;
	case 'H': return VT_KEY_HOME;
	case 'P': return VT_KEY_F1;
	case 'Q': return VT_KEY_F2;
	case 'S': return VT_KEY_F4;
	default: return 0;
	}
}

uint32_t key_of_number(unsigned n)
{
	static const uint32_t keys[] = {
		[1] = VT_KEY_HOME,    [2] = VT_KEY_INSERT,    [3] = VT_KEY_DELETE,
		[4] = VT_KEY_END,     [5] = VT_KEY_PAGE_UP,   [6] = VT_KEY_PAGE_DOWN,
		[7] = VT_KEY_HOME,    [8] = VT_KEY_END,       [11] = VT_KEY_F1,
		[12] = VT_KEY_F2,     [13] = VT_KEY_F3,       [14] = VT_KEY_F4,
		[15] = VT_KEY_F5,     [17] = VT_KEY_F6,       [18] = VT_KEY_F7,
		[19] = VT_KEY_F8,     [20] = VT_KEY_F9,       [21] = VT_KEY_F10,
		[23] = VT_KEY_F11,    [24] = VT_KEY_F12,      [25] = VT_KEY_F13,
		[26] = VT_KEY_F14,    [28] = VT_KEY_F15,      [29] = VT_KEY_F16,
		[31] = VT_KEY_F17,    [32] = VT_KEY_F18,      [33] = VT_KEY_F19,
		[34] = VT_KEY_F20,
	};

	return n < sizeof(keys) / sizeof(keys[0]) ? keys[n] : 0;
}
