#!/bin/bash
# What a session changed: seen while it runs and after, file by file, copied, and kept as
# an image. Needs QEMU and the prepared kernel and image.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip changes: no qemu-system-x86_64 on PATH"; exit 0; }
new_home
rm "$VMDECK_HOME/data" # images are made here
mkdir -p "$VMDECK_HOME/data/images" "$VMDECK_HOME/config" "$VMDECK_HOME/src/sub"
cp -r "$PREPARED/data/images/tiny" "$VMDECK_HOME/data/images/"
printf 'one\ntwo\n' >"$VMDECK_HOME/src/text"
printf 'x' >"$VMDECK_HOME/src/sub/goes"
ln -s ../text "$VMDECK_HOME/src/sub/link"
cat >"$VMDECK_HOME/config/agents.json" <<J
{ "agents": {
    "work": { "inherits": "shell", "workspace": "$VMDECK_HOME/src", "files": { "~/.given": { "text": "g" } },
              "prompt": "echo prompt-\$((40 + 2))" },
    "kept": { "inherits": "shell", "image": "kept" } } }
J

nothing_has_changed_at_first() {
	v up work >/dev/null 2>&1 || fail "up: $(v ls --all)"
	v up work --name told --workspace "$VMDECK_HOME/src/sub" --prompt "echo told-\$((1 + 1)); ls" >/dev/null 2>&1 || fail "up --prompt"
	v wait told --for told-2 --timeout 120 && v wait told --for goes --timeout 120 || fail "told: $(v screen told | tail -4)"
	v wait work-1 --for prompt-42 --timeout 120 || fail "the prompt was not typed: $(v screen work-1 | tail -3)"
	out=$(v changes work-1 2>/dev/null) || fail "changes"
	[ -z "$(grep -v ash_history <<<"$out")" ] || fail "changed: $out"
}

changes_are_listed_while_it_runs() {
	v exec work-1 -- sh -c 'cd /work && printf "one\n2\n" >text && rm sub/goes && mkdir new && echo n >new/f
		rm -r /etc/ssl && mkdir /etc/ssl && echo q >/etc/ssl/q; echo 2 >/root/.given; printf "a\033[31mb" >/root/esc' || fail "exec"
	v changes work-1 >"$VMDECK_HOME/list" 2>"$VMDECK_HOME/sum" || fail "changes"
	for line in 'M .*/work/text$' 'D .*/work/sub/goes$' 'A .*/work/new/$' 'A .*/work/new/f$' 'D .*/etc/ssl/certs/$' \
		'A .*/etc/ssl/q$' 'M .*/root/.given$'; do
		grep -q "^$line" "$VMDECK_HOME/list" || fail "no $line in: $(tr '\n' ';' <"$VMDECK_HOME/list")"
	done
	grep -q '/work/sub/link\|/etc/passwd' "$VMDECK_HOME/list" && fail "what did not change is listed"
	v changes work-1 --json | tr -d '\n\t ' | grep -q '"path":"/work/text","kind":"modified","type":"f","size":6,"before":8' ||
		fail "json: $(v changes work-1 --json | tr -d '\n\t')"
	until_true 5 eval '[ "$(field work-1 changes)" -ge 8 ]' || fail "the record counts $(field work-1 changes)"
}

a_busy_disk_is_read_whole() {
	v exec work-1 -- sh -c 'nohup sh -c "i=0; while [ -e /root/go ]; do i=\$((i+1)); echo \$i >/work/busy\$((i % 50)); done" >/dev/null 2>&1 & touch /root/go' ||
		fail "exec"
	for i in 1 2 3 4 5 6; do v changes work-1 >/dev/null 2>"$VMDECK_HOME/err" || fail "look $i: $(cat "$VMDECK_HOME/err")"; done
	v exec work-1 -- rm /root/go || fail "the guest does not write any more"
}

a_diff_is_as_diff_says_and_safe() {
	v diff work-1 /work/text >"$VMDECK_HOME/diff" || fail "diff"
	printf '%s\n' '--- a/work/text' '+++ b/work/text' '@@ -1,2 +1,2 @@' ' one' '-two' '+2' | cmp - "$VMDECK_HOME/diff" ||
		fail "$(cat "$VMDECK_HOME/diff")"
	v diff work-1 >"$VMDECK_HOME/diff" || fail "diff of all"
	grep -q '^-x' "$VMDECK_HOME/diff" || fail "a deleted file's lines are not there"
	grep -q "$(printf '\033')" "$VMDECK_HOME/diff" && fail "an escape came through"
	v diff work-1 /no/such 2>"$VMDECK_HOME/err"; [ $? = 4 ] || fail "a missing file: $(cat "$VMDECK_HOME/err")"
}

# One hostile name does not end what is said of the others.
names_that_cannot_be_shown_end_nothing() {
	v exec work-1 -- sh -c 'mkdir -p /t2/sub && cd /t2 && echo a >"$(printf "a\033[31m")" && echo z >zz && echo d >-rf && ln -s /etc/shadow link' || fail "exec"
	v diff work-1 >"$VMDECK_HOME/diff" 2>"$VMDECK_HOME/err" || fail "diff: $(cat "$VMDECK_HOME/err")"
	grep -q '^+++ b/t2/zz' "$VMDECK_HOME/diff" || fail "it ended before zz: $(tail -n 3 "$VMDECK_HOME/err")"
	grep -q 'No such file' "$VMDECK_HOME/err" || fail "the one that was left out is not told"
	v changes work-1 2>&1 | cat - "$VMDECK_HOME/diff" "$VMDECK_HOME/err" | grep -q "$(printf '\033')" && fail "an escape came through"
	return 0
}

files_go_into_directories_by_their_names() {
	mkdir "$VMDECK_HOME/into" && ln -s "$VMDECK_HOME/src/text" "$VMDECK_HOME/into/zz"
	v cp work-1:/t2/zz "$VMDECK_HOME/into" && [ "$(cat "$VMDECK_HOME/into/zz")" = z ] || fail "out"
	[ ! -L "$VMDECK_HOME/into/zz" ] && grep -q two "$VMDECK_HOME/src/text" || fail "it wrote through a link of ours"
	v cp work-1:/t2/-rf "$VMDECK_HOME/into/" && [ -f "$VMDECK_HOME/into/-rf" ] || fail "out, with a slash"
	v cp work-1:/t2/. "$VMDECK_HOME/into" 2>/dev/null && fail "a directory as a file"
	v cp "$VMDECK_HOME/src/text" work-1:/t2/sub && v cp "$VMDECK_HOME/src/text" work-1:/t2/sub/other || fail "in"
	[ "$(v exec work-1 -- ls /t2/sub | tr '\n' ' ')" = 'other text ' ] || fail "in: $(v exec work-1 -- ls -R /t2)"
	v exec work-1 -- rm -r /t2
}

trees_are_copied_both_ways() {
	v cp -r work-1:/work "$VMDECK_HOME/out" || fail "out"
	[ "$(cat "$VMDECK_HOME/out/text")" = "$(printf 'one\n2')" ] || fail "text: $(cat "$VMDECK_HOME/out/text")"
	[ "$(readlink "$VMDECK_HOME/out/sub/link")" = ../text ] || fail "the link"
	chmod 755 "$VMDECK_HOME/out/new/f"
	v cp -r "$VMDECK_HOME/out" work-1:/root/in || fail "in"
	v exec work-1 -- sh -c 'cmp /root/in/text /work/text && test -x /root/in/new/f && test -L /root/in/sub/link' || fail "what came in"
	v cp -r work-1:/work "$VMDECK_HOME/out" 2>/dev/null && fail "copied over what was there"
	v cp work-1:/work "$VMDECK_HOME/plain" 2>/dev/null && fail "a directory without -r"
	return 0
}

# A guest's tar may hold anything.
a_hostile_tree_stays_in_its_place() {
	v exec work-1 -- sh -c 'mkdir -p /t/d && cd /t && ln -s /tmp d/out && echo evil >d/f && chmod 4755 d/f && mkfifo d/p' || fail "exec"
	v cp -r work-1:/t/d "$VMDECK_HOME/hostile" || fail "cp"
	[ -L "$VMDECK_HOME/hostile/out" ] || fail "a link became something else"
	[ "$(find "$VMDECK_HOME/hostile" -perm /6000 | wc -l)" = 0 ] || fail "setuid"
}

a_session_is_kept_as_an_image() {
	v keep work-1 kept >"$VMDECK_HOME/keep" 2>&1 || fail "$(cat "$VMDECK_HOME/keep")"
	v keep work-1 kept 2>"$VMDECK_HOME/err"; [ $? = 5 ] || fail "a second one of that name: $(cat "$VMDECK_HOME/err")"
	v keep work-1 ../x 2>/dev/null && fail "a name that is a path"
	# Its CA bundle was deleted above; all else is as an image should be.
	no=$(v image verify kept 2>&1 | grep '^  no' | grep -v 'CA certificates')
	[ -z "$no" ] || fail "it does not verify: $no"
	v up kept >/dev/null 2>&1 || fail "up: $(v ls --all)"
	v exec kept-1 -- sh -c '[ "$(cat /work/text)" = "$(printf "one\n2")" ] && ! test -e /work/sub/goes && test -e /etc/ssl/q && ! test -e /etc/ssl/certs' ||
		fail "it is not what was kept"
	[ -z "$(v changes kept-1 2>/dev/null)" ] || fail "and has changed: $(v changes kept-1)"
}

changes_are_known_after_the_end() {
	v stop work-1 --yes >/dev/null 2>&1 || fail "stop"
	v changes work-1 2>/dev/null | grep -q '^M .*/work/text$' || fail "$(v changes work-1 2>&1)"
	v diff work-1 /work/text 2>"$VMDECK_HOME/err" && fail "a diff of what is gone"
	v up work --name killed >/dev/null 2>&1 && v exec killed -- touch /root/here && v changes killed >/dev/null 2>&1 || fail "another one"
	v kill killed --yes >/dev/null 2>&1
	v changes killed 2>/dev/null | grep -q '/root/here' || fail "killed: $(v changes killed 2>&1)"
}

for t in nothing_has_changed_at_first changes_are_listed_while_it_runs a_busy_disk_is_read_whole \
	a_diff_is_as_diff_says_and_safe names_that_cannot_be_shown_end_nothing \
	files_go_into_directories_by_their_names trees_are_copied_both_ways a_hostile_tree_stays_in_its_place \
	a_session_is_kept_as_an_image changes_are_known_after_the_end; do
	test_run $t
done
end_home
