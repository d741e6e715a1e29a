#!/bin/sh
# From exec of the dashboard to its first whole frame (its footer is drawn last),
# on an empty home, beside a tmux server's first frame. Target: <= 150 ms.
set -eu
n=${ROUNDS:-10}
home=$(mktemp -d /tmp/vmdeck-frame-XXXXXX)
trap 'tmux -L vmdeck-bench-$$ kill-server 2>/dev/null || :; rm -rf "$home"' EXIT
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
: >"$home/a"; : >"$home/b"
i=0
while [ $i -lt "$n" ]; do
	VMDECK_HOME=$home/v "$BUILD/bench-until" 'detach' "$VMDECK" >>"$home/a"
	"$BUILD/bench-until" '[0]' tmux -L "vmdeck-bench-$$" -f /dev/null new-session 'sleep 5' >>"$home/b"
	tmux -L "vmdeck-bench-$$" kill-server 2>/dev/null || :
	i=$((i + 1))
done
a=$(median <"$home/a") b=$(median <"$home/b")
printf 'first frame, median of %s      vmdeck %6s ms   tmux %6s ms   target <= 150 ms\n' "$n" "$a" "$b"
