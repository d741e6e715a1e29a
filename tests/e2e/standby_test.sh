#!/bin/bash
# Standbys: machines that wait for a launch. They become sessions like any other, one
# each, know nothing before, and go by themselves. Needs QEMU and the prepared kernel
# and image.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip standby: no qemu-system-x86_64 on PATH"; exit 0; }
new_home
rm "$VMDECK_HOME/cache"
mkdir -m 700 "$VMDECK_HOME/cache" "$VMDECK_HOME/config"
ln -s "$PREPARED/cache/kernels" "$VMDECK_HOME/cache/kernels"
templates=$VMDECK_HOME/cache/templates standby=$VMDECK_HOME/state/standby

number() { echo "{ \"standby\": $1 }" >"$VMDECK_HOME/config/config.json"; }
up() { v up shell --name "$1" "${@:2}" >"$VMDECK_HOME/up.out" 2>&1 || fail "up $1: $(cat "$VMDECK_HOME/up.out")"; }
down() { v kill "$@" --yes >/dev/null 2>&1; until_true 10 eval 'v rm '"$*"' --yes >/dev/null 2>&1'; }
ready() { ls -d "$standby"/[0-9a-f]* 2>/dev/null | wc -l; }
wait_ready() { until_true 240 eval "[ \$(ready) -ge $1 ]" || fail "no standby: $(ls -A "$standby" | tr "\n" " "); $(ls -A "$templates" | tr "\n" " "); $(cat "$templates"/*.failed 2>/dev/null | tail -n 1); $(v up shell 2>&1 | tail -n 2 | tr "\n" " ")"; }
waiting() { [ "$(field "$1" standby)" = true ]; }
supervisor() { # of a standby's directory
	for p in $(pgrep -x vmdeck-session); do
		ls -l "/proc/$p/fd" 2>/dev/null | grep -qF "$1/" && echo "$p"; done | tail -n 1; }
leave() { number 0; v info >/dev/null; up goodbye --cold; down goodbye
	until_true 10 eval '[ -z "$(ls -A "$standby" | grep -v wanted)" ]' || fail "they stay: $(ls -A "$standby")"; }
prepare() { # so many of them, from nothing
	number "$1"
	if ! ls "$templates"/*/template.json >/dev/null 2>&1; then
		up first; until_true 90 eval 'ls "$templates"/*/template.json' || fail "no template"; down first
	fi
	up second; down second
	wait_ready "$1"
}

a_launch_takes_it_and_another_is_made() {
	prepare 1
	was=$(ls -d "$standby"/[0-9a-f]*) pid=$(supervisor "$was")
	v ls --all 2>/dev/null | grep -q standby && fail "it is on the list"
	v info | grep -q '^standby.* 1 ready' || fail "$(v info | grep standby)"
	up taken --size 100x30
	waiting taken || fail "not from standby: $(cat "$VMDECK_HOME/up.out")"
	grep -q '(from standby, qemu' "$VMDECK_HOME/up.out" || fail "$(cat "$VMDECK_HOME/up.out")"
	[ "$(field taken pid)" = "$pid" ] || fail "another process: $(field taken pid), not $pid"
	[ -e "$was" ] && fail "its directory is still among the standbys"
	v wait taken --for taken: --timeout 120 || fail "no prompt: $(v screen taken)"
	[ "$(v exec taken -- hostname)" = taken ] || fail "hostname"
	v send taken --enter 'stty size; echo mark-$((6*7))' && v wait taken --for mark-42 --timeout 120 || fail "typing"
	v screen taken | grep -q '30 100' || fail "size of the console: $(v screen taken)"
	v exec taken -- sh -c 'echo x >/root/x && sync && cat /root/x' | grep -q x || fail "disk"
	v logs taken | grep -q taken: || fail "no transcript"
	wait_ready 1
	v stop taken --yes >/dev/null 2>&1 && until_true 15 eval '[ "$(field taken state)" = ended ]' || fail "stop: $(field taken state)"
	v rm taken --yes >/dev/null
}

it_is_paused_and_idle() {
	wait_ready 1
	pid=$(supervisor "$(ls -d "$standby"/[0-9a-f]*)") vm=$(pgrep -P "$pid" -f qemu)
	[ -n "$vm" ] || fail "no hypervisor below $pid"
	ticks() { cat /proc/"$pid"/stat /proc/"$vm"/stat | sed 's/.*) //' | awk '{ s += $12 + $13 } END { print s }'; }
	a=$(ticks); pause 3; b=$(ticks)
	[ $((b - a)) -le 6 ] || fail "$((b - a)) ticks in 3 s"
}

files_and_environment_arrive() {
	wait_ready 1
	needle=needle-$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
	printf '%s' "$needle" >"$VMDECK_HOME/secret"
	head -c 900000 /dev/urandom >"$VMDECK_HOME/large"
	cat >"$VMDECK_HOME/config/agents.json" <<-EOF
	{ "schema": 1, "agents": { "needy": { "command": ["sh"], "image": "tiny", "env": { "API_KEY": "$needle" },
	  "files": { "/root/.deep/secret": { "from": "$VMDECK_HOME/secret" }, "/etc/motd": { "text": "", "mode": "0644" },
	  "/opt/large": { "from": "$VMDECK_HOME/large", "mode": "0755" } } } } }
	EOF
	v up needy --name needy >"$VMDECK_HOME/up.out" 2>&1 || fail "up: $(cat "$VMDECK_HOME/up.out")"
	waiting needy || fail "not from standby: $(cat "$VMDECK_HOME/up.out")"
	[ "$(v exec needy -- cat /root/.deep/secret)" = "$needle" ] || fail "the file"
	[ "$(v exec needy -- stat -c '%a %u %g' /root/.deep/secret /root/.deep /opt/large /etc/motd | tr '\n' ,)" = "600 0 0,700 0 0,755 0 0,644 0 0," ] ||
		fail "modes: $(v exec needy -- stat -c '%n %a %u %g' /root/.deep/secret /root/.deep /opt/large /etc/motd)"
	[ "$(v exec needy -- cat /opt/large | sha256sum)" = "$(sha256sum <"$VMDECK_HOME/large")" ] || fail "the large file"
	v send needy --enter 'echo $API_KEY' && v wait needy --for "$needle" --timeout 120 || fail "the environment"
	grep -raqF "$needle" "$templates" "$standby" && fail "in a template or standby"
	vm=$(field needy vm_pid)
	grep -aqF "$needle" /proc/"$vm"/{cmdline,environ} /proc/"$(field needy pid)"/{cmdline,environ} && fail "in arguments"
	down needy; rm -f "$VMDECK_HOME/config/agents.json"
	# One that waits now was made while that session lived: nothing of it is in its memory.
	wait_ready 1
	vm=$(pgrep -P "$(supervisor "$(ls -d "$standby"/[0-9a-f]*)")" -f qemu)
	"$here/memory.sh" "$vm" "$needle" && fail "in the memory of a standby"
	:
}

twenty_from_standby_differ() {
	leave; prepare 7
	local probe='cat /proc/sys/kernel/random/uuid /etc/machine-id; head -c 64 /dev/random | od -An -tx1 | tr -d " \n"; echo; hostname'
	n=0; : >"$VMDECK_HOME/who"
	while [ $n -lt 20 ]; do
		wait_ready 7
		v up shell --count 7 >"$VMDECK_HOME/ids" 2>"$VMDECK_HOME/up.out" || fail "up: $(cat "$VMDECK_HOME/up.out")"
		for s in $(cat "$VMDECK_HOME/ids"); do
			waiting "$s" || continue
			v exec "$s" -- sh -c "$probe" | paste -sd ' ' >>"$VMDECK_HOME/who" || fail "exec $s"
			n=$((n + 1))
		done
		v kill --all --yes >/dev/null 2>&1
	done
	for i in 1 2 3; do
		[ "$(awk -v i=$i '{ print $i }' "$VMDECK_HOME/who" | sort -u | grep -c .)" = $n ] || fail "field $i: not $n different ones"
	done
	v gc --yes >/dev/null 2>&1; leave
}

their_clocks_are_the_hosts() {
	prepare 3
	# Paused for so long, and its clock with it.
	pause 3
	v up shell --count 3 >"$VMDECK_HOME/ids" 2>"$VMDECK_HOME/up.out" || fail "up: $(cat "$VMDECK_HOME/up.out")"
	n=0
	for s in $(cat "$VMDECK_HOME/ids"); do
		waiting "$s" || continue
		n=$((n + 1)) best=999999999
		for try in 1 2 3 4 5; do
			a=${EPOCHREALTIME/./}
			g=$(v exec "$s" -- busybox adjtimex | awk '/time.tv_sec/ { s = $2 } /time.tv_usec/ { u = $2 } END { printf "%d%06d", s, u }')
			b=${EPOCHREALTIME/./}
			[ ${#g} = 16 ] || fail "no time from $s: $g"
			off=$((g - (a + b) / 2)); off=${off#-}
			half=$(((b - a) / 2))
			d=$((off > half ? off - half : 0)) # what is beyond the doubt of the measurement
			[ $d -lt $best ] && best=$d
		done
		[ $best -le 100000 ] || fail "$s is $best us off"
	done
	[ $n -ge 2 ] || fail "$n of 3 from standby: $(cat "$VMDECK_HOME/up.out")"
	v kill --all --yes >/dev/null 2>&1; v gc --yes >/dev/null 2>&1
}

two_launches_never_get_the_same() {
	prepare 2
	for i in 1 2 3 4 5; do v up shell --name "race-$i" >/dev/null 2>"$VMDECK_HOME/race.$i" & done; wait
	[ "$(for i in 1 2 3 4 5; do field race-$i pid; done | sort -u | wc -l)" = 5 ] || fail "not five supervisors"
	n=0; for i in 1 2 3 4 5; do waiting race-$i && n=$((n + 1)); done
	[ $n -ge 2 ] || fail "$n from standby, with 2 there"
	for i in 1 2 3 4 5; do [ "$(v exec race-$i -- hostname)" = race-$i ] || fail "race-$i is $(v exec race-$i -- hostname)"; done
	down race-1 race-2 race-3 race-4 race-5
}

killed_ones_leave_nothing() {
	prepare 1
	for what in supervisor hypervisor; do
		wait_ready 1
		dir=$(ls -d "$standby"/[0-9a-f]*) pid=$(supervisor "$dir") vm=$(pgrep -P "$pid" -f qemu)
		if [ $what = supervisor ]; then kill -KILL "$pid"; else kill -KILL "$vm"; fi
		until_true 5 gone "$pid" && until_true 5 gone "$vm" || fail "$what killed: something stays"
		up after # another may be ready by now; the dead one is nobody's
		[ "$(field after pid)" != "$pid" ] && [ "$(v exec after -- echo alive)" = alive ] || fail "from a dead one"
		down after
		[ -e "$dir" ] && fail "$what killed: its directory stays"
	done
	# While it is being made.
	number 0; up zero --cold; down zero; leave; number 1; up one; down one
	for try in 1 2 3 4 5; do # its directory is there before it, and may be another's name by now
		within 30 being_made && break
		leave; number 1; up one; down one
	done
	[ -n "$pid" ] || fail "none is being made: $(ls -A "$standby")"
	kill -KILL "$pid"
	until_true 5 gone "$pid" || fail "it stays"
	leave_dead; up again; down again
}
being_made() {
	pid=
	local dir; dir=$(ls -d "$standby"/.new-* | head -n 1)
	[ -n "$dir" ] && pid=$(supervisor "$dir") && [ -n "$pid" ]
}
leave_dead() { until_true 70 eval 'v gc --yes >/dev/null 2>&1; [ -z "$(ls -d "$standby"/.new-* 2>/dev/null)" ]' || fail "gc leaves $(ls -A "$standby")"; }

a_stopped_one_is_passed_over() {
	prepare 1
	dir=$(ls -d "$standby"/[0-9a-f]*) pid=$(supervisor "$dir")
	kill -STOP "$pid"
	up quick; waiting quick && fail "from a stopped one"
	[ "$(v exec quick -- echo works)" = works ] || fail "the session does not work"
	down quick; kill -CONT "$pid"
	until_true 15 gone "$pid" || fail "it stays when it goes on"
}

a_launch_killed_at_any_step_leaves_nothing() {
	command -v strace >/dev/null || skip "no strace on PATH"
	leave; prepare 1
	for k in 1 2 3 4 5 6 7 8 9 10; do
		wait_ready 1
		dir=$(ls -d "$standby"/[0-9a-f]*) pid=$(supervisor "$dir")
		strace -o /dev/null -e trace=renameat2,renameat,connect,sendmsg,unlinkat,sendto \
			-e inject=renameat2,renameat,connect,sendmsg,unlinkat,sendto:signal=KILL:when=$k \
			"$VMDECK" up shell --name cut --no-wait >/dev/null 2>&1
		# Either it was not claimed, or it goes, or it became the session.
		if [ -d "$VMDECK_HOME/state/sessions/cut" ]; then
			until_true 15 eval '[ "$(field cut state)" = ready ] || [ "$(field cut state)" = failed ]' ||
				fail "step $k: the session is $(field cut state)"
			down cut
		elif [ ! -e "$dir" ]; then
			until_true 15 gone "$pid" || fail "step $k: the standby stays"
		fi
		v gc --yes >/dev/null 2>&1
		[ -z "$(find "$VMDECK_HOME/state/sessions" -name '.*' -mindepth 1)" ] || until_true 70 eval \
			'v gc --yes >/dev/null 2>&1; [ -z "$(find "$VMDECK_HOME/state/sessions" -name ".*" -mindepth 1)" ]' ||
			fail "step $k: left $(ls -A "$VMDECK_HOME/state/sessions")"
		up next; down next
	done
}

a_claimed_one_whose_machine_dies_starts_cold() {
	leave; prepare 1
	dir=$(ls -d "$standby"/[0-9a-f]*) pid=$(supervisor "$dir") vm=$(pgrep -P "$pid" -f qemu)
	kill -STOP "$vm" # it takes the words and does not run
	v up shell --name unlucky --no-wait >/dev/null 2>&1 || fail "up"
	waiting unlucky || until_true 5 waiting unlucky || fail "not from standby"
	kill -KILL "$vm"
	until_true 60 eval '[ "$(field unlucky state)" = ready ]' || fail "$(field unlucky state): $(field unlucky cause)"
	[ "$(field unlucky warm)" = false ] || fail "said to be warm"
	[ "$(v exec unlucky -- echo works)" = works ] || fail "the session does not work"
	[ -e "$(ls -d "$templates"/*/template.json)" ] || fail "the template went with it"
	down unlucky
}

it_goes_when_nobody_wants_it() {
	prepare 1
	leave
	prepare 1
	rm "$templates"/*/template.json
	until_true 10 eval '[ "$(ready)" = 0 ]' || fail "it outlives its template"
	v gc --yes >/dev/null 2>&1
}

for t in a_launch_takes_it_and_another_is_made it_is_paused_and_idle files_and_environment_arrive \
	their_clocks_are_the_hosts two_launches_never_get_the_same killed_ones_leave_nothing a_stopped_one_is_passed_over \
	a_launch_killed_at_any_step_leaves_nothing a_claimed_one_whose_machine_dies_starts_cold \
	twenty_from_standby_differ it_goes_when_nobody_wants_it; do
	[ $# = 0 ] || case " $* " in *" $t "*) ;; *) continue;; esac
	test_run $t
done
number 0; v up shell --cold --name last >/dev/null 2>&1
end_home
