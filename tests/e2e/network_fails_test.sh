#!/bin/bash
# Each step of a session's network failing under the real program: no hypervisor is executed,
# the message says why, nothing is left. System calls are made to fail, or to claim that
# they did what they did not, by strace; programs and devices are hidden by mounts.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip network_fails: no qemu-system-x86_64 on PATH"; exit 0; }
command -v strace >/dev/null || { echo "skip network_fails: no strace"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "skip network_fails: root, to hide devices"; exit 0; }
if [ -z "${FAILS_INSIDE:-}" ]; then
	FAILS_INSIDE=1 exec unshare -m --propagation private bash "$0" "$@"
fi
new_home
mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<-A
	{ "agents": { "lone": { "image": "tiny", "allow": ["ok.example"] }, "open": { "image": "tiny", "network": "open" } } }
A
trace=$VMDECK_HOME/trace

# The processes that make a session's network are those that enter a network namespace after
# the supervisor was executed. Prints "hit" when a call of theirs was tampered with before a
# hypervisor was executed, "ran" when one was.
judge() {
	awk -v tolerated="${1:-^$}" '/execve\(.*"supervise"/ { sup = 1 }
		sup && /CLONE_NEWNET/ { net[$1] = 1 }
		/execve\(.*qemu-system/ { ran = 1; delete hits[$1] } # its own jail is another matter
		!ran && /INJECTED/ && ($1 in net) && $0 !~ tolerated { hits[$1] = 1 }
		END { for (p in hits) hit = 1; print (hit ? "hit" : ""), (ran ? "ran" : "") }' "$trace" 2>/dev/null
}

# AGENT STRACE-OPTIONS...: launch it; as soon as it has failed or a hypervisor runs, that was it.
attempt() {
	local agent=$1 pid; shift
	: >"$trace"
	strace -f -qq --seccomp-bpf -o "$trace" -e signal=none "$@" "$VMDECK" up "$agent" --cold --force >/dev/null 2>"$VMDECK_HOME/err" &
	pid=$!
	until_true 60 eval "! kill -0 $pid || grep -q 'execve(.*qemu-system' '$trace'" || fail "neither failed nor ran"
	v kill --all --yes >/dev/null 2>&1
	until_true 30 eval "! kill -0 $pid" || fail "does not end"
	wait $pid 2>/dev/null
}

# CALL HOW [TOLERATED]: its first, second, ... use by those processes, until there is none; but
# for uses that match a pattern. All of them: one in seven let the one pass that was missed.
each_use_of() {
	local call=$1 how=$2 k n=0 left
	for k in $(seq 100); do
		attempt lone -e "trace=execve,unshare,setns,$call" -e "inject=$call:$how:when=$k"
		case $(judge "${3:-}") in
		"hit ran") fail "$call $how, $k: a hypervisor was executed";;
		"hit "*)
			n=$((n + 1))
			grep -q 'network' "$VMDECK_HOME/err" || fail "$call $how, $k: $(tail -n 2 "$VMDECK_HOME/err")";;
		" ran") break;; # there are not as many
		esac
	done
	left=$(inventory)
	[ -z "$left" ] || fail "$call: left: $left"
	[ $n -gt 0 ] || fail "$call was never hit"
	echo "$n" >>"$VMDECK_HOME/steps"
}

a_namespace_that_cannot_be_made() { each_use_of unshare error=EPERM; }
one_that_cannot_be_entered() { each_use_of setns error=EPERM; }
# libc asks for a link's number or name at another socket, or has it already.
names='AF_UNIX, SOCK_DGRAM|SIOCGIF'
a_device_that_is_busy() { each_use_of ioctl error=EBUSY "$names"; }
netlink_that_refuses() { each_use_of sendmsg error=EPERM; }
sockets_that_are_not_given() { each_use_of socket error=EMFILE "$names"; }
addresses_in_use() { each_use_of bind error=EACCES; }
listeners_that_are_refused() { each_use_of listen error=EADDRINUSE; }
options_that_are_refused() { each_use_of setsockopt error=EPERM; }
answers_of_the_kernel_that_get_lost() { each_use_of recvmsg error=ENOBUFS; }
# The supervisor's own forks: its first is its maker of namespaces, and the command that launches has a
# first one, too; then come the gateway and who makes its listeners.
processes_that_are_not_given() {
	local k text
	for k in 2 3; do
		attempt lone -e trace=execve,clone -e "inject=clone:error=EAGAIN:when=$k"
		grep -q INJECTED "$trace" || fail "fork $k was never hit"
		grep -q 'execve(.*qemu-system' "$trace" && fail "fork $k: a hypervisor was executed"
		grep -q 'network.*: Resource temporarily unavailable' "$VMDECK_HOME/err" || fail "fork $k: $(tail -n 2 "$VMDECK_HOME/err")"
	done
	echo 2 >>"$VMDECK_HOME/steps"
	left=$(inventory)
	[ -z "$left" ] || fail "left: $left"
}
# What claims to have worked is looked at afterwards.
listeners_that_do_not_listen() { each_use_of listen retval=0; }
sockets_that_are_not_where_they_should_be() { each_use_of bind retval=0 AF_NETLINK; # which binds itself
}
a_device_that_is_not_there_after_all() { each_use_of ioctl retval=0 "$names"; }

says() { # AGENT TEXT
	v up "$1" --cold --force >/dev/null 2>"$VMDECK_HOME/err" && fail "it came up"
	grep -q "$2" "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	[ -z "$(field "$1-1" vm_pid)" ] || [ "$(field "$1-1" vm_pid)" = 0 ] || fail "a hypervisor ran"
	v rm "$1-1" >/dev/null 2>&1
	return 0
}

hidden() { # PATH WITH COMMAND...: while the path is another file
	local path=$1 with=$2 r; shift 2
	mount --bind "$with" "$path" || fail "mount"
	"$@"
	r=$?
	umount "$path"
	return $r
}

a_tun_that_is_none() { hidden /dev/net/tun /dev/null says lone 'network: .*TAP'; }

nft=$(command -v nft || echo /usr/sbin/nft)
script() { printf '#!/bin/sh\n%s\n' "$1" >"$VMDECK_HOME/nft"; chmod 755 "$VMDECK_HOME/nft"; }
open_without_nft() { hidden "$nft" /dev/null says open 'nft'; }
open_with_an_nft_that_refuses() { script 'echo "Operation not supported" >&2; exit 1'; hidden "$nft" "$VMDECK_HOME/nft" says open 'nft.*not supported'; }
open_with_an_nft_that_does_nothing() { script 'cat >/dev/null; exit 0'; hidden "$nft" "$VMDECK_HOME/nft" says open 'nft\|rule'; }

tests="a_namespace_that_cannot_be_made one_that_cannot_be_entered a_device_that_is_busy netlink_that_refuses
	sockets_that_are_not_given addresses_in_use listeners_that_are_refused options_that_are_refused
	answers_of_the_kernel_that_get_lost processes_that_are_not_given
	listeners_that_do_not_listen sockets_that_are_not_where_they_should_be a_device_that_is_not_there_after_all
	a_tun_that_is_none open_without_nft open_with_an_nft_that_refuses open_with_an_nft_that_does_nothing"
for t in ${*:-$tests}; do
	test_run "$t"
done
echo "  $(awk '{ n += $1 } END { print n + 0 }' "$VMDECK_HOME/steps" 2>/dev/null) calls failed or lied, one by one"
end_home
