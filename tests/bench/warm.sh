#!/bin/sh
# Warm start: from the request (exec of `vmdeck up`) to the shell's prompt on the
# console, warm and cold in turn, medians; each step; a template's making and size;
# memory (PSS of hypervisor and supervisor) for one session and for eight; what an
# idle one costs. Targets: <= 250 ms, >= 8 x, <= 60 MB at eight, <= 1 % of a core.
set -eu
n=${ROUNDS:-10}
home=$(mktemp -d /tmp/vmdeck-warm-XXXXXX)
trap 'VMDECK_HOME=$home "$VMDECK" kill --all --yes >/dev/null 2>&1 || :; rm -rf "$home"' EXIT
mkdir -m 700 "$home/state" "$home/cache"
ln -s "$PREPARED/cache/kernels" "$home/cache/kernels"
ln -s "$PREPARED/data" "$home/data"
export VMDECK_HOME=$home
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
field() { sed -n "s/.*\"$2\":[^0-9tf]*\([0-9a-z.]*\).*/\1/p" "$home/state/sessions/$1/session.json" | head -n 1; }
now() { date +%s%N; }
end() {
	"$VMDECK" kill "$@" --yes >/dev/null 2>&1
	for s; do "$VMDECK" wait "$s" --state ended --timeout 10 >/dev/null 2>&1 || :; done
	"$VMDECK" rm "$@" --yes >/dev/null 2>&1
}

# The template, with nothing else going on: a session that ends at once asks for it.
began=$(now)
"$VMDECK" up shell --no-wait --name ask >/dev/null 2>&1
"$VMDECK" kill ask --yes >/dev/null 2>&1
while ! ls "$home"/cache/templates/*/template.json >/dev/null 2>&1; do
	[ $(($(now) - began)) -lt 120000000000 ] || { echo "no template was made"; exit 1; }
done
made=$((($(now) - began) / 1000000))
printf 'template: made in %s ms, %s MiB on disk, state %s KiB\n' "$made" \
	"$(($(du -sk "$home"/cache/templates/*/ram | cut -f1) / 1024))" \
	"$(($(stat -c %s "$home"/cache/templates/*/state) / 1024))"
"$VMDECK" rm ask --yes >/dev/null 2>&1 || :

start() { # "--cold" or "", file of milliseconds, file of steps
	"$BUILD/bench-until" prompt-at-last sh -c '"$VMDECK" up shell --name bench '"$1"' >/dev/null 2>&1 &&
		"$VMDECK" wait bench --for "bench:~#" >/dev/null && echo prompt-at-last' >>"$2"
	tr -d '\n\t' <"$home/state/sessions/bench/session.json" | grep -o '"name":"[a-z]*","ms":[0-9.]*' |
		sed 's/"name":"\([a-z]*\)","ms":/\1 /' >>"$3"
	[ "$(field bench warm)" = "$4" ] || echo "a session started otherwise than asked"
	end bench
}
for f in warm cold warm.steps cold.steps; do : >"$home/$f"; done
i=0
while [ $i -lt "$n" ]; do
	start "" "$home/warm" "$home/warm.steps" true
	start --cold "$home/cold" "$home/cold.steps" false
	i=$((i + 1))
done
a=$(median <"$home/warm") b=$(median <"$home/cold")
printf 'start to prompt, median of %s   warm %6s ms   cold %6s ms   ratio %s   target <= 250 ms, >= 8\n' \
	"$n" "$a" "$b" "$(awk "BEGIN { printf \"%.1f\", $b / $a }")"
for k in warm cold; do
	printf '  %s, steps:' $k
	for s in prepare disk supervisor network hypervisor guest agent; do
		printf ' %s %.1f' $s "$(sed -n "s/^$s //p" "$home/$k.steps" | median)"
	done
	echo ' ms'
done

pss() { # sessions...: KiB each, hypervisor and supervisor
	for s; do
		for p in $(field "$s" pid) $(field "$s" vm_pid); do
			awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup"
		done
	done | awk -v n=$# '{ sum += $1 } END { printf "%.1f", sum / n / 1024 }'
}
"$VMDECK" up shell >/dev/null 2>&1
one=$(pss shell-1)
"$VMDECK" up shell --count 7 >/dev/null 2>&1
eight=$(pss shell-1 shell-2 shell-3 shell-4 shell-5 shell-6 shell-7 shell-8)
printf 'memory per session of 512 MiB, PSS   one %s MiB   eight %s MiB each   target <= 60 MB at eight\n' "$one" "$eight"

ticks() { for s in 1 2 3 4 5 6 7 8; do for p in $(field shell-$s pid) $(field shell-$s vm_pid); do
	sed 's/.*) //' "/proc/$p/stat" | awk '{ print $12 + $13 }'; done; done | awk '{ s += $1 } END { print s }'; }
# By now they have nothing to do; ten seconds of that.
"$VMDECK" wait shell-8 --for never --timeout 3 >/dev/null 2>&1 || :
before=$(ticks)
"$VMDECK" wait shell-8 --for never --timeout 10 >/dev/null 2>&1 || :
printf 'idle: %s %% of a core per session   target <= 1\n' \
	"$(awk "BEGIN { printf \"%.2f\", ($(ticks) - $before) / $(getconf CLK_TCK) / 10 / 8 * 100 }")"
