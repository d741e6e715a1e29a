# The reports of an instrumented build (SAN=1), of whatever process: tests/san/report.c
# sends them through a FIFO, which is read here into a file. Sourced by bash.

# listen FIFO FILE: from now on, and for what is started in this shell. Descriptor 9 is
# taken; what is started should not have it.
listen() {
	rm -f "$1" "$1".*
	mkfifo -m 666 "$1" || return 1
	exec 9<>"$1"
	sed -u '/^end of reports$/Q' "$1" >"$2" 9>&- &
	listener=$! listened=$1 heard=$2
	export ASAN_OPTIONS=log_path=$1 UBSAN_OPTIONS=log_path=$1
}

# Up to now; also of what is not linked with report.c, and of who could not open the FIFO.
listen_no_more() {
	echo 'end of reports' >&9
	wait "$listener"
	exec 9>&-
	cat "$listened".* >>"$heard" 2>/dev/null
}

# The line that says what it is about: any report makes a test fail.
first_report() { # file
	[ -s "$1" ] || return 1
	grep -aE -m 1 'ERROR: |runtime error: ' "$1" || head -n 1 "$1"
}
