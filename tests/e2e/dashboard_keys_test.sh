#!/bin/bash
# A tour of every key of the dashboard, in a tmux of its own: for each action of
# `vmdeck keys --json` and each of its keys, the key is pressed where it belongs and
# what it does is looked for. The table is the program's own: a binding that has no
# place in the tour below fails it.
set -u
cd "$(dirname "$0")/../.." || exit 1

if ! command -v tmux >/dev/null; then
	echo "skip dashboard_keys: tmux"
	exit 0
fi
export LC_ALL=C.UTF-8
socket=vmdeck-keys-$$
home=$(mktemp -d)
export VMDECK_HOME=$home
unset NO_COLOR VMDECK_THEME TMUX COLORTERM
t() { tmux -L "$socket" -f /dev/null "$@"; }
finish() {
	t kill-server 2>/dev/null
	"$VMDECK" kill --all --yes >/dev/null 2>&1
	rm -rf "$home"
}
trap finish EXIT
mkdir -p "$home/config" "$home/state"
echo '{ "escdelay": 1 }' >"$home/config/config.json"
chmod 700 "$home/state"
[ -d "${PREPARED:-}" ] && ln -s "$PREPARED/cache" "$home/cache" && ln -s "$PREPARED/data" "$home/data"
cat >"$home/config/agents.json" <<'END'
{ "agents": {
  "one":   { "backend": "demo", "script": "shell" },
  "two":   { "backend": "demo", "script": "shell" },
  "shell": { "backend": "demo", "script": "shell" },
  "claude": { "backend": "demo", "script": "claude" }
} }
END

# --- Seeing ---

failed=
fail() {
	[ -n "$failed" ] && return 1
	failed=$1
	screen | sed 's/^/# /' | head -42
	return 1
}
screen() { t capture-pane -p -t 0; }
nap() { read -rt 0.03 <> <(:); }
# Until a command succeeds; 15 s at most.
await() {
	local i
	for i in $(seq 500); do
		"$@" && return 0
		# Preflight opens by itself, once, where a busy host lets one of its checks time out.
		[ -n "${preflight_expected:-}" ] || [ $((i % 40)) != 0 ] || ! matches '^ Enter open' || keys Escape
		nap
	done
	return 1
}
await_long() { await "$@" || await "$@" || await "$@" || await "$@"; }
matches() { screen | grep -qE -- "$1"; }
lacks() { ! screen | grep -qE -- "$1"; }
see() { await matches "$1" || fail "\"$1\" does not appear"; }
gone() { await lacks "$1" || fail "\"$1\" stays"; }
# The terminal's cursor stands on the row that has the keyboard.
cursor() { t display -p -t 0 '#{cursor_y}'; }
column() { t display -p -t 0 '#{cursor_x}'; }
on_row() { [ "$(cursor)" = "$1" ]; }
at() { await on_row $(($1 + 1)) || fail "the cursor is not on row $1 of the list, but $(($(cursor) - 1))"; }
not_equal() { [ "$($1)" != "$2" ]; }
equal() { [ "$($1)" = "$2" ]; }
moves() { await not_equal "$1" "$2" || fail "$1 stays $2"; }
comes() { await equal "$1" "$2" || fail "$1 is $($1), not $2"; }
keys() { t send-keys -t 0 "$@"; }
typed() { t send-keys -t 0 -l "$1"; }
corners() { screen | sed -n 2p | tr -cd '┌' | wc -m; }
second_pane() { screen | sed -n 2p | sed 's/┌ 2 .*//' | wc -m; }
third_pane() { screen | grep -n '┌ 3 ' | head -1 | cut -d: -f1; }
order() { screen | grep -oE '│[ +]?[ +]?[0-9] . [a-z0-9-]+' | awk '{ print $NF }' | head -4 | tr '\n' ' '; }
pos() { screen | grep -oE '(look back )?[0-9]+/[0-9]+ ┐' | grep -oE '[0-9]+/' | tr -d / | head -1; }
first_line() { screen | sed -n 3p; }

begin_dashboard() { # more of its environment
	t kill-server 2>/dev/null
	while t has-session 2>/dev/null; do nap; done
	t new-session -d -x 120 -y 40 "env ${1:-} $VMDECK; echo status \$?; exec cat"
	t set -g status off
	t set -s set-clipboard on
	t resize-window -x 120 -y 40
	see '│ 4 . claude-1'
}
# Back to the list, whatever the last key did.
base() {
	local i
	preflight_expected=
	for i in 1 2 3 4 5 6; do
		matches '^ n launch' && return
		matches '^ n next match' && keys Escape
		if matches 'gives back'; then keys C-] d; else keys Escape; fi
		for i in 1 2 3 4 5; do matches '^ n launch' && break; nap; done
	done
	see '^ n launch'
}
typing() { keys 3; at 3; keys Enter; see 'typing into shell-1'; }
filtering() { keys /; see 'filter /'; typed e-1; keys Enter; see '^ n next match'; keys g; at 1; }
looking() { keys 3; at 3; keys '['; see 'p prompt'; sleep_pos; }
picking() { keys n; see 'launch order'; keys U; see 'launch order  0'; keys g; comes cursor "$(screen | grep -n '│ agents  ' | cut -d: -f1)"; }
refused() { keys G; at 5; keys '!'; see 'evil.example.com:443'; comes cursor "$(($(screen | grep -n 'evil.example' | cut -d: -f1) - 1))"; }
checks() { keys p; see 'Enter open'; }
preflight_open() { see 'Enter open'; }

# --- The tour: $1 the action, $2 the key as tmux calls it ---

tour() {
	case $1 in
	list.launch) keys "$2"; see 'launch order'; keys Escape; gone 'launch order';;
	list.type) keys 3; at 3; keys "$2"; see 'typing into shell-1'; keys C-] d; see '^ n launch';;
	list.zoom) keys "$2"; gone '┌ sessions'; keys "$2"; see '┌ sessions';;
	list.next) keys 1; at 1; keys "$2"; at 2;;
	list.previous) keys 2; at 2; keys "$2"; at 1;;
	list.asking) await_long matches "claude-1 +asks" || fail "claude-1 does not ask"; keys 1; at 1; keys "$2"; at 4;;
	list.filter) keys "$2"; see 'filter /'; keys Escape; see '^ n launch';;
	list.preflight) preflight_expected=1; keys "$2"; preflight_open; preflight_expected=; keys Escape; see '^ n launch';;
	list.mark) keys 1; at 1; keys "$2"; see '│\+1'; keys U; gone '│\+1';;
	list.range) keys 1 Space; see '│\+1'; keys 3; at 3; keys "$2"; see '│\+3'; matches '│\+2' || fail "not all"; keys U; gone '│\+';;
	list.invert) keys "$2"; see '│\+4'; keys U; gone '│\+';;
	list.unmark) keys 1 Space; see '│\+1'; keys "$2"; gone '│\+';;
	list.carry-down) keys 1; at 1; keys "$2"; comes order 'two-1 one-1 shell-1 claude-1 '; keys K; comes order 'one-1 two-1 shell-1 claude-1 ';;
	list.carry-up) keys 2; at 2; keys "$2"; comes order 'two-1 one-1 shell-1 claude-1 '; keys J; comes order 'one-1 two-1 shell-1 claude-1 ';;
	list.stop) keys 1; keys "$2"; see 'Stop one-1\?'; keys n; gone 'Stop one';;
	list.kill) keys 1; keys "$2"; see 'Kill one-1\?'; keys n; gone 'Kill one';;
	list.restart) keys 1; keys "$2"; see 'Restart one-1\?'; keys n; gone 'Restart one';;
	list.remove) keys 1; keys "$2"; see 'only ended sessions';;
	list.broadcast) keys 1; keys "$2"; see 'mark two running';;
	list.down) keys 1; at 1; keys "$2"; at 2;;
	list.up) keys 2; at 2; keys "$2"; at 1;;
	list.first) keys 3; at 3; keys "$2"; at 1;;
	list.last | list.page-down) keys 1; at 1; keys "$2"; at 5;;
	list.page-up) keys 4; at 4; keys "$2"; at 1;;
	list.pane-[1-4]) keys G; at 5; keys "$2"; at "${1#*-}";;
	list.pane-*) keys 1; keys "$2"; see 'no pane of that number'; keys 1; gone 'no pane';;
	list.panes-next) keys 3; at 3; keys "$2"; at 1;;
	list.panes-previous) keys 1; at 1; keys "$2"; at 4;;
	list.look-back) keys 3; keys "$2"; see 'p prompt'; keys q; see '^ n launch';;
	list.screen-more) keys "$2"; gone '┌ sessions'; keys _; see '┌ sessions';;
	list.screen-less) keys "$2"; see 'net in/out'; keys +; gone 'net in/out';;
	list.columns) keys "$2"; comes corners 5; keys =; comes corners 3;;
	list.rows) keys "$2"; comes corners 2; keys =; comes corners 3;;
	list.even) keys '|'; comes corners 5; keys "$2"; comes corners 3;;
	list.wider | list.narrower) keys 1; local was; was=$(second_pane); keys "$2"; moves second_pane "$was"; keys =; comes second_pane "$was";;
	list.taller | list.shorter) keys 1; local was; was=$(third_pane); keys "$2"; moves third_pane "$was"; keys =; comes third_pane "$was";;
	list.fit) keys 1; keys "$2"; see 'one-1 is [0-9]+ x [0-9]+ now';;
	list.sort) keys "$2"; see 'sorted by state'; keys "$2" "$2" "$2" "$2" "$2"; see 'in your own order';;
	list.group) keys "$2"; see 'grouped by label'; keys "$2"; see 'not grouped';;
	list.refused) keys 1; keys "$2"; see 'has no network|names'; keys Escape; see '^ n launch';;
	list.changes) keys 1; keys "$2"; see 'one-1: changed in its machine'; keys Escape; see '^ n launch';;
	list.theme) keys "$2"; see 'high-contrast'; keys Escape; see '^ n launch';;
	list.mouse) keys "$2"; see 'the terminal.s now'; [ "$(t display -p '#{mouse_any_flag}')" = 0 ] || fail "the mouse is still asked for"; keys "$2"; see 'ours again';;
	list.record) keys 1; keys "$2"; see 'recording one-1'; see 'recording ─|  recording'; keys "$2"; see 'no longer recording';;
	list.build) keys "$2"; see 'Done\.|failed'; keys Escape; see '^ n launch';;
	list.log) keys 1; keys "$2"; see 'console log'; keys Escape; see '^ n launch';;

	filtered.next) filtering; keys "$2"; at 2; keys "$2"; at 1;;
	filtered.before) filtering; keys "$2"; at 2; keys "$2"; at 1;;
	filtered.end) filtering; keys "$2"; see '^ n launch';;

	scroll.up) looking; local was; was=$(pos); keys "$2"; comes pos $((was - 1)); keys q;;
	scroll.down) looking; keys k k; local was; sleep_pos; was=$(pos); keys "$2"; comes pos $((was + 1)); keys q;;
	scroll.left) looking; local was; was=$(column); keys l; comes column $((was + 1)); keys l; comes column $((was + 2)); was=$((was + 2)); keys "$2"; comes column $((was - 1)); keys q;;
	scroll.right) looking; local was; was=$(column); keys "$2"; comes column $((was + 1)); keys q;;
	scroll.begin) looking; keys l l l; local was; was=$(column); keys "$2"; moves column "$was"; keys q;;
	scroll.end) looking; keys k 0; local was; was=$(column); keys "$2"; moves column "$was"; keys q;;
	scroll.page-up | scroll.prompt) looking; local was; was=$(pos); keys "$2"; moves pos "$was"; keys q;;
	scroll.page-down | scroll.prompt-newer | scroll.last) looking; keys g; comes pos 1; keys "$2"; moves pos 1; keys q;;
	scroll.first) looking; keys "$2"; comes pos 1; keys q;;
	scroll.search) looking; keys "$2"; see 'search /'; typed '77 bot'; keys Enter; see '│77 bottles'; keys q;;
	scroll.again) looking; searched; local was; was=$(pos); keys "$2"; moves pos "$was"; keys q;;
	scroll.again-newer) looking; searched; keys n; local was; sleep_pos; was=$(pos); keys "$2"; moves pos "$was"; keys q;;
	scroll.select) looking; keys g 0; comes pos 1; keys "$2" l l y; see 'copied: 3 bytes'; keys q;;
	scroll.select-lines) looking; keys g j 0; comes pos 2; keys l "$2" j y; see 'copied: [0-9]+ bytes'; [ "$(t show-buffer | grep -c .)" = 2 ] || fail "copied: $(t show-buffer)"; keys q;;
	scroll.select-block) looking; keys g 0; comes pos 1; keys "$2" j l l y; see 'copied: 7 bytes'; keys q;;
	scroll.copy) looking; keys g 0 v l; keys "$2"; see 'copied: 2 bytes'; keys q;;
	scroll.save) looking; keys "$2"; see 'write to:'; keys Escape; see 'p prompt'; keys q;;
	scroll.leave) looking; keys "$2"; see '^ n launch';;

	leader.back) typing; keys C-] "$2"; see '^ n launch'; return;;
	leader.pane-[1-4]) typing; [ "$1" != leader.pane-3 ] || { keys C-] 1; see 'typing into one-1'; }; keys C-] "$2"; see "typing into $(order | cut -d' ' -f"${1#*-}")";;
	leader.pane-*) typing; keys C-] "$2"; see 'no pane of that number';;
	leader.next) typing; keys C-] "$2"; see 'typing into claude-1';;
	leader.asking) typing; keys C-] "$2"; see 'typing into claude-1|no session waits';;
	leader.zoom) typing; keys C-] "$2"; gone '┌ sessions'; keys C-] "$2"; see '┌ sessions';;
	leader.look-back) typing; keys C-] "$2"; see 'p prompt'; keys q; see 'typing into shell-1';;
	leader.fit) typing; keys C-] "$2"; see 'shell-1 is [0-9]+ x [0-9]+ now';;
	leader.help) typing; keys C-] "$2"; see 'While you type'; keys Escape; see 'typing into';;
	leader.palette) typing; keys C-] "$2"; see 'go to, or do'; keys Escape; see 'typing into';;

	picker.launch) picking; keys j; see 'launch order'; typed /; typed one; keys Enter; keys "$2"; see 'one-2'; "$VMDECK" kill --yes one-2 >/dev/null 2>&1; "$VMDECK" rm --yes one-2 >/dev/null 2>&1; gone 'one-2';;
	picker.toggle) picking; keys "$2"; see 'launch order  1'; keys "$2"; see 'launch order  0';;
	picker.more) picking; keys "$2"; see 'launch order  1'; keys "$2"; see 'launch order  2';;
	picker.side) picking; keys Space; see 'launch order  1'; local was; was=$(column); keys "$2"; moves column "$was";;
	picker.carry-down | picker.carry-up) picking; keys Space; see 'launch order  1'; keys j Space; see 'launch order  2'; local was; was=$(chosen); keys Tab; [ "$1" = picker.carry-up ] && keys G; keys "$2"; moves chosen "$was";;
	picker.filter) picking; keys "$2"; typed cla; see '│ /cla'; keys Escape;;
	picker.down) picking; local was; was=$(cursor); keys "$2"; comes cursor $((was + 1));;
	picker.up) picking; local was; was=$(cursor); keys j; comes cursor $((was + 1)); keys "$2"; comes cursor "$was";;
	picker.first) picking; local was; was=$(cursor); keys G; moves cursor "$was"; keys "$2"; comes cursor "$was";;
	picker.last) picking; local was; was=$(cursor); keys "$2"; moves cursor "$was";;
	picker.clear) picking; keys Space; see 'launch order  1'; keys "$2"; see 'launch order  0';;
	picker.build) picking; keys "$2"; see 'shell has all that could be built';;
	picker.cancel) picking; keys "$2"; gone 'launch order'; return;;
	anywhere.cancel) keys "$2"; see 'nothing is being built'; picking; keys "$2"; see 'nothing is being built';;

	preflight.*) preflight_tour "$1" "$2";;

	rows.take) refused; keys "$2"; see 'is allowed in this session';;
	rows.more) refused; keys "$2"; see 'is allowed from now on'; grep -q evil.example.com "$home/config/allow.json" || fail "it was not kept"; rm -f "$home/config/allow.json";;
	rows.other) refused; keys "$2"; see 'network events';;
	rows.down | rows.page-down | rows.last) refused; local was; was=$(cursor); keys "$2"; moves cursor "$was";;
	rows.up | rows.page-up | rows.first) refused; local was; was=$(cursor); keys j; moves cursor "$was"; keys "$2"; comes cursor "$was";;
	rows.close) refused; keys "$2"; see '^ n launch'; return;;

	line.take) keys :; see 'go to, or do'; typed zoom; keys "$2"; gone '┌ sessions'; keys z; see '┌ sessions';;
	line.next | line.before) keys 1; at 1; keys :; see 'go to, or do'; typed 'panes-'; see 'panes-previous'; keys "$2" Enter; at 4;;
	line.leave) keys :; see 'go to, or do'; keys "$2"; gone 'go to, or do';;

	pager.down) keys '?'; see 'While you type'; keys "$2"; gone 'While you type';;
	pager.up) keys '?'; see 'While you type'; keys j; gone 'While you type'; keys "$2"; see 'While you type';;
	pager.page-down | pager.last) keys '?'; see 'While you type'; keys "$2"; gone 'While you type';;
	pager.page-up | pager.first) keys '?'; see 'While you type'; keys Space; gone 'While you type'; keys "$2"; see 'While you type';;
	pager.other) keys 1 L; see 'console log'; keys "$2"; see 'kernel log';;
	pager.close) keys '?'; see 'While you type'; keys "$2"; see '^ n launch'; return;;

	question.other) keys 1 S; see 'Kill one-1'; local was; was=$(column); keys "$2"; moves column "$was";;
	question.before) keys 1 S; see 'Kill one-1'; local was; was=$(column); keys "$2"; moves column "$was";;
	question.take) keys 1 S; see 'Kill one-1'; keys "$2"; gone 'Kill one-1'; matches '│ 1 . one-1' || fail "it was killed"; return;;
	question.yes) "$VMDECK" up shell --name gone-1 >/dev/null 2>&1; see 'gone-1'; keys :; see 'go to'; typed gone-1; keys Enter S; see 'Kill gone-1'; keys "$2"; gone 'Kill gone-1'; "$VMDECK" wait gone-1 --state ended --timeout 15 >/dev/null 2>&1; "$VMDECK" rm --yes gone-1 >/dev/null 2>&1; gone 'gone-1'; return;;
	question.no) keys 1 S; see 'Kill one-1'; keys "$2"; gone 'Kill one-1'; return;;

	anywhere.help) keys "$2"; see 'While you type'; keys Escape; see '^ n launch';;
	anywhere.palette) keys "$2"; see 'go to, or do'; keys Escape; see '^ n launch';;
	anywhere.redraw) printf '\033[10;50HGARBAGE' >"$(t display -p '#{pane_tty}')"; see GARBAGE; keys "$2"; gone GARBAGE;;
	anywhere.suspend) suspend "$2";;
	anywhere.quit) keys "$2"; see 'status 0'; begin_dashboard;;
	*) more_tour "$1" "$2";;
	esac
	# what is left open is closed
	base
}
sleep_pos() { local a b i; for i in 1 2 3 4 5 6 7 8; do a=$(pos); nap; nap; b=$(pos); [ "$a" = "$b" ] && return; done; }
searched() { typed /; see 'search /'; typed bottles; keys Enter; see 'p prompt'; sleep_pos; }
chosen() { screen | grep -oE '│ +[12] (one|two|shell|claude) ' | tr -s ' ' | tr '\n' ' '; }

suspend() { # from a shell that controls its jobs, and back to it
	t kill-server
	while t has-session 2>/dev/null; do nap; done
	t new-session -d -x 120 -y 40 "env PS1='shell> ' bash --norc --noprofile -i"
	t set -g status off
	t resize-window -x 120 -y 40
	see '^shell>'
	typed "$VMDECK"; keys Enter
	see '^ n launch'
	keys "$1"
	see 'Stopped'
	[ "$(t display -p '#{alternate_on}#{mouse_any_flag}#{cursor_flag}')" = 001 ] || fail "the screen is not given back"
	typed 'echo typed here'; keys Enter; see '^typed here'
	typed fg; keys Enter
	see '^ n launch'
	[ "$(t display -p '#{alternate_on}#{mouse_any_flag}')" = 11 ] || fail "the modes do not come back"
	keys G; at 5
	begin_dashboard
}

preflight_tour() {
	preflight_expected=1
	preflight_tour_of "$@"
	preflight_expected=
	chmod 700 "$home/state"
}
# The check that the cursor is on, by the title of what is said of it; to one of that name.
check_at() { screen | grep -oE '│ [A-Z][0-9][0-9] [^ ]' | head -1 | grep -oE '[A-Z][0-9][0-9]'; }
# What passed, or is not asked for, is shown or not: a fresh look may have changed that.
k01_shown() {
	local i
	keys g
	for i in $(seq 20); do
		matches '(✓|·) K01' && return 0
		nap
	done
	return 1
}
passed_shown() {
	local i
	for i in 1 2 3; do
		k01_shown && return
		keys a
	done
	see '(✓|·) K01'
}
passed_hidden() { if k01_shown; then keys a; gone '(✓|·) K01'; fi; }
to_check() {
	local i was
	passed_shown; keys g; comes check_at K01
	for i in $(seq 80); do
		was=$(check_at)
		[ "$was" = "$1" ] && return
		keys j
		moves check_at "$was" || return
	done
	fail "there is no check $1"
}
all_checks() { passed_shown; keys g; comes check_at K01; }
# The mode of the state's directory is what can be broken, mended and asked again here.
state_is_open() { chmod 755 "$home/state"; keys R; see '✕ S04'; }
preflight_tour_of() {
	local was
	checks
	case $1 in
	preflight.close) keys "$2"; see '^ n launch'; return;;
	preflight.down) all_checks; keys "$2"; comes check_at K02;;
	preflight.up) all_checks; keys j; comes check_at K02; keys "$2"; comes check_at K01;;
	preflight.first) all_checks; keys j j; comes check_at K03; keys "$2"; comes check_at K01;;
	preflight.last) all_checks; keys "$2"; moves check_at K01; was=$(check_at); keys j k j; nap; comes check_at "$was";;
	preflight.open) all_checks; keys "$2"; gone 'K02 '; keys "$2"; see 'K02 ';;
	preflight.passed) keys "$2"; see '(✓|·) K01'; keys "$2"; gone '(✓|·) K01'; return;;
	preflight.explain) keys "$2"; gone 'Enter open'; see 'Esc close'; keys Escape; preflight_open; return;;
	preflight.save) keys "$2"; see 'saved .*preflight.json'; return;;
	preflight.recheck | preflight.recheck-all)
		to_check S04
		chmod 755 "$home/state"; keys "$2"; see '✕ S04'
		chmod 700 "$home/state"; keys "$2"; see '✓ S04';;
	preflight.copy) to_check S04; state_is_open; keys "$2"; see 'copied'
		[ "$(t show-buffer)" = "chmod 700 $home/state" ] || fail "copied: $(t show-buffer)";;
	preflight.apply) to_check S04; state_is_open; keys "$2"; see 'Run it'; keys y; see 'goes back to vmdeck'; keys Enter; see '✓ S04'
		[ "$(stat -c %a "$home/state")" = 700 ] || fail "nothing was run";;
	preflight.ignore) to_check S04; keys "$2"; see 'S04 is ignored from now on'; keys "$2"; see 'S04 counts again';;
	preflight.next-fix) second_fix "$2"; return;;
	esac
	passed_hidden
}
second_fix() { # of a check that has two: a terminal that nobody knows
	local term=no-such-terminal
	begin_dashboard "TERM=$term"
	checks; to_check U01
	keys y; see 'copied: apt'
	keys "$1" y; see 'copied: env TERM'
	begin_dashboard
}
more_tour() { fail "no place in the tour"; }
[ -f tests/e2e/dashboard_keys_more.sh ] && . tests/e2e/dashboard_keys_more.sh

tmux_key() { # a name of ours as tmux says it
	case $1 in
	PgUp) echo PPage;; PgDn) echo NPage;; Esc) echo Escape;; S-Tab) echo BTab;;
	Bspace) echo BSpace;; Del) echo DC;; Ins) echo IC;; *) echo "$1";;
	esac
}

# --- The scene ---

for a in one two shell claude; do "$VMDECK" up $a >/dev/null 2>&1; done
"$VMDECK" send shell-1 --enter 'flood 100' >/dev/null 2>&1
"$VMDECK" wait shell-1 --timeout 60 --for '1 bottles' >/dev/null 2>&1
# an ended one whose network refused something
"$VMDECK" up shell --name zz-net >/dev/null 2>&1
"$VMDECK" kill --yes zz-net >/dev/null 2>&1
"$VMDECK" wait zz-net --state ended --timeout 60 >/dev/null 2>&1
cat >"$home/state/sessions/zz-net/network.json" <<'END'
{ "schema": 1, "network": "allowlist", "allow": [], "up": false, "down": "", "names": [], "providers": [],
  "events": [
    { "kind": "refused", "name": "a.example.com", "port": 443, "why": "not in the policy", "count": 3, "first": 1000, "last": 2000 },
    { "kind": "refused", "name": "evil.example.com", "port": 443, "why": "not in the policy", "count": 7, "first": 1000, "last": 2000 } ] }
END
begin_dashboard

# name TAB key, of the program's own table
table=$("$VMDECK" keys --json | awk -F'"' '/"action":/ { name = $4 }
	/"keys":/ { n = split($0, part, "\""); for (i = 4; i < n; i += 2) print name "\t" part[i] }')
total=0
last=
while IFS=$'\t' read -r action key; do
	[ -n "${1:-}" ] && case $action in $1*) ;; *) continue;; esac
	total=$((total + 1))
	if [ "$action" != "$last" ]; then
		[ -z "$last" ] || { [ -n "$failed" ] && echo "not ok $last: $failed" || echo "ok $last"; }
		failed=
		echo "run $action"
		last=$action
	fi
	[ -n "$failed" ] && continue
	key=$(printf '%b' "${key//\\\\/\\\\}")
	tour "$action" "$(tmux_key "$key")"
	[ -z "$failed" ] || failed="$failed (key $key)"
	[ -z "$failed" ] || base
done <<<"$table"
[ -z "$last" ] || { [ -n "$failed" ] && echo "not ok $last: $failed" || echo "ok $last"; }
echo "# $total bindings"
[ "$total" -gt 200 ] || [ -n "${1:-}" ] || echo "not ok table: only $total bindings were read"
