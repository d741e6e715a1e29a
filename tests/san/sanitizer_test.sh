#!/bin/bash
# Of an instrumented build (SAN=1): a fault anywhere is told, and counted by tests/run. Faults
# of each kind in each kind of confinement (plant.c); and each process of the real program,
# where it is: a SIGSEGV from outside is a fault to the runtime.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/san/listen.sh
new_home
unset TMUX

# What is reported while "$@" runs, into $told.
told=
telling() {
	told=$VMDECK_HOME/told
	listen "$VMDECK_HOME/fifo" "$told" || fail "no FIFO"
	"$@"
	listen_no_more
}

planted() { "$BUILD/tests/san-plant" "$@" 9>&-; }
a_fault_is_told_from_anywhere() {
	local where what wanted
	for where in plain closed apart confined; do
		for what in heap shift leak; do
			case $what in
			heap) wanted='AddressSanitizer: heap-buffer-overflow';;
			shift) wanted='runtime error: shift exponent 40';;
			leak) wanted='LeakSanitizer: detected memory leaks';;
			esac
			# Leaks are looked for at exit(), by who may look at itself.
			case $where-$what in apart-leak|confined-leak) continue;; esac
			telling planted $where $what
			first_report "$told" | grep -q "$wanted" || fail "$where $what: $(head -c 300 "$told")"
		done
	done
}

nothing_is_told_of_nothing() {
	telling "$VMDECK" --version 9>&-
	first_report "$told" && fail "told: $(cat "$told")"
	return 0
}

it_makes_a_test_fail() {
	local d=$VMDECK_HOME/tree
	mkdir -p "$d/tests" "$d/san/tests"
	cp -r tests/run tests/san "$d/tests"
	printf '#!/bin/sh\n"%s" confined heap\necho ok fine\n' "$BUILD/tests/san-plant" >"$d/san/tests/planted_test"
	printf '#!/bin/sh\necho ok fine\n' >"$d/san/tests/clean_test"
	chmod +x "$d"/san/tests/*_test
	BUILD=$d/san bash "$d/tests/run" clean >"$VMDECK_HOME/run" 9>&- || fail "clean: $(cat "$VMDECK_HOME/run")"
	BUILD=$d/san bash "$d/tests/run" planted >"$VMDECK_HOME/run" 9>&- && fail "planted: $(cat "$VMDECK_HOME/run")"
	grep -q '^not ok unit-planted/sanitizers: .*heap-buffer-overflow' "$VMDECK_HOME/run" || fail "$(cat "$VMDECK_HOME/run")"
}

# The process is ended by a fault; the word is there before it is gone.
faulted() { # pid
	kill -SEGV "$1"
	until_true 20 gone "$1" || fail "pid $1 lives on"
}
of_supervisor() { v up shell --name s1 >/dev/null 9>&- || fail "up"; faulted "$(field s1 pid)"; }
of_gateway() {
	local gw
	v up shell --name s2 >/dev/null 9>&- || fail "up"
	gw=$(gateway_of s2)
	[ "$gw" ] || fail "no gateway"
	faulted "$gw"
	v kill s2 --yes >/dev/null 9>&-
}
of_dashboard() {
	local t="tmux -L vmdeck-san-$$ -f /dev/null" pid
	$t new-session -d -x 100 -y 30 "$VMDECK; exec cat" 9>&-
	until_true 20 eval "$t capture-pane -p | grep -q '[?]'" || fail "no dashboard: $($t capture-pane -p)"
	pid=$(pgrep -x vmdeck -t "$($t display -p '#{pane_tty}' | sed 's|/dev/||')" | head -1)
	faulted "$pid"
	$t kill-server
}
handles_faults() { [ $((0x$(sed -n 's/^SigCgt:\t//p' "/proc/$1/status") & 0x400)) != 0 ]; }
of_waiting_verb() {
	local pid
	v up shell --name s3 >/dev/null 9>&- || fail "up"
	"$VMDECK" wait s3 --for 'never to be seen' --timeout 60 >/dev/null 2>&1 9>&- &
	pid=$!
	until_true 20 handles_faults $pid
	faulted $pid
	v kill s3 --yes >/dev/null 9>&-
}
each_process_of_ours_tells() {
	command -v qemu-system-x86_64 >/dev/null || skip "no qemu-system-x86_64 on PATH"
	command -v tmux >/dev/null || skip "no tmux"
	for p in supervisor gateway dashboard waiting_verb; do
		telling of_$p
		first_report "$told" | grep -q 'AddressSanitizer: SEGV' || fail "$p: $(head -c 500 "$told")"
	done
}

for t in ${*:-a_fault_is_told_from_anywhere nothing_is_told_of_nothing it_makes_a_test_fail each_process_of_ours_tells}; do
	test_run "$t"
done
end_home
