#!/bin/bash
# codex and claude with a provider that they reach themselves, by name and over TLS, whose
# certificate is of an authority that only the operator's host knows: in the decoy world,
# with images that were given the host's own anchors (image fix-ca).
. "$(dirname "$0")/lib.sh"
for p in qemu-system-x86_64 openssl npm; do
	command -v $p >/dev/null || { echo "skip agents_tls: no $p on PATH"; exit 0; }
done
for name in codex claude; do # fetched before: the world has no registry
	[ -e "$PREPARED/data/images/$name/root.ext4" ] || VMDECK_HOME=$PREPARED "$VMDECK" image build $name >/dev/null 2>&1 ||
		{ echo "skip agents_tls: the image $name cannot be built here"; exit 0; }
done
. "$here/world.sh"

answers=$VMDECK_HOME/answers
set_up() {
	cd "$VMDECK_HOME" && mkdir -p config serve "$answers" && certificate provider DNS:ok.example || return 1
	cat >serve/93.184.216.80:443 <<-X
		#!/bin/sh
		exec $tools/provider $answers - $VMDECK_HOME/provider.pem $VMDECK_HOME/provider.key
	X
	chmod 755 serve/93.184.216.80:443
	touch "$answers/go"
	rm data && mkdir -p data/images && # an image that is mended is another file
		cp -rl "$PREPARED/data/images/codex" "$PREPARED/data/images/claude" data/images/ || return 1
	cat /etc/ssl/certs/ca-certificates.crt ca.pem >bundle.pem
	cat >config/agents.json <<-J
		{ "agents": {
		    "claude": { "inherits": "claude", "allow": ["ok.example:443"], "command": ["claude", "--permission-mode", "manual"],
		      "env": { "ANTHROPIC_BASE_URL": "https://ok.example", "ANTHROPIC_API_KEY": "sk-ant-vmdeck-placeholder" } },
		    "codex": { "inherits": "codex", "allow": ["ok.example:443"], "env": { "OPENAI_API_KEY": "sk-inside" },
		      "files": { "~/.codex/config.toml": { "text": "model_provider = \"v\"\ncheck_for_update_on_startup = false\n[model_providers.v]\nname = \"v\"\nbase_url = \"https://ok.example/v1\"\nenv_key = \"OPENAI_API_KEY\"\nwire_api = \"responses\"\n[projects.\"/work\"]\ntrust_level = \"trusted\"\n" } } } } }
	J
}

anchors_go_into_the_images() {
	for name in codex claude; do
		SSL_CERT_FILE=$VMDECK_HOME/bundle.pem v image fix-ca $name >fixed 2>&1 || fail "$name: $(tail -n 2 fixed)"
		v image verify $name >verified 2>&1 || fail "$name: $(grep '^  no' verified)"
	done
	cmp -s "$PREPARED/data/images/codex/root.ext4" data/images/codex/root.ext4 && fail "the image is what it was"
	return 0
}

they_come_up() {
	v up codex claude --cold --no-wait >/dev/null || fail "up"
	for s in codex-1 claude-1; do
		v wait $s --state ready --timeout 400 || fail "$s: $(v screen $s | tail -5)"
	done
}

codex_talks_to_it() { talks codex; }
claude_talks_to_it() { talks claude; }
talks() {
	v send --enter "$1-1" "hello from $1" || fail "send"
	v wait "$1-1" --for 'Second half of it' --timeout 240 ||
		fail "$(v screen "$1-1" | grep -v '^ *$' | tail -8 | tr '\n' '|') $(v events "$1-1" | tail -n 3)"
	cat "$answers"/*.request | grep -aq "hello from $1" || fail "the provider was not told"
	v policy "$1-1" | grep -q ok.example || fail "it did not go by name: $(v policy "$1-1")"
}

set_up || { echo "not ok set_up: $(ls)"; exit 1; }
for t in anchors_go_into_the_images they_come_up codex_talks_to_it claude_talks_to_it; do test_run $t; done
end_home
