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
	tui) echo engine/base engine/vm engine/net engine/image engine/vt engine/session engine/check;;
	esac
}

arrows_point_down() {
	local wrong= dir other line
	for dir in engine/*/ tui/; do
		dir=${dir%/}
		while IFS=: read -r file line; do
			other=$(dirname "$(printf %s "$line" | sed 's/.*"\(.*\)".*/\1/')")
			case " $dir $(allowed "$dir") " in *" $other "*) ;; *) wrong="$wrong $file->$other";; esac
		done < <(grep -H '^#include "' "$dir"/*.[ch] | grep -v '\.inc"')
	done
	[ -z "$wrong" ] || fail "$wrong"
}

# header pattern, files that may have it
door() {
	local found
	found=$(grep -lE "^#include <$1" engine/*/*.[ch] tui/*.[ch] | tr '\n' ' ')
	for f in $found; do
		case " $2 " in *" $f "*) ;; *) fail "$f includes <$1...>: its door is $2";; esac
	done
}
each_library_has_one_door() {
	door '(n?curses|term\.h|ncursesw/)' 'tui/draw.c tui/input.c'
	door 'cjson' engine/base/json.h
	door 'ext2fs' engine/image/ext4.c
	door 'archive' engine/image/archive.c
	door 'lz4' engine/image/vmlinux.c
	door 'netlink/' engine/net/netlink.c
	door 'openssl/x509|openssl/pem' engine/check/bundle.c
	door 'openssl/(evp|sha)' 'engine/image/digest.c engine/check/bundle.c'
}

every_file_has_its_line() {
	local missing=
	for f in engine/*/*.[ch] tui/*.[ch]; do
		base=${f%.[ch]}
		grep -qE "(^|[^a-z_])$(basename "$base")(\.[ch]|\.\{c,h\}|\.\{h,c\})" docs/ARCHITECTURE.md ||
			missing="$missing $f"
	done
	[ -z "$missing" ] || fail "docs/ARCHITECTURE.md lacks:$missing"
	while read -r name; do
		ls engine/*/"$name" tui/"$name" >/dev/null 2>&1 || missing="$missing $name"
	done < <(sed -n 's/^| `\([a-z0-9_]*\.[ch]\)`.*/\1/p' docs/ARCHITECTURE.md)
	[ -z "$missing" ] || fail "docs/ARCHITECTURE.md names what is not there:$missing"
}

the_top_level_is_as_agreed() {
	extra=$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
		grep -vxE 'tui|engine|themes|tests|docs|Makefile|README\.md|LICENSE|\..*')
	[ -z "$extra" ] || fail "$extra"
}

only_main_exits() {
	wrong=$(grep -nE '[^_a-z]exit\(' engine/*/*.c tui/*.c | grep -vE '^(tui/main\.c|engine/guest/)' | grep -v '_exit(')
	[ -z "$wrong" ] || fail "$wrong"
}

for t in arrows_point_down each_library_has_one_door every_file_has_its_line \
	the_top_level_is_as_agreed only_main_exits; do
	test_run $t
done
