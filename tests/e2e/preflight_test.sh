#!/bin/bash
# Preflight as a person meets it in the dashboard: an agent that it blocks is grey
# in the picker with the reason, a blocked launch opens the modal at that check, f
# mends with the terminal to itself, i is remembered. And as a verb: exit codes, the
# report for others, the manual page.
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C.UTF-8
: "${VMDECK:=$PWD/.build/vmdeck}" "${BUILD:=$PWD/.build}" "${PREPARED:=$PWD/.build/prepared}"
home=$(mktemp -d /tmp/vmdeck-pf-XXXXXX)
export VMDECK_HOME=$home
unset NO_COLOR VMDECK_THEME TMUX COLORTERM SSL_CERT_FILE SSL_CERT_DIR
socket=vmdeck-pf-$$
t() { tmux -L "$socket" -f /dev/null "$@"; }
finish() {
	command -v tmux >/dev/null && t kill-server 2>/dev/null
	"$VMDECK" kill --all --yes >/dev/null 2>&1
	rm -rf "$home"
}
trap finish EXIT
mkdir -p "$home/config" "$home/state" "$home/data/images"
chmod 700 "$home" "$home"/*
mkdir -m 700 "$home/cache"
ln -s "$PREPARED/cache/kernels" "$home/cache/kernels"
cp -r "$PREPARED/data/images/tiny" "$home/data/images/tiny"

name=start
failed=
ok() { [ -n "$failed" ] && echo "not ok $name: $failed" || echo "ok $name"; }
begin() { name=$1; failed=; echo "run $name"; }
screen() { t capture-pane -p -t 0; }
fail() { [ -n "$failed" ] || { failed=$1; command -v tmux >/dev/null && screen 2>/dev/null | sed 's/^/# /' | head -45; }; }
see() {
	local i
	for i in $(seq 400); do
		screen | grep -qE -- "$1" && return 0
		read -rt 0.05 <> <(:)
	done
	fail "\"$1\" does not appear"
	return 1
}
keys() { t send-keys -t 0 "$@"; }
# To the list, from wherever one is; a key right behind Escape would be another key.
back() {
	local i
	for i in $(seq 40); do
		screen | grep -q '^ n launch' && return 0
		keys Escape
		read -rt 0.3 <> <(:)
	done
	fail "no way back to the list"
}
open() { # environment and arguments
	t kill-server 2>/dev/null
	while t has-session 2>/dev/null; do read -rt 0.05 <> <(:); done
	t new-session -d -x 120 -y 40 "env $* ; echo status \$?; exec cat"
	t set -g status off
}

# An image without a CA bundle, by path: root's files as mke2fs makes them.
bare_image() {
	mkdir -p "$home/tree/bin" "$home/tree/etc"
	cp "$(command -v busybox)" "$home/tree/bin/busybox"
	ln -s busybox "$home/tree/bin/sh"
	PATH=$PATH:/sbin mke2fs -q -t ext4 -d "$home/tree" "$home/bare.ext4" 16m >/dev/null 2>&1
}

begin exit_codes
"$VMDECK" doctor >"$home/page" 2>&1
code=$?
[ $code = 0 ] || { fail "doctor of this host ends with $code"; sed 's/^/# /' "$home/page"; }
chmod 755 "$home/state"
out=$("$VMDECK" doctor 2>/dev/null); [ $? = 3 ] || fail "doctor ends with $? where the state is open to others"
case $out in *"chmod 700 $home/state"*) ;; *) fail "doctor does not say how to close it";; esac
out=$("$VMDECK" up shell 2>&1); [ $? = 3 ] || fail "up ends with $? where preflight blocks"
case $out in *"preflight blocks this launch"*S04*) ;; *) fail "up does not say what blocks: $out";; esac
chmod 700 "$home/state"
ok

begin report_for_others
HOME=/home/lovelace "$VMDECK" doctor --report "$home/report.json" >/dev/null 2>&1
[ "$(stat -c %a "$home/report.json")" = 600 ] || fail "the report is not 0600"
grep -q '"schema"' "$home/report.json" || fail "no report"
for word in "$home" "$(hostname)" lovelace; do
	grep -qwF -- "$word" "$home/report.json" && fail "the report names $word"
done
out=$(grep -oE '([0-9]{1,3}\.){3}[0-9]{1,3}' "$home/report.json" | grep -v '^127\.')
[ -z "$out" ] || fail "the report has addresses: $out"
ok

begin manual_page
if command -v mandoc >/dev/null; then
	"$VMDECK" doctor --man >"$home/doctor.7"
	out=$(mandoc -T lint -W warning "$home/doctor.7") || fail "${out%%$'\n'*}"
	for id in $("$VMDECK" doctor --json 2>/dev/null | sed -n 's/.*"id":\t"\(.*\)",/\1/p'); do
		grep -q "^\.SS $id " "$home/doctor.7" || fail "no section $id"
	done
	ok
else
	echo "skip $name: mandoc"
fi

if ! command -v tmux >/dev/null; then
	echo "skip dashboard: tmux"
	exit 0
fi

begin blocked_agents_are_grey
if bare_image; then
	cat >"$home/config/agents.json" <<-END
	{ "agents": {
	  "web": { "image": "$home/bare.ext4", "command": ["/bin/sh"], "network": "allowlist", "allow": ["api.example.com"] },
	  "quiet": { "image": "$home/bare.ext4", "command": ["/bin/sh"], "network": "none" },
	  "lost": { "image": "$home/bare.ext4", "command": ["/usr/bin/claude"], "network": "none" }
	} }
	END
	open VMDECK_HOME="$home" "$VMDECK"
	see 'C02 +Image' # it opens by itself, for something blocks
	back; keys n
	see 'launch order'; keys /; keys web; keys Enter; see 'C02: image .* has no CA bundle'
	back
	keys n; see 'launch order'; keys /; keys lost; keys Enter; see 'S06: /usr/bin/claude is not in it'
	back
	ok
	begin a_blocked_launch_opens_the_modal
	keys :; see 'palette|launch'; keys 'launch web'; see 'launch web|web'; keys Enter
	see 'C02 +Image.s CA bundle' && see 'blocks this launch'
	keys e; see 'The same for the bundle inside the image'; keys q
	back
	ok
else
	echo "skip $name: mke2fs or busybox"
fi

begin the_fix_is_run_outside
rm -f "$home/config/agents.json"
chmod 755 "$home/state"
open VMDECK_HOME="$home" "$VMDECK"
see 'S04 +State directory' && see 'open to others'
keys f; see 'chmod 700' && see 'Run it'
keys Tab; keys Enter
see 'exit code 0.*Enter goes back'
[ "$(stat -c %a "$home/state")" = 700 ] || fail "the command was not run"
keys Enter
see 'preflight' && see 'S04|all passed|preflight'
for i in $(seq 200); do screen | grep -q 'open to others' || break; read -rt 0.05 <> <(:); done
screen | grep -q 'open to others' && fail "the check was not asked again"
back; keys q; see 'status 0'
ok
