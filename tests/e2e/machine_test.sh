#!/bin/bash
# Real machines through the verbs: launch, type, run, resize, and every way in
# which one can end. Needs QEMU and the prepared kernel and image.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip machine: no qemu-system-x86_64 on PATH"; exit 0; }
new_home

shows() { v screen "$1" | grep -q -- "$2"; }
state_is() { v ls --all --json | tr -d '\n\t' | grep -o "\"id\": *\"$1\"[^]]*" | head -n 1 | grep -q "\"state\": *\"$2\""; }

three_sessions_come_up_with_their_steps() {
	v up shell --count 3 --json >"$VMDECK_HOME/up.json" || fail "up failed: $(cat "$VMDECK_HOME/up.json")"
	for id in shell-1 shell-2 shell-3; do
		grep -q "\"$id\"" "$VMDECK_HOME/up.json" || fail "no $id in the answer"
	done
	[ "$(grep -c '"state": *"ready"' "$VMDECK_HOME/up.json")" = 3 ] || fail "not three ready"
	for step in prepare disk supervisor network hypervisor guest agent; do
		[ "$(grep -c "\"name\": *\"$step\"" "$VMDECK_HOME/up.json")" = 3 ] || fail "step $step is not told of each"
	done
}

what_is_typed_arrives_and_is_answered() {
	v send shell-2 --enter 'echo $((6*7))' || fail "send"
	v wait shell-2 --for 42 --timeout 120 || fail "no 42: $(v screen shell-2)"
	shows shell-1 42 && fail "shell-1 shows what was typed into shell-2"
	return 0
}

exec_passes_exit_code_and_streams() {
	v exec shell-1 -- sh -c 'exit 7'; [ $? = 7 ] || fail "exit code"
	out=$(v exec shell-1 -- sh -c 'echo out; echo err >&2' 2>"$VMDECK_HOME/err")
	[ "$out" = out ] || fail "stdout: $out"
	[ "$(cat "$VMDECK_HOME/err")" = err ] || fail "stderr: $(cat "$VMDECK_HOME/err")"
	[ "$(printf 'a b c' | v exec shell-1 -- wc -w)" -eq 3 ] || fail "stdin"
	head -c 3000000 /dev/zero | v exec shell-1 -- sh -c 'cat | wc -c' | grep -q 3000000 || fail "3 MB in"
	[ "$(v exec shell-1 -- head -c 3000000 /dev/zero | wc -c)" = 3000000 ] || fail "3 MB out"
	v exec shell-1 -- /no/such/program 2>"$VMDECK_HOME/err"; [ $? -ne 0 ] || fail "a missing program succeeded"
	grep -q 'No such file' "$VMDECK_HOME/err" || fail "no reason: $(cat "$VMDECK_HOME/err")"
}

the_console_has_the_canvas_size_and_follows_it() {
	size() { v send shell-1 --enter 'clear; stty size' && v wait shell-1 --for "$1" --timeout 120; }
	size '40 120' || fail "at first: $(v screen shell-1)"
	v resize shell-1 100x30 || fail "resize"
	size '30 100' || fail "after: $(v screen shell-1)"
}

the_guest_is_itself() {
	[ "$(v exec shell-1 -- hostname)" = shell-1 ] || fail "hostname"
	a=$(v exec shell-1 -- cat /etc/machine-id) b=$(v exec shell-2 -- cat /etc/machine-id)
	[ ${#a} = 32 ] && [ "$a" != "$b" ] || fail "machine ids $a $b"
	now=$(date +%s) then=$(v exec shell-1 -- date +%s)
	[ $((now - then)) -le 2 ] && [ $((then - now)) -le 2 ] || fail "clock is $((now - then)) s off"
	v exec shell-1 -- sh -c 'mount | grep " / "' | grep -q overlay || fail "root is no overlay"
	v exec shell-1 -- sh -c 'echo x >/root/x && cat /root/x' | grep -q x || fail "root is not writable"
	v exec shell-2 -- test -e /root/x && fail "a file crossed from one session to another"
	return 0
}

the_guest_reaches_no_network() {
	v exec shell-1 -- ip addr show eth0 | grep -q 10.200.0.2/30 || fail "no address"
	v exec shell-1 -- sh -c 'nc -w 2 10.200.0.1 22 </dev/null' && fail "something listens"
	v exec shell-1 -- sh -c 'ping -c 1 -w 2 8.8.8.8' >/dev/null 2>&1 && fail "8.8.8.8 answered"
	v exec shell-1 -- nslookup api.example.com | grep -q REFUSED || fail "a name that is not allowed"
	return 0
}

the_hypervisor_is_confined() {
	pid=$(field shell-1 vm_pid)
	[ "$pid" -gt 1 ] || fail "no pid in the record"
	status=/proc/$pid/status
	grep -q '^CapEff:.0*$' $status || fail "$(grep CapEff $status)"
	grep -q '^CapBnd:.0*$' $status || fail "$(grep CapBnd $status)"
	grep -q '^NoNewPrivs:.1' $status || fail "$(grep NoNewPrivs $status)"
	grep -q '^Seccomp:.2' $status || fail "$(grep Seccomp: $status)"
	spaces="net pid mnt"
	unshare -U true 2>/dev/null && spaces="$spaces user" # root goes without where there are none
	for ns in $spaces; do
		[ "$(readlink /proc/$pid/ns/$ns)" != "$(readlink /proc/self/ns/$ns)" ] || fail "shares our $ns namespace"
	done
	grep 'Max core file size' /proc/$pid/limits | grep -q ' 0 ' || fail "may dump core"
}

a_killed_hypervisor_is_told() {
	pid=$(field shell-3 vm_pid)
	kill -KILL "$pid"
	until_true 1 state_is shell-3 failed || fail "$(v ls --all)"
	v ls --all | grep shell-3 | grep -q SIGKILL || fail "no cause: $(v ls --all)"
	v screen shell-3 | grep -q 'shell-3' || fail "its screen is lost"
	until_true 1 gone "$pid" || fail "$pid is still there"
}

a_stopped_hypervisor_does_not_hold_anybody_up() {
	pid=$(field shell-2 vm_pid)
	kill -STOP "$pid"
	until_true 3 state_is shell-2 'not responding' || { kill -CONT "$pid"; fail "$(v ls)"; }
	[ "$(v exec shell-1 -- echo alive)" = alive ] || fail "shell-1 is held up"
	kill -CONT "$pid"
	until_true 3 state_is shell-2 ready || fail "did not come back: $(v ls)"
	kill -STOP "$pid"
	until_true 3 state_is shell-2 'not responding' || fail "the second time: $(v ls)"
	v kill shell-2 --yes || fail "kill"
	until_true 2 gone "$pid" || fail "kill did not work on a stopped one"
}

a_stopped_supervisor_is_killed_all_the_same() {
	v up shell --name deaf >/dev/null 2>&1 || fail "up"
	pid=$(field deaf pid) vm=$(field deaf vm_pid)
	kill -STOP "$pid"
	said=$(v kill deaf --yes 2>&1) || { kill -CONT "$pid"; fail "kill: $said"; }
	until_true 15 gone "$pid" && until_true 15 gone "$vm" || fail "it lives on: $said"
	case $said in *'did not answer'*) ;; *) fail "does not say so: $said";; esac
	v rm deaf --yes 2>/dev/null || fail "rm"
	[ "$(v exec shell-1 -- echo alive)" = alive ] || fail "another session noticed"
}

a_killed_supervisor_leaves_nothing() {
	v up shell --name victim >/dev/null 2>&1 || fail "up"
	pid=$(field victim pid) vm=$(field victim vm_pid)
	kill -KILL "$pid"
	until_true 1 gone "$vm" || fail "the hypervisor outlived it"
	until_true 1 eval '! inventory | grep -v " 9 " | grep -qE " ($pid|$vm)( |$)"' || fail "$(inventory)"
	v ls --all | grep victim | grep -q 'supervisor killed' || fail "$(v ls --all)"
	[ "$(v exec shell-1 -- echo alive)" = alive ] || fail "another session noticed"
	v logs victim >/dev/null || fail "its log is gone"
}

stop_powers_the_guest_off() {
	v up shell --name soft >/dev/null 2>&1 || fail "up"
	v stop soft --yes || fail "stop"
	until_true 15 state_is soft ended || fail "$(v ls --all)"
	v ls --all | grep soft | grep -q stopped || fail "$(v ls --all)"
}

an_agent_that_ends_tells_its_exit_code() {
	v up shell --name brief >/dev/null 2>&1 || fail "up"
	v send brief --enter 'exit 3'
	until_true 15 state_is brief ended || fail "$(v ls --all)"
	v ls --all | grep brief | grep -q 'exit code 3' || fail "$(v ls --all)"
}

a_console_flood_is_throttled() {
	rss() { awk '/VmRSS/ { print $2 }' /proc/"$(field shell-1 pid)"/status; }
	v send shell-1 --enter 'yes 0123456789012345678901234567890123456789 | head -c 4000000; echo flood-$((1+1))'
	before=$(rss)
	[ "$(v exec shell-1 -- echo still here)" = 'still here' ] || fail "exec is drowned"
	v wait shell-1 --for flood-2 --timeout 120 || fail "flood does not end"
	limit=16000; case $BUILD in *san*) limit=60000;; esac # a sanitizer keeps what was freed
	[ $(($(rss) - before)) -le $limit ] || fail "grew by $(($(rss) - before)) KiB"
}

a_kernel_and_an_image_by_path_work() {
	mkdir -p "$VMDECK_HOME/config" "$VMDECK_HOME/own"
	cp "$PREPARED"/data/images/tiny/root.ext4 "$VMDECK_HOME/own/root.ext4"
	cat >"$VMDECK_HOME/config/agents.json" <<-A
		{ "agents": { "own": { "image": "$VMDECK_HOME/own/root.ext4", "command": ["/bin/sh", "-l"],
			"kernel": "$(echo "$PREPARED"/cache/kernels/*/vmlinux)",
			"files": { "/root/note": { "text": "injected", "mode": "0600" } } } } }
	A
	v up own >/dev/null 2>"$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	[ "$(v exec own-1 -- sh -c 'cat /root/note; stat -c %a:%u /root/note')" = "injected600:0" ] || fail "file"
	v kill own-1 --yes >/dev/null
	echo "this is no kernel" >"$VMDECK_HOME/own/text"
	sed -i "s|\"kernel\": .*|\"kernel\": \"$VMDECK_HOME/own/text\",|" "$VMDECK_HOME/config/agents.json"
	v up own >/dev/null 2>"$VMDECK_HOME/err" && fail "a text file booted"
	grep -q 'text' "$VMDECK_HOME/err" && grep -q 'fix:' "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	rm -r "$VMDECK_HOME/config" "$VMDECK_HOME/own" "$VMDECK_HOME/state/sessions/own-1"
}

ended_sessions_can_be_removed_and_live_ones_not() {
	v rm shell-1 --yes 2>"$VMDECK_HOME/err"; [ $? = 5 ] || fail "removed a live one"
	v rm shell-2 shell-3 victim soft brief --yes || fail "rm"
	[ "$(ls "$VMDECK_HOME/state/sessions")" = shell-1 ] || fail "$(ls "$VMDECK_HOME/state/sessions")"
}

for t in three_sessions_come_up_with_their_steps what_is_typed_arrives_and_is_answered \
	exec_passes_exit_code_and_streams the_console_has_the_canvas_size_and_follows_it \
	the_guest_is_itself the_guest_reaches_no_network the_hypervisor_is_confined \
	a_killed_hypervisor_is_told a_stopped_hypervisor_does_not_hold_anybody_up \
	a_stopped_supervisor_is_killed_all_the_same a_killed_supervisor_leaves_nothing stop_powers_the_guest_off \
	an_agent_that_ends_tells_its_exit_code a_console_flood_is_throttled \
	a_kernel_and_an_image_by_path_work \
	ended_sessions_can_be_removed_and_live_ones_not; do
	test_run $t
done
end_home
