#!/bin/sh
# Warm start: from the request (exec of `vmdeck up`) to the shell's prompt on the
# console as a client of the session sees it: warm, from standby, cold, and a bare QEMU
# that boots the same, in turn, medians; each step; a template's making and size; 1, 4
# and 8 sessions at once; memory (PSS of hypervisor, supervisor and gateway) at 1, 8 and
# 32 sessions, all of which answer; what an idle one costs. Targets: standby <= 80 ms,
# warm <= 250 ms and >= 8 x, <= 60 MB at eight, <= 1 % of a core. ROUNDS says how many.
# RT=1 (root): what is timed has real-time priority, on both sides, for a busy machine.
set -eu
rt=${RT:+chrt -r 1}
cd "$(dirname "$0")/../.."
n=${ROUNDS:-10}
home=$(mktemp -d /tmp/vmdeck-warm-XXXXXX)
trap 'VMDECK_HOME=$home "$VMDECK" kill --all --yes >/dev/null 2>&1 || :; rm -rf "$home"' EXIT
mkdir -m 700 "$home/state" "$home/cache" "$home/config"
ln -s "$PREPARED/cache/kernels" "$home/cache/kernels"
ln -s "$PREPARED/data" "$home/data"
export VMDECK_HOME=$home
${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -I. $(pkg-config --cflags libcjson libnl-3.0) -o "$BUILD/bench-start" \
	tests/bench/start.c "$BUILD/libvmdeck.a" $(pkg-config --libs ncursesw ext2fs com_err libnl-3.0 \
	libnl-route-3.0 libcjson libarchive libsquashfs1 liblz4 libcrypto libcurl libcares)
. tests/bench/bare.sh
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
range() { sort -n | awk '{ v[NR] = $1 } END { print v[1] ".." v[NR] }'; }
field() { sed -n "s/.*\"$2\":[^0-9tf]*\([0-9a-z.]*\).*/\1/p" "$home/state/sessions/$1/session.json" | head -n 1; }
now() { date +%s%N; }
ratio() { awk "BEGIN { printf \"%.1f\", $1 / $2 }"; }
end() {
	"$VMDECK" kill "$@" --yes >/dev/null 2>&1 || :
	for s; do "$VMDECK" wait "$s" --state ended --timeout 10 >/dev/null 2>&1 || :; done
	for s; do "$VMDECK" rm "$s" --yes >/dev/null 2>&1 || :; done
}
standbys() { # so many of them, and none more
	echo "{ \"standby\": $1 }" >"$home/config/config.json"
	if [ "$1" = 0 ]; then
		"$VMDECK" up shell --cold --name bench >/dev/null 2>&1; end bench
		while ls -d "$home"/state/standby/[0-9a-f.]*-* >/dev/null 2>&1; do read -r _ </dev/null || :; done
	else
		while [ "$(ls -d "$home"/state/standby/[0-9a-f]* 2>/dev/null | wc -l)" -lt "$1" ]; do read -r _ </dev/null || :; done
	fi
}

# The template, with nothing else going on: a session that ends at once asks for it.
: >"$home/made"
i=0
while [ $i -lt "$n" ]; do
	rm -rf "$home/cache/templates"
	began=$(now)
	$rt "$VMDECK" up shell --no-wait --name ask >/dev/null 2>&1
	"$VMDECK" kill ask --yes >/dev/null 2>&1
	while ! ls "$home"/cache/templates/*/template.json >/dev/null 2>&1; do
		[ $(($(now) - began)) -lt 120000000000 ] || { echo "no template was made"; exit 1; }
		read -r _ </dev/null || :
	done
	echo $((($(now) - began) / 1000000)) >>"$home/made"
	end ask
	i=$((i + 1))
done
printf 'template: made in %s ms (median of %s, %s); memory %s MiB, state %s KiB, disk %s KiB\n' \
	"$(median <"$home/made")" "$n" "$(range <"$home/made")" \
	"$(($(du -sk "$home"/cache/templates/*/ram | cut -f1) / 1024))" \
	"$(($(stat -c %s "$home"/cache/templates/*/state) / 1024))" \
	"$(du -sk "$home"/cache/templates/*/disk | cut -f1)"

start() { # kind, then options
	k=$1; shift
	$rt "$BUILD/bench-start" bench:~# bench "$VMDECK" up shell --name bench "$@" 2>/dev/null | tail -n 1 >>"$home/$k"
	"$VMDECK" wait bench --state ready --timeout 60 >/dev/null
	tr -d '\n\t' <"$home/state/sessions/bench/session.json" | grep -o '"name":"[a-z]*","ms":[0-9.]*' |
		sed 's/"name":"\([a-z]*\)","ms":/\1 /' >"$home/steps"
	# What is left after the last of them is the agent's way to its prompt, and ours to see it.
	{
		cat "$home/steps"
		awk -v all="$(tail -n 1 "$home/$k")" '{ s += $2 } END { printf "prompt %.3f\n", all - s }' "$home/steps"
	} >>"$home/$k.steps"
	case $k in warm) want=truefalse;; standby) want=truetrue;; *) want=falsefalse;; esac
	[ "$(field bench warm)$(field bench standby)" = $want ] || echo "a session started otherwise than asked: $k"
	clock=$(clock_of "$(field bench vm_pid)")
	end bench
}
for f in warm cold standby bare; do : >"$home/$f"; : >"$home/$f.steps"; done
i=0
while [ $i -lt "$n" ]; do
	start warm
	start cold --cold
	bare >>"$home/bare" # at the same priority
	i=$((i + 1))
done
# Standbys apart, so that none is made while another kind is measured.
echo '{ "standby": 1 }' >"$home/config/config.json"
"$VMDECK" up shell --name bench >/dev/null 2>&1; end bench
i=0
while [ $i -lt "$n" ]; do
	standbys 1
	start standby
	i=$((i + 1))
done
standbys 0
for k in standby warm cold bare; do
	printf 'request to prompt, %-8s median of %s  %7s ms  (%s)\n' $k "$n" "$(median <"$home/$k")" "$(range <"$home/$k")"
done
w=$(median <"$home/warm")
printf 'cold / warm %s (target >= 8)   bare QEMU / warm %s   cold / standby %s\n' \
	"$(ratio "$(median <"$home/cold")" "$w")" "$(ratio "$(median <"$home/bare")" "$w")" \
	"$(ratio "$(median <"$home/cold")" "$(median <"$home/standby")")"
for k in standby warm cold; do
	printf '  %s, steps:' $k
	for s in prepare disk supervisor turn claim network hypervisor guest agent prompt; do
		v=$(sed -n "s/^$s //p" "$home/$k.steps" | median)
		[ -z "$v" ] || printf ' %s %.1f' $s "$v"
	done
	echo ' ms'
done

for k in 1 4 8; do
	: >"$home/all"
	i=0
	while [ $i -lt "$n" ]; do
		began=$(now)
		$rt "$VMDECK" up shell --count $k >"$home/ids" 2>/dev/null
		echo $((($(now) - began) / 1000000)) >>"$home/all"
		end $(cat "$home/ids")
		i=$((i + 1))
	done
	printf '%s at once, warm: all ready after %s ms (median of %s, %s)\n' $k "$(median <"$home/all")" "$n" "$(range <"$home/all")"
done

pss() { # sessions...: MiB each: supervisor, hypervisor, and what else is below the supervisor
	for s; do
		for p in $(field "$s" pid) $(pgrep -P "$(field "$s" pid)"); do
			awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup"
		done
	done | awk -v n=$# '{ sum += $1 } END { printf "%.1f", sum / n / 1024 }'
}
names() { i=1; while [ $i -le "$1" ]; do echo shell-$i; i=$((i + 1)); done; }
printf 'memory per session of 512 MiB, PSS:'
at=0
for k in 1 8 32; do
	"$VMDECK" up shell --count $((k - at)) >/dev/null 2>&1
	at=$k
	printf '   %s: %s MiB each' $k "$(pss $(names $k))"
done
echo '   target <= 60 MB at eight'
good=0
for s in $(names 32); do
	"$VMDECK" send "$s" --enter 'echo mark-$((6*7))' >/dev/null 2>&1 &&
		"$VMDECK" wait "$s" --for mark-42 --timeout 30 >/dev/null 2>&1 && good=$((good + 1))
done
echo "32 sessions at once: $good answer on their consoles"
end $(names 32 | tail -n 24)

# CPU time of one session's processes in microseconds: its hypervisor's, or its supervisor's
# and gateway's. Ticks would be too coarse for thirty seconds of nearly nothing.
spent() { # hypervisor | rest, session
	vm=$(field "$2" vm_pid)
	case $1 in
	hypervisor) cat /proc/"$vm"/task/*/schedstat;;
	rest) for p in $(field "$2" pid) $(pgrep -P "$(field "$2" pid)" | grep -vx "$vm"); do
		cat /proc/"$p"/task/*/schedstat; done;;
	esac 2>/dev/null | awk '{ s += $1 } END { printf "%d\n", s / 1000 }'
}
# By now they have nothing to do; half a minute of that.
"$VMDECK" wait shell-8 --for never --timeout 5 >/dev/null 2>&1 || :
for w in hypervisor rest; do for s in $(names 8); do spent $w $s; done >"$home/$w.before"; done
"$VMDECK" wait shell-8 --for never --timeout 30 >/dev/null 2>&1 || :
for w in hypervisor rest; do
	for s in $(names 8); do spent $w $s; done | paste "$home/$w.before" - |
		awk '{ printf "%.2f\n", ($2 - $1) / 30e6 * 100 }' >"$home/$w.idle"
	printf 'idle, 8 sessions for 30 s, %s: median %s %% of a core each (%s)\n' $w "$(median <"$home/$w.idle")" "$(range <"$home/$w.idle")"
done
echo '  target <= 1 % each, the supervisor none'
