#!/bin/bash
# The tests that have machines, again, as an ordinary user without any capability. /dev/net/tun
# is for everybody by the kernel's default; where this machine's is not, the test
# has a node of its own, in a mount namespace of its own.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || { echo "skip as_user: these tests run as an ordinary user already"; exit 0; }
command -v setpriv >/dev/null || { echo "skip as_user: no setpriv"; exit 0; }
user=12345
place=$(mktemp -d /tmp/vmdeck-user-XXXXXX)
trap 'rm -rf "$place"' EXIT
# The tree may lie where only root can look.
mkdir "$place/e2e" "$place/tmp"
cp -a "$PREPARED" "$place/prepared"
cp "$VMDECK" "$place/vmdeck"
cp "$here"/*.sh "$place/e2e"
mkdir "$place/net"
cp "$here/../net/tree.sh" "$place/net"
mkdir "$place/tools"
cp "$BUILD"/tests/net-* "$BUILD/tests/world-run" "$BUILD/tests/kill-at" "$place/tools"
chown -R $user:$user "$place"

export VMDECK=$place/vmdeck PREPARED=$place/prepared BUILD=$place TMPDIR=$place/tmp HOME=$place/tmp TOOLS=$place/tools
for script in ${*:-machine dashboard_machines verbs network network_tools kill}; do
	export FEW=1 # of the kills: a third
	unshare --mount --propagation private sh -c '
		if ! setpriv --reuid '$user' --regid '$user' --clear-groups test -w /dev/net/tun; then
			mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 || exit 1
		fi
		exec setpriv --reuid '$user' --regid '$user' --clear-groups --inh-caps=-all \
			--bounding-set=-all --no-new-privs bash "$0"' "$place/e2e/${script}_test.sh" |
		sed "s/^\(run\|ok\|not ok\|skip\) /\1 $script: /"
done
