#!/bin/bash
# Recordings as their user meets them: made by a supervisor (demo backend), played on
# a terminal, saved from the scrollback.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
new_home
mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<'E2'
{ "agents": { "sh": { "backend": "demo", "script": "shell",
	"env": { "MY_API_TOKEN": "correct-horse-battery" } } } }
E2
work=$VMDECK_HOME/work; mkdir "$work"
socket=vmdeck-rec-$$
trap 'tmux -L $socket kill-server 2>/dev/null; v kill --all --yes >/dev/null 2>&1' EXIT

# No byte below space but newline, no DEL, no C1, no bidi control.
harmless() { ! LC_ALL=C grep -nP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$1"; }

records_what_the_machine_writes() {
	local file
	v up sh --name rec >/dev/null || fail "up"
	v send rec --enter 'before the recording' && v wait rec --for 'before' --timeout 120 || fail "typing"
	file=$(v record rec start) || fail "start"
	[ -f "$file" ] && [ "$(stat -c %a "$file")" = 600 ] || fail "$file"
	until_true 10 eval "v ls --json | grep -q '\"recording\": *\"recording-1.cast\"'" || fail "ls does not tell"
	v record rec start 2>"$work/err" && fail "twice"
	grep -q 'runs already' "$work/err" || fail "$(cat "$work/err")"
	v send rec --enter 'key sk-ant-api03-abcdefghijklmnop and correct-horse-battery end'
	v wait rec --for 'battery end' --timeout 120 || fail "echo"
	[ "$(v record rec stop)" = "$file" ] || fail "stop names another file"
	v record rec stop 2>/dev/null && fail "stopped twice"
	harmless "$file" || fail "controls in $file"
	grep -q 'abcdefghijklmnop' "$file" && fail "the key is in it"
	grep -q 'horse-battery' "$file" && fail "the configured secret is in it"
	cp "$file" "$work/a.cast"
	v play "$work/a.cast" --text >"$work/text" || fail "play --text"
	grep -q 'before the recording' "$work/text" || fail "does not begin with the screen"
	grep -q 'key \[redacted\] and \[redacted\] end' "$work/text" || fail "$(grep key "$work/text")"
}

a_session_that_ends_ends_its_recording() {
	local file
	file=$(v record rec start) || fail "start"
	v send rec --enter 'last words'; v wait rec --for 'last words' --timeout 120
	v kill rec --yes >/dev/null || fail "kill"
	v play "$file" | grep -q 'last words' || fail "lost"
	v record rec start 2>"$work/err"; [ $? != 0 ] || fail "of an ended session"
	until_true 10 eval "v ls --all --json | grep -q '\"recording\": *\"\"'" || fail "still said to run"
}

saves_the_scrollback() {
	v record rec save "$work/s.txt" 2>/dev/null && v record rec save "$work/s.cast" 2>/dev/null || fail "save"
	grep -q 'last words' "$work/s.txt" || fail "text"
	grep -q 'abcdefghijklmnop' "$work/s.txt" "$work/s.cast" && fail "the key is in it"
	harmless "$work/s.txt" && harmless "$work/s.cast" || fail "controls"
	v play "$work/s.cast" --text >"$work/s.out" || fail "play"
	diff <(sed 's/ *$//' "$work/s.txt") <(sed 's/ *$//' "$work/s.out") >"$work/diff" || fail "$(head -3 "$work/diff" | tr '\n' '|')"
	v record rec save "$work/s.txt" 2>"$work/err" && fail "overwrites"
	grep -q 'another name' "$work/err" || fail "$(cat "$work/err")"
}

plays_on_a_terminal() {
	command -v tmux >/dev/null || skip "tmux"
	local t="tmux -L $socket -f /dev/null"
	printf '%s\n' '{"version": 2, "width": 40, "height": 8, "title": "a tape"}' \
		'[0.0, "o", "\u001b]0;evil\u0007\u001b[31mone\u001b[0m\r\n"]' \
		'[0.2, "o", "two\r\n"]' '[9000, "o", "three\r\n"]' >"$work/p.cast"
	LC_ALL=C.UTF-8 $t new-session -d -x 60 -y 12 "$VMDECK play --idle 600 $work/p.cast; read x"
	until_true 15 eval "$t capture-pane -p | grep -q two" || fail "no second event"
	$t capture-pane -p | grep -q 'a tape.*playing' || fail "status: $($t capture-pane -p | tail -1)"
	$t send-keys Space; until_true 10 eval "$t capture-pane -p | grep -q paused" || fail "pause"
	$t send-keys .; until_true 10 eval "$t capture-pane -p | grep -q three" || fail "step"
	$t send-keys g; until_true 10 eval "! $t capture-pane -p | grep -q three" || fail "again"
	[ "$($t display -p '#{pane_title}')" != evil ] || fail "the title went through"
	$t send-keys q; until_true 10 eval "! $t capture-pane -p | grep -q 'a tape'" || fail "leave"
	$t kill-server
}

refuses_what_is_none() {
	printf 'hello\n' >"$work/no"
	v play "$work/no" 2>"$work/err"; [ $? = 1 ] && grep -q 'no:1' "$work/err" || fail "$(cat "$work/err")"
	v play "$work/nowhere" 2>/dev/null; [ $? = 4 ] || fail "missing file"
	v play "$work/no" --speed 1000 2>/dev/null; [ $? = 2 ] || fail "speed"
	v play /dev/null 2>/dev/null && fail "/dev/null"
	v record nobody start 2>/dev/null; [ $? = 4 ] || fail "unknown session"
}

for t in records_what_the_machine_writes a_session_that_ends_ends_its_recording saves_the_scrollback \
	plays_on_a_terminal refuses_what_is_none; do
	test_run $t
done
v rm rec --yes >/dev/null 2>&1
end_home
