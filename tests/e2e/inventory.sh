#!/bin/bash
# List what sessions under a VMDECK_HOME hold in the system: processes that
# have anything of it open or run below such a process, network namespaces
# those are in, TAPs of ours in the host's namespace, mounts, listening sockets,
# files that are deleted but open, and files of a launch or removal that did not
# end. Prints a line each; nothing when nothing is there. Looks only.
#
# inventory.sh HOME
home=$(readlink -f "$1") || exit 1
own_net=$(readlink /proc/self/ns/net)

for p in /proc/[0-9]*; do
	pid=${p#/proc/}
	[ "$pid" = $$ ] && continue
	hit=
	while read -r target; do
		case $target in
		"$home/state/"*' (deleted)') echo "deleted-open $pid ${target#"$home"/}"; hit=1;;
		"$home/state/"*) hit=1;;
		esac
	done < <(find "$p/fd" -maxdepth 1 -type l -printf '%l\n' 2>/dev/null)
	# A client of the tests themselves is no leak: only what stays when it ends is.
	comm=$(cat "$p/comm" 2>/dev/null)
	if [ -n "$hit" ]; then
		echo "process $pid $comm"
		net=$(readlink "$p/ns/net" 2>/dev/null)
		[ -n "$net" ] && [ "$net" != "$own_net" ] && echo "netns $net of $pid"
	fi
done
ip -o link 2>/dev/null | sed -n 's/^[0-9]*: \(vmdeck[^:@]*\).*/tap \1/p'
awk -v h="$home/" 'index($5, h) == 1 { print "mount " $5 }' /proc/self/mountinfo
awk -v h="$home/" '$6 == "01" && index($8, h) == 1 { print "socket " $8 }' /proc/net/unix
find "$home/state" -name '.new-*' -o -name '.gone-*' -o -name '*.tmp' 2>/dev/null | sed 's/^/file /'
exit 0
