#!/bin/bash
# Enter behind a text (enter.h), in a real machine, with a program that takes pastes and
# tells what it got in one piece. Needs QEMU and the prepared kernel and image.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip typing: no qemu-system-x86_64 on PATH"; exit 0; }
new_home
mkdir -p "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/reader" <<'R'
stty raw -echo
printf '\033[?2004hreads\r\n'
while s=$(dd bs=4096 count=1 2>/dev/null; echo .); do
	case ${s%.} in
	"$(printf '\r')") printf 'ENTER\r\n';;
	*hidden*) ;;
	*) printf '<%s>' "${s%.}";;
	esac
done
R
# What claude does: it tells that it asks, draws what for later, and what came before is lost.
cat >"$VMDECK_HOME/asker" <<'R'
stty raw -echo
printf '\033[?2004hasks\r\n\033]7501;state=blocked\007'
timeout 4 cat >/dev/null
printf 'Press y to go on?\r\n'
[ "$(dd bs=64 count=1 2>/dev/null)" = "$(printf '\r')" ] && printf 'TAKEN\r\n\033]7501;state=idle\007'
dd bs=64 count=1 >/dev/null 2>&1
printf 'More?\r\n\033]7501;state=blocked\007'
cat >/dev/null
R
cat >"$VMDECK_HOME/config/agents.json" <<J
{ "agents": { "asker": { "inherits": "shell", "command": ["/bin/sh", "/asker"], "ready": ["never"], "asks": ["Press y"],
    "files": { "/asker": { "from": "$VMDECK_HOME/asker" } } },
  "reader": { "inherits": "shell", "command": ["/bin/sh", "/reader"], "ready": ["reads"],
    "files": { "/reader": { "from": "$VMDECK_HOME/reader" } }, "prompt": "what to do first" } } }
J
got() { v screen reader-1 | tr '\n' '|'; }

a_prompt_is_submitted_by_its_own_enter() {
	v up reader >/dev/null 2>"$VMDECK_HOME/err" || fail "up: $(tail -n 2 "$VMDECK_HOME/err")"
	v wait reader-1 --for 'ENTER' --timeout 120 || fail "$(got)"
	v screen reader-1 | grep -q 'what to do first.*>ENTER' || fail "$(got)"
}

enter_is_never_part_of_the_text() {
	for w in one two three; do v send --enter reader-1 "hello $w" || fail "send $w"; done
	for w in one two three; do v screen reader-1 | grep -q "^<hello $w>ENTER" || v wait reader-1 --for "<hello $w>ENTER" --timeout 120 || fail "$(got)"; done
}

what_is_sent_meanwhile_comes_after() {
	v send --enter reader-1 'first words' & first=$!
	until_true 20 eval 'v screen reader-1 | grep -q "first words"' || fail "$(got)"
	v send --enter reader-1 'second words' || fail "second"
	wait $first || fail "first"
	v wait reader-1 --for '<second words>ENTER' --timeout 120 || fail "$(got)"
	v screen reader-1 | grep -q '^<first words>ENTER' || fail "$(got)"
}

a_text_that_is_not_shown_is_submitted_all_the_same() {
	v send --enter reader-1 'hidden' || fail "send"
	until_true 20 eval '[ "$(v screen reader-1 | grep -c ENTER)" = 7 ]' || fail "$(got)"
	v kill reader-1 --yes >/dev/null 2>&1
	v send --enter reader-1 x 2>/dev/null; [ $? = 5 ] || fail "to one that has ended"
}

an_answer_waits_for_its_question() {
	v up asker >/dev/null 2>"$VMDECK_HOME/err" || fail "up: $(tail -n 2 "$VMDECK_HOME/err")"
	v wait asker-1 --state asks --timeout 120 || fail "$(field asker-1 state)"
	v send --enter asker-1 '' 2>"$VMDECK_HOME/err" || fail "send"
	grep . "$VMDECK_HOME/err" && fail "it complains"
	v wait asker-1 --for TAKEN --timeout 120 || fail "$(v screen asker-1)"
}

an_answer_that_is_not_taken_is_told() {
	v send asker-1 next && until_true 60 eval 'v screen asker-1 | grep -q More' || fail "$(v screen asker-1)"
	v wait asker-1 --state asks --timeout 120 || fail "$(field asker-1 state)"
	v send --json --enter asker-1 '' >"$VMDECK_HOME/out" 2>"$VMDECK_HOME/err" || fail "send"
	grep -q 'asks as before' "$VMDECK_HOME/err" && grep -q '"asks":[[:space:]]*true' "$VMDECK_HOME/out" ||
		fail "$(cat "$VMDECK_HOME/err" "$VMDECK_HOME/out")"
}

for t in an_answer_waits_for_its_question an_answer_that_is_not_taken_is_told a_prompt_is_submitted_by_its_own_enter enter_is_never_part_of_the_text what_is_sent_meanwhile_comes_after \
	a_text_that_is_not_shown_is_submitted_all_the_same; do test_run $t; done
end_home
