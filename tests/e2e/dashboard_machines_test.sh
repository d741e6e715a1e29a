#!/bin/bash
# The main job as a person does it: the dashboard in tmux at 120x40, real machines.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip dashboard_machines: no qemu-system-x86_64 on PATH"; exit 0; }
command -v tmux >/dev/null || { echo "skip dashboard_machines: no tmux"; exit 0; }
new_home
mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<-'A'
	{ "agents": { "one": { "memory": 256 }, "two": { "memory": 256 } } } // beside shell
A
socket=vmdeck-test-$$
t() { tmux -L "$socket" "$@"; }
trap 't kill-server 2>/dev/null' EXIT
open_deck() {
	t -f /dev/null new-session -d -x 120 -y 40 "TERM=xterm-256color exec $VMDECK" || fail "tmux"
	see 'detach' 5
}
picture() { t capture-pane -p; }
see() { until_true "${2:-5}" eval "picture | grep -qF -- '$1'" || fail "no \"$1\" in: $(picture)"; }
see_not() { until_true "${2:-5}" eval "! picture | grep -qF -- '$1'" || fail "still \"$1\" in: $(picture)"; }
keys() { t send-keys "$@"; }

marking_ordering_and_enter_launch_in_order() {
	open_deck
	keys n; see 'launch order'
	keys End Up Space; see '1 one'     # the file's come after the built-in ones
	keys Down Space; see '2 two'
	keys K; see '1 two'                # carried up
	keys Enter
	see '1 two-1'; see '2 one-1'
	see 'two-1:~#' 60; see 'one-1:~#' 60
	# panes in that order, the first above the second
	in_order() { picture | grep -nE '[12] (two|one)-1  ready' | head -n 2 | tr '\n' ' ' | grep -qE 'two-1.*one-1'; }
	until_true 60 in_order || fail "not in the chosen order: $(picture)"
}

what_is_typed_reaches_one_pane_only() {
	keys 1; keys Enter; see 'gives back'
	keys 'echo in-$((40+2))' Enter; see 'in-42'
	keys C-] 2
	keys 'seq 1 200; echo done-$((1+1))' Enter; see 'done-2' 20
	v screen one-1 --scrollback 300 | grep -q 'in-42' && fail "two-1's text is in one-1"
	v screen two-1 --scrollback 300 | grep -q 'done-2' && fail "one-1's text is in two-1"
	v screen two-1 | grep -q 'in-42' || fail "two-1 lacks what was typed"
	keys C-] d
}

leaving_and_coming_back_shows_the_same() {
	before=$(v screen one-1 --scrollback 1000 | md5sum)
	keys q
	until_true 3 eval '! t has-session 2>/dev/null' || fail "q does not leave"
	open_deck
	see 'done-2'; see 'in-42'
	[ "$(v screen one-1 --scrollback 1000 | md5sum)" = "$before" ] || fail "the scrollback changed"
	keys 2 '[' PPage PPage; see '150'             # looking back shows lines that had scrolled away
	keys q; see 'detach'
}

a_killed_dashboard_harms_no_session() {
	pid=$(t list-panes -F '#{pane_pid}')
	kill -KILL "$pid"
	until_true 3 eval '! t has-session 2>/dev/null'
	[ "$(v exec one-1 -- echo alive)" = alive ] || fail "one-1 is gone"
	[ "$(v ls --json | grep -c '"state": *"ready"')" = 2 ] || fail "$(v ls)"
}

a_killed_hypervisor_is_shown_in_its_pane() {
	open_deck
	kill -KILL "$(field one-1 vm_pid)"
	see 'SIGKILL'
	see 'two-1  ready'
	keys q
}

# The cache is shared with other tests: a size that nobody else has (theirs are even), by which
# its maker is found (3 is its order).
memory=$((301 + 2 * (RANDOM % 100)))
maker() { pgrep -x vmdeck-template | while read -r p; do
	grep -qs "\"memory_mib\": *$memory\b" "/proc/$p/fd/3" && echo "$p"
done | tail -n 1; }
# Its process is gone and its machine with it; the session that asked for it is not.
a_template_build_is_cancelled() {
	open_deck
	v kill one-1 two-1 --yes >/dev/null 2>&1
	printf '{ "agents": { "big": { "memory": %d } } }' $memory >"$VMDECK_HOME/config/agents.json"
	v up big --no-wait >/dev/null || fail "up"
	# Held still, so that nothing here is a matter of time.
	until_true 30 eval '[ -n "$(maker)" ]' || fail "no template is made"
	pid=$(maker)
	kill -STOP "$pid"
	see "template ${memory}M" 60
	picture | grep "template ${memory}M" | grep -q 'X cancels' || fail "the row lacks its key: $(picture)"
	keys X
	see 'is given up' 15
	kill -CONT "$pid"
	see 'no template was made: it was cancelled' 30
	see_not "template ${memory}M" 15
	v wait big-1 --state ready --timeout 90 || fail "the session: $(v ls)"
	[ -z "$(find "$VMDECK_HOME/cache/templates/" -name ram -size $((memory << 11)))" ] || fail "it was made all the same"
	keys q
}

# In a home whose images are its own; nothing is fetched for this one.
an_image_is_built_from_the_picker_and_launched() {
	v kill --all --yes >/dev/null 2>&1
	rm "$VMDECK_HOME/data"; mkdir -p "$VMDECK_HOME/data/images" "$VMDECK_HOME/config/images"
	ln -s "$PREPARED/data/images/tiny" "$VMDECK_HOME/data/images/tiny"
	echo '{ "base": "tiny", "title": "my own", "files": [ { "path": "/etc/mine", "text": "made here" } ] }' >"$VMDECK_HOME/config/images/mine.json"
	echo '{ "agents": { "mine": { "image": "mine", "memory": 256, "command": ["/bin/sh", "-l"] } } }' >"$VMDECK_HOME/config/agents.json"
	open_deck
	keys n; see 'launch order'
	keys / mine Enter
	see 'no image mine: b builds it'
	keys Enter; see 'launch order'                  # it cannot be launched
	keys b
	see 'image mine: ready' 60
	see 'mine  qemu  256M'
	see_not 'no image mine'
	keys Enter; see_not 'launch order'
	see 'mine-1' 15
	v wait mine-1 --state ready --timeout 90 || fail "mine-1: $(v ls)"
	[ "$(v exec mine-1 -- cat /etc/mine)" = "made here" ] || fail "not of that image"
	# By its name, from the palette; b shows what it says.
	v image rm mine --yes >/dev/null 2>&1
	keys : 'image build mine'; see 'my own'
	keys Enter; see 'vmdeck image build mine'; see 'Done' 60
	keys Escape; see_not 'vmdeck image build mine'
	keys q
}

for x in marking_ordering_and_enter_launch_in_order what_is_typed_reaches_one_pane_only \
	leaving_and_coming_back_shows_the_same a_killed_dashboard_harms_no_session \
	a_killed_hypervisor_is_shown_in_its_pane a_template_build_is_cancelled \
	an_image_is_built_from_the_picker_and_launched; do
	test_run $x
done
t kill-server 2>/dev/null
end_home
