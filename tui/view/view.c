#include "tui/view/view.h"

struct paint view_box(struct paint screen, int rows, int cols, enum theme_role role,
		      const char *title)
{
	struct paint box, in;

	rows = rows > screen.rows ? screen.rows : rows;
	cols = cols > screen.cols ? screen.cols : cols;
	box = paint_on(paint_part(screen, (screen.rows - rows) / 2, (screen.cols - cols) / 2, rows,
				  cols),
		       role);
	paint_clear(box);
	in = paint_box(box, role);
	if (title && *title && cols > 4)
		paint_textf(paint_part(box, 0, 1, 1, cols - 2), 0, 0, ROLE_TITLE, " %s ", title);
	return in;
}
