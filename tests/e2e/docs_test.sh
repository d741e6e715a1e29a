#!/bin/bash
# The documents say what the program does: pages are well-formed, every verb, option,
# key of a file and key of the keyboard is in them, and links lead somewhere.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
make --no-print-directory -s B="$BUILD" man >/dev/null 2>"$pages/err" || { echo "not ok docs: make man: $(head -1 "$pages/err")"; exit 1; }

manual_pages_are_well_formed() {
	command -v mandoc >/dev/null || skip "mandoc"
	local n=0
	for p in "$BUILD"/man/*.[1-9]; do
		wrong=$(mandoc -T lint -W warning "$p" 2>&1 | grep -vE 'outdated mandoc.db|STYLE' | head -n 1)
		[ -z "$wrong" ] || fail "$wrong"
		n=$((n + 1))
	done
	[ $n -ge 4 ] || fail "only $n pages"
	mandoc -T utf8 "$BUILD/man/vmdeck.1" | sed 's/.\x08//g' | grep -q 'key to the guest\|leader key' || fail "no keys in vmdeck(1)"
}

every_verb_is_documented() {
	local verb option
	v help --man >"$pages/man"
	for verb in $(verbs); do
		grep -q "^### $verb$" docs/verbs.md || fail "docs/verbs.md lacks $verb"
		grep -q "^\.SS $verb$" <(sed 's/\\-/-/g' "$pages/man") || fail "vmdeck(1) lacks $verb"
		for option in $(v "$verb" --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE '\-\-[a-z-]+' | grep -v '^--help$'); do
			sed -n "/^### $verb\$/,/^##/p" docs/verbs.md | grep -q -- "\`$option" || fail "docs/verbs.md: $verb lacks $option"
		done
	done
}
verbs() { v help | sed -n 's/^  \([a-z][a-z-]*\)\( .*\)\{0,1\}$/\1/p'; }

# Where it is a command: after a backquote, a prompt, or as a line of code.
docs_name_only_verbs_that_are() {
	local known word
	known=" $(verbs | tr '\n' ' ') supervise "
	for word in $(grep -ohE '(`|\$ |^    )vmdeck [a-z]+' README.md docs/*.md | awk '{ print $NF }' | sort -u); do
		case $known in *" $word "*) ;; *) fail "there is no \"vmdeck $word\": $(grep -ln "vmdeck $word" README.md docs/*.md | head -1)";; esac
	done
}

# What a reader of a file knows: the words of its tables of keys.
known_keys() { # FILE...
	awk '/const char \*const (keys|known)\[\]/ { on = 1 } on { print } /NULL/ && on { on = 0 }' "$@" |
		grep -oE '"[a-z_]+"' | tr -d '"' | sort -u
}
every_key_of_a_file_is_documented() {
	local key
	for key in $(known_keys engine/session/manifest*.c engine/session/provider*.c); do
		grep -qE "(\`\"?$key\"?\`|\"$key\")" docs/manifest.md || fail "docs/manifest.md lacks $key"
		grep -q "$key" "$BUILD/man/vmdeck-agents.5" || fail "vmdeck-agents(5) lacks $key"
	done
	for key in $(known_keys tui/settings.c); do
		grep -qE "^\| \`$key\` \|" docs/config.md || fail "docs/config.md lacks $key"
		grep -q "$key" <(sed 's/\\-/-/g' "$BUILD/man/vmdeck-config.5") || fail "vmdeck-config(5) lacks $key"
	done
	[ "$(known_keys tui/settings.c | wc -l)" -gt 10 ] && [ "$(known_keys engine/session/manifest*.c | wc -l)" -gt 20 ] || fail "the tables were not found"
}

the_keys_are_the_table() {
	v help --keys | diff - docs/keys.md >"$pages/diff" || fail "vmdeck help --keys > docs/keys.md: $(head -3 "$pages/diff" | tr '\n' ' ')"
}

# docs/security.md says what shows each thing: tests that are there.
what_shows_it_is_there() {
	local word n=0
	for word in $(sed -n 's/^| .* | \(.*\) |$/\1/p' docs/security.md | grep -oE '`[a-z0-9_]+`' | tr -d '`' | sort -u); do
		n=$((n + 1))
		[ -f "tests/unit/${word}_test.c" ] || [ -f "tests/e2e/${word}_test.sh" ] ||
			[ -f "tests/fuzz/${word}_fuzz.c" ] || grep -q "^$word() {" tests/e2e/*_test.sh ||
			fail "docs/security.md: there is no test $word"
	done
	[ $n -gt 30 ] || fail "only $n were found"
}

links_lead_somewhere() {
	local file link
	for file in README.md docs/*.md; do
		for link in $(grep -oE '\]\([^)]+\)' "$file" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^http'); do
			[ -e "$(dirname "$file")/$link" ] || fail "$file: $link"
		done
	done
}

for t in manual_pages_are_well_formed every_verb_is_documented docs_name_only_verbs_that_are \
	every_key_of_a_file_is_documented the_keys_are_the_table what_shows_it_is_there links_lead_somewhere; do
	test_run $t
done
