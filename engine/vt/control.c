/*
 * Functions: what controls, escape and control sequences do. The names are
 * those of ECMA-48, of DEC's manuals and of xterm's ctlseqs.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/vt/terminal.h"

/* A control sequence by its final byte and what goes before it. */
#define SEQ(prefix, inter, final) ((uint32_t)(prefix) << 16 | (uint32_t)(inter) << 8 | (final))

static void up(struct vt *vt, int n)
{
	int limit = vt->at.row >= vt->top ? vt->top : 0;

	vt_goto(vt, vt->at.row - n < limit ? limit : vt->at.row - n, vt->at.col);
}

static void down(struct vt *vt, int n)
{
	int limit = vt->at.row <= vt->bottom ? vt->bottom : vt->rows - 1;

	vt_goto(vt, vt->at.row + n > limit ? limit : vt->at.row + n, vt->at.col);
}

/* A row from the program, counted from 0: in origin mode from the margin. */
static int row_from(const struct vt *vt, int row)
{
	if (!(vt->modes & MODE_ORIGIN))
		return row;
	return row > vt->bottom - vt->top ? vt->bottom : vt->top + row;
}

static void home(struct vt *vt)
{
	vt_goto(vt, row_from(vt, 0), 0);
}

static void tab(struct vt *vt, int n)
{
	int col = vt->at.col;

	if (vt->at.pending)
		return;
	while (n-- && col < vt->cols - 1)
		do
			col++;
		while (col < vt->cols - 1 && !vt->tabs[col]);
	vt_goto(vt, vt->at.row, col);
}

static void back_tab(struct vt *vt, int n)
{
	int col = vt->at.col;

	while (n-- && col > 0)
		do
			col--;
		while (col > 0 && !vt->tabs[col]);
	vt_goto(vt, vt->at.row, col);
}

static void clear_tabs(struct vt *vt)
{
	if (vt_param(vt, 0, 0) == 0)
		vt->tabs[vt->at.col] = false;
	else if (vt_param(vt, 0, 0) == 3)
		memset(vt->tabs, 0, (size_t)vt->cols * sizeof(bool));
}

/* DECST8C */
static void default_tabs(struct vt *vt)
{
	if (vt_param(vt, 0, 0) != 5)
		return;
	for (int i = 0; i < vt->cols; i++)
		vt->tabs[i] = i && i % 8 == 0;
}

static void set_margins(struct vt *vt)
{
	int top = vt_param(vt, 0, 1) - 1, bottom = vt_param(vt, 1, vt->rows) - 1;

	if (bottom >= vt->rows)
		bottom = vt->rows - 1;
	if (top >= bottom)
		return;
	vt->top = top;
	vt->bottom = bottom;
	home(vt);
}

static bool in_region(const struct vt *vt)
{
	return vt->at.row >= vt->top && vt->at.row <= vt->bottom;
}

/* IL and DL: of the rows from the cursor to the bottom margin. */
static void lines(struct vt *vt, bool insert)
{
	if (!in_region(vt))
		return;
	if (insert)
		vt_scroll_down(vt, vt->at.row, vt->bottom, vt_param(vt, 0, 1));
	else
		vt_scroll_up(vt, vt->at.row, vt->bottom, vt_param(vt, 0, 1), false);
	vt_goto(vt, vt->at.row, 0);
}

static void erase_cols(struct vt *vt, int from, int to)
{
	struct vt_row *r = vt_row(vt, vt->at.row);

	vt_row_erase(r, from, to, vt_blank(vt));
	vt_touch(vt, r);
}

/* While a wrap is pending the cursor stands behind the last column, so there
 * is nothing to its right: as tmux and xterm.js have it. */
static int behind(const struct vt *vt)
{
	return vt->at.col + vt->at.pending;
}

static void erase_line(struct vt *vt)
{
	switch (vt_param(vt, 0, 0)) {
	case 0:
		erase_cols(vt, behind(vt), vt->cols);
		break;
	case 1:
		erase_cols(vt, 0, vt->at.col + 1);
		break;
	case 2:
		erase_cols(vt, 0, vt->cols);
		break;
	}
}

static void erase_display(struct vt *vt)
{
	switch (vt_param(vt, 0, 0)) {
	case 0:
		erase_cols(vt, behind(vt), vt->cols);
		vt_erase_rows(vt, vt->at.row + 1, vt->rows);
		break;
	case 1:
		vt_erase_rows(vt, 0, vt->at.row);
		erase_cols(vt, 0, vt->at.col + 1);
		break;
	case 2:
		vt_erase_rows(vt, 0, vt->rows);
		break;
	case 3:
		vt_history_clear(&vt->history);
		vt->generation++;
		vt->any_dirty = true;
		break;
	}
}

static void chars(struct vt *vt, uint8_t final)
{
	struct vt_row *r = vt_row(vt, vt->at.row);
	int n = vt_param(vt, 0, 1);

	if (final == '@')
		vt_row_insert(r, vt->at.col, n, vt_blank(vt));
	else if (final == 'P')
		vt_row_delete(r, vt->at.col, n, vt_blank(vt));
	else
		vt_row_erase(r, vt->at.col, n > vt->cols ? vt->cols : vt->at.col + n, vt_blank(vt));
	vt->at.pending = false;
	vt_touch(vt, r);
}

/* DECALN: the screen full of E. */
static void alignment(struct vt *vt)
{
	vt->top = 0;
	vt->bottom = vt->rows - 1;
	vt_rows_reset(vt->screen->rows, vt->rows, (struct vt_cell){ .ch = 'E' });
	vt->any_dirty = true;
	vt->modes &= ~(uint32_t)MODE_ORIGIN;
	vt_goto(vt, 0, 0);
}

static void cursor_shape(struct vt *vt)
{
	int n = vt_param(vt, 0, 0);

	if (n > 6)
		return;
	vt->shape = (uint8_t)(n < 3 ? VT_SHAPE_BLOCK : n < 5 ? VT_SHAPE_UNDERLINE : VT_SHAPE_BAR);
	vt->modes = n && n % 2 == 0 ? vt->modes & ~(uint32_t)MODE_BLINK : vt->modes | MODE_BLINK;
}

/* XTWINOPS: the size in characters, and the stack of titles. */
static void window(struct vt *vt)
{
	int what = vt_param(vt, 1, 0);

	switch (vt_param(vt, 0, 0)) {
	case 18:
		vt_reply(vt, "\033[8;%d;%dt", vt->rows, vt->cols);
		break;
	case 22:
		if (what == 1 || vt->n_titles == TITLE_STACK)
			break;
		if (!vt->titles)
			vt->titles = calloc(TITLE_STACK, sizeof(*vt->titles));
		if (vt->titles)
			memcpy(vt->titles[vt->n_titles++], vt->title, sizeof(vt->title));
		break;
	case 23:
		if (what == 1 || !vt->n_titles)
			break;
		memcpy(vt->title, vt->titles[--vt->n_titles], sizeof(vt->title));
		if (vt->events->title && !vt->replay)
			vt->events->title(vt->owner, vt->title);
		break;
	}
}

static void shift_to(struct vt *vt, uint8_t gl)
{
	vt->gl = gl;
	vt_update_plain(vt);
}

void vt_c0(struct vt *vt, uint8_t byte)
{
	switch (byte) {
	case 0x07:
		if (vt->events->bell && !vt->replay)
			vt->events->bell(vt->owner);
		return;
	case 0x08:
		vt_goto(vt, vt->at.row, vt->at.col - 1);
		break;
	case 0x09:
		tab(vt, 1);
		break;
	case 0x0a:
	case 0x0b:
	case 0x0c:
		vt_index(vt);
		vt->at.pending = false;
		if (vt->modes & MODE_NEWLINE)
			vt->at.col = 0;
		break;
	case 0x0d:
		vt->at.col = 0;
		vt->at.pending = false;
		break;
	case 0x0e:
		shift_to(vt, 1);
		break;
	case 0x0f:
		shift_to(vt, 0);
		break;
	default:
		return;
	}
	vt->last = 0;
	vt->joining = false;
}

static void designate(struct vt *vt, uint8_t inter, uint8_t final)
{
	vt->charset[inter - '('] = final == '0' || final == 'A' ? final : 'B';
	vt_update_plain(vt);
}

void vt_esc(struct vt *vt, uint8_t final)
{
	uint8_t inter = vt->parser.inter;

	vt->last = 0;
	vt->joining = false;
	if (vt->parser.n_inter > 1)
		return;
	if (inter == '#' && final == '8')
		alignment(vt);
	if (inter >= '(' && inter <= '+')
		designate(vt, inter, final);
	if (inter)
		return;

	switch (final) {
	case '7':
		vt_save_cursor(vt);
		break;
	case '8':
		vt_restore_cursor(vt);
		break;
	case '=':
		vt->modes |= MODE_APP_KEYPAD;
		break;
	case '>':
		vt->modes &= ~(uint32_t)MODE_APP_KEYPAD;
		break;
	case 'D': /* IND */
		vt_index(vt);
		vt->at.pending = false;
		break;
	case 'E': /* NEL */
		vt_index(vt);
		vt_goto(vt, vt->at.row, 0);
		break;
	case 'H': /* HTS */
		vt->tabs[vt->at.col] = true;
		break;
	case 'M': /* RI */
		vt_reverse_index(vt);
		vt->at.pending = false;
		break;
	case 'N': /* SS2 */
	case 'O': /* SS3 */
		vt->shift = final == 'N' ? 2 : 3;
		vt_update_plain(vt);
		break;
	case 'Z': /* DECID */
		vt_reply(vt, "\033[?62;22c");
		break;
	case 'c': /* RIS */
		vt_hard_reset(vt);
		break;
	case 'n': /* LS2 */
	case 'o': /* LS3 */
		shift_to(vt, final == 'n' ? 2 : 3);
		break;
	}
}

/* Sequences of the final byte alone. */
static void csi_plain(struct vt *vt, uint8_t final)
{
	int n = vt_param(vt, 0, 1), row = vt->at.row, col = vt->at.col;

	switch (final) {
	case '@': /* ICH */
	case 'P': /* DCH */
	case 'X': /* ECH */
		chars(vt, final);
		break;
	case 'A': /* CUU */
		up(vt, n);
		break;
	case 'B': /* CUD */
	case 'e': /* VPR */
		down(vt, n);
		break;
	case 'C': /* CUF */
	case 'a': /* HPR */
		vt_goto(vt, row, col + n);
		break;
	case 'D': /* CUB */
		vt_goto(vt, row, col - n);
		break;
	case 'E': /* CNL */
		down(vt, n);
		vt->at.col = 0;
		break;
	case 'F': /* CPL */
		up(vt, n);
		vt->at.col = 0;
		break;
	case 'G': /* CHA */
	case '`': /* HPA */
		vt_goto(vt, row, n - 1);
		break;
	case 'H': /* CUP */
	case 'f': /* HVP */
		vt_goto(vt, row_from(vt, n - 1), vt_param(vt, 1, 1) - 1);
		break;
	case 'd': /* VPA */
		vt_goto(vt, row_from(vt, n - 1), col);
		break;
	case 'I': /* CHT */
		tab(vt, n);
		break;
	case 'Z': /* CBT */
		back_tab(vt, n);
		break;
	case 'J': /* ED */
		erase_display(vt);
		break;
	case 'K': /* EL */
		erase_line(vt);
		break;
	case 'L': /* IL */
	case 'M': /* DL */
		lines(vt, final == 'L');
		break;
	case 'S': /* SU */
		vt_scroll_up(vt, vt->top, vt->bottom, n, true);
		break;
	case 'T': /* SD; with five parameters it is mouse highlighting */
		if (vt->parser.n <= 1)
			vt_scroll_down(vt, vt->top, vt->bottom, n);
		break;
	case 'c': /* DA1 */
		if (!vt_param(vt, 0, 0))
			vt_reply(vt, "\033[?62;22c");
		break;
	case 'g': /* TBC */
		clear_tabs(vt);
		break;
	case 'h': /* SM */
	case 'l': /* RM */
		vt_mode_csi(vt, final == 'h');
		break;
	case 'n': /* DSR */
		vt_device_status(vt);
		break;
	case 'r': /* DECSTBM */
		set_margins(vt);
		break;
	case 's': /* SCOSC */
		vt_save_cursor(vt);
		break;
	case 't': /* XTWINOPS */
		window(vt);
		break;
	case 'u': /* SCORC */
		vt_restore_cursor(vt);
		break;
	}
}

void vt_csi(struct vt *vt, uint8_t final)
{
	const struct vt_parser *s = &vt->parser;

	vt->joining = false;
	if (!s->prefix && !s->inter) {
		if (final == 'm') { /* most of all sequences */
			vt->last = 0;
			vt_sgr(vt);
			return;
		}
		if (final == 'b') { /* REP: what was written is still the last */
			vt_repeat(vt, (uint32_t)vt_param(vt, 0, 1));
			return;
		}
		vt->last = 0;
		csi_plain(vt, final);
		return;
	}

	vt->last = 0;
	switch (SEQ(s->prefix, s->inter, final)) {
	case SEQ('?', 0, 'J'): /* DECSED; nothing is protected */
		erase_display(vt);
		break;
	case SEQ('?', 0, 'K'): /* DECSEL */
		erase_line(vt);
		break;
	case SEQ('?', 0, 'W'):
		default_tabs(vt);
		break;
	case SEQ('?', 0, 'h'): /* DECSET */
	case SEQ('?', 0, 'l'): /* DECRST */
		vt_mode_csi(vt, final == 'h');
		break;
	case SEQ('?', 0, 's'): /* XTSAVE */
	case SEQ('?', 0, 'r'): /* XTRESTORE */
		vt_mode_save_csi(vt, final == 'r');
		break;
	case SEQ('?', '$', 'p'): /* DECRQM */
	case SEQ(0, '$', 'p'):
		vt_mode_report(vt);
		break;
	case SEQ('?', 0, 'n'):
		vt_device_status(vt);
		break;
	case SEQ('>', 0, 'c'): /* DA2 */
		if (!vt_param(vt, 0, 0))
			vt_reply(vt, "\033[>0;10;1c");
		break;
	case SEQ('>', 0, 'q'): /* XTVERSION */
		if (!vt_param(vt, 0, 0))
			vt_reply(vt, "\033P>|vmdeck\033\\");
		break;
	case SEQ('>', 0, 'm'): /* XTMODKEYS */
		if (!s->n || (vt_param(vt, 0, 0) == 4 && vt_param(vt, 1, 0) <= 2))
			vt->modify_keys = (uint8_t)vt_param(vt, 1, 0);
		break;
	case SEQ('?', 0, 'm'): /* XTQMODKEYS */
		if (vt_param(vt, 0, 0) == 4)
			vt_reply(vt, "\033[>4;%dm", vt->modify_keys);
		break;
	case SEQ('?', 0, 'u'):
	case SEQ('>', 0, 'u'):
	case SEQ('<', 0, 'u'):
	case SEQ('=', 0, 'u'):
		vt_kitty_csi(vt);
		break;
	case SEQ(0, ' ', 'q'): /* DECSCUSR */
		cursor_shape(vt);
		break;
	case SEQ(0, '!', 'p'): /* DECSTR */
		vt_soft_reset(vt);
		break;
	}
}

/* DCS that were kept: DECRQSS and XTGETTCAP. */
void vt_dcs(struct vt *vt)
{
	if (vt->parser.inter == '$')
		vt_request_status(vt);
	else
		vt_reply(vt, "\033P0+r\033\\"); /* not one of them is known */
}
