#!/bin/bash
# What is told of a session's network, and changed while it runs, with a real machine on the
# host of the decoy world (tests/world/world.h): figures, events that are followed,
# rules that come and go, a gateway that stands still.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip network_told: no qemu-system-x86_64 on PATH"; exit 0; }
. "$here/world.sh"

mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<-A
	{ "agents": { "net": { "image": "tiny", "command": ["/bin/sh", "-l"], "allow": ["ok.example"] } } }
A
in_guest() { v exec net-1 -- "$@"; }
number() { v ls --json | tr -d ' \n\t' | grep -o "\"id\":\"net-1\".*" | grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d: -f2; }

a_machine_comes_up() {
	v up net >/dev/null 2>"$VMDECK_HOME/err" || fail "$(tail -n 3 "$VMDECK_HOME/err")"
	[ -z "$(field net-1 guards)" ] || echo "guards: $(field net-1 guards)"
}

# Variables as documented, and http_proxy not, to which busybox would send https as well.
programs_are_told_of_the_proxy() {
	local env
	env=$(in_guest env)
	for want in HTTP_PROXY=http://10.200.0.1:3128 HTTPS_PROXY=http://10.200.0.1:3128 https_proxy=http://10.200.0.1:3128 \
		NO_PROXY=localhost,127.0.0.1,.vmdeck; do
		grep -qxF "$want" <<<"$env" || fail "no $want: $(grep -i proxy <<<"$env")"
	done
	! grep -q '^http_proxy=' <<<"$env" || fail "http_proxy"
}

events_are_followed() {
	local pid text
	v events net-1 -f --json >"$VMDECK_HOME/followed" 2>&1 &
	pid=$!
	v events net-1 -f >"$VMDECK_HOME/followed.text" 2>&1 &
	text=$!
	in_guest nslookup first.evil.example >/dev/null 2>&1
	until_true 20 grep -q '"name":"first.evil.example"' "$VMDECK_HOME/followed" || fail "first: $(cat "$VMDECK_HOME/followed")"
	in_guest sh -c 'nslookup second.evil.example; nc -w 1 8.8.8.8 443' >/dev/null 2>&1
	until_true 20 grep -q '"name":"second.evil.example"' "$VMDECK_HOME/followed" || fail "second: $(cat "$VMDECK_HOME/followed")"
	until_true 20 grep -q 'refused 8.8.8.8:443' "$VMDECK_HOME/followed.text" || fail "as text: $(cat "$VMDECK_HOME/followed.text")"
	in_guest sh -c 'nslookup first.evil.example' >/dev/null 2>&1 # once more is told once more, with its count
	until_true 20 eval '[ "$(grep -c "\"name\":\"first.evil.example\"" "$VMDECK_HOME/followed")" = 2 ]' || fail "$(cat "$VMDECK_HOME/followed")"
	while read -r line; do # an object a line
		case $line in '{"kind":"refused","name":"'*'"last":'*'}') ;; *) fail "$line";; esac
	done <"$VMDECK_HOME/followed"
	kill "$pid" "$text"
	until_true 20 eval "gone $pid && gone $text" || fail "a follower does not end"
}

bytes_and_connections_are_shown() {
	in_guest sh -c 'wget -q -O /dev/null http://ok.example/big/3000000'
	until_true 20 eval '[ "$(number net_in)" -gt 3000000 ]' || fail "net_in is $(number net_in)"
	until_true 20 eval '[ "$(number net_open)" = 0 ]' || fail "net_open is $(number net_open)"
	[ "$(number net_out)" -gt 20 ] && [ "$(number net_out)" -lt 100000 ] || fail "net_out is $(number net_out)"
	v ls | grep net-1 | grep -qE ' (2\.[89]|3(\.[0-9])?)M(B)?/[0-9.]+(B|K)' || fail "$(v ls)"
	in_guest sh -c '(while :; do echo tick; usleep 200000; done | nc ok.example 443 >/tmp/flow; echo over >>/tmp/flow) >/dev/null 2>&1 & :'
	until_true 20 eval '[ "$(number net_open)" = 1 ]' || fail "net_open is $(number net_open)"
	v ls | grep net-1 | grep -qE '/[0-9.]+[BK]/1 ' || fail "$(v ls)"
	until_true 20 eval 'v policy net-1 | grep -q "traffic .* 1 open"' || fail "$(v policy net-1)"
	until_true 20 eval 'v policy net-1 | grep -qE "^ok.example +[0-9.]+"' || fail "$(v policy net-1)"
}

a_rule_that_is_taken_back_cuts() {
	v deny net-1 ok.example || fail "deny"
	until_true 20 in_guest grep -q over /tmp/flow || fail "the flow goes on"
	until_true 20 eval '[ "$(number net_open)" = 0 ]' || fail "net_open is $(number net_open)"
	until_true 20 eval 'v events net-1 | grep -q "denied ok.example"' || fail "$(v events net-1)"
	v allow net-1 ok.example || fail "allow"
	[ "$(in_guest sh -c 'echo again | nc -w 30 ok.example 443')" = again ] || fail "not reached again"
}

deck="tmux -L vmdeck-told-$$"
screen_has() { $deck capture-pane -p | grep -q "$1"; }

# Before a dashboard is open: its preflight asks the same servers.
nothing_passes_a_gateway_that_stands_still() {
	local gw=$(gateway_of net-1) mark
	kill -STOP "$gw"
	mark=$(marks)
	in_guest sh -c 'timeout 3 nslookup ok.example; echo y | timeout 3 nc -w 2 198.18.1.0 443' >/dev/null 2>&1
	[ -z "$(since "$mark")" ] || { kill -CONT "$gw"; fail "$(since "$mark" | head -n 2)"; }
	kill -CONT "$gw"
	until_true 15 eval '! v ls | grep net-1 | grep -q "does not answer"' || fail "still told: $(v ls)"
}

a_gateway_that_stands_still_is_told() {
	local gw=$(gateway_of net-1)
	command -v tmux >/dev/null || deck=
	[ -z "$deck" ] || $deck -f /dev/null new-session -d -x 140 -y 40 "TERM=xterm-256color exec $VMDECK" >/dev/null 2>&1 || fail "tmux"
	[ -z "$deck" ] || until_true 20 screen_has net-1 || fail "no dashboard: $($deck capture-pane -p)"
	kill -STOP "$gw"
	until_true 15 eval 'v ls | grep net-1 | grep -q "does not answer"' || fail "not told: $(v ls)"
	v ls --json | grep -q '"net":.*does not answer' || fail "$(v ls --json | grep '"net"')"
	until_true 15 eval 'v policy net-1 | grep -q "^gateway  does not answer"' || fail "$(v policy net-1)"
	v events net-1 | grep -q 'silent' || fail "$(v events net-1)"
	[ -z "$deck" ] || until_true 20 screen_has 'no network' || fail "not on the screen: $($deck capture-pane -p)"
	kill -CONT "$gw"
	until_true 15 eval '! v ls | grep net-1 | grep -q "does not answer"' || fail "still told: $(v ls)"
	until_true 15 eval 'v events net-1 | grep -q "back"' || fail "$(v events net-1)"
	[ -z "$deck" ] || until_true 20 eval '! screen_has "no network"' || fail "still on the screen"
	[ -z "$deck" ] || $deck kill-server
	[ "$(in_guest sh -c 'echo again | nc -w 30 ok.example 443')" = again ] || fail "it does not go on"
}

a_rule_that_is_kept_is_there_after_a_restart() {
	v allow net-1 hosts.example || fail "allow"
	v allow net-1 '*.kept.example:8080' --keep || fail "allow --keep"
	v restart net-1 --yes >/dev/null 2>"$VMDECK_HOME/err" || v restart net-1 >/dev/null 2>"$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	until_true 60 eval 'v policy net-1 | grep -qF "*.kept.example:8080"' || fail "$(v policy net-1)"
	v policy net-1 | grep -q hosts.example && fail "what was not kept is there: $(v policy net-1)"
	v up net >/dev/null 2>"$VMDECK_HOME/err" || fail "$(tail -n 3 "$VMDECK_HOME/err")"
	v policy net-2 | grep -qF '*.kept.example:8080' || fail "$(v policy net-2)"
	v deny net-2 '*.kept.example:8080' --keep || fail "deny --keep"
	v kill net-2 --yes >/dev/null
	v policy net-1 | grep -qF '*.kept.example:8080' || fail "another session lost it"
}

tests="a_machine_comes_up programs_are_told_of_the_proxy events_are_followed bytes_and_connections_are_shown
	a_rule_that_is_taken_back_cuts nothing_passes_a_gateway_that_stands_still a_gateway_that_stands_still_is_told a_rule_that_is_kept_is_there_after_a_restart"
for t in ${*:-$tests}; do
	test_run "$t"
done
$deck kill-server >/dev/null 2>&1
end_home
