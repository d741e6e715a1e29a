/*
 * The picker's picture: agents on the left with what they will get, the chosen
 * ones on the right in launch order. Its owner fills it and launches.
 */
#ifndef TUI_VIEW_PICKER_VIEW_H
#define TUI_VIEW_PICKER_VIEW_H

#include "tui/view/edit.h"
#include "tui/view/picker.h"
#include "tui/view/view.h"

struct picker_detail {
	char about[96];  /* "tiny  qemu  512M  none" */
	char title[96];  /* what the agent is, in a line */
	char reason[160]; /* why it is blocked, or "" */
	char remedy[80];  /* what to do then, where the reason does not say it */
};

struct picker_view {
	struct view view;
	struct picker picker;
	struct picker_detail details[PICKER_MAX]; /* of picker.items[i] */
	struct edit filter;
	bool filtering; /* letters go to the filter */
	int top_left, top_right;
	void (*launch)(struct picker_view *v); /* the chosen ones; closed already */
	void (*build)(struct picker_view *v, uint64_t tag); /* what that one lacks; stays open */
};

void picker_view_open(struct picker_view *v, struct stage *stage);

#endif
