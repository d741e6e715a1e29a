#!/bin/bash
# SIGKILL at each step of a launch and of an end, to each process of it (tests/kill/at.c): nothing is
# left after the next command, what lives is found, and a secret is nowhere, before, during
# and after. `make check` takes the same sample each time, SEED=N another one; ALL=1 does
# every step with every process, and every system call that changes something; FEW=1 a third of the sample.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip kill: no qemu-system-x86_64 on PATH"; exit 0; }
at=${TOOLS:-$BUILD/tests}/kill-at
"$at" cli cli:0 true 2>/dev/null; [ $? = 2 ] || { echo "skip kill: no ptrace here"; exit 0; }
new_home
: "${SEED:=1}"
RANDOM=$SEED
mkdir -m 700 "$VMDECK_HOME/config" "$VMDECK_HOME/cwd"
cd "$VMDECK_HOME/cwd" || exit 1

# A key from each source that there is, and a file that goes into the machine. Each may be in
# the operator's own file and nowhere else.
umask 077
word() { echo "needle$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')"; }
needle_env=$(word)
word >"$VMDECK_HOME/key"; word >"$VMDECK_HOME/sent"; word >"$VMDECK_HOME/typed"; base64 "$VMDECK_HOME/typed" >"$VMDECK_HOME/encoded"
{ echo "$needle_env"; cat "$VMDECK_HOME"/{key,sent,typed}; } >"$VMDECK_HOME/needles"
rm "$VMDECK_HOME/typed"
cat >"$VMDECK_HOME/config/agents.json" <<-A
	{ "agents": { "victim": { "image": "tiny", "command": ["/bin/sh", "-l"], "allow": ["ok.example"],
		"files": { "/root/.sent": { "from": "$VMDECK_HOME/sent" } },
		"credentials": { "anthropic": { "from_env": "NEEDLE_KEY" },
			"openai": { "from_file": "$VMDECK_HOME/key" },
			"openrouter": { "from_command": ["base64", "-d", "$VMDECK_HOME/encoded"] } } } } }
A
umask 000           # nothing counts on the operator's,
ulimit -c unlimited # nor on his limits

# Where a needle is, a line each. The launching command was given one in its environment:
# it may have it there, and what it forks, and the operator's own "from_command".
cat >"$VMDECK_HOME/look" <<'L'
grep -lazFf "$VMDECK_HOME/needles" /proc/[0-9]*/cmdline 2>/dev/null | sed 's/^/arguments /'
grep -lazFf "$VMDECK_HOME/needles" /proc/[0-9]*/environ 2>/dev/null | while read -r f; do
	line=$(tr '\0' ' ' <"${f%environ}cmdline" 2>/dev/null)
	case $line in *kill-at*|*'up victim'*|*'base64 -d'*|'') ;; *) echo "environment $f: $line";; esac
done
grep -rlaFf "$VMDECK_HOME/needles" "$VMDECK_HOME" --exclude=key --exclude=sent --exclude=needles 2>/dev/null | sed 's/^/file /'
find /tmp /var/tmp /dev/shm /var/crash "$HOME" -maxdepth 2 -newer "$VMDECK_HOME/needles" -type f -size -4M -readable ! -path "$VMDECK_HOME/*" \
	-exec grep -laFf "$VMDECK_HOME/needles" {} + 2>/dev/null | sed 's/^/elsewhere /'
find "$VMDECK_HOME/state" \( -type f ! -perm 600 -o -type d ! -perm 700 \) -printf 'mode %m %p\n' 2>/dev/null
find "$VMDECK_HOME" / -maxdepth 2 -name 'core*' -type f -newer "$VMDECK_HOME/needles" -printf 'core %p\n' 2>/dev/null
exit 0
L
look() { sh "$VMDECK_HOME/look"; }
nothing_is_seen() { local seen; seen=$(look); [ -z "$seen" ] || fail "$1: $(head -n 3 <<<"$seen" | tr '\n' ';')"; }

# Kill VICTIM at MOMENT of a launch (or, with -p, of an end), see what a look sees at that moment,
# and give what was done: "killed ...", "absent ...", "never ...".
kill_at() { # [-p PID] VICTIM MOMENT COMMAND...
	env ${key:+NEEDLE_KEY=$key} "$at" -u NEEDLE_KEY -x "sh $VMDECK_HOME/look >$VMDECK_HOME/seen" "$@" \
		3>"$VMDECK_HOME/said" >"$VMDECK_HOME/out" 2>&1
	cat "$VMDECK_HOME/said"
}
key=$needle_env
held() { inventory | sed -n "s|^lock .*/sessions/\([a-z][^/]*\)/owner.lock|\1|p" | sort | tr '\n' ' '; }
listed() { v ls --json | grep -o '"id": *"[^"]*"' | cut -d'"' -f4 | sort | tr '\n' ' '; }

# What must be true after any of them.
as_it_must_be() { # what was done
	[ ! -s "$VMDECK_HOME/seen" ] || fail "$1: at that moment: $(head -n 3 "$VMDECK_HOME/seen" | tr '\n' ';')"
	v ls --all >"$VMDECK_HOME/ls" 2>&1 || fail "$1: ls: $(cat "$VMDECK_HOME/ls")"
	# What lives is found, all of it.
	until_true 10 eval '[ "$(held)" = "$(listed)" ]' || fail "$1: held: $(held), listed: $(listed)"
	nothing_is_seen "$1, after"
	v kill --all --yes >/dev/null 2>&1
	# A start that was cut off makes its template suspect: a new one may be under way.
	until_true 90 eval '! inventory | grep -q vmdeck-template' || fail "$1: a template is being made for ever"
	until_true 15 eval 'v ls --all >/dev/null; [ -z "$(inventory)" ]' || fail "$1: left: $(inventory | tr '\n' ';')"
	nothing_is_seen "$1, at the end"
	for id in $(ls "$VMDECK_HOME/state/sessions" 2>/dev/null); do
		v rm "$id" --yes >/dev/null 2>&1 || fail "$1: cannot be removed: $id"
	done
	[ -z "$(ls -A "$VMDECK_HOME/state/sessions" 2>/dev/null)" ] || fail "$1: left: $(ls -A "$VMDECK_HOME/state/sessions")"
}
# All are done, whatever one shows.
check() { ( as_it_must_be "$1" ) >>"$VMDECK_HOME/wrong" || wrong=$((wrong + 1)); }
none_is_wrong() { [ "$wrong" = 0 ] || fail "$wrong: $(tail -n 5 "$VMDECK_HOME/wrong")"; }
done=0 wrong=0
one() { # label, VICTIM, MOMENT, [option of up]: counts what was killed
	local did
	did=$(kill_at "$2" "$3" "$VMDECK" up victim ${4:-})
	check "$1: $did"
	case $did in killed*) done=$((done + 1));; *) echo "$1: $2 at $3: $did" >>"$VMDECK_HOME/missed";; esac
}

# A launch's steps, as SECURITY numbers them, and who is there then.
steps='
	disk_made            cli:pwrite64:9                        cli                              --cold
	disk_verified        cli:mkdirat:1:.new-                   cli
	lock                 cli:linkat:1:owner.lock               cli
	spec                 cli:renameat:1:spec.json              cli
	record               cli:renameat:1:session.json           cli
	name                 cli:renameat2:1                       cli
	supervisor_executed  starter:execve:1                      cli,starter
	namespaces           starter:unshare:1                     cli,starter
	supervisor_forked    supervisor:pipe2:1                    cli,supervisor
	tap                  helper:ioctl:1:0x400454ca             cli,supervisor,helper
	gateway_begun        gateway:prctl:1                       cli,supervisor,gateway
	gateway_confined     gateway:pivot_root:1                  cli,supervisor,gateway
	listening            helper:listen:3                       cli,supervisor,gateway,helper
	network_verified     supervisor:renameat:1:network.json    cli,supervisor,gateway
	hypervisor_executed  hypervisor:execve:1                   cli,supervisor,gateway,hypervisor
	control_ready        supervisor:sendto:1:qmp_capabilities  cli,supervisor,gateway,hypervisor
	state_loading        supervisor:sendto:1:migrate-incoming  cli,supervisor,gateway,hypervisor
	boot_begun           supervisor:sendto:1:"cont"          cli,supervisor,gateway,hypervisor  --cold
	hello                supervisor:write:1:"guest"          cli,supervisor,gateway,hypervisor
	start_sent           supervisor:write:1:argv=              cli,supervisor,gateway,hypervisor
	ready                supervisor:write:1:"ready"            cli,supervisor,gateway,hypervisor'

a_template_is_there() { # so that starts are warm, and short
	NEEDLE_KEY=$needle_env v up victim >/dev/null 2>&1 || fail "up"
	until_true 90 eval 'ls "$VMDECK_HOME"/cache/templates/*/template.json' || fail "no template"
	as_it_must_be "an end as any"
}
ends_of() { # victims: all of them, or one
	local all=(${1//,/ })
	if [ "${ALL:-}" ]; then echo "${all[@]}"; else echo "${all[RANDOM % ${#all[@]}]}"; fi
}
# FEW=1: one of so many.
one_of() { [ -z "${FEW:-}" ] || [ $((nth++ % $1)) = 0 ]; }
nth=$((RANDOM % 3))
at_each_step() {
	local name moment victims option victim least=18
	[ -z "${FEW:-}" ] || least=4
	while read -r name moment victims option; do
		[ "$name" ] && one_of 3 || continue
		for victim in $(ends_of "$victims"); do
			one "$name" "$victim" "$moment" "$option"
		done
	done <<<"$steps"
	[ "$done" -ge $least ] || fail "only $done were killed: $(cat "$VMDECK_HOME/missed")"
	none_is_wrong
	echo "killed at $done steps"
}

# Every call that changes something, of each role; a sample of them.
at_any_call() {
	local counts role k calls step least=8
	[ -z "${FEW:-}" ] || least=3
	counts=$(kill_at cli cli:0 "$VMDECK" up victim)
	as_it_must_be "$counts"
	for role in cli starter supervisor helper gateway hypervisor; do
		calls=$(sed -n "s/.* $role=\([0-9]*\).*/\1/p" <<<"$counts ")
		[ "${calls:-0}" -gt 1 ] || fail "no calls of $role: $counts"
		step=$((calls / 2 + 1))
		[ -z "${FEW:-}" ] || step=$calls
		[ -z "${ALL:-}" ] || step=$((calls / 400 + 1))
		for k in $(seq $((RANDOM % step + 1)) $step "$calls"); do
			one "call $k of $calls" "$role" "$role:$k"
		done
	done
	[ "$done" -ge $least ] || fail "only $done were killed: $(cat "$VMDECK_HOME/missed")"
	none_is_wrong
	echo "killed at $done calls"
}

at_each_step_of_an_end() {
	local moment victim did least=4
	[ -z "${FEW:-}" ] || least=1
	while read -r verb moment victims; do
		[ "$verb" ] && one_of 3 || continue
		for victim in $(ends_of "$victims"); do
			NEEDLE_KEY=$needle_env v up victim --name victim >/dev/null 2>&1 || fail "up"
			did=$(key= kill_at -p "$(field victim pid)" "$victim" "$moment" "$VMDECK" $verb victim --yes)
			check "$verb: $did"
			case $did in killed*) done=$((done + 1));; *) echo "$verb: $victim at $moment: $did" >>"$VMDECK_HOME/missed";; esac
		done
	done <<-E
		stop cli:sendto:1                        cli,supervisor,gateway,hypervisor
		stop supervisor:write:1:"stopping"       cli,supervisor,gateway,hypervisor
		kill supervisor:pidfd_send_signal:1      cli,supervisor
		kill supervisor:write:1:"ended"          cli,supervisor
		kill supervisor:renameat:1:session.json  cli,supervisor
		stop supervisor:renameat:1:network.json  cli,supervisor
	E
	[ "$done" -ge $least ] || fail "only $done were killed: $(cat "$VMDECK_HOME/missed")"
	none_is_wrong
	echo "killed at $done steps of an end"
}

no_core_is_left() {
	( kill -SEGV $BASHPID ) 2>/dev/null
	control=$(find . -name 'core*'); rm -f core*
	# A fault that we make is none to a sanitizer.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:handle_segv=0 NEEDLE_KEY=$needle_env v up victim --name victim >/dev/null 2>&1 || fail "up"
	# All are looked at before the first one goes: it takes the others along.
	pids="$(field victim vm_pid) $(cat /proc/"$(field victim pid)"/task/*/children) $(field victim pid)"
	for pid in $pids; do
		grep -q 'Max core file size *0 *0 ' "/proc/$pid/limits" || fail "may dump core: $(cat /proc/$pid/comm)"
	done
	kill -SEGV $pids 2>/dev/null
	until_true 10 eval '[ -z "$(inventory)" ]' || fail "$(inventory)"
	as_it_must_be "SIGSEGV to all"
	[ "$control" ] || echo "this machine does not write core files here: only the limits were looked at"
}

[ -z "${ALL:-}" ] || echo "all of them: this takes an hour"
for t in ${*:-a_template_is_there at_each_step at_any_call at_each_step_of_an_end no_core_is_left}; do
	test_run "$t"
done
echo "SEED=$SEED"
end_home
