#!/bin/sh
# The emulator beside tmux: the same writer plays the same stream to a pty,
# once with tmux behind it and once with ours, and waits for the answer to a
# question at its end. Medians of RUNS runs, in turn.
#
#   sh tests/bench/emulator.sh BUILD_DIR
set -eu
b=${1:-.build}
runs=${RUNS:-5}
mb=${MB:-12}
bin=$b/bench/emulator
tmp=$(mktemp -d)
sock=vtbench$$
trap 'tmux -L $sock kill-server 2>/dev/null || :; rm -rf "$tmp"' EXIT

mkdir -p "$b/bench"
${CC:-gcc} -std=gnu17 -O2 -g -D_GNU_SOURCE -I. -o "$bin" tests/bench/emulator.c engine/vt/*.c engine/base/bytes.c -lutil
bin=$(realpath "$bin")

"$bin" inside
command -v tmux >/dev/null || { echo "tmux is missing: no comparison"; exit 0; }

printf 'set -g status off\nset -g history-limit 10000\nset -g default-terminal xterm-256color\n' > "$tmp/conf"

# In a pane of 120x40 without a client, as a detached session is.
with_tmux() {
	rm -f "$tmp/speed"
	LC_ALL=C.UTF-8 tmux -u -L $sock -f "$tmp/conf" new-session -d -x 120 -y 40 \
		"exec $bin write $1 $mb $tmp/speed"
	n=0
	while [ ! -e "$tmp/speed" ] && [ $n -lt 1200 ]; do
		sleep 0.05
		n=$((n + 1))
	done
	cat "$tmp/speed" >> "$tmp/tmux"
	tmux -L $sock kill-server 2>/dev/null || :
}

with_ours() {
	"$bin" pty "$bin" write "$1" "$mb" "$tmp/speed"
	cat "$tmp/speed" >> "$tmp/ours"
}

median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

printf '\n%-12s %12s %12s %8s\n' "through a pty" "ours MB/s" "tmux MB/s" ratio
for stream in scroll color unicode agent vim less htop mc nano tmux; do
	: > "$tmp/ours"
	: > "$tmp/tmux"
	i=0
	while [ $i -lt "$runs" ]; do
		with_ours $stream
		with_tmux $stream
		i=$((i + 1))
	done
	ours=$(median "$tmp/ours")
	theirs=$(median "$tmp/tmux")
	awk -v s=$stream -v a="$ours" -v b="$theirs" 'BEGIN { printf "%-12s %12.1f %12.1f %7.1fx%s\n", s, a, b, a / b, a < 2 * b ? "  MISSED (2x)" : "" }'
done
