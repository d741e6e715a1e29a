#!/bin/bash
# The verbs as a script uses them: exit codes, streams, JSON, and what they say
# when something is broken. Scripted consoles (backend demo) where a machine is
# not needed; the last part needs QEMU and the prepared kernel and image.
. "$(dirname "$0")/lib.sh"
new_home
mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<'END'
{ "agents": {
	// a console without a machine
	"demo": { "backend": "demo", "script": "shell", "title": "for tests" },
} }
END
OUT=$VMDECK_HOME/stdout ERR=$VMDECK_HOME/stderr

# code N COMMAND...: the exit code, stdout and stderr kept in $OUT and $ERR.
code() {
	local want=$1 got; shift
	"$VMDECK" "$@" >"$OUT" 2>"$ERR" </dev/null
	got=$?
	[ $got = "$want" ] || fail "vmdeck $*: exit code $got, not $want: $(head -c 300 "$ERR")"
}
says() { grep -q -- "$1" "$ERR" || fail "stderr lacks \"$1\": $(head -c 300 "$ERR")"; }
prints() { grep -q -- "$1" "$OUT" || fail "stdout lacks \"$1\": $(head -c 300 "$OUT")"; }
fixes() { grep -q '^  fix: ' "$ERR" || fail "no fix: $(head -c 300 "$ERR")"; }
# Nothing but printable text, line ends and tabs.
clean() { ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$1" || fail "control bytes in $(basename "$1")"; }
# A JSON object with its schema, as far as a shell can tell.
object() {
	[ "$(head -c 1 "$OUT")" = '{' ] && [ "$(tail -c 2 "$OUT")" = '}' ] || fail "no object: $(head -c 100 "$OUT")"
	[ "$(grep -c '^[^"]*"schema":[[:space:]]*1,\{0,1\}$' "$OUT")" = 1 ] || fail "no schema"
}
ended_with() { local got; wait "$1"; got=$?; [ $got = "$2" ] || { echo "ended with $got"; return 1; }; }
has_qemu() { command -v qemu-system-x86_64 >/dev/null || skip "no qemu-system-x86_64 on PATH"; }

wrong_words_are_usage_errors() {
	code 2 nosuchverb; says 'no verb "nosuchverb"'; fixes
	code 2 lss; says 'vmdeck ls'
	code 2 ls --jsn; says 'nearest is --json'; fixes
	code 2 ls extra; says 'takes no arguments'
	code 2 up; says 'needs AGENT'
	code 2 up demo --count x; says 'not a number'
	code 2 up demo --count 0
	code 2 up demo --size 0x0; says 'COLSxROWS'
	code 2 up demo demo --name x; says '--name names one'
	code 2 wait s; says 'either --for TEXT or --state'
	code 2 wait s --for a --state ready
	code 2 wait s --state tired; says 'no state "tired"'
	code 2 resize s 80by24
	code 2 send s; code 2 exec s; code 2 stop; code 2 image; code 2 image frobnicate
	code 2 cp a b; code 2 logs s --boot --events; code 2 theme frobnicate; code 2 completion csh
	[ ! -s "$OUT" ] || fail "talk went to stdout"
}

every_verb_has_a_page() {
	for verb in $(v help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
		code 0 "$verb" --help; prints "usage: vmdeck $verb"
		[ ! -s "$ERR" ] || fail "$verb --help talks on stderr"
		code 0 help "$verb"; prints "usage: vmdeck $verb"
	done
	code 0 --version; prints '^vmdeck [0-9]'
	code 0 up --version
	code 0 help; code 2 help nosuch
}

alone_without_a_terminal_it_prints_help() {
	code 2; says 'vmdeck VERB --help'; [ ! -s "$OUT" ] || fail "on stdout"
	code 2 demo; says 'needs a terminal'; fixes
	code 2 attach x; says 'needs a terminal'
}

# What a pty says, and the exit code at its end.
on_pty() { script -qec "$1; echo code \$?" /dev/null </dev/null | tr -d '\r' >"$OUT"; }
a_dumb_terminal_is_refused() {
	command -v script >/dev/null || skip "no script(1)"
	on_pty "TERM=dumb $VMDECK"; prints 'cannot move its cursor'; prints 'vmdeck ls'; prints 'code 2'
	on_pty "TERM= $VMDECK"; prints 'code 2'
	on_pty "TERM=xterm $VMDECK --theme nosuch"; prints 'no theme "nosuch"'; prints 'code 4'
	on_pty "TERM=no-such-terminal $VMDECK attach nosuch"; prints 'no session'; prints 'code 4'
}

an_empty_home_answers_and_stays_empty() {
	local home=$VMDECK_HOME
	export VMDECK_HOME=$home/bare
	mkdir "$VMDECK_HOME"
	for verb in ls 'ls --all' agents 'gc --yes' 'theme list' keys info 'image ls' 'image verify' doctor; do
		code 0 $verb
		clean "$OUT"; clean "$ERR"
	done
	code 0 ls; says 'vmdeck up shell'; [ ! -s "$OUT" ] || fail "ls prints something"
	for verb in 'ls --json' 'agents --json' 'keys --json' 'theme --json' 'info --json' 'doctor --json' 'gc --json' 'image ls --json' 'image verify --json'; do
		code 0 $verb; object
	done
	for verb in screen attach exec\ x\ ls logs stop\ --yes kill\ --yes rm\ --yes restart\ --yes; do
		case $verb in exec*) set -- exec nosuch ls ;; *) set -- ${verb%% *} nosuch ${verb#"${verb%% *}"} ;; esac
		[ "$1" = attach ] && continue
		code 4 "$@"; says 'no session'; fixes
	done
	code 4 send nosuch hi; code 4 wait nosuch --for x; code 4 resize nosuch 80x24; code 4 cp nosuch:/x -
	code 4 up nosuch; says nosuch; fixes
	code 4 doctor nosuch; code 4 check nosuch.json
	[ -z "$(find "$VMDECK_HOME" -mindepth 1)" ] || fail "wrote $(find "$VMDECK_HOME" -mindepth 1 | head -n 3)"
}

three_come_up() {
	code 0 up demo --count 3 --json; object
	for id in demo-1 demo-2 demo-3; do prints "\"id\": *\"$id\""; done
	[ "$(grep -c '"state": *"ready"' "$OUT")" = 3 ] || fail "not three ready"
	for key in agent backend accel warm steps ms; do prints "\"$key\":"; done
	says 'demo-1  ready in'
	code 0 ls; [ "$(grep -c '^demo-[123] ' "$OUT")" = 3 ] || fail "ls: $(cat "$OUT")"
	code 0 ls --json; object; prints '"alive": *true'
	code 0 agents --json; object; prints '"title": *"for tests"'
}

names_go_to_stdout_and_steps_to_stderr() {
	[ "$(v up demo --name alpha 2>"$ERR")" = alpha ] || fail "stdout is not the name"
	says 'alpha  ready'
	[ "$(v up demo --name beta --no-wait 2>/dev/null)" = beta ] || fail "--no-wait"
	code 0 wait beta --state ready --timeout 120
	code 5 up demo --name alpha; says 'already'; fixes
	code 0 up demo --name a-name-of-more-than-twenty
	code 0 ls; [ "$(awk '{ print index($0, " demo ") }' "$OUT" | sed 1d | sort -u | wc -l)" = 1 ] || fail "columns: $(cat "$OUT")"
	code 0 kill --yes a-name-of-more-than-twenty; code 0 rm --yes a-name-of-more-than-twenty
	code 2 up demo --name 'Not A Name'; says 'is no name'; fixes
}

typing_and_waiting() {
	code 0 send demo-1 --enter 'echo over and out'
	code 0 wait demo-1 --for 'over and out' --timeout 120
	code 0 send demo-1 --json --enter 'echo as an object'; object
	for what in '"session": *"demo-1"' '"bytes": *17' '"enter": *true' '"paste": *false'; do prints "$what"; done
	code 0 wait demo-1 --for 'as an object' --timeout 120
	code 4 send nosuch --json x; [ ! -s "$OUT" ] || fail "an object of nothing"
	printf 'echo from stdin\r' | v send demo-1 - || fail "send -"
	code 0 wait demo-1 --for 'from stdin' --timeout 120
	code 0 screen demo-1; prints 'over and out'; clean "$OUT"
	code 75 wait demo-1 --for 'never shown' --timeout 1; says 'timed out'
	code 75 wait demo-1 --state ended --timeout 0
	code 0 wait demo-1 --state ready
}

a_text_broken_by_the_width_is_found() {
	local word
	word=$(printf 'w%.0s' {1..150})END
	code 0 send demo-1 --enter "echo $word"
	code 0 wait demo-1 --for "$word" --timeout 120
}

waits() { ls -l /proc/"$1"/fd 2>/dev/null | grep -q signalfd; } # is at its loop
scrolled_by() {
	v screen demo-2 --scrollback 400 >"$OUT"
	[ "$(wc -l <"$OUT")" -gt 60 ]
}
a_text_that_scrolls_by_is_found() {
	"$VMDECK" wait demo-2 --for 'demo:~$ echo passing by' --timeout 120 >"$OUT" 2>"$ERR" &
	local waiting=$!
	until_true 5 waits $waiting || fail "does not begin to wait"
	v send demo-2 --enter 'echo passing by'
	v send demo-2 --enter 'flood 500'
	ended_with $waiting 0 || fail "not seen: $(cat "$ERR")"
	# what was waited for is seen before the flood has come
	until_true 60 scrolled_by || fail "no scrollback: $(wc -l <"$OUT") lines"
	clean "$OUT"
}

the_screen_as_json() {
	code 0 screen demo-1 --json; object
	for key in cols rows cursor lines runs text title alt_screen; do prints "\"$key\":"; done
	[ "$(grep -c '"text":' "$OUT")" = 40 ] || fail "$(grep -c '"text":' "$OUT") lines"
	code 0 resize demo-1 90x20
	code 0 screen demo-1 --json; prints '"cols": *90'; prints '"rows": *20'
	[ "$(grep -c '"text":' "$OUT")" = 20 ] || fail "not 20 lines"
}

destruction_asks() {
	for verb in stop kill restart; do
		code 2 $verb demo-1; says 'no terminal to ask on'; says 'fix: add --yes'
	done
	code 5 rm demo-1 --yes; says 'is alive'; fixes
	code 4 stop demo-1 nosuch --yes; says 'nothing was done'
	code 2 stop demo-1 --all --yes
	code 0 ls; prints '^demo-1 .*ready'
}

a_waiter_is_told_of_the_end() {
	"$VMDECK" wait demo-3 --for 'never shown' >"$OUT" 2>"$ERR" &
	local waiting=$!
	"$VMDECK" logs -f demo-3 >"$VMDECK_HOME/followed" 2>/dev/null &
	local following=$!
	until_true 5 waits $waiting && until_true 5 waits $following || fail "do not begin to wait"
	v stop demo-3 --yes >/dev/null 2>&1 || fail "stop"
	ended_with $waiting 1 || fail "the waiter did not fail"
	grep -q 'ended before that' "$ERR" || fail "$(cat "$ERR")"
	ended_with $following 0 || fail "logs -f did not end well"
	grep -q 'demo shell' "$VMDECK_HOME/followed" || fail "nothing followed"
}

ended_sessions_are_looked_at_and_removed() {
	code 0 ls; ! grep -q '^demo-3' "$OUT" || fail "an ended one is listed"
	code 0 ls --all; prints '^demo-3 *ended'
	code 0 screen demo-3; prints 'demo shell'
	code 0 logs demo-3; prints 'demo shell'; clean "$OUT"
	code 0 logs demo-3 --boot
	code 5 send demo-3 hi; says 'has ended'; fixes
	code 5 exec demo-3 -- true
	code 1 wait demo-3 --for nothing
	code 0 stop demo-3 --yes; says 'already'
	code 0 restart demo-3 --yes; prints '^demo-3$'
	code 0 wait demo-3 --state ready --timeout 120
	code 0 kill demo-3 --yes; says 'killed'
	code 0 rm demo-3 --yes; code 4 screen demo-3
}

exec_without_a_machine_says_so() {
	code 1 exec demo-1 -- true; says 'demo'
	code 1 cp demo-1:/etc/passwd "$VMDECK_HOME/passwd"
	[ ! -e "$VMDECK_HOME/passwd" ] || fail "a failed cp left a file"
	[ -z "$(find "$VMDECK_HOME" -maxdepth 1 -name 'passwd*')" ] || fail "a failed cp left a part"
}

an_interrupt_is_130() {
	"$VMDECK" wait demo-1 --for 'never shown' >"$OUT" 2>"$ERR" &
	local waiting=$!
	until_true 5 waits $waiting || fail "does not begin to wait"
	kill -INT $waiting
	ended_with $waiting 130 || fail "not 130: $(cat "$ERR")"
	code 0 ls; prints '^demo-1 .*ready'
}

a_full_disk_and_a_closed_pipe() {
	"$VMDECK" ls >/dev/full 2>"$ERR"; [ $? = 1 ] || fail "a full disk is not told"
	says 'No space left on device'
	"$VMDECK" keys 2>"$ERR" | head -n 1 >/dev/null
	[ "${PIPESTATUS[0]}" = 0 ] || fail "a closed pipe is an error: ${PIPESTATUS[0]}"
	[ ! -s "$ERR" ] || fail "a closed pipe is talked about: $(cat "$ERR")"
	"$VMDECK" ls --json >&- 2>"$ERR" || fail "closed stdout"
}

hostile_text_stays_text() {
	v send demo-1 "$(printf 'echo \033]0;pwned\007\033[2J\302\233\342\200\256 x')" || fail send
	v send demo-1 --enter 'title bad' || fail title
	for verb in 'screen demo-1' 'screen demo-1 --json' 'logs demo-1' 'ls' 'ls --json'; do
		code 0 $verb; clean "$OUT"; clean "$ERR"
	done
	code 4 screen "$(printf '\033[31mx')"; clean "$ERR"
	code 2 "$(printf '\033]0;x\007')"; clean "$ERR"
	code 4 up "$(printf 'a\033[2J')"; clean "$ERR"
	code 4 theme check "$(printf 'n\033[2J')"; clean "$ERR"
}

gc_takes_what_nobody_owns() {
	code 0 kill demo-2 --yes
	mkdir -p "$VMDECK_HOME/state/sessions/.gone-x-1" && touch -d '1 hour ago' "$VMDECK_HOME/state/sessions/.gone-x-1"
	code 0 gc --dry-run; prints '^session *demo-2'; prints 'gone-x-1'; says 'nothing was removed'
	code 2 gc; says 'fix: add --yes'
	code 0 gc --yes
	code 4 screen demo-2
	[ ! -e "$VMDECK_HOME/state/sessions/.gone-x-1" ] || fail "the leftover stays"
	code 0 ls; prints '^demo-1 .*ready'
	code 0 gc --json --dry-run; object
}

themes_are_checked() {
	code 0 theme check; prints '^nord: ok'
	printf 'inherits = nord\nbordr = red\n' >"$VMDECK_HOME/bad.theme"
	code 1 theme check "$VMDECK_HOME/bad.theme"; says 'bad.theme:2: unknown role "bordr"'; says '"border"'
	printf 'inherits = nord\ntext = #2e3440 on #2e3440\n' >"$VMDECK_HOME/dim.theme"
	code 1 theme check "$VMDECK_HOME/dim.theme"; prints 'contrast 1.00'
	code 4 theme check nosuch; fixes
}

manifests_are_checked() {
	code 0 check "$VMDECK_HOME/config/agents.json"; prints 'ok, 1 agent'
	printf '{ "agents": { "a": { "memry": 5 } } }' >"$VMDECK_HOME/bad.json"
	code 1 check "$VMDECK_HOME/bad.json"; says 'memry'; says 'memory'
	printf '{ "agents": {\n\n "a": [ }' >"$VMDECK_HOME/bad.json"
	code 1 check "$VMDECK_HOME/bad.json"; says 'bad.json:3'
	printf '{ "agents": { "a": { "files": { "/x": { "from": "/no/such/file" } } } } }' >"$VMDECK_HOME/bad.json"
	code 1 check "$VMDECK_HOME/bad.json"; says '/no/such/file'
}

a_broken_manifest_stops_launches_only() {
	local good=$VMDECK_HOME/config/agents.json
	cp "$good" "$VMDECK_HOME/good.json"
	printf '{ "agents": { "demo": { "bakend": "demo" } } }' >"$good"
	code 1 up demo; says 'bakend'; says 'backend'; says agents.json
	code 1 agents; code 0 ls; code 3 doctor; prints "A02"; code 0 info; code 0 screen demo-1
	cp "$VMDECK_HOME/good.json" "$good"
	code 0 agents
}

# What is broken about an agent is said before anything is made.
broken() { # JSON of one agent: then code and says
	printf '{ "agents": { "broken": %s } }' "$1" >"$VMDECK_HOME/config/agents.json"
}
broken_images_and_kernels_are_named() {
	has_qemu
	cp "$VMDECK_HOME/config/agents.json" "$VMDECK_HOME/good.json"
	broken '{ "image": "nosuch" }'
	code 4 up broken; says 'no image "nosuch"'; fixes
	head -c 1000000 "$(v image ls --json | sed -n 's/.*"path": *"\(.*root.ext4\)".*/\1/p' | head -n 1)" >"$VMDECK_HOME/short.ext4"
	broken "{ \"image\": \"$VMDECK_HOME/short.ext4\" }"
	"$VMDECK" up broken >"$OUT" 2>"$ERR" </dev/null; got=$?
	[ $got = 1 ] || [ $got = 3 ] || fail "a truncated image: $got $(cat "$ERR")"
	says 'short'; fixes
	echo 'not a kernel' >"$VMDECK_HOME/vmlinux"
	broken "{ \"kernel\": \"$VMDECK_HOME/vmlinux\" }"
	"$VMDECK" up broken >"$OUT" 2>"$ERR" </dev/null; got=$?
	[ $got = 1 ] || [ $got = 3 ] || fail "a text file as kernel: $got $(cat "$ERR")"
	says vmlinux; fixes
	code 0 ls --all; ! grep -q '^broken' "$OUT" || fail "a session was made"
	cp "$VMDECK_HOME/good.json" "$VMDECK_HOME/config/agents.json"
}

without_qemu_it_is_69() {
	mkdir -p "$VMDECK_HOME/empty"
	PATH=$VMDECK_HOME/empty "$VMDECK" up shell >"$OUT" 2>"$ERR" </dev/null
	[ $? = 69 ] || fail "not 69: $(cat "$ERR")"
	says 'is not on PATH'; fixes
	PATH=$VMDECK_HOME/empty "$VMDECK" up demo --name pathless >"$OUT" 2>"$ERR" </dev/null || fail "demo needs no PATH: $(cat "$ERR")"
	"$VMDECK" kill pathless --yes 2>/dev/null
	PATH=$VMDECK_HOME/empty "$VMDECK" doctor shell >"$OUT" 2>"$ERR"; [ $? = 3 ] || fail "doctor does not block"
	prints QEMU
}

an_interrupted_up_says_what_goes_on() {
	has_qemu
	local upping held
	"$VMDECK" up shell --cold --name going >"$OUT" 2>"$ERR" &
	upping=$!
	# Held still, so that it is not over before the signal.
	until_true 20 eval '[ "$(field going pid)" -gt 1 ]' || fail "no supervisor: $(cat "$ERR")"
	held=$(field going pid)
	kill -STOP "$held" || fail "it was over already: $(cat "$ERR")"
	until_true 20 grep -q 'going  ' "$ERR" || { kill -CONT "$held"; fail "no step was told"; }
	kill -INT $upping
	ended_with $upping 130 || { kill -CONT "$held"; fail "not 130: $(cat "$ERR")"; }
	kill -CONT "$held"
	says 'going goes on starting'
	code 0 wait going --state ready --timeout 120
}

files_cross_into_a_machine_and_back() {
	has_qemu
	head -c 500000 /dev/urandom >"$VMDECK_HOME/there"
	code 0 cp "$VMDECK_HOME/there" going:/tmp/x
	code 0 cp going:/tmp/x "$VMDECK_HOME/back"
	cmp "$VMDECK_HOME/there" "$VMDECK_HOME/back" || fail "differs"
	echo keep >"$VMDECK_HOME/kept"
	code 1 cp going:/no/such "$VMDECK_HOME/kept"
	[ "$(cat "$VMDECK_HOME/kept")" = keep ] || fail "a failed cp destroyed the file"
	[ "$(v cp going:/etc/hostname - | head -c 5)" = going ] || [ "$(v exec going -- hostname)" = going ] || fail "cp to stdout"
}

# Nobody writes to those FIFOs, and nobody reads them: it does not wait for either.
what_is_no_file_is_not_copied() {
	local here=$VMDECK_HOME/nofile what
	has_qemu
	mkfifo "$here.fifo" && ln -s "$here.fifo" "$here.link"
	v exec going -- sh -c 'mkfifo /tmp/fifo && ln -s fifo /tmp/link && mkdir /tmp/d && mkfifo /tmp/d/there' || fail "exec"
	for what in fifo link; do
		code 1 cp going:/tmp/$what "$VMDECK_HOME/not"; says 'is a FIFO, not a file'; fixes
		code 1 cp going:/tmp/$what -; says 'is a FIFO'
		code 1 cp "$VMDECK_HOME/there" going:/tmp/$what; says 'is a FIFO'; fixes
		code 1 cp "$here.$what" going:/tmp/not; says 'is a FIFO, not a file'; fixes
	done
	code 1 cp going:/etc/hostname "$here.fifo"; says 'is a FIFO'; fixes
	code 1 cp "$here.fifo" going:/tmp/d/there; says 'is a FIFO'
	code 1 cp "$VMDECK_HOME/there" going:/tmp/d; says 'is a FIFO'
	code 1 cp going:/dev/zero "$VMDECK_HOME/not"; says 'is a device'; fixes
	code 1 cp /dev/zero going:/tmp/not; says 'is a device'; fixes
	code 1 cp "$VMDECK_HOME/there" going:/dev/null; says 'is a device'
	code 1 cp going:/etc/hostname /dev/null; says 'is a device'
	code 1 cp going:/etc/hostname /dev/stdout; says 'stdout: vmdeck cp'
	[ -L /dev/stdout ] || fail "/dev/stdout was replaced"
	what=$(find /run /tmp "$VMDECK_HOME" -maxdepth 3 -type s 2>/dev/null | head -n 1)
	[ -z "$what" ] || { code 1 cp "$what" going:/tmp/not; says 'is a socket'; fixes; }
	[ ! -e "$VMDECK_HOME/not" ] && v exec going -- test ! -e /tmp/not || fail "something was copied"
	[ "$(echo by hand | v cp - going:/tmp/x && v cp going:/tmp/x -)" = 'by hand' ] || fail "- is no longer stdin and stdout"
}

a_signal_reaches_the_command() {
	has_qemu
	"$VMDECK" exec going -- sh -c 'echo up; exec sleep 1000' >"$OUT" 2>"$ERR" </dev/null &
	local running=$!
	until_true 10 grep -q up "$OUT" || fail "did not start: $(cat "$ERR")"
	kill -INT $running
	ended_with $running 130 || fail "not 130: $(cat "$ERR")"
	until_true 20 eval '[ -z "$(v exec going -- pgrep -f "sleep 1000")" ]' || fail "sleep goes on"
}

output_on_a_terminal_is_cleaned() {
	has_qemu
	command -v script >/dev/null || skip "no script(1)"
	script -qec "$VMDECK exec -n going -- printf '\\033]0;x\\007ab\\n'" /dev/null </dev/null >"$OUT"
	! LC_ALL=C grep -qP '\x1b|\x07' "$OUT" || fail "an escape reached the terminal"
	prints ab
	[ "$(v exec going -- printf '\033x' | od -An -tx1 | tr -d ' \n')" = 1b78 ] || fail "bytes do not pass through a pipe"
}

for t in wrong_words_are_usage_errors every_verb_has_a_page alone_without_a_terminal_it_prints_help \
	a_dumb_terminal_is_refused an_empty_home_answers_and_stays_empty three_come_up \
	names_go_to_stdout_and_steps_to_stderr typing_and_waiting a_text_broken_by_the_width_is_found \
	a_text_that_scrolls_by_is_found the_screen_as_json destruction_asks \
	a_waiter_is_told_of_the_end ended_sessions_are_looked_at_and_removed \
	exec_without_a_machine_says_so an_interrupt_is_130 a_full_disk_and_a_closed_pipe \
	hostile_text_stays_text gc_takes_what_nobody_owns themes_are_checked manifests_are_checked \
	a_broken_manifest_stops_launches_only broken_images_and_kernels_are_named without_qemu_it_is_69 \
	an_interrupted_up_says_what_goes_on files_cross_into_a_machine_and_back what_is_no_file_is_not_copied \
	a_signal_reaches_the_command output_on_a_terminal_is_cleaned; do
	test_run $t
done
end_home
