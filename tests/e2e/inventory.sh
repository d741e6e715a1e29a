#!/bin/bash
# List what sessions under a VMDECK_HOME hold in the system: processes that have anything of
# it open or are vmdeck's or its hypervisor with this home, network namespaces those
# are in, TAPs and packet filter tables of ours in the host's namespace, mounts, loop devices,
# control groups, listening sockets, locks, files that are deleted but open, and files of a launch
# or removal that did not end. Prints a line each; nothing when nothing is there. Looks only.
#
# inventory.sh HOME
home=$(readlink -f "$1") || exit 1
own_net=$(readlink /proc/self/ns/net)

list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT

# "PID deleted-open FILE" and "PID open" of everything open below its state
find /proc/[0-9]*/fd -maxdepth 1 -type l -printf '%h %l\n' 2>/dev/null |
	awk -v h="$home/state/" '{ split($1, p, "/"); $1 = ""; sub(/^ /, "") }
		index($0, h) == 1 { if (/ \(deleted\)$/) print p[3], "deleted-open", substr($0, length(h) - 5); else print p[3], "open" }' |
	sort -u >"$list"
# A gateway has nothing open that says whose it is.
ours=$(grep -lzxF "VMDECK_HOME=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
{ cut -d' ' -f1 "$list"
for pid in $ours; do
	case $(cat "/proc/$pid/comm" 2>/dev/null) in vmdeck*|qemu*) echo "$pid";; esac
done; } | sort -un | while read -r pid; do
	[ "$pid" = $$ ] && continue
	comm=$(cat "/proc/$pid/comm" 2>/dev/null) || continue
	sed -n "s/^$pid \(deleted-open\) \(.*\)/\1 $pid \2/p" "$list"
	echo "process $pid $comm"
	net=$(readlink "/proc/$pid/ns/net" 2>/dev/null)
	[ -n "$net" ] && [ "$net" != "$own_net" ] && echo "netns $net of $pid"
done
ip -o link 2>/dev/null | sed -n 's/^[0-9]*: \(vmdeck[^:@]*\).*/tap \1/p'
nft list tables 2>/dev/null | sed -n 's/^table \(.*vmdeck.*\)/table \1/p'
awk -v h="$home/" 'index($5, h) == 1 { print "mount " $5 }' /proc/self/mountinfo
grep -sl "^$home/" /sys/block/loop*/loop/backing_file | sed 's/^/loop /'
find /sys/fs/cgroup -maxdepth 4 -type d -name 'vmdeck*' ! -name 'vmdeck-bench-*' -printf 'cgroup %p\n' 2>/dev/null
awk -v h="$home/" '$6 == "01" && index($8, h) == 1 { print "socket " $8 }' /proc/net/unix
# A lock that somebody holds on a file of it: "MAJOR:MINOR:INODE" of /proc/locks.
locks=" $(awk '{ print $6 }' /proc/locks | tr '\n' ' ')"
find "$home/state" -name 'owner.lock' -printf '%i %p\n' 2>/dev/null | while read -r inode path; do
	# The number may be that of a file elsewhere, so the lock itself is asked.
	case $locks in *":$inode "*) flock -sn "$path" true || echo "lock $path";; esac
done
find "$home" \( -name '.new-*' -o -name '.gone-*' -o -name '*.tmp' \) 2>/dev/null | sed 's/^/file /'
exit 0
