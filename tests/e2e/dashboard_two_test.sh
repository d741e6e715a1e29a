#!/bin/bash
# Several dashboards at once (SECURITY.md, figure 21): who types into a session that another
# one types into is asked, takes it over or looks on; sizes and sessions are the same for
# all; and launches that race get no name, supervisor or directory twice.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
command -v tmux >/dev/null || { echo "skip dashboard_two: tmux"; exit 0; }
new_home
export LC_ALL=C.UTF-8
unset TMUX NO_COLOR VMDECK_THEME
mkdir -p "$VMDECK_HOME/config"
echo '{ "agents": { "sh": { "backend": "demo", "script": "shell" } } }' >"$VMDECK_HOME/config/agents.json"
socket=vmdeck-two-$$
t() { tmux -L "$socket" -f /dev/null "$@"; }
screen() { t capture-pane -p -t "$1"; }
see() { until_true 15 eval "screen $1 | grep -qE -- '$2'" || { screen "$1"; fail "dashboard $1 does not show \"$2\""; }; }
not_see() { until_true 15 eval "! screen $1 | grep -qE -- '$2'" || { screen "$1"; fail "dashboard $1 still shows \"$2\""; }; }
keys() { local to=$1; shift; t send-keys -t "$to" "$@"; }
has() { v screen sh-1 | grep -qF -- "$1"; }

begin() {
	v up sh >/dev/null 2>&1 || fail "up"
	t new-session -d -s a -x 100 -y 30 "$VMDECK; exec cat"
	t new-session -d -s b -x 80 -y 24 "$VMDECK; exec cat"
	t set -g status off
	see a 'sh-1 +[0-9]'; see b 'sh-1 +[0-9]'
}

one_types_the_other_is_asked() {
	begin
	keys a Enter; see a 'typing into sh-1'
	keys a -l 'echo from-a'; see a 'echo from-a'
	keys b Enter; see b 'another dashboard types into sh-1. Take it over'
	keys b Enter; not_see b 'Take it over' # the harmless answer: it looks on
	not_see b 'typing into'
	keys b -l 'zz'; keys b Escape
	keys a Enter; see b '^.*│from-a' # and sees all of it
	see a '│from-a'
	has 'echo from-azz' && fail "keys of the one that looks on came through"
	:
}

it_can_be_taken_over() {
	keys a -l 'half'; see a '\$ half'
	keys b Enter; see b 'Take it over'
	keys b y; see b 'typing into sh-1'
	see a 'another dashboard types into sh-1 now'
	not_see a 'typing into sh-1  '
	keys a -l 'xx' # to the list of a, where they mean nothing
	keys b -l '+done'; see b 'half.done'
	v screen sh-1 | grep -qF 'half+done' || fail "$(v screen sh-1 | tail -2)"
	keys b C-] d; see b '^ n launch'
	keys a Enter; see a 'typing into sh-1' # nobody has it: no question
	keys a C-] d; see a '^ n launch'
}

it_is_free_when_its_dashboard_dies() {
	local pid
	keys a Enter; see a 'typing into sh-1'
	pid=$(pgrep -x vmdeck -t "$(t display -p -t a '#{pane_tty}' | sed 's|/dev/||')" | head -1)
	kill -9 "$pid" || fail "no dashboard to kill"
	until_true 10 gone "$pid"
	keys b Enter; see b 'typing into sh-1'
	keys b C-c; keys b -l 'echo alone'; keys b Enter; see b '│alone'
	keys b C-] d; see b '^ n launch'
}

# An order of its own is whole, and not held up.
verbs_type_all_the_same() {
	keys b Enter; see b 'typing into sh-1'
	v send sh-1 --enter 'echo by-verb' || fail "send"
	see b '│by-verb'
	keys b C-] d; see b '^ n launch'
	t kill-server
	v kill --all --yes >/dev/null 2>&1
	v rm --all --yes >/dev/null 2>&1
}

# RACES launches by eight processes at a time, in rounds, with two dashboards looking on.
RACES=${RACES:-200}
racing_launches_get_nothing_twice() {
	local round rounds=$((RACES / 40)) p
	t new-session -d -s a -x 100 -y 30 "$VMDECK; exec cat"
	t new-session -d -s b -x 80 -y 24 "$VMDECK; exec cat"
	for round in $(seq $rounds); do
		for p in 1 2 3 4 5 6 7 8; do
			v up sh sh sh sh sh --no-wait >>"$VMDECK_HOME/names" 2>>"$VMDECK_HOME/said" &
		done
		wait $(jobs -p)
		alive=$(v ls --json | grep -c '"alive":.*true')
		[ "$alive" = 40 ] || fail "round $round: $alive of 40 live: $(tail -3 "$VMDECK_HOME/said")"
		# one owner each: as many supervisors as sessions, all of them there
		[ "$(v ls --json | sed -n 's/.*"pid":\s*\([0-9]*\),*/\1/p' | sort -u | wc -l)" = 40 ] || fail "supervisors"
		v kill --all --yes >/dev/null 2>&1
		until_true 60 eval "v ls --json >'$VMDECK_HOME/ls' && ! grep -q '\"alive\":.*true' '$VMDECK_HOME/ls'" || fail "some live on"
	done
	[ "$(wc -l <"$VMDECK_HOME/names")" = "$RACES" ] || fail "$(wc -l <"$VMDECK_HOME/names") of $RACES told their names"
	[ "$(sort -u "$VMDECK_HOME/names" | wc -l)" = "$RACES" ] || fail "twice: $(sort "$VMDECK_HOME/names" | uniq -d | head -3 | tr '\n' ' ')"
	[ "$(v ls --all --json | grep -c '"id":')" = "$RACES" ] || fail "$(v ls --all --json | grep -c '"id":') records"
	see a 'sessions'; see b 'sessions' # both dashboards are still there
	t kill-server
}

for test in one_types_the_other_is_asked it_can_be_taken_over it_is_free_when_its_dashboard_dies \
	verbs_type_all_the_same racing_launches_get_nothing_twice; do test_run $test; done
t kill-server 2>/dev/null
end_home
