#!/bin/bash
# The dashboard as a person meets it, beside tmux: scripted consoles (no machine; "machine" is
# with one), the same programs behind both. ROUNDS rounds of KEYS keys, of all of which the
# figures are (at most 110, a line: a console that is wider than its pane moves under it).
# CPU is the dashboard's own, of one core.
#
#   bash tests/bench/dashboard.sh [key machine noisy idle memory bytes]
#
# GROUP=1 (root): all of it in a control group that gets most of the processors' time, so that
# others on the machine matter less, and what is measured still competes with the noisy programs.
# RT=1 (root): all but the noisy programs at real-time priority, on both sides, so that
# what is measured is not how busy the machine is with others.
set -u
if [ "${RT:-}" = 1 ]; then RT=on exec chrt -r 1 bash "$0" "$@"; fi
low=${RT:+chrt -o 0}
: "${BUILD:=$PWD/.build}" "${VMDECK:=$BUILD/vmdeck}" "${ROUNDS:=3}" "${KEYS:=100}" "${SECONDS_EACH:=8}"
export LC_ALL=C.UTF-8
unset TMUX NO_COLOR VMDECK_THEME COLORTERM
deck=$BUILD/bench-deck
${CC:-cc} -O2 -D_GNU_SOURCE -o "$deck" tests/bench/deck.c -lutil || exit 1
VMDECK_HOME=$(mktemp -d /tmp/vmdeck-bench-XXXXXX); export VMDECK_HOME
work=$VMDECK_HOME/work; mkdir -p "$VMDECK_HOME/config" "$work"
sock=vmdeck-bench-$$
trap 'tmux -L $sock kill-server 2>/dev/null; "$VMDECK" kill --all --yes >/dev/null 2>&1; rm -rf "$VMDECK_HOME"; leave_group' EXIT
group=
leave_group() { [ -z "$group" ] || { echo $$ >"${group%/*}/$procs"; rmdir "$group"; }; }
if [ "${GROUP:-}" = 1 ]; then
	top=/sys/fs/cgroup procs=cgroup.procs share=cpu.weight most=10000
	[ ! -d $top/cpu ] || top=/sys/fs/cgroup/cpu procs=tasks share=cpu.shares most=262144
	group=$top/vmdeck-bench-$$
	mkdir "$group" && echo $most >"$group/$share" && echo $$ >"$group/$procs" || exit 1
fi
cat >"$VMDECK_HOME/config/agents.json" <<'END'
{ "agents": {
  "sh":    { "backend": "demo", "script": "shell" },
  "build": { "backend": "demo", "script": "build" },
  "noisy": { "backend": "demo", "script": "noisy" }
} }
END
clear() { "$VMDECK" kill --all --yes >/dev/null 2>&1; "$VMDECK" rm --all --yes >/dev/null 2>&1; }
up() { $low "$VMDECK" up "$@" >/dev/null 2>&1 || echo "up $* failed" >&2; }
quantiles() { # FILE: median and p99
	sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.2f %.2f", v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.5)] }'
}
quartile() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 3) / 4)] }'; }
ours() { # processes of this home's sessions
	for p in $(pgrep -f 'demo-console|supervise') $(pgrep vmdeck-session); do
		[ -r "/proc/$p/environ" ] || continue
		tr '\0' '\n' <"/proc/$p/environ" | grep -qx "VMDECK_HOME=$VMDECK_HOME" && echo "$p"
	done 2>/dev/null | sort -un
}
ticks() { # CPU of the processes, in ms: nanoseconds of schedstat, for those that use little
	for p; do cat "/proc/$p/schedstat" 2>/dev/null; done | awk '{ n += $1 } END { printf "%.3f", n / 1e6 }'
}
stop_tmux() {
	local pid
	pid=$(tmux -L $sock display -p '#{pid}' 2>/dev/null)
	tmux -L $sock kill-server 2>/dev/null
	while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}
tmux_with() { # COMMAND: a server with it, detached
	stop_tmux
	tmux -L $sock -f /dev/null new-session -d -x 120 -y 40 "${2:-} $1"
	tmux -L $sock set -g status off
}
verdict() { awk -v a="$1" -v b="$2" 'BEGIN { print a <= b ? "held" : "MISSED" }'; }

# Both at once, by turns of five keys: what else the host does meets both alike.
beside() { # WHAT WAIT SETUP COMMAND... -- COMMAND...
	local what=$1 wait=$2 setup=$3; shift 3
	"$deck" pair "$KEYS" 5 "$wait" '\xc3\xa9' "$setup" "$@" >"$work/pair" || echo "$what failed" >&2
	sed -n 's/^1 //p' "$work/pair" >>"$work/$what.ours"; sed -n 's/^2 //p' "$work/pair" >>"$work/$what.theirs"
}
told() { # WHAT TITLE; the lower quartile hears least of others
	read -r m p <<<"$(quantiles "$work/$1.ours")"; read -r tm tp <<<"$(quantiles "$work/$1.theirs")"
	printf '%-29s dashboard quartile %s median %s p99 %s   tmux attach %s, %s, %s   %s, p99 %s\n' \
		"$2, ms, $(wc -l <"$work/$1.ours") keys" "$(quartile "$work/$1.ours")" "$m" "$p" \
		"$(quartile "$work/$1.theirs")" "$tm" "$tp" "$(verdict "$m" "$tm")" "$(verdict "$p" "$tp")"
}

key() {
	for ((r = 0; r < ROUNDS; r++)); do
		clear; "$VMDECK" up sh --name echo >/dev/null 2>&1
		tmux_with "$VMDECK demo-console shell"
		beside key 'agent@demo' '' "$VMDECK" attach echo -- tmux -u -L $sock attach
		stop_tmux
	done
	told key 'key to echo'
}

# The same with a machine, two of the same kind (pane.c): `cat` at the shell's prompt.
machine() {
	: "${PREPARED:=$BUILD/prepared}"
	mkdir -p "$VMDECK_HOME/cache"
	ln -sfn "$PREPARED/cache/kernels" "$VMDECK_HOME/cache/kernels"; ln -sfn "$PREPARED/data" "$VMDECK_HOME/data"
	${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -I. $(pkg-config --cflags libcjson) -o "$BUILD/bench-pane" tests/bench/pane.c \
		"$BUILD/libvmdeck.a" $(pkg-config --libs ncursesw ext2fs com_err libnl-3.0 libnl-route-3.0 libcjson libarchive \
		libsquashfs1 liblz4 libcrypto libcurl libcares) || return
	for ((r = 0; r < ROUNDS; r++)); do
		clear; "$VMDECK" up shell --cold --name echo >/dev/null 2>&1 && "$VMDECK" wait echo --for ':~#' >/dev/null 2>&1
		tmux_with "$BUILD/bench-pane $PREPARED"
		beside machine ':~#' 'cat\r' "$VMDECK" attach echo -- tmux -u -L $sock attach
		stop_tmux
	done
	told machine 'key to echo of a machine'
}

# A key that changes the screen itself, while 8 consoles write: into the palette here, into
# the command prompt there. The producers take what CPU there is, on both sides.
noisy() {
	for script in noisy build; do
		: >"$work/paint"; : >"$work/tpaint"; : >"$work/cpu"; : >"$work/tcpu"
		for ((r = 0; r < ROUNDS; r++)); do
			clear; up $script --count 8
			"$deck" run "$SECONDS_EACH" "$script-8" '' "$VMDECK" | awk '{ printf "%.1f\n", $2 / $4 * 100 }' >>"$work/cpu"
			"$deck" key 40 "$script-8" '\xc3\xa9' ':' "$VMDECK" >>"$work/paint"
			clear
			tmux_with "$VMDECK demo-console $script" "$low"
			for i in 2 3 4 5 6 7 8; do
				tmux -L $sock split-window -t :0 "$low $VMDECK demo-console $script"; tmux -L $sock select-layout -t :0 tiled >/dev/null
			done
			pid=$(tmux -L $sock display -p '#{pid}') from=${EPOCHREALTIME/./} before=$(ticks "$pid")
			"$deck" key 40 '' '\xc3\xa9' '\x02:' tmux -u -L $sock attach >>"$work/tpaint"
			awk -v a="$before" -v b="$(ticks "$pid")" -v us=$((${EPOCHREALTIME/./} - from)) 'BEGIN { printf "%.1f\n", (b - a) / us * 1e5 }' >>"$work/tcpu"
			stop_tmux
		done
		read -r m p <<<"$(quantiles "$work/paint")"; read -r c _ <<<"$(quantiles "$work/cpu")"
		read -r tm tp <<<"$(quantiles "$work/tpaint")"; read -r tc _ <<<"$(quantiles "$work/tcpu")"
		printf '8 consoles "%s", CPU       dashboard %s %% of a core (target 30: %s)   tmux server, which also parses, %s %%\n' \
			$script "$c" "$(verdict "$c" 30)" "$tc"
		printf '8 consoles "%s", key to paint, ms   dashboard median %s p99 %s (target 16: %s)   tmux median %s p99 %s\n' \
			$script "$m" "$p" "$(verdict "$p" 16)" "$tm" "$tp"
	done
}

# Each supervisor samples its machine every five seconds and tells; the dashboard samples the
# host each second and takes what it is told. So what all of them use while nothing else
# happens is more than sampling costs.
idle() {
	clear; up sh --count 32
	pids=$(ours)
	"$deck" run $((SECONDS_EACH * 2 + 10)) 'sh-1' '' "$VMDECK" >"$work/idle" & run=$!
	sleep 3
	dash=$(pgrep -P $run)
	before=$(ticks $pids) dbefore=$(ticks "$dash") from=${EPOCHREALTIME/./}
	sleep $((SECONDS_EACH * 2))
	after=$(ticks $pids) dafter=$(ticks "$dash") to=${EPOCHREALTIME/./}
	wait $run
	share() { awk -v a="$1" -v b="$2" -v us=$((to - from)) 'BEGIN { printf "%.2f", (b - a) / us * 1e5 }'; }
	c=$(share "$dbefore" "$dafter") s=$(share "$before" "$after")
	all=$(awk -v a="$c" -v b="$s" 'BEGIN { print a + b }')
	printf '32 idle sessions             dashboard %s %% of a core (target 1: %s)   their supervisors and consoles %s %%\n' \
		"$c" "$(verdict "$c" 1)" "$s"
	printf 'sampling 32 sessions         less than %s %% of a core: all that dashboard and supervisors use (target 0.5: %s)\n' \
		"$all" "$(verdict "$all" 0.5)"
}

memory() {
	clear; up noisy --count 8
	read -r _ _ _ _ _ _ _ _ _ rss _ pss <<<"$("$deck" run "$SECONDS_EACH" 'noisy-8' '' "$VMDECK")"
	printf 'memory with 8 noisy consoles  PSS %.1f MB (target 15: %s)   RSS with shared libraries %.1f MB\n' \
		"$(awk -v k="$pss" 'BEGIN { print k / 1024 }')" "$(verdict "$pss" 15360)" "$(awk -v k="$rss" 'BEGIN { print k / 1024 }')"
}

# The same recorded stream, a KiB each 30 ms, through our terminal and drawing (play) and
# through tmux: bytes that reach the terminal.
bytes() {
	for stream in claude codex vim htop less; do
		raw=tests/vt/streams/$stream.raw
		python=; command -v python3 >/dev/null && python=python3
		[ -n "$python" ] || { echo "bytes: python3 is missing, it makes the tape"; return; }
		$python - "$raw" >"$work/$stream.cast" <<'END'
import json, sys
data = open(sys.argv[1], 'rb').read()
print(json.dumps({"version": 2, "width": 120, "height": 39}))
import codecs
d = codecs.getincrementaldecoder('utf-8')('replace')
for i in range(0, len(data), 1024):
    print(json.dumps([0.5 + i / 1024 * 0.03, "o", d.decode(data[i:i + 1024])]))
END
		n=$((($(stat -c %s "$raw") + 1023) / 1024))
		secs=$((n * 30 / 1000 + 2))
		ours=$("$deck" run $secs 'playing' '' "$VMDECK" play "$work/$stream.cast" | awk '{ print $6 }')
		tmux_with "read x; exec $deck replay $PWD/$raw 30"
		theirs=$(LINES=39 "$deck" run $secs '' '\r' tmux -u -L $sock attach | awk '{ print $6 }')
		stop_tmux
		printf 'bytes to the terminal, %-8s dashboard %7d (%5d a frame of %d)   tmux %7d (%5d)   %s\n' $stream \
			"$ours" $((ours / n)) "$n" "$theirs" $((theirs / n)) "$(verdict "$ours" "$theirs")"
	done
}

for b in ${*:-key machine noisy idle memory bytes}; do $b; done
