/* xterm's 256 colours. */
#include "engine/vt/vt.h"

/* The sixteen: XTerm-col.ad of xterm. The cube and the greys: its 256colres.h. */
uint32_t vt_index_rgb(uint8_t i)
{
	static const uint32_t first[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const uint8_t level[6] = { 0, 95, 135, 175, 215, 255 };

	if (i < 16)
		return first[i];
	if (i >= 232)
		return (8u + (i - 232u) * 10) * 0x010101;
	i -= 16;
	return (uint32_t)level[i / 36] << 16 | (uint32_t)level[i / 6 % 6] << 8 | level[i % 6];
}

void vt_palette_default(struct vt_palette *p)
{
	for (int i = 0; i < 256; i++)
		p->color[i] = vt_index_rgb((uint8_t)i);
	p->fg = p->cursor = 0xe5e5e5;
	p->bg = 0x000000;
}
