#!/bin/bash
# A root of a session's own ("root": "clone") where files can share blocks (xfs in a loop device):
# it takes no space until something is written, and what is written is nobody else's. Beside it the same
# where they cannot, which shows that the looking sees a copy.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip reflink: no qemu-system-x86_64 on PATH"; exit 0; }
command -v mkfs.xfs >/dev/null || { echo "skip reflink: no mkfs.xfs"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "skip reflink: root, to mount"; exit 0; }
if [ -z "${REFLINK_INSIDE:-}" ]; then # mounts and their loop devices go with the last process
	REFLINK_INSIDE=1 exec unshare -m --propagation private bash "$0" "$@"
fi
new_home
outer=$VMDECK_HOME
BIG=24 # MiB of the image

# A home on a file system of its own with an image in it: sets VMDECK_HOME.
home_on() { # NAME MKFS-OPTIONS...
	local name=$1; shift
	truncate -s 700M "$outer/$name.fs" && mkfs.xfs -q "$@" "$outer/$name.fs" >"$outer/mkfs" 2>&1 || return 1
	mkdir "$outer/$name" && mount -o loop "$outer/$name.fs" "$outer/$name" 2>"$outer/mkfs" || return 1
	export VMDECK_HOME=$outer/$name
	mkdir -p "$VMDECK_HOME"/{data,config} && mkdir -m 700 "$VMDECK_HOME/state" && ln -s "$PREPARED/cache" "$VMDECK_HOME/cache"
	printf '{ "agents": { "own": { "image": "big", "root": "clone", "disk": 100, "user": "root", "network": "none",
		"command": ["/bin/sh"] } } }' >"$VMDECK_HOME/config/agents.json"
	v image import "$outer/tree.tar" --name big >"$outer/err" 2>&1 || fail "import: $(tail -n 3 "$outer/err")"
}
used() { sync -f "$VMDECK_HOME"; df -k --output=used "$VMDECK_HOME" | tail -n 1; }
grown() { echo $(($(used) - $1)); } # KiB
in_session() { local s=$1; shift; v exec "$s" -- "$@"; }
image_sum() { cat "$VMDECK_HOME"/data/images/big/*.ext4 | sha256sum; }

its_blocks_are_shared_until_they_are_written() {
	local t=$outer/tree before sum image
	mkdir -p "$t"/{bin,etc,root,proc,sys,dev,run,tmp}
	cp "$(command -v busybox)" "$t/bin/busybox" || fail "no busybox"
	for image in sh cat dd sync sha256sum; do ln -s busybox "$t/bin/$image"; done
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$t/etc/passwd"
	head -c $((BIG << 20)) /dev/urandom >"$t/big"
	sum=$(sha256sum <"$t/big")
	tar cf "$outer/tree.tar" -C "$t" .
	home_on shares -m reflink=1 || skip "no xfs to mount here: $(tail -n 1 "$outer/mkfs")"
	cp --reflink=always "$VMDECK_HOME/config/agents.json" "$VMDECK_HOME/x" 2>/dev/null || skip "no reflinks in this kernel's xfs"
	v doctor --json | tr -d ' \n\t' | grep -q '"id":"S02","group":"storage","title":"[A-Za-z]*","status":"ok"' || fail "S02: $(v doctor | grep S02)"
	image=$(image_sum)
	before=$(used)
	v up own --count 2 >/dev/null 2>"$outer/err" || fail "$(tail -n 3 "$outer/err")"
	[ "$(grown "$before")" -lt $((BIG << 9)) ] || fail "two copies of $BIG MiB took $(grown "$before") KiB"
	[ "$(in_session own-1 sha256sum /big | cut -c1-64)" = "${sum:0:64}" ] || fail "it is another file in there"
	# What one writes is its own: 8 MiB of it.
	before=$(used)
	in_session own-1 sh -c 'dd if=/dev/zero of=/big bs=1048576 count=8 conv=notrunc && sync' 2>/dev/null || fail "dd"
	until_true 10 eval '[ "$(grown $before)" -ge 8000 ]' || fail "8 MiB were written, $(grown "$before") KiB are more"
	[ "$(in_session own-1 sha256sum /big | cut -c1-64)" != "${sum:0:64}" ] || fail "nothing was written"
	[ "$(in_session own-2 sha256sum /big | cut -c1-64)" = "${sum:0:64}" ] || fail "the other session sees it"
	[ "$(image_sum)" = "$image" ] || fail "the image was written to"
	v kill --all --yes >/dev/null 2>&1
	[ -z "$(inventory)" ] || fail "left: $(inventory)"
	echo "$sum" >"$outer/sum"
}

where_they_cannot_be_it_is_a_copy() {
	local before sum
	[ -e "$outer/sum" ] || skip "see the one before"
	home_on copies -m reflink=0 || skip "no such xfs: $(tail -n 1 "$outer/mkfs")"
	before=$(used)
	v up own >/dev/null 2>"$outer/err" || fail "$(tail -n 3 "$outer/err")"
	[ "$(grown "$before")" -ge $((BIG << 10)) ] || fail "a copy of $BIG MiB took $(grown "$before") KiB"
	[ "$(in_session own-1 sha256sum /big)" = "$(sed 's/-/\/big/' "$outer/sum")" ] || fail "it is another file in there"
	v kill --all --yes >/dev/null 2>&1
	[ -z "$(inventory)" ] || fail "left: $(inventory)"
}

for t in ${*:-its_blocks_are_shared_until_they_are_written where_they_cannot_be_it_is_a_copy}; do
	test_run "$t"
done
for t in shares copies; do
	[ -d "$outer/$t" ] || continue
	VMDECK_HOME=$outer/$t v kill --all --yes >/dev/null 2>&1
	until_true 10 umount "$outer/$t"
done
export VMDECK_HOME=$outer
end_home
