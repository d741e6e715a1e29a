#!/bin/bash
# Hosts that lack something: each is told with its remedy and the documented exit
# code, and leaves nothing behind.
. "$(dirname "$0")/lib.sh"
new_home

expect() { # code, text in stderr, command...
	local want=$1 text=$2 code; shift 2
	"$@" >"$VMDECK_HOME/out" 2>"$VMDECK_HOME/err"; code=$?
	[ $code = "$want" ] || fail "exit code $code, not $want: $(cat "$VMDECK_HOME/err")"
	grep -qi -- "$text" "$VMDECK_HOME/err" || fail "no \"$text\" in: $(cat "$VMDECK_HOME/err")"
	grep -q 'fix:\|Fix' "$VMDECK_HOME/err" || fail "no remedy: $(cat "$VMDECK_HOME/err")"
}
no_session() { [ -z "$(ls -A "$VMDECK_HOME/state/sessions" 2>/dev/null)" ] || fail "left: $(ls -A "$VMDECK_HOME/state/sessions")"; }

no_user_namespaces() {
	unshare -U true 2>/dev/null || skip "no user namespaces on this machine to forbid them in"
	setpriv --reuid 12345 --regid 12345 --clear-groups true 2>/dev/null || skip "may not change user here"
	# A user's own namespace in which no further one may be made.
	place=$(mktemp -d /tmp/vmdeck-poor-XXXXXX)
	cp "$VMDECK" "$place/vmdeck"
	cp -rL "$VMDECK_HOME" "$place/home"
	chown -R 12345:12345 "$place"
	expect 3 'namespace' setpriv --reuid 12345 --regid 12345 --clear-groups \
		env VMDECK_HOME="$place/home" HOME="$place" unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" up shell' "$place/vmdeck"
	left=$(ls -A "$place/home/state/sessions" 2>/dev/null)
	rm -rf "$place"
	[ -z "$left" ] || fail "left: $left"
}

# A session runs without them, and that is said wherever one would look: before it starts and while it
# runs.
no_mount_namespaces() {
	unshare -U true 2>/dev/null || skip "no user namespaces on this machine to forbid them in"
	command -v qemu-system-x86_64 >/dev/null || skip "no qemu-system-x86_64 on PATH"
	local lacks='no root of its own for the gateway'
	v info | grep '^guards ' | grep -q 'all that there are' || skip "this host lacks some itself: $(v info | grep '^guards ')"
	v doctor 2>&1 | grep -q "$lacks" && fail "said where nothing lacks"
	cat >"$VMDECK_HOME/within" <<-'W'
		echo 0 >/proc/sys/user/max_mnt_namespaces || exit 9
		"$1" up shell --cold >up 2>&1 || { cat up; exit 1; }
		"$1" ls >ls; "$1" policy shell-1 >policy; "$1" doctor >doctor 2>&1; "$1" info >info
		"$1" doctor --json >json 2>/dev/null; "$1" kill shell-1 --yes >/dev/null 2>&1; "$1" rm shell-1 --yes >/dev/null
	W
	( cd "$VMDECK_HOME" && unshare --user --map-root-user sh within "$VMDECK" ) >"$VMDECK_HOME/err" 2>&1
	local code=$?
	[ $code != 9 ] || skip "the limit cannot be set here"
	[ $code = 0 ] || fail "$code: $(tail -n 3 "$VMDECK_HOME/err")"
	grep -q "^shell-1 .*guards that this host lacks: $lacks" "$VMDECK_HOME/ls" || fail "ls: $(cat "$VMDECK_HOME/ls")"
	grep -q '^gateway .*no root of its own' "$VMDECK_HOME/policy" || fail "policy: $(cat "$VMDECK_HOME/policy")"
	tr -s ' \n' ' ' <"$VMDECK_HOME/doctor" | grep -q "sessions go without: $lacks, no private root" || fail "doctor: $(cat "$VMDECK_HOME/doctor")"
	grep -q 'max_mnt_namespaces=15000' "$VMDECK_HOME/doctor" || fail "no remedy: $(cat "$VMDECK_HOME/doctor")"
	grep -q "^guards .*$lacks" "$VMDECK_HOME/info" || fail "info: $(cat "$VMDECK_HOME/info")"
	tr -d ' \n\t' <"$VMDECK_HOME/json" | grep -q '"id":"E05","group":"engine","title":"Guards","status":"warn"' || fail "json: $(grep -A 8 E05 "$VMDECK_HOME/json")"
}

a_full_disk() {
	mkdir "$VMDECK_HOME/small"
	mount -t tmpfs -o size=64k none "$VMDECK_HOME/small" 2>/dev/null || skip "may not mount here"
	mkdir -m 700 "$VMDECK_HOME/small/state"
	ln -s "$PREPARED/cache" "$VMDECK_HOME/small/cache"; ln -s "$PREPARED/data" "$VMDECK_HOME/small/data"
	head -c 60000 /dev/zero >"$VMDECK_HOME/small/fill" 2>/dev/null
	VMDECK_HOME=$VMDECK_HOME/small "$VMDECK" up shell >"$VMDECK_HOME/out" 2>"$VMDECK_HOME/err"; code=$?
	left=$(ls -A "$VMDECK_HOME/small/state/sessions" 2>/dev/null)
	umount "$VMDECK_HOME/small"
	[ $code = 1 ] || [ $code = 3 ] || fail "exit code $code: $(cat "$VMDECK_HOME/err")"
	grep -qi 'space' "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	grep -qi 'fix' "$VMDECK_HOME/err" || fail "no remedy: $(cat "$VMDECK_HOME/err")"
	[ -z "$left" ] || fail "left: $left"
}

no_tun() {
	unshare --mount true 2>/dev/null || skip "may not make a mount namespace"
	VMDECK_HOME=$VMDECK_HOME unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec "$0" up shell' "$VMDECK" \
		>"$VMDECK_HOME/out" 2>"$VMDECK_HOME/err"; code=$?
	[ $code = 3 ] || fail "exit code $code: $(cat "$VMDECK_HOME/err")"
	grep -q 'tun' "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	no_session
}

a_state_directory_for_everybody() {
	chmod 777 "$VMDECK_HOME/state"
	expect 3 'open to others' v up shell
	chmod 700 "$VMDECK_HOME/state"
	no_session
}

no_home_at_all() { expect 1 'HOME is not set' env -u VMDECK_HOME -u HOME "$VMDECK" ls; }

for x in ${*:-no_user_namespaces no_mount_namespaces a_full_disk no_tun a_state_directory_for_everybody no_home_at_all}; do
	test_run $x
done
end_home
