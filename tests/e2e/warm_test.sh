#!/bin/bash
# Warm starts: a template is made once, sessions from it are quick, differ where
# they must, and fall back to a cold start when it does not do. Needs QEMU and the
# prepared kernel and image.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip warm: no qemu-system-x86_64 on PATH"; exit 0; }
new_home
# Templates of its own, beside the prepared kernel.
rm "$VMDECK_HOME/cache"
mkdir -m 700 "$VMDECK_HOME/cache"
ln -s "$PREPARED/cache/kernels" "$VMDECK_HOME/cache/kernels"
templates=$VMDECK_HOME/cache/templates

makers() { pgrep -x vmdeck-template | while read -r p; do
	ls -l "/proc/$p/fd" 2>/dev/null | grep -q "$VMDECK_HOME/" && echo "$p"; done; }
# A maker is nice: beside a busy host it takes minutes.
made() { ls "$templates"/*/template.json; }
warm() { [ "$(field "$1" warm)" = true ]; }
up() { v up shell --name "$1" >"$VMDECK_HOME/up.out" 2>&1 || fail "up $1: $(cat "$VMDECK_HOME/up.out")"; }
down() { v kill "$@" --yes >/dev/null 2>&1; v rm "$@" --yes >/dev/null 2>&1; }
ensure() { made >/dev/null 2>&1 || { up ensure; until_true 240 made || fail "no template: $(cat "$templates"/*.failed 2>&1; makers)"; down ensure; }; }

the_first_session_starts_cold_and_leaves_a_template() {
	up first
	warm first && fail "warm, without a template"
	grep -q '^template .*\(booting\|rehearsing\|saving\|writing\)' "$VMDECK_HOME/up.out" || fail "not told: $(cat "$VMDECK_HOME/up.out")"
	until_true 240 made || fail "no template: $(cat "$templates"/*.failed 2>&1)"
	until_true 10 eval '[ -z "$(makers)" ]' || fail "its maker stays: $(makers)"
	[ "$(find "$templates" -name '.new-*' | wc -l)" = 0 ] || fail "$(ls -a "$templates")"
	[ "$(stat -c %a "$templates"/*/ram)" = 400 ] || fail "its memory can be written"
	down first
}

a_second_session_starts_warm() {
	ensure; up second
	warm second || fail "$(cat "$VMDECK_HOME/up.out")"
	grep -q '^template ' "$VMDECK_HOME/up.out" && fail "one is made again: $(cat "$VMDECK_HOME/up.out")"
	grep -q '(warm, qemu' "$VMDECK_HOME/up.out" || fail "$(cat "$VMDECK_HOME/up.out")"
	[ "$(v exec second -- sh -c 'echo $((6*7))')" = 42 ] || fail "exec"
	v wait second --for second: --timeout 120 || fail "no prompt: $(v screen second)"
	v send second --enter 'echo mark-$((6*7)); stty size' && v wait second --for mark-42 --timeout 120 || fail "typing"
	v wait second --for '40 120' --timeout 120 || fail "size of the console: $(v screen second)"
	[ "$(v exec second -- hostname)" = second ] || fail "hostname"
	v exec second -- sh -c 'echo x >/root/x && sync && cat /root/x' | grep -q x || fail "disk"
	v exec second -- ip addr show eth0 | grep -q 10.200.0.2/30 || fail "network"
	v stop second --yes && until_true 15 eval 'v ls --all | grep second | grep -q stopped' || fail "stop"
	v rm second --yes
}

cold_is_cold() {
	ensure; v up shell --cold --name chilly >/dev/null 2>&1 || fail "up"
	warm chilly && fail "--cold started warm"
	down chilly
}

# What was measured is made a quarter of an hour, so that no host is too quick to be told of.
how_long_it_takes_still_is_told_from_what_it_took() {
	down --all; ensure; mkdir -p "$VMDECK_HOME/config"
	v up shell --cold --name was >"$VMDECK_HOME/up.out" 2>&1 || fail "up"
	grep -q 'left ' "$VMDECK_HOME/up.out" && fail "nothing was measured: $(cat "$VMDECK_HOME/up.out")"
	v kill was --yes; until_true 10 eval '[ "$(field was state)" = ended ]'
	sed -i '/"guest"/{n;s/:.*/: 900000/}' "$VMDECK_HOME/state/sessions/was/session.json"
	v up shell --cold --name now >"$VMDECK_HOME/up.out" 2>&1 || fail "up"
	grep -qE '^now  [1-5]/7 .* ms  left 15m$' "$VMDECK_HOME/up.out" || fail "$(cat "$VMDECK_HOME/up.out")"
	grep -qE '^now  [67]/7 .*left 1[0-9]m$' "$VMDECK_HOME/up.out" && fail "the guest is there: $(cat "$VMDECK_HOME/up.out")"
	v up shell --cold --name then --no-wait 2>/dev/null
	until_true 60 eval 'v ls | grep -qE "^then .* [5-7]/7 [a-z]+, left 15m|^then *ready"' || fail "$(v ls)"
	down --all
	# Another machine's template, of this size: it takes what this one took.
	grep -qE '"made_ms":\s*[1-9]' "$(made)" || fail "not measured: $(cat "$(made)")"
	sed -i 's/"made_ms":.*/"made_ms": 900000/' "$(made)"
	echo '{ "agents": { "wide": { "disk": 5000 } } }' >"$VMDECK_HOME/config/agents.json"
	v up wide --name wide >"$VMDECK_HOME/up.out" 2>&1 || fail "up: $(cat "$VMDECK_HOME/up.out")"
	grep -qE '^template 512.*  booting  left 15m$' "$VMDECK_HOME/up.out" || fail "$(cat "$VMDECK_HOME/up.out")"
	until_true 60 eval '[ "$(made | wc -l)" = 2 ]' || fail "no second template"
	down --all; rm -rf "$VMDECK_HOME/config/agents.json" "$templates"
}

its_memory_cannot_be_written_by_a_machine() {
	ensure; up reader
	warm reader || fail "$(cat "$VMDECK_HOME/up.out")"
	pid=$(field reader vm_pid) inode=$(stat -c %i "$templates"/*/ram)
	for fd in /proc/"$pid"/fd/*; do
		[ "$(stat -Lc %i "$fd")" = "$inode" ] || continue
		flags=$(awk '/^flags/ { print $2 }' "/proc/$pid/fdinfo/${fd##*/}")
		[ $((0$flags & 3)) = 0 ] || fail "descriptor ${fd##*/} is open for writing"
		found=1
	done
	[ "${found-}" = 1 ] || fail "it does not have the memory open at all"
	grep -q " r[w-]-s.* $inode " "/proc/$pid/maps" && fail "mapped shared"
	down reader
}

twenty_sessions_differ() {
	ensure
	local probe='cat /proc/sys/kernel/random/uuid /etc/machine-id; head -c 64 /dev/random | od -An -tx1 | tr -d " \n"; echo; hostname'
	v up shell --count 20 --json >"$VMDECK_HOME/up.json" 2>"$VMDECK_HOME/up.out" || fail "up: $(tail -n 3 "$VMDECK_HOME/up.out")"
	[ "$(grep -c '"warm": *true' "$VMDECK_HOME/up.json")" = 20 ] || fail "not all warm: $(grep -v 'ms$' "$VMDECK_HOME/up.out")"
	for i in $(seq 20); do v exec "shell-$i" -- sh -c "$probe" >"$VMDECK_HOME/who.$i" || fail "exec shell-$i"; done
	for line in 1 2 3 4; do
		n=$(for i in $(seq 20); do sed -n ${line}p "$VMDECK_HOME/who.$i"; done | sort -u | grep -c .)
		[ "$n" = 20 ] || fail "line $line: $n different ones of 20"
	done
	[ "$(sed -n 3p "$VMDECK_HOME/who.1" | tr -d '\n' | wc -c)" = 128 ] || fail "not 64 random bytes"
}

their_clocks_are_the_hosts() {
	# The host's time before and after: the guest's lies between, within 100 ms.
	for i in 1 7 13 20; do
		best=999999999
		for n in 1 2 3 4 5; do
			a=${EPOCHREALTIME/./}
			g=$(v exec "shell-$i" -- busybox adjtimex | awk '/time.tv_sec/ { s = $2 } /time.tv_usec/ { u = $2 } END { printf "%d%06d", s, u }')
			b=${EPOCHREALTIME/./}
			[ ${#g} = 16 ] || fail "no time from shell-$i: $g"
			off=$((g - (a + b) / 2)); off=${off#-}
			half=$(((b - a) / 2))
			# What is beyond the doubt of the measurement.
			d=$((off > half ? off - half : 0))
			[ $d -lt $best ] && best=$d
		done
		[ $best -le 100000 ] || fail "shell-$i is $best us off"
	done
	down --all
}

one_template_for_many_at_once() {
	down --all; rm -rf "$templates"
	v up shell --count 3 --no-wait >/dev/null 2>&1 &
	v up shell --count 3 --no-wait >/dev/null 2>&1 &
	wait
	[ "$(makers | wc -l)" -le 2 ] || fail "$(makers | wc -l) makers" # one, and its parent for a moment
	until_true 90 made || fail "no template: $(cat "$templates"/*.failed 2>&1)"
	[ "$(ls -d "$templates"/*/ | wc -l)" = 1 ] || fail "$(ls "$templates")"
	down --all
}

no_secret_is_in_a_template() {
	down --all; rm -rf "$templates"; mkdir -p "$VMDECK_HOME/config"
	needle=needle-$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
	printf '%s' "$needle" >"$VMDECK_HOME/secret"
	cat >"$VMDECK_HOME/config/agents.json" <<-EOF
	{ "schema": 1, "agents": { "needy": { "command": ["sh"], "env": { "API_KEY": "$needle" },
	  "files": { "/root/secret": { "from": "$VMDECK_HOME/secret" } } } } }
	EOF
	VMDECK_NEEDLE=$needle v up needy --name needy >"$VMDECK_HOME/up.out" 2>&1 || fail "up: $(cat "$VMDECK_HOME/up.out")"
	until_true 240 made || fail "no template: $(cat "$templates"/*.failed 2>&1; makers)"
	[ "$(v exec needy -- cat /root/secret)" = "$needle" ] || fail "the secret did not arrive"
	v send needy --enter "echo $needle"; down needy
	v up needy --name needy >/dev/null 2>&1; [ "$(v exec needy -- cat /root/secret)" = "$needle" ] || fail "warm: no secret"
	warm needy || fail "not warm"
	grep -raq "$needle" "$templates" && fail "in $(grep -ral "$needle" "$templates")"
	grep -aq "$needle" /proc/"$(field needy vm_pid)"/{cmdline,environ} && fail "in the hypervisor's arguments"
	down needy; rm -f "$VMDECK_HOME/config/agents.json"
}

state_spoilt_at() {
	ensure
	# As if QEMU had changed what it writes: the digest is right, the bytes are not.
	dir=$(dirname "$(made)")
	chmod 600 "$dir/state"; dd if=/dev/zero of="$dir/state" bs=1 seek="$1" count=64 conv=notrunc 2>/dev/null
	sed -i "s/\"state_sha256\":.*\"/\"state_sha256\":\t\"$(sha256sum "$dir/state" | cut -d' ' -f1)\"/" "$dir/template.json"
	up unlucky
	warm unlucky && fail "warm from garbage"
	grep -q 'cold: the template did not do' "$VMDECK_HOME/up.out" || fail "not told: $(cat "$VMDECK_HOME/up.out")"
	[ -e "$dir/template.json" ] && fail "it is still there"
	[ "$(v exec unlucky -- echo works)" = works ] || fail "the session does not work"
	down unlucky
}
a_template_that_does_not_do_is_thrown_away() {
	state_spoilt_at 0
	up next; until_true 240 made || fail "not made again: $(cat "$templates"/*.failed 2>&1; makers)"
	down next; up after; warm after || fail "not warm again: $(cat "$VMDECK_HOME/up.out")"
	down after
}

a_machine_that_does_not_answer_is_started_cold() {
	ensure; dir=$(dirname "$(made)")
	# Memory of nothing, described as what it should be.
	size=$(stat -c %s "$dir/ram"); rm -f "$dir/ram"; truncate -s "$size" "$dir/ram"; chmod 400 "$dir/ram"
	sed -i "s/\"ram_written\":.*\"/\"ram_written\":\t\"$(stat -c '%.9Y %.9Z' "$dir/ram")\"/" "$dir/template.json"
	up mute
	warm mute && fail "warm without a memory"
	grep -q 'cold: the template did not do' "$VMDECK_HOME/up.out" || fail "not told: $(cat "$VMDECK_HOME/up.out")"
	[ "$(v exec mute -- echo works)" = works ] || fail "the session does not work"
	down mute
}

a_template_that_was_written_to_is_not_used() {
	ensure; ram=$(ls "$templates"/*/ram)
	chmod 600 "$ram"; printf x | dd of="$ram" bs=1 seek=4096 conv=notrunc 2>/dev/null; touch -d '1 hour ago' "$ram"; chmod 400 "$ram"
	up wary; warm wary && fail "used"
	grep -q 'was written to' "$VMDECK_HOME/up.out" || fail "not told: $(cat "$VMDECK_HOME/up.out")"
	until_true 240 made || fail "not made again: $(cat "$templates"/*.failed 2>&1; makers)"; down wary
}

# MAKER_KILLS=50: so many more, at any time of the making.
a_killed_maker_leaves_nothing() {
	for when in 0 1 2 3 $(seq 4 $((3 + ${MAKER_KILLS:-1}))); do
		down --all; rm -rf "$templates"
		v up shell --no-wait >/dev/null 2>&1
		within 20 eval '[ -n "$(makers)" ]' || continue
		maker=$(makers | tail -n 1)
		# Further on each time: namespaces, machine, guest.
		case $when in
		1) within 5 eval 'pgrep -P '"$maker"' >/dev/null';;
		2) within 5 eval 'grep -qs qemu /proc/$(pgrep -P '"$maker"' | head -n 1)/comm';;
		3) pause 1;;
		[4-9]*) pause $((RANDOM % 6)).$((RANDOM % 900 + 100));;
		esac
		child=$(pgrep -P "$maker" | head -n 1)
		kill -KILL "$maker" 2>/dev/null
		[ -z "$child" ] || until_true 15 gone "$child" || fail "its machine outlived it"
		until_true 15 eval '[ -z "$(makers)" ]' || fail "makers stay"
		made 2>/dev/null && continue # it was faster
		[ "$(du -s "$templates" | cut -f1)" -le 100 ] || fail "left $(du -s "$templates")"
		[ -z "$(find "$templates" -mindepth 1 ! -name making)" ] || fail "left $(ls -a "$templates")"
	done
	down --all
	up again; until_true 240 made || fail "cannot be made after that: $(cat "$templates"/*.failed 2>&1; makers)"; down again
}

a_supervisor_killed_while_it_resumes_leaves_nothing() {
	ensure
	for step in supervisor network hypervisor guest agent; do
		v up shell --no-wait --name brief >/dev/null 2>&1 || fail "up"
		until_true 5 grep -q "\"$step\"" "$VMDECK_HOME/state/sessions/brief/session.json"
		until_true 5 eval '[ "$(field brief pid)" -gt 1 ]' || fail "no supervisor at step $step"
		pid=$(field brief pid) vm=$(field brief vm_pid)
		kill -KILL "$pid" || fail "no supervisor at step $step"
		until_true 15 gone "$pid" || fail "it stays, at step $step"
		[ "${vm:-0}" = 0 ] || until_true 15 gone "$vm" || fail "its hypervisor stays, at step $step"
		until_true 15 eval '[ -z "$(inventory)" ]' || fail "left at step $step: $(inventory)"
		v rm brief --yes >/dev/null 2>&1
	done
	up after; warm after || fail "the template did not survive: $(cat "$VMDECK_HOME/up.out")"
	down after
}

# CYCLES=100 is the figure of docs/PERFORMANCE.md.
starts_and_kills_leave_all_as_it_was() {
	ensure
	held() { find "$VMDECK_HOME" ! -name measured | wc -l; inventory; makers; } # one small file per template
	before=$(held) disk=$(du -sk "$VMDECK_HOME/cache/templates" | cut -f1)
	for i in $(seq "${CYCLES:-8}"); do
		v up shell --name again >/dev/null 2>&1 || fail "start $i"
		warm again || fail "start $i was cold: $(field again note)"
		v kill again --yes >/dev/null 2>&1 || fail "kill $i"
		until_true 5 eval 'v rm again --yes >/dev/null 2>&1' || fail "rm $i"
	done
	until_true 5 eval '[ "$(held)" = "$before" ]' || fail "held: $before, now $(held)"
	[ "$(du -sk "$VMDECK_HOME/cache/templates" | cut -f1)" = "$disk" ] || fail "the template grew"
}

what_does_not_fit_is_refused_and_the_rest_starts() {
	mkdir -p "$VMDECK_HOME/config"
	# Others may take or give back as much as makes the difference, between look and launch.
	for try in 1 2 3 4 5; do
		down --all
		# More than there is, but not so much that preflight, which asks for the mean of all, blocks.
		mib=$(awk '/^MemAvailable:/ { printf "%d", $2 / 1024 * 1.6 }' /proc/meminfo)
		[ "$mib" -le 65536 ] || skip "an agent cannot have more memory than this host has"
		echo '{ "schema": 1, "agents": { "giant": { "command": ["sh"], "image": "tiny", "memory": '"$mib"' } } }' \
			>"$VMDECK_HOME/config/agents.json"
		v up giant shell >"$VMDECK_HOME/ids" 2>"$VMDECK_HOME/up.out" && continue
		grep -q "refused giant, 1 of 1:.*not enough memory: it takes $mib MiB.* are free" "$VMDECK_HOME/up.out" && break
	done
	grep -q "refused giant, 1 of 1:.*not enough memory: it takes $mib MiB.* are free" "$VMDECK_HOME/up.out" ||
		fail "not refused, or not told: $(grep -v ms "$VMDECK_HOME/up.out")"
	[ "$(cat "$VMDECK_HOME/ids")" = shell-1 ] || fail "started: $(cat "$VMDECK_HOME/ids")"
	[ "$(v exec shell-1 -- echo works)" = works ] || fail "the session does not work"
	v ls --all 2>/dev/null | grep -q giant && fail "there is something of the giant"
	rm "$VMDECK_HOME/config/agents.json"; down --all
}

eight_launches_of_two_processes_do_not_count_on_the_same_memory() {
	mkdir -p "$VMDECK_HOME/config"
	for try in 1 2 3 4 5; do # as above
		down --all
		mib=$(awk '/^MemAvailable:/ { printf "%d", $2 / 1024 * 0.3 }' /proc/meminfo)
		[ "$mib" -le 65536 ] || skip "an agent cannot have a third of this host's memory"
		echo '{ "schema": 1, "agents": { "third": { "command": ["sh"], "image": "tiny", "memory": '"$mib"' } } }' \
			>"$VMDECK_HOME/config/agents.json"
		for i in 1 2; do v up third --count 4 --cold --no-wait >"$VMDECK_HOME/ids.$i" 2>"$VMDECK_HOME/up.$i" & done; wait
		in=$(cat "$VMDECK_HOME"/ids.[12] | wc -l)
		out=$(cat "$VMDECK_HOME"/up.[12] | grep -c "refused third, .*not enough memory: it takes $mib MiB.* running sessions may still take ")
		[ $((in + out)) = 8 ] && [ "$in" -ge 1 ] && [ "$in" -le 3 ] && break
	done
	[ $((in + out)) = 8 ] || fail "$in started, $out refused: $(cat "$VMDECK_HOME"/up.[12])"
	# Less when others take memory meanwhile; all eight, were it not promised.
	[ "$in" -ge 1 ] && [ "$in" -le 3 ] || fail "$in started where three fit: $(cat "$VMDECK_HOME"/up.[12])"
	# What the dead were promised is there for the next.
	for s in $(cat "$VMDECK_HOME"/ids.[12]); do
		until_true 5 eval '[ "$(field '"$s"' pid)" -gt 1 ]' && kill -KILL "$(field "$s" pid)"
	done
	until_true 15 eval 'v up third --cold --no-wait --name after' || fail "nothing is given back: $(v up third --cold --no-wait 2>&1)"
	rm "$VMDECK_HOME/config/agents.json"; down --all
}

what_the_disk_does_not_hold_is_refused_and_the_rest_starts() {
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	down --all; ensure
	small=$VMDECK_HOME/small; mkdir -m 700 "$small" "$small/state"
	ln -s "$VMDECK_HOME/cache" "$VMDECK_HOME/data" "$small/"
	# Of 340 MiB the host keeps 256; each session is expected to take 32.
	mount -t tmpfs -o size=340m,mode=700 small "$small/state" || skip "cannot mount a small disk"
	VMDECK_HOME=$small v up shell --count 3 >"$VMDECK_HOME/ids" 2>"$VMDECK_HOME/up.out"; r=$?
	two=$(VMDECK_HOME=$small v exec shell-2 -- echo works 2>&1)
	VMDECK_HOME=$small v kill --all --yes >/dev/null 2>&1
	until_true 15 umount "$small/state" || fail "it stays in use"
	[ $r != 0 ] && [ "$(paste -sd ' ' "$VMDECK_HOME/ids")" = "shell-1 shell-2" ] || fail "exit $r: $(cat "$VMDECK_HOME/ids" "$VMDECK_HOME/up.out")"
	[ "$two" = works ] || fail "the second does not work: $two"
	# Its template lies on another file system.
	[ "$(grep -c '(warm, qemu' "$VMDECK_HOME/up.out")" = 2 ] || fail "not warm: $(grep -v ' ms$' "$VMDECK_HOME/up.out")"
	grep -q "refused shell, .*not enough disk: it takes 32 MiB; [0-9]* are free in $small/state, of which 2 running sessions may still take [0-9]* and the host keeps 256" \
		"$VMDECK_HOME/up.out" || fail "not told: $(grep -v ms "$VMDECK_HOME/up.out")"
	rm -r "$small"
}

an_idle_session_sleeps() {
	ensure; up idle; warm idle || fail "not warm: $(cat "$VMDECK_HOME/up.out")"
	spent() { # CPU time of hypervisor and supervisor, in us
		cat /proc/"$(field idle vm_pid)"/task/*/schedstat /proc/"$(field idle pid)"/task/*/schedstat 2>/dev/null |
			awk '{ s += $1 } END { printf "%d", s / 1000 }'
	}
	# Its start is over after a while; a window is enough, as others may use the processor's caches.
	least=100000000
	for window in 1 2 3; do
		pause 5
		a=$(spent); pause 8; b=$(spent)
		[ "$a" -gt 0 ] || fail "no figures of $(field idle vm_pid)"
		[ $((b - a)) -lt $least ] && least=$((b - a))
		[ $least -le 80000 ] && break
	done
	[ $least -le 80000 ] || fail "$((least / 800)) hundredths of a per cent of a core, of 100"
	down idle
}

kvm_starts_warm_too() {
	ensure; up fast
	[ "$(field fast accel)" = kvm ] || { down fast; skip "this machine has no hardware KVM (preflight K09)"; }
	warm fast || fail "$(cat "$VMDECK_HOME/up.out")"
	[ "$(v exec fast -- sh -c 'echo $((6*7))')" = 42 ] || fail "exec"
	v wait fast --for fast: --timeout 120 || fail "no prompt: $(v screen fast)"
	grep -q 'arch_perfmon\|constant_tsc' <(v exec fast -- cat /proc/cpuinfo) || fail "not the host's processor"
	down fast
	# The same agent emulated is another machine.
	mkdir -p "$VMDECK_HOME/config"
	echo '{ "schema": 1, "agents": { "slow": { "command": ["sh"], "image": "tiny", "accel": "tcg" } } }' \
		>"$VMDECK_HOME/config/agents.json"
	v up slow --name slow >/dev/null 2>&1 || fail "emulated"
	warm slow && fail "emulated, from a template of KVM's"
	rm "$VMDECK_HOME/config/agents.json"; down slow
}

machines_come_up_in_turn() {
	ensure
	v up shell --count 6 --no-wait >/dev/null 2>&1 &
	coming_up() { # sessions that have their turn and are not ready
		grep -l '"state":.*"starting"' "$VMDECK_HOME"/state/sessions/*/session.json 2>/dev/null |
			xargs -r grep -lE '"name":.*"(network|hypervisor|guest|agent)"' 2>/dev/null | wc -l; }
	most=0
	until_true 60 eval 'n=$(coming_up); [ $n -gt $most ] && most=$n; [ "$(v ls 2>/dev/null | grep -c " ready ")" = 6 ]' ||
		fail "not all came up: $(v ls)"
	wait
	[ $most -le "$(nproc)" ] || fail "$most at once on $(nproc) processors"
	down --all
}

gc_spares_what_is_used_and_takes_what_is_broken() {
	ensure; up user; warm user || fail "not warm"
	dir=$(dirname "$(made)")
	rm -f "$dir/template.json" # spoilt, and in use
	v gc --yes >/dev/null 2>&1
	[ -e "$dir/ram" ] || fail "took what a machine maps"
	[ "$(v exec user -- echo alive)" = alive ] || fail "the session died"
	down user
	until_true 5 eval 'v gc --yes >/dev/null 2>&1; [ ! -e "$dir" ]' || fail "did not take it: $(v gc --dry-run 2>&1)"
}

for t in the_first_session_starts_cold_and_leaves_a_template a_second_session_starts_warm cold_is_cold \
	how_long_it_takes_still_is_told_from_what_it_took \
	its_memory_cannot_be_written_by_a_machine twenty_sessions_differ their_clocks_are_the_hosts \
	one_template_for_many_at_once no_secret_is_in_a_template \
	a_template_that_does_not_do_is_thrown_away a_machine_that_does_not_answer_is_started_cold \
	a_template_that_was_written_to_is_not_used \
	a_killed_maker_leaves_nothing a_supervisor_killed_while_it_resumes_leaves_nothing \
	what_does_not_fit_is_refused_and_the_rest_starts \
	eight_launches_of_two_processes_do_not_count_on_the_same_memory \
	what_the_disk_does_not_hold_is_refused_and_the_rest_starts an_idle_session_sleeps kvm_starts_warm_too machines_come_up_in_turn \
	starts_and_kills_leave_all_as_it_was gc_spares_what_is_used_and_takes_what_is_broken; do
	[ $# = 0 ] || case " $* " in *" $t "*) ;; *) continue;; esac
	test_run $t
done
until_true 60 eval '[ -z "$(makers)" ]'
end_home
