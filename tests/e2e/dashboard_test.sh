#!/bin/bash
# The dashboard in a tmux of its own, with scripted consoles (the demo backend):
# the picker, panes, typing, coming back, small screens, screens against the
# pictures in tests/screens. UPDATE_SCREENS=1 writes the pictures: look at the
# diff.
set -u
cd "$(dirname "$0")/../.." || exit 1

if ! command -v tmux >/dev/null; then
	echo "skip dashboard: tmux"
	exit 0
fi
export LC_ALL=C.UTF-8
socket=vmdeck-test-$$
home=$(mktemp -d)
export VMDECK_HOME=$home
unset NO_COLOR VMDECK_THEME TMUX COLORTERM ANTHROPIC_API_KEY OPENAI_API_KEY \
	CLAUDE_CODE_OAUTH_TOKEN GEMINI_API_KEY
t() { tmux -L "$socket" -f /dev/null "$@"; }
finish() {
	t kill-server 2>/dev/null
	"$VMDECK" ls --all --json 2>/dev/null | grep -o '"id": *"[^"]*"' | cut -d'"' -f4 |
		while read -r id; do "$VMDECK" kill --yes "$id"; done >/dev/null 2>&1
	rm -rf "$home"
}
trap finish EXIT
mkdir -p "$home/config"
cat >"$home/config/agents.json" <<'END'
// no machine among them: preflight has nothing to block, whatever the host is
{ "agents": {
  "shell":  { "backend": "demo", "script": "shell" },
  "claude": { "backend": "demo", "script": "claude", "title": "an agent at work" },
  "codex":  { "backend": "demo", "script": "codex" },
  "nullclaw": { "backend": "demo", "script": "shell" },
  "opencode": { "backend": "demo", "script": "shell" },
  "sh":     { "backend": "demo", "script": "shell", "title": "a shell" },
  "noisy":  { "backend": "demo", "script": "noisy" }
} }
END

name=start
failed=
ok() { [ -n "$failed" ] && echo "not ok $name: $failed" || echo "ok $name"; }
begin() { name=$1; failed=; echo "run $name"; }
screen() { t capture-pane -p -t 0; }
fail() { [ -n "$failed" ] || { failed=$1; screen | sed 's/^/# /' | head -45; }; }
# Until a command succeeds; a minute at most.
await() {
	local end=$((SECONDS + 60))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		read -rt 0.05 <> <(:)
	done
	return 0
}
matches() { screen | grep -qE -- "$1"; }
lacks() { ! matches "$1"; }
cells_match() { t capture-pane -p -e -t 0 | grep -qE -- "$1"; }
see() { await matches "$1" || { fail "\"$1\" does not appear"; return 1; }; }
see_cells() { await cells_match "$1" || { fail "the cells \"$1\" do not appear"; return 1; }; }
gone() { await lacks "$1" || { fail "\"$1\" stays"; return 1; }; }
keys() { t send-keys -t 0 "$@"; }
# The dashboard in a fresh terminal of that size; then a shell that tells its status.
open() { # cols rows, environment and arguments
	local cols=$1 rows=$2
	shift 2
	t kill-server 2>/dev/null
	while t has-session 2>/dev/null; do read -rt 0.05 <> <(:); done
	t new-session -d -x "$cols" -y "$rows" "env $* ; echo status \$?; exec cat"
	t set -g status off
	t resize-window -x "$cols" -y "$rows"
}
# What changes by itself is made the same: ages, figures of the host, preflight.
still() {
	screen | sed -E -e 's/cpu +[0-9]+%/cpu  N%/; s/mem +[0-9.]+[BKMGT]?\/[0-9.]+[BKMGT]/mem N/' \
		-e '1s/ +(cpu  N%  )?mem N.*$//' -e 's/ (ready|idle) +[0-9]+[smhd]( [0-9]+m)? ─*/ \1 T /' \
		-e 's/ +[0-9]+[smh] (│|\|)/ T\1/' -e 's/ *$//'
}
picture() {
	local want=tests/screens/$1.txt
	if [ -n "${UPDATE_SCREENS:-}" ]; then
		still >"$want"
		return
	fi
	same() { still | diff -u "$want" - >"$home/diff" 2>&1; }
	if ! await same; then # all of it: a part may have been drawn first
		sed 's/^/# /' "$home/diff" | head -60
		fail "the screen is not tests/screens/$1.txt"
	fi
}

begin start_card
open 120 40 VMDECK_HOME="$home/empty" PATH=/nonexistent "$VMDECK"
see 'blocks this launch' && see 'E01' # the modal opens by itself
keys Escape; gone 'blocks this launch'
see 'pick agents and launch them' && picture start-card
[ -e "$home/empty" ] && fail "a file was written before anything was changed"
keys n; see 'is not on PATH'; keys Space; see 'p in the list opens'; keys Escape
gone 'launch order'
keys q
see 'status 0' || fail "q does not leave"
ok

begin picker_orders
open 120 40 "$VMDECK"
see 'AI agents, each' && see 'preflight ok'
keys n; see 'launch order'
keys j Space j Space j j j Space; see 'launch order  3'
keys Tab; keys J; see '│  1 codex'; picture picker
keys Tab Enter
see '1 ● codex-1|1 ◐ codex-1' && see '2 . claude-1' && see '3 . sh-1'
see '┌ 1 codex-1' && see '┌ 2 claude-1' && see '┌ 3 sh-1'
see 'agent@demo'
ok

begin typing_stays
keys 3 Enter; see 'typing into sh-1'
keys -l 'echo q n S d'; keys Enter
see '│q n S d +│'
[ "$(screen | grep -c 'q n S d')" = 2 ] || fail "what was typed is not only in sh-1"
[ "$(screen | grep -c '│ >  \|│ ›  ')" = 2 ] || fail "something was typed into an agent"
keys C-q C-b; keys C-c
see 'typing into sh-1'
# answers of a terminal: DA, CPR, colours, a mode, the clipboard
keys -H 1b 5b 3f 36 32 3b 32 32 63 1b 5b 31 32 3b 34 30 52
keys -H 1b 5d 31 31 3b 72 67 62 3a 30 30 2f 31 31 2f 32 32 1b 5c
keys -H 1b 5b 3f 32 30 32 36 3b 31 24 79 1b 5d 35 32 3b 63 3b 65 48 68 34 07
keys -l 'echo done-answers'; keys Enter
see '│done-answers'
screen | grep -E 'rgb|62;22|eHh4|2026' >/dev/null && fail "an answer of the terminal was typed"
keys C-] d; see 'n launch'
ok

begin leader_sends_itself
keys 3 Enter; see 'typing into'
keys C-]; see 'd give back'
keys C-]; see 'typing into sh-1'
keys F12; see 'd give back'; keys 1; see 'typing into codex-1'
keys F12 d; see 'n launch'
ok

begin scrollback
keys 3 Enter; keys -l 'flood 300'; keys Enter; see '│1 bottles'
keys C-] '['; see 'look back'
keys PgUp; keys PgUp; gone '│1 bottles'
keys /; keys -l '277 bot'; keys Enter; see '│277 bottles'
keys g; see 'vmdeck demo shell'
t set -s set-clipboard on
keys v l l l l l y; see 'copied: 6 bytes'
copied() { [ "$(t show-buffer 2>/dev/null)" = vmdeck ]; }
await copied || fail "copied: $(t show-buffer)"
keys w; see 'write to'; keys C-u; keys -l "$home/all.cast"; keys Enter; see 'bytes are in'
"$VMDECK" play "$home/all.cast" --text 2>&1 | grep -q '^277 bottles' || fail "saved: $(head -c 300 "$home/all.cast")"
keys q; see 'typing into sh-1'; keys C-] d; see 'n launch'
ok

begin carry_is_kept
keys 1 J; see '1 . claude-1' ; see '2 . codex-1'; see '┌ 1 claude-1'
saved() { grep -A1 '"order"' "$home/state/dashboard.json" 2>/dev/null | grep -q .; }
await saved || fail "the order was not saved"
ok

begin comes_back
keys 3; see '│1 bottles'
bottles() { screen | sed -n '/sh-1  ready/,$p' | grep -oE '│[0-9]+ bottles' | tail -3; }
before=$(bottles)
keys q; see 'status 0'
open 120 40 "$VMDECK"
see '1 . claude-1' && see '│1 bottles'
as_before() { [ "$(bottles)" = "$before" ]; }
await as_before || fail "another screen than before"
keys 3 "["; gone '│1 bottles'; keys g; see 'vmdeck demo shell'; keys q
ok

begin mouse
# press and release at column 60 of the second pane's frame, then the list's first row
row=$(screen | grep -n '┌ 2 ' | head -1 | cut -d: -f1)
keys -H $(printf '\033[<0;60;%dM\033[<0;60;%dm' $((row + 2)) $((row + 2)) | od -An -tx1)
see_cells $'48;5;[0-9]*m 2 '
keys -H $(printf '\033[<64;60;%dM' $((row + 2)) | od -An -tx1); see 'look back'
keys q; gone 'look back'; keys 3
ok

begin zoom
keys z; gone 'sessions ──'; see 'sh-1  ready'; keys z; see 'sessions ──'
ok

begin help
keys '?'; see 'While you type into a session'; keys Escape; gone 'While you type'
ok

begin palette
keys :; keys -l zoo; see 'zoom +this pane alone'; keys Enter; gone 'sessions ──'; keys z
see 'sessions ──'
ok

begin filter
keys /; keys -l 'state:zzz'; see 'none match'; keys Escape; see '1 . claude-1'
keys /; keys -l 'sh'; see '1 . sh-1'; gone '│ [0-9] . claude-1'; keys Enter; see '^ n next match'; keys Escape; see '^ n launch'; see '1 . claude-1'
ok

begin kill_asks
keys 3 S; see 'Kill sh-1\?'
keys Enter; gone 'Kill sh-1\?'; see '3 . sh-1'
keys S; see 'Kill sh-1\?'; keys y; see 'ended'
keys d; see 'Remove sh-1'; keys y; gone ' sh-1'
ok

begin stacked
open 76 24 "$VMDECK"
see '1 . claude-1'; see '^┌ sessions'; see '^┌ 1 claude-1'
keys q; see 'status 0'
ok

begin single
open 40 12 "$VMDECK"
see '1 . claude-1'; screen | grep -q '┌ 1 claude' && fail "two things at a time"
keys Enter; see 'claude-1'; see 'gives back'; keys F12 d; see 'sessions'; keys q; see 'status 0'
ok

begin tiny
open 20 5 "$VMDECK"
see 'needs 30x8'; keys q; see 'status 0'
ok

begin resize
open 120 40 "$VMDECK"
see '┌ 1 claude-1'
for size in 1x1 2x2 200x60 30x8 29x7 80x24 10x50 300x3 120x40; do
	t resize-window -x "${size%x*}" -y "${size#*x}"
done
see '┌ 1 claude-1'; keys q; see 'status 0'
ok

begin one_by_one
open 20 5 "$VMDECK"
see 'needs 30x8' # what is typed before it has the terminal is nobody's
t resize-window -x 1 -y 1; keys q
t resize-window -x 80 -y 24; see 'status 0'
ok

begin plain_ascii
open 120 40 LC_ALL=C TERM=xterm "$VMDECK"
see '^\+ sessions'; see '1 [*?o] claude-1'
screen | LC_ALL=C grep -q '[^ -~]' && fail "not ASCII"
keys q; see 'status 0'
ok

begin no_color
open 120 40 NO_COLOR=1 "$VMDECK"
see '1 . claude-1'
t capture-pane -p -e -t 0 | grep -qE $'\033\\[[0-9;]*(3[0-7]|4[0-7]|38|48)[;m]' && fail "colours under NO_COLOR"
keys q; see 'status 0'
ok

begin dumb_terminal
open 80 24 TERM=dumb "$VMDECK"
see 'status 2'; see 'vmdeck ls'
ok

begin unknown_terminal
open 80 24 TERM=nonesuch-256 "$VMDECK"
see 'taken for xterm-256color'; keys q; see 'status 0'
ok

begin restored_after_signals
for signal in TERM HUP SEGV ABRT; do
	# A fault from outside is one to a sanitizer: it is to look away.
	open 80 24 ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_segv=0:handle_abort=0" "sh -c 'stty -g >$home/before; $VMDECK; s=\$?; stty -g >$home/after; exit \$s'"
	see '1 . claude-1'
	pid=$(pgrep -P "$(t list-panes -F '#{pane_pid}')" -a | awk '/vmdeck/ { print $1; exit }')
	pid=$(pgrep -f "^$VMDECK\$" -P "${pid:-0}" | head -1)
	[ -n "$pid" ] || pid=$(pgrep -x vmdeck -t "$(t list-panes -F '#{pane_tty}' | sed 's|/dev/||')" | head -1)
	kill -"$signal" "$pid"
	see 'status 1'
	cmp -s "$home/before" "$home/after" || fail "settings differ after SIG$signal"
	[ "$(t display -p '#{alternate_on}#{cursor_flag}#{mouse_any_flag}')" = 010 ] ||
		fail "modes stay on after SIG$signal: $(t display -p '#{alternate_on}#{cursor_flag}#{mouse_any_flag}')"
done
ok

begin leaves_sessions
"$VMDECK" ls | grep -q claude-1 || fail "claude-1 is gone"
ok

begin pictures
export VMDECK_HOME=$home/quiet
mkdir -p "$VMDECK_HOME/config"
cp "$home/config/agents.json" "$VMDECK_HOME/config"
"$VMDECK" up sh >/dev/null 2>&1
open 100 24 "$VMDECK"
see 'agent@demo' && see 'preflight' && picture one-shell
keys S; see 'Kill sh-1' && picture question
keys Escape; gone 'Kill sh-1'; keys Enter; see 'gives back' && picture typing
open 76 20 "$VMDECK"; see 'agent@demo' && picture stacked
open 40 12 "$VMDECK"; see '1 . sh-1' && picture single
open 80 24 LC_ALL=C TERM=vt100 "$VMDECK"; see 'agent@demo' && picture ascii
"$VMDECK" kill --yes sh-1 >/dev/null 2>&1
export VMDECK_HOME=$home
ok

begin demo
mkdir "$home/tmp"
open 120 40 TMPDIR="$home/tmp" "$VMDECK" demo
see '┌ 4 ' && see 'agent@demo'
keys /; see 'filter /'; keys -l state:working; keys Enter # its agents tell what they do, as real ones
see '◉ (claude|codex)-1'
keys Escape; see '^ n launch'
keys q; see 'status 0'
[ -z "$(ls "$home/tmp")" ] || fail "the demo left $(ls "$home/tmp")"
ok
