#!/bin/bash
# The preset of nullclaw in a real machine: its configuration byte for byte, and what it
# says there works. The program is a stand-in that reads the configuration and talks as
# the real one does, which no package registry has. Needs QEMU and the prepared kernel.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip nullclaw: no qemu-system-x86_64 on PATH"; exit 0; }
new_home
PROVIDER_DIR=$VMDECK_HOME/provider
mkdir -p "$PROVIDER_DIR" "$VMDECK_HOME/config"
"$BUILD/tests/provider" "$PROVIDER_DIR" &
provider=$!
until_true 10 test -e "$PROVIDER_DIR/port"
export ANTHROPIC_API_KEY=sk-ant-real-$$-$RANDOM

cat >"$VMDECK_HOME/nullclaw" <<'N'
#!/bin/sh
conf=$HOME/.nullclaw/config.json
[ -e "$conf" ] || { echo 'No config found. Run `nullclaw onboard` first.'; exec cat; }
value() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$conf"; }
echo 'nullclaw Agent -- Interactive Mode'
echo "Provider: $(value primary | cut -d/ -f1) | Model: $(value primary | cut -d/ -f2)"
printf "Type your message (Ctrl+D or 'exit' to quit):\n\n> "
while read -r line && [ "$line" != exit ]; do
	wget -q -O - --header "x-api-key: $(value api_key)" --header 'content-type: application/json' --post-data \
		'{"model":"'"$(value primary | cut -d/ -f2)"'","stream":true,"tools":[{"name":"bash"}],"messages":[{"role":"user","content":"'"$line"'"}]}' \
		"$(value base_url)/v1/messages" |
		while read -r l; do case $l in *text_delta*) l=${l##*\"text\":\"} && printf '%s ' "${l%%\"*}";; esac; done
	printf '\n> '
done
N
cat >"$VMDECK_HOME/config/agents.json" <<J
{ "providers": { "anthropic": { "base_url": "http://127.0.0.1:$(cat "$PROVIDER_DIR/port")", "local": true } },
  "agents": {
    "nullclaw": { "inherits": "nullclaw", "image": "tiny", "memory": 256,
      "files": { "/usr/local/bin/nullclaw": { "from": "$VMDECK_HOME/nullclaw", "mode": "0755" } } } } }
J
# As the program's authors document it, with the base URL and a placeholder for the key.
cat >"$VMDECK_HOME/want" <<'J'
{
  "agents": {
    "defaults": {
      "model": {
        "primary": "anthropic/claude-sonnet-4-5"
      }
    }
  },
  "autonomy": {
    "level": "full",
    "max_actions_per_hour": 100,
    "workspace_only": false
  },
  "channels": {
    "cli": true
  },
  "memory": {
    "auto_save": false,
    "backend": "sqlite"
  },
  "models": {
    "providers": {
      "anthropic": {
        "api_key": "vmdeck-placeholder",
        "base_url": "http://anthropic.vmdeck"
      }
    }
  },
  "security": {
    "sandbox": {
      "backend": "none"
    }
  }
}
J

it_gets_its_configuration() {
	v up nullclaw >/dev/null 2>"$VMDECK_HOME/err" || fail "up: $(tail -n 3 "$VMDECK_HOME/err")"
	v cp nullclaw-1:/root/.nullclaw/config.json "$VMDECK_HOME/got" || fail "cp"
	cmp "$VMDECK_HOME/want" "$VMDECK_HOME/got" || fail "$(diff "$VMDECK_HOME/want" "$VMDECK_HOME/got" | tr '\n' '|')"
	[ "$(v exec nullclaw-1 -- stat -c '%a %U' /root/.nullclaw/config.json)" = '600 root' ] || fail "its mode or owner"
	v wait nullclaw-1 --state ready --timeout 120 || fail "it is $(field nullclaw-1 state): $(v screen nullclaw-1 | tail -4)"
	v screen nullclaw-1 | grep -q 'Model: claude-sonnet-4-5' || fail "$(v screen nullclaw-1)"
}

what_it_says_leads_to_the_provider() {
	touch "$PROVIDER_DIR/go"
	v send --enter nullclaw-1 'hello there' && v wait nullclaw-1 --for 'Second half of it' --timeout 120 ||
		fail "$(v screen nullclaw-1 | tail -4; v events nullclaw-1)"
	grep -aq 'hello there' "$PROVIDER_DIR"/001.request || fail "not what was typed"
	tr -d '\r' <"$PROVIDER_DIR/001.request" | grep -aqix "x-api-key: $ANTHROPIC_API_KEY" || fail "not with the operator's key"
	grep -aq vmdeck-placeholder "$PROVIDER_DIR/001.request" && fail "the placeholder went out"
	v exec nullclaw-1 -- grep -rqF "$ANTHROPIC_API_KEY" /root /proc/1/environ && fail "the key is inside"
	return 0
}

for t in it_gets_its_configuration what_it_says_leads_to_the_provider; do test_run $t; done
kill $provider
end_home
