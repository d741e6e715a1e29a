#!/bin/bash
# Themes as they are met: a file followed as it is saved, the list with its preview,
# terminals with few colours.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
command -v tmux >/dev/null || { echo "skip theme: tmux"; exit 0; }
new_home
unset NO_COLOR VMDECK_THEME TMUX COLORTERM
themes=$VMDECK_HOME/config/themes
mkdir -p "$themes"
socket=vmdeck-theme-$$
t() { tmux -L $socket -f /dev/null "$@"; }
trap 't kill-server 2>/dev/null' EXIT
open_deck() { # [VAR=VALUE...] -- ARGS
	local env=()
	while [ "$1" != -- ]; do env+=("$1"); shift; done; shift
	t kill-server 2>/dev/null
	until_true 10 eval '! t ls' # it takes a moment to go
	t new-session -d -x 90 -y 24 "env LC_ALL=C.UTF-8 TERM=xterm-256color ${env[*]} $VMDECK $*"
	t set -g status off
}
cells() { t capture-pane -p -e; }
see() { until_true 15 eval "cells | grep -qE -- '$1'" || fail "no '$1' in: $(cells | head -3 | cat -v)"; }
gone() { until_true 15 eval "! cells | grep -qE -- '$1'" || fail "'$1' stays"; }

a_saved_file_is_taken_up() {
	printf 'inherits = default-dark\ntext = 252 on 67\n' >"$themes/mine.theme"
	open_deck -- --theme mine
	see '48;5;67'
	# as editors save: in place, and by rename; the base that it inherits, too
	printf 'inherits = default-dark\ntext = 252 on 137\n' >"$themes/mine.theme"
	see '48;5;137'; gone '48;5;67'
	printf 'inherits = base\n' >"$themes/.new"; printf 'text = 252 on 22\n' >"$themes/base.theme"
	mv "$themes/.new" "$themes/mine.theme"
	see '48;5;22'
	printf 'text = 252 on 53\n' >"$themes/base.theme"
	see '48;5;53'
	printf '# fine\ntext = nocolour\n' >"$themes/base.theme"
	see 'base.theme:2: bad colour'; see '48;5;53'
	printf 'text = 252 on 18\n' >"$themes/base.theme"
	see '48;5;18'
}

the_list_shows_what_is_lit() {
	printf 'text = 252 on 18\n' >"$themes/aaa.theme"
	printf 'text = 252 on 88\n' >"$themes/aab.theme"
	open_deck -- --theme aaa
	see '48;5;18'
	t send-keys t; see 'theme: Enter takes'
	t send-keys Down; see '48;5;88'; gone '48;5;18'
	t send-keys Escape; gone 'theme: Enter'; see '48;5;18'; gone '48;5;88'
	t send-keys t; see 'theme: Enter takes'
	t send-keys aab; see '48;5;88'; t send-keys Enter; see 'theme aab'; gone 'theme: Enter'
	see '48;5;88'
	t send-keys q
	until_true 10 eval '! t has-session' || fail "q does not leave"
	open_deck -- ; see '48;5;88' # remembered
}

few_colours_get_few() {
	open_deck TERM=xterm -- --theme default-dark
	see 'vmdeck'; cells | grep -qE '[34]8;[25];' && fail "more than 16: $(cells | grep -oE '[34]8;[25];[0-9;]*' | head -3)"
	open_deck TERM=vt100 -- ; see 'vmdeck'
	cells | grep -qP '\e\[[0-9;]*(?<![0-9])(3[0-7]|4[0-7]|9[0-7]|10[0-7])m' && fail "colours on a vt100"
	open_deck NO_COLOR=1 -- ; see 'vmdeck'
	cells | grep -qE '[34]8;5;' && fail "NO_COLOR"
	open_deck -- --color never; see 'vmdeck'
	cells | grep -qE '[34]8;5;' && fail "--color never"
	open_deck -- --ascii; see 'vmdeck'
	t capture-pane -p | LC_ALL=C grep -qP '[\x80-\xff]' && fail "beyond ASCII"
	return 0
}

check_tells_contrast() {
	printf 'text = #777777 on #888888\n' >"$themes/bad.theme"
	v theme check bad >"$VMDECK_HOME/out"; [ $? = 1 ] || fail "code"
	grep -qE 'bad: text: contrast 1\.[0-9]+, should be 4.5' "$VMDECK_HOME/out" || fail "$(head -1 "$VMDECK_HOME/out")"
	v theme check "$themes/bad.theme" >/dev/null && fail "a path"
	v theme check nord >/dev/null || fail "nord"
	v theme check --json "$themes/bad.theme" | grep -q '"contrast"' || fail "json"
}

for x in a_saved_file_is_taken_up the_list_shows_what_is_lit few_colours_get_few check_tells_contrast; do
	test_run $x
done
t kill-server 2>/dev/null
end_home
