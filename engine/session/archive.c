#include "engine/session/archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/bytes.h"
#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/ansi.h"

#define ARCHIVE_FILE "screen.json"

int archive_save(const struct vt *vt, int dir, struct error *err)
{
	int cols = vt_cols(vt);
	uint64_t line = vt_first(vt), end = vt_end(vt);
	AUTO_FREE struct vt_glyph *row = calloc((size_t)cols, sizeof(*row));
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	cJSON *lines = cJSON_CreateArray(), *wraps = cJSON_CreateArray();
	AUTO_FREE char *text = NULL;
	struct vt_cursor cur = vt_cursor(vt);
	struct bytes b;

	if (!row)
		return error_set(err, ENOMEM, "archive");
	if (end - line > ARCHIVE_LINES)
		line = end - ARCHIVE_LINES;
	cJSON_AddNumberToObject(j, "schema", 1);
	cJSON_AddNumberToObject(j, "cols", cols);
	cJSON_AddNumberToObject(j, "rows", vt_rows(vt));
	cJSON_AddNumberToObject(j, "cursor_row", cur.row);
	cJSON_AddNumberToObject(j, "cursor_col", cur.col);
	cJSON_AddStringToObject(j, "title", vt_title(vt));
	bytes_init(&b, 1 << 20);
	for (; line < end; line++) {
		bool wrapped = vt_line_wrapped(vt, line);

		vt_line(vt, line, row, cols);
		bytes_clear(&b);
		ansi_line(&b, row, cols, wrapped);
		bytes_add(&b, "", 1);
		cJSON_AddItemToArray(lines, cJSON_CreateString((const char *)bytes_front(&b)));
		cJSON_AddItemToArray(wraps, cJSON_CreateNumber(wrapped));
	}
	bytes_done(&b);
	cJSON_AddItemToObject(j, "lines", lines);
	cJSON_AddItemToObject(j, "wrapped", wraps);
	text = json_text(j, false);
	if (!text || strlen(text) > ARCHIVE_CAP)
		return error_set(err, EFBIG, "archive");
	return file_write(dir, ARCHIVE_FILE, text, strlen(text), 0600, err);
}

/* Control characters but our own escape would be somebody's editing. */
static void feed(struct vt *vt, const char *s)
{
	vt_write(vt, s, strlen(s), 0);
}

struct vt *archive_load(int dir, struct error *err)
{
	size_t len;
	AUTO_FREE char *text = file_read(dir, ARCHIVE_FILE, ARCHIVE_CAP, &len, err);
	AUTO_JSON cJSON *j = text ? json_parse(ARCHIVE_FILE, text, len, false, err) : NULL;
	const cJSON *lines = cJSON_GetObjectItemCaseSensitive(j, "lines"), *line;
	const cJSON *wrap = cJSON_GetObjectItemCaseSensitive(j, "wrapped");
	char title[VT_TITLE_CAP + 16], clean[VT_TITLE_CAP + 1], move[64];
	struct vt *vt;

	if (!j)
		return NULL;
	vt = vt_new((int)json_num(j, "cols", 80), (int)json_num(j, "rows", 24), 8 << 20);
	if (!vt) {
		error_set(err, EINVAL, ARCHIVE_FILE);
		return NULL;
	}
	vt_set_replay(vt, true);
	wrap = wrap ? wrap->child : NULL;
	cJSON_ArrayForEach(line, lines)
	{
		if (cJSON_IsString(line))
			feed(vt, line->valuestring);
		if (line->next && !(wrap && wrap->valuedouble != 0))
			feed(vt, "\r\n");
		wrap = wrap ? wrap->next : NULL;
	}
	json_copy(j, "title", clean, sizeof(clean));
	text_clean_str(title, sizeof(title), clean);
	feed(vt, "\033]2;");
	feed(vt, title);
	snprintf(move, sizeof(move), "\033\\\033[%d;%dH", (int)json_num(j, "cursor_row", 0) + 1,
		 (int)json_num(j, "cursor_col", 0) + 1);
	feed(vt, move);
	return vt;
}
