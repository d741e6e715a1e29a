#!/bin/bash
# The dashboard is killed under eight sessions: the next one has all of them at once, each
# with its scrollback (SECURITY.md, figure 19); and launches that race get no name twice
# (figure 21).
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
command -v tmux >/dev/null || { echo "skip dashboard_crash: tmux"; exit 0; }
new_home
export LC_ALL=C.UTF-8
unset TMUX NO_COLOR VMDECK_THEME
mkdir -p "$VMDECK_HOME/config"
echo '{ "agents": { "sh": { "backend": "demo", "script": "shell" } } }' >"$VMDECK_HOME/config/agents.json"
socket=vmdeck-crash-$$
t() { tmux -L "$socket" -f /dev/null "$@"; }
all_eight() { [ "$(v ls 2>/dev/null | grep -cE '^ *sh-[1-8] ')" = 8 ]; }
lists_eight() { [ "$(t capture-pane -p 2>/dev/null | grep -cE '│[ +]?[1-8] . sh-[1-8]')" = 8 ]; }

races_get_no_name_twice() {
	local p
	for p in 1 2 3 4; do
		(v up sh --no-wait; v up sh --no-wait) >/dev/null 2>&1 &
	done
	wait
	until_true 30 all_eight || fail "not eight names: $(v ls | tr '\n' ';')"
}

the_next_one_has_all() {
	local s pid began
	for s in 1 2 3 4 5 6 7 8; do v send sh-$s --enter 'flood 1200' >/dev/null; done
	for s in 1 2 3 4 5 6 7 8; do v wait sh-$s --for '1 bottles' >/dev/null || fail "no flood in sh-$s"; done
	t new-session -d -x 120 -y 40 "$VMDECK; exec cat"
	until_true 20 lists_eight || fail "the first dashboard does not list eight"
	pid=$(pgrep -x vmdeck -t "$(t display -p '#{pane_tty}' | sed 's|/dev/||')" | head -1)
	kill -9 "$pid" || fail "no dashboard to kill"
	t kill-server
	until_true 10 eval '! t has-session 2>/dev/null'
	began=${EPOCHREALTIME/./}
	t new-session -d -x 120 -y 40 "$VMDECK; exec cat"
	until_true 20 lists_eight || fail "the next one does not list eight"
	echo "# eight of eight after $(((${EPOCHREALTIME/./} - began) / 1000)) ms, tmux and all"
	t kill-server
	for s in 1 8; do
		[ "$(v screen sh-$s --scrollback 5000 | wc -c)" -ge 65536 ] || fail "sh-$s lost its scrollback"
	done
}

for test in races_get_no_name_twice the_next_one_has_all; do test_run $test; done
t kill-server 2>/dev/null
end_home
