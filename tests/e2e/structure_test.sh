#!/bin/bash
# The house rules that a reader relies on: arrows point down, each library has one
# front door, docs/ARCHITECTURE.md has a line for each file, the top level is as
# agreed.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# folder: what it may include besides itself
allowed() {
	case $1 in
	engine/base) ;;
	engine/guest) ;;
	engine/vt|engine/net|engine/image) echo engine/base;;
	engine/vm) echo engine/base engine/guest;; # the control port's name
	engine/check) echo engine/base engine/vm engine/net engine/image;;
	engine/session) echo engine/base engine/vm engine/net engine/image engine/vt engine/guest;;
	engine/supervisor) echo engine/session "$(allowed engine/session)";;
	tui) echo engine/session "$(allowed engine/session)" engine/check;;
	tui/theme) echo tui "$(allowed tui)";;
	tui/terminal) echo tui/theme "$(allowed tui/theme)";;
	tui/view) echo tui/terminal "$(allowed tui/terminal)";;
	tui/desk) echo tui/view "$(allowed tui/view)";;
	tui/linear) echo tui/view "$(allowed tui/view)";;
	tui/verbs) echo tui/desk tui/linear "$(allowed tui/desk)";;
	tui/main.c) echo tui/verbs engine/supervisor "$(allowed tui/verbs)";;
	esac
}

arrows_point_down() {
	local wrong= dir other line
	for dir in engine/*/ tui/ tui/*/; do
		dir=${dir%/}
		rules=" $dir $(allowed "$dir") "
		while IFS=: read -r file line; do
			other=$(dirname "$(printf %s "$line" | sed 's/.*"\(.*\)".*/\1/')")
			[ "$file" != tui/main.c ] || rules=" tui $(allowed tui/main.c) "
			case "$rules" in *" $other "*) ;; *) wrong="$wrong $file->$other";; esac
		done < <(grep -H '^#include "' "$dir"/*.[ch] | grep -v '\.inc"')
	done
	[ -z "$wrong" ] || fail "$wrong"
}

# header pattern, files that may have it
door() {
	local found
	found=$(grep -lE "^#include <$1" engine/*/*.[ch] tui/*.[ch] tui/*/*.[ch] | tr '\n' ' ')
	for f in $found; do
		case " $2 " in *" $f "*) ;; *) fail "$f includes <$1...>: its door is $2";; esac
	done
}
each_library_has_one_door() {
	door '(n?curses|term\.h|ncursesw/)' 'tui/terminal/draw.c tui/terminal/draw_terminal.c'
	door 'cjson' engine/base/json.h
	door '(ext2fs|et/com_err)' engine/image/ext4_inside.h
	door 'sqfs' engine/image/squash.c
	door 'archive' engine/image/archive_inside.h
	door 'lz4' engine/image/vmlinux.c
	# image, net and check do not know each other, so each has one of its own
	door 'curl/' 'engine/net/http.c engine/check/tls.c engine/image/download.c'
	door 'netlink/' engine/net/netlink.c
	door 'ares' engine/net/resolve.c
	door 'openssl/x509|openssl/pem' engine/check/bundle.c
	door 'openssl/(evp|sha)' 'engine/image/digest.c engine/check/bundle.c'
}

# In a folder's own table, `name.{h,c}`, `name.h` or `name.c`.
mapped() { # folder
	awk -v d="### $1:" 'index($0, "### ") == 1 { on = index($0, d) == 1 } on' docs/ARCHITECTURE.md |
		sed -n 's/^| `\([a-z0-9_]*\)\.\({h,c}\|h\|c\)` |.*/\1 \2/p' |
		sed -e 's/\(.*\) {h,c}/\1.h\n\1.c/' -e 's/ /./' | sort
}
every_file_has_its_line() {
	local wrong=
	for d in engine/*/ tui/ tui/*/; do
		d=${d%/}
		wrong="$wrong$(diff <(mapped "$d") <(cd "$d" && ls ./*.[ch] | sed 's|^\./||' | sort) |
			sed -n -e "s|^< | too much: $d/|p" -e "s|^> | lacks: $d/|p" | tr '\n' ' ')"
	done
	[ -z "$wrong" ] || fail "docs/ARCHITECTURE.md$wrong"
}

the_top_level_is_as_agreed() {
	extra=$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
		grep -vxE 'tui|engine|themes|tests|docs|Makefile|README\.md|LICENSE|\..*')
	[ -z "$extra" ] || fail "$extra"
}

only_main_exits() {
	wrong=$(grep -nE '[^_a-z]exit\(' engine/*/*.c tui/*.c tui/*/*.c | grep -vE '^(tui/main\.c|engine/guest/)' | grep -v '_exit(')
	[ -z "$wrong" ] || fail "$wrong"
}

# What reaches an operator's terminal goes through few hands: talk.c cleans what verbs say,
# draw.c draws cells, and these have their reasons (the doctor's page is cleaned by the
# checks and asked here again by its test; a manual page is our own text).
text_goes_out_by_few_doors() {
	local out='(printf|fprintf|vprintf|vfprintf|puts|fputs|fputc|putc|putchar|fwrite|dprintf|vdprintf|perror|psignal|addstr|addnstr|addch|addwstr|add_wch|printw|mvprintw|mvadd[a-z_]*|waddstr|putp|tputs)'
	local wrong
	wrong=$(grep -nE "(^|[^a-z_>.])$out\(" tui/*.c tui/*/*.c | grep -vE '^(tui/talk\.c|tui/doctor\.c|tui/terminal/draw(_osc|_terminal)?\.c|tui/verbs/doctor_man\.c):' |
		grep -vE ':[0-9]+:\s*(\*|/\*|")' )
	[ -z "$wrong" ] || fail "not by say or talk: $wrong"
	# and bytes as they are only where a descriptor is meant
	wrong=$(grep -nE '(fd_write_all|[^_a-z]write)\((STDOUT_FILENO|STDERR_FILENO|1,|2,)' tui/*.c tui/*/*.c | grep -vE '^tui/(linear/line|verbs/exec)\.c:')
	[ -z "$wrong" ] || fail "raw bytes to a terminal: $wrong"
	# text becomes cells in paint_text.c alone, which asks the whitelist
	grep -q 'text_allowed' tui/terminal/paint_text.c || fail "paint_text.c does not ask text_allowed"
}

for t in arrows_point_down each_library_has_one_door every_file_has_its_line \
	the_top_level_is_as_agreed only_main_exits text_goes_out_by_few_doors; do
	test_run $t
done
