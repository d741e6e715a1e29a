#!/bin/bash
# Recipes that reach out, in the decoy world: a program by its release's URL, and commands
# whose machine reaches what the recipe allows.
. "$(dirname "$0")/lib.sh"
for p in qemu-system-x86_64 busybox gcc; do
	command -v $p >/dev/null || { echo "skip recipe: no $p on PATH"; exit 0; }
done
. "$here/world.sh"

server=93.184.216.22 # git.example
release=nullclaw/nullclaw/releases/latest/download
program=nullclaw-linux-$(uname -m).bin

# In place of the program that its makers ship: static, as theirs, it starts as theirs does
# and tells what it finds in its configuration.
stand_in() {
	cat >nullclaw.c <<-'C'
	#include <stdio.h>
	#include <stdlib.h>
	#include <string.h>
	#include <sys/stat.h>
	int main(int argc, char **argv)
	{
		char path[300], text[4096] = "", *at;
		struct stat st;
		snprintf(path, sizeof(path), "%s/.nullclaw/config.json", getenv("HOME"));
		FILE *f = fopen(path, "r");
		if (!f || stat(path, &st) < 0)
			return puts("No config found. Run `nullclaw onboard` first."), 1;
		fread(text, 1, sizeof(text) - 1, f);
		printf("nullclaw Agent -- Interactive Mode\nmode %o, argument %s\n", st.st_mode & 07777, argc > 1 ? argv[1] : "-");
		if ((at = strstr(text, "\"base_url\"")))
			printf("%.*s\n", (int)strcspn(at, "}"), at);
		printf("> ");
		fflush(stdout);
		for (int c; (c = getchar()) != EOF;)
			putchar(c);
		return 0;
	}
	C
	gcc -Os -static -s -o nullclaw.bin nullclaw.c || fail "gcc"
}
serve_release() {
	mkdir -p "www/$release" serve
	cp nullclaw.bin "www/$release/$program"
	(cd "www/$release" && sha256sum "$program" >SHA256SUMS)
	printf '#!/bin/sh\nexec busybox httpd -i -h %s/www\n' "$VMDECK_HOME" >"serve/$server:80"
	chmod 755 "serve/$server:80"
}
set_up() {
	mkdir -p config/images
	rm data && mkdir -p data/images && ln -s "$PREPARED/data/images/"* data/images/ || return 1
	rm cache && mkdir cache && ln -s "$PREPARED/cache/kernels" cache/kernels || return 1
	stand_in && serve_release
}

a_program_comes_by_the_url_of_its_release() {
	v image build nullclaw --from http://git.example/ >out 2>&1 || fail "$(tail -n 3 out)"
	grep -q "download $program" out || fail "no progress: $(cat out)"
	v image verify nullclaw >out 2>&1 || fail "$(cat out)"
	local from=${EPOCHREALTIME/./} mark=$(marks)
	v image build nullclaw --from http://git.example/ --json 2>/dev/null | grep -q '"made":[[:space:]]*false' || fail "made again"
	echo "# again: $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
	[ -z "$(since "$mark")" ] || fail "somebody was asked: $(since "$mark")"
}

it_starts_with_its_configuration() {
	ANTHROPIC_API_KEY=sk-needle-0815 v up nullclaw >out 2>&1 || fail "$(tail -n 3 out)"
	v wait nullclaw-1 --for 'Interactive Mode' --timeout 120 || fail "$(v screen nullclaw-1)"
	v screen nullclaw-1 >out
	grep -q 'mode 600, argument agent' out || fail "$(cat out)"
	grep -q 'http://anthropic.vmdeck' out || fail "$(cat out)"
	v kill nullclaw-1 --yes >/dev/null
}

one_that_was_changed_on_the_way_is_refused() {
	rm -r cache/downloads # one with the digest that the list tells would do
	echo "someone was here" >>"www/$release/$program"
	v image build nullclaw --from http://git.example --anew --name changed >out 2>&1 && fail "it was made"
	grep -q 'SHA-256 is' out && grep -q 'fix:' out || fail "$(cat out)"
	rm "www/$release/$program"
	v image build nullclaw --from http://git.example --anew --name changed >out 2>&1 && fail "it was made of nothing"
	grep -q 'answers 404' out || fail "$(cat out)"
	v image ls | grep -q '^changed' && fail "an image is left"
	[ -z "$(ls -A data/images | grep '^\.new')" ] || fail "left: $(ls -A data/images)"
}

commands_reach_what_the_recipe_allows() {
	cat >config/images/reaching.json <<-'EOF'
	{ "base": "tiny", "allow": ["ok.example"], "commands": [
		"wget -q -O /etc/got http://ok.example/from-a-recipe",
		"if wget -q -T 10 -O /etc/not http://evil.example/no; then exit 3; fi",
		"if wget -q -T 10 -O /etc/not http://93.184.216.22/no; then exit 4; fi" ] }
	EOF
	local mark=$(marks)
	v image build reaching >out 2>&1 || fail "$(tail -n 3 out)"
	PATH=$PATH:/sbin debugfs -R 'cat /etc/got' data/images/reaching/root.ext4 2>/dev/null | grep -q decoy ||
		fail "it is not in the image"
	since "$mark" | grep -q from-a-recipe || since "$mark" | grep -q '93.184.216.80:80' || fail "not asked: $(since "$mark")"
	since "$mark" | grep -q 'evil\|216\.22' && fail "reached: $(since "$mark")"
	# Without "allow" there is nothing to reach.
	echo '{ "base": "tiny", "commands": ["wget -q -T 10 -O /dev/null http://ok.example/x"] }' >config/images/alone.json
	v image build alone >out 2>&1 && fail "it reached it"
	grep -q '"allow"' out || fail "no remedy: $(cat out)"
}

cd "$VMDECK_HOME" || exit 1
set_up 2>err || { echo "not ok set_up: $(tail -n 3 err)"; exit 1; }
for t in ${*:-a_program_comes_by_the_url_of_its_release it_starts_with_its_configuration
	one_that_was_changed_on_the_way_is_refused commands_reach_what_the_recipe_allows}; do
	test_run "$t"
done
end_home
