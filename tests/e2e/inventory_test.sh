#!/bin/bash
# The inventory finds every kind of leak: each is planted, seen, and taken away.
. "$(dirname "$0")/lib.sh"
new_home

finds() { # word: the inventory has a line that begins with it
	until_true 5 eval "inventory | grep -q '^$1'" || fail "did not find $1: $(inventory)"
}

an_empty_home_has_nothing() { [ -z "$(inventory)" ] || fail "$(inventory)"; }

a_process_is_found() {
	sleep 600 9>"$VMDECK_HOME/state/held" & pid=$!
	finds "process $pid"
	kill $pid; wait $pid 2>/dev/null; rm "$VMDECK_HOME/state/held"
}

a_deleted_open_file_is_found() {
	sleep 600 9>"$VMDECK_HOME/state/held" & pid=$!
	until_true 5 test -e "$VMDECK_HOME/state/held"
	rm "$VMDECK_HOME/state/held"
	finds "deleted-open $pid"
	kill $pid; wait $pid 2>/dev/null
	return 0
}

a_namespace_is_found() {
	unshare -rn true 2>/dev/null || skip "no user namespaces on this machine"
	unshare -rn sleep 600 9>"$VMDECK_HOME/state/held" & pid=$!
	finds "netns"
	kill $pid; wait $pid 2>/dev/null; rm "$VMDECK_HOME/state/held"
}

# In a namespace of its own: others look at the host's.
a_tap_is_found() {
	unshare -rn ip tuntap add dev vmdecktest0 mode tap 2>/dev/null || skip "may not make a TAP in a namespace here"
	unshare -rn sh -c 'ip tuntap add dev vmdecktest0 mode tap; bash "$0" "$1"' "$here/inventory.sh" "$VMDECK_HOME" | grep -q '^tap vmdecktest0' ||
		fail "not found"
}

a_mount_is_found() {
	mkdir "$VMDECK_HOME/state/m"
	mount -t tmpfs none "$VMDECK_HOME/state/m" 2>/dev/null || skip "may not mount here"
	finds "mount"
	umount "$VMDECK_HOME/state/m"; rmdir "$VMDECK_HOME/state/m"
}

a_listening_socket_is_found() {
	perl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un(shift));
		listen(S, 1); sleep 600' \
		"$VMDECK_HOME/state/sock" & pid=$!
	finds "socket"
	kill $pid; wait $pid 2>/dev/null; rm -f "$VMDECK_HOME/state/sock"
}

a_process_that_has_nothing_open_is_found() {
	cp "$(command -v sleep)" "$VMDECK_HOME/vmdeck-x"
	"$VMDECK_HOME/vmdeck-x" 600 & pid=$!
	finds "process $pid vmdeck-x"
	kill $pid; wait $pid 2>/dev/null; rm "$VMDECK_HOME/vmdeck-x"
}

a_held_lock_is_found() {
	mkdir -p "$VMDECK_HOME/state/sessions/held"; : >"$VMDECK_HOME/state/sessions/held/owner.lock"
	flock "$VMDECK_HOME/state/sessions/held/owner.lock" sleep 600 & pid=$!
	finds "lock .*/held/owner.lock"
	kill "$(pgrep -P $pid)" $pid; wait $pid 2>/dev/null; rm -r "$VMDECK_HOME/state/sessions/held"
}

# As above.
a_table_is_found() {
	unshare -rn nft add table inet vmdecktest 2>/dev/null || skip "no nft in a namespace here"
	unshare -rn sh -c 'nft add table inet vmdecktest; bash "$0" "$1"' "$here/inventory.sh" "$VMDECK_HOME" | grep -q '^table inet vmdecktest' ||
		fail "not found"
}

a_temporary_file_is_found() {
	: >"$VMDECK_HOME/state/x.json.1.tmp"
	finds "file .*x.json.1.tmp"
	rm "$VMDECK_HOME/state/x.json.1.tmp"
}

an_unfinished_directory_is_found() {
	mkdir -p "$VMDECK_HOME/state/sessions/.new-1-2"
	finds "file"
	rmdir "$VMDECK_HOME/state/sessions/.new-1-2"
}

for t in an_empty_home_has_nothing a_process_is_found a_deleted_open_file_is_found \
	a_namespace_is_found a_tap_is_found a_mount_is_found a_listening_socket_is_found \
	a_process_that_has_nothing_open_is_found a_held_lock_is_found a_table_is_found a_temporary_file_is_found \
	an_unfinished_directory_is_found an_empty_home_has_nothing; do
	test_run $t
done
rm -rf "$VMDECK_HOME"
