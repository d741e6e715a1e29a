#!/bin/sh
# Cold start: from the request (exec of `vmdeck up`) to the shell's prompt on the
# console, against a bare qemu-system-x86_64 that boots the same kernel, with the
# modules it needs for the same image, to the same shell. In turn, medians.
# Target: <= 1.25 x.
set -eu
n=${ROUNDS:-5}
home=$(mktemp -d /tmp/vmdeck-cold-XXXXXX)
trap 'VMDECK_HOME=$home "$VMDECK" kill --all --yes >/dev/null 2>&1 || :; rm -rf "$home"' EXIT
mkdir -m 700 "$home/state"
ln -s "$PREPARED/cache" "$home/cache"
ln -s "$PREPARED/data" "$home/data"
export VMDECK_HOME=$home
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

. "$(dirname "$0")/bare.sh"
ours() {
	"$BUILD/bench-until" prompt-at-last sh -c '"$VMDECK" up shell --cold --name bench >/dev/null 2>&1 &&
		"$VMDECK" wait bench --for "bench:~#" && echo prompt-at-last'
	pid=$(sed -n 's/.*"vm_pid":[^0-9]*\([0-9]*\).*/\1/p' "$home/state/sessions/bench/session.json")
	clock=$(clock_of "$pid")
	"$VMDECK" kill bench --yes >/dev/null 2>&1
	"$VMDECK" wait bench --state ended --timeout 10 >/dev/null 2>&1 || :
	"$VMDECK" rm bench --yes >/dev/null 2>&1
}
: >"$home/a"; : >"$home/b"
i=0
while [ $i -lt "$n" ]; do
	ours >>"$home/a"; bare >>"$home/b"
	i=$((i + 1))
done
a=$(median <"$home/a") b=$(median <"$home/b")
printf 'cold start, median of %s       vmdeck %6s ms   bare QEMU %6s ms   ratio %s   target <= 1.25\n' \
	"$n" "$a" "$b" "$(awk "BEGIN { printf \"%.2f\", $a / $b }")"
