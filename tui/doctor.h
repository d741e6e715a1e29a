/*
 * `vmdeck doctor`: a preflight report as text for people or as JSON. It draws
 * the same records as the modal does, and asks nothing itself.
 */
#ifndef TUI_DOCTOR_H
#define TUI_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/base/paths.h"
#include "engine/check/report.h"

/* Write the whole report to `out`; gives the verb's exit code (report_exit), or
 * 1 when it could not be written. As text: by group, a sign and a word for the
 * status of each, and for what is not well what was seen, why it matters and
 * what mends it. Colours only on a terminal and without NO_COLOR. */
int doctor_print(const struct report *r, bool json, bool strict, FILE *out);

/* The JSON into a file (0600) that can be shown to others: see disguise.h. */
int doctor_save(const struct report *r, const struct paths *p, const char *path, struct error *err);

/* vmdeck-doctor(7), made from the table of checks and docs/preflight.md. 0, or 1 when
 * it could not be written. */
int doctor_man(FILE *out);

#endif
