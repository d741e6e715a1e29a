#!/bin/bash
# Real agents in real machines: codex, claude and opencode out of their vendors' packages,
# held against a provider that is played on this host. Needs QEMU, the prepared kernel, and
# npm with a registry that has the packages; skips by name without. opencode takes three
# minutes of computing to its first screen where instructions are emulated: SLOW=1.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip agents: no qemu-system-x86_64 on PATH"; exit 0; }
command -v npm >/dev/null || { echo "skip agents: no npm on PATH to fetch their packages with"; exit 0; }
new_home
PROVIDER_DIR=$VMDECK_HOME/provider
mkdir -p "$PROVIDER_DIR" "$VMDECK_HOME/config"
"$BUILD/tests/provider" "$PROVIDER_DIR" &
provider=$!
until_true 10 test -e "$PROVIDER_DIR/port"
port=$(cat "$PROVIDER_DIR/port")

# The operator's keys: never to be seen in a machine.
export ANTHROPIC_API_KEY=sk-ant-real-$$-$RANDOM OPENAI_API_KEY=sk-real-$$-$RANDOM
cat >"$VMDECK_HOME/config/agents.json" <<J
{ "providers": {
    "anthropic": { "base_url": "http://127.0.0.1:$port", "local": true },
    "openai": { "base_url": "http://127.0.0.1:$port/v1", "local": true } },
  "agents": {
    "claude": { "inherits": "claude", "command": ["claude", "--permission-mode", "manual"],
      "cwd": "/mnt/work", "files": { "~/.claude.json": { "text": "{\"hasCompletedOnboarding\": true, \"theme\": \"dark\", \"customApiKeyResponses\": {\"approved\": [\"t-vmdeck-placeholder\"], \"rejected\": []}, \"projects\": {\"/mnt/work\": {\"hasTrustDialogAccepted\": true}}}" } } },
    "opencode": { "inherits": "opencode", "cpus": 1, "cwd": "/mnt/work", "files": { "~/.config/opencode/opencode.json": { "text": "{ \"autoupdate\": false, \"disabled_providers\": [\"opencode\"], \"permission\": { \"bash\": \"ask\" } }\n" } } },
    "codex": { "inherits": "codex", "cwd": "/mnt/work", "files": { "~/.codex/config.toml": { "text": "model_provider = \"v\"\ncheck_for_update_on_startup = false\n[model_providers.v]\nname = \"OpenAI\"\nbase_url = \"http://openai.vmdeck/v1\"\nenv_key = \"OPENAI_API_KEY\"\nwire_api = \"responses\"\n[analytics]\nenabled = false\n[otel]\nmetrics_exporter = \"none\"\n[features]\nplugins = false\n[projects.\"/mnt/work\"]\ntrust_level = \"trusted\"\n" } } } } }
J

for name in codex claude ${SLOW:+opencode}; do
	v image ls | grep -q "^$name " && continue
	v image build $name >"$VMDECK_HOME/build.log" 2>&1 || {
		kill $provider
		rm -rf "$VMDECK_HOME"
		echo "skip agents: the image $name cannot be built here: $(tail -n 1 "$VMDECK_HOME/build.log" 2>/dev/null)"
		exit 0
	}
done

# What one step may take: where it is emulated, opencode needs minutes from a request to its answer.
patience() { case $1 in opencode*) echo 900;; *) echo 180;; esac; }
requests() { cat "$PROVIDER_DIR"/*.request 2>/dev/null; }
type_in() { v send --enter "$1" "$2"; } # Enter behind the text is no newline in it (enter.h)

both_come_up() {
	v up codex claude --cold --no-wait >/dev/null || fail "up"
	v wait codex-1 --state ready --timeout 400 || fail "codex: $(v screen codex-1 | tail -5)"
	v wait claude-1 --state ready --timeout 400 || fail "claude: $(v screen claude-1 | tail -5)"
}

# The first screen: what the same binary draws on this host in tmux, with the same
# configuration. Left out is what tells of the host (warnings) and hints that change
# with time and turn, and the small drawing that moves.
tmux_name=vmdeck-agents-$$
rows() {
	sed -e 's/▐\|▛\|▜\|▝\|▘\|▗\|▟\|▙\|▄\|▀\|▖\|▌\|█//g' -e 's/^ *//' -e 's/⚠.*//' -e 's/◐.*//' -e 's/… ".*/…/' \
		-e 's/[[:space:]]*$//' | grep -v -e '^$' -e '? for shortcuts' -e 'manual mode on'
}
same_rows() {
	tmux -L $tmux_name capture-pane -p -t "$1" | rows >"$VMDECK_HOME/$1.tmux"
	v screen "$1-1" | rows >"$VMDECK_HOME/$1.guest"
	[ "$(wc -l <"$VMDECK_HOME/$1.tmux")" -ge 5 ] && cmp -s "$VMDECK_HOME/$1.tmux" "$VMDECK_HOME/$1.guest"
}
on_the_host() { # NAME ARGS...
	local name=$1 host=$VMDECK_HOME/host; shift
	mkdir -p "$host"
	debugfs -R "dump $(v exec $name-1 -- readlink -f "/proc/$(agent_pid $name)/exe") $host/$name" \
		"$VMDECK_HOME/data/images/$name/root.ext4" >/dev/null 2>&1
	[ -s "$host/$name" ] || return 1
	chmod 755 "$host/$name"
	cat >"$host/claude.json" <<-J
		{ "hasCompletedOnboarding": true, "theme": "dark", "customApiKeyResponses": { "approved":
		["t-vmdeck-placeholder"], "rejected": [] }, "projects": { "/mnt/work": { "hasTrustDialogAccepted": true } } }
	J
	printf '%s\n' 'model_provider = "v"' 'check_for_update_on_startup = false' '[model_providers.v]' 'name = "OpenAI"' \
		"base_url = \"http://127.0.0.1:$port/v1\"" 'env_key = "OPENAI_API_KEY"' 'wire_api = "responses"' \
		'[analytics]' 'enabled = false' '[otel]' 'metrics_exporter = "none"' '[features]' 'plugins = false' '[projects."/mnt/work"]' 'trust_level = "trusted"' >"$host/config.toml"
	local base=; [ "$name" = opencode ] && base=/v1
	cat >"$host/opencode.json" <<-J
		{ "autoupdate": false, "disabled_providers": ["opencode"], "permission": { "bash": "ask" } }
	J
	echo '{"packages": {"": {"dependencies": {"@opencode-ai/plugin": "*"}}}}' >"$host/package-lock.json"
	cat >"$host/$name.sh" <<-S
		mount -t tmpfs none /mnt && mkdir -p /mnt/work /mnt/home/.codex && cd /mnt/work &&
		cp $host/claude.json /mnt/home/.claude.json && cp $host/config.toml /mnt/home/.codex/ &&
		mkdir -p /mnt/home/.config/opencode/node_modules && cp $host/opencode.json $host/package-lock.json /mnt/home/.config/opencode/ &&
		exec env -i PATH=/usr/bin:/bin HOME=/mnt/home TERM=xterm-256color LANG=C.UTF-8 DISABLE_AUTOUPDATER=1 \
			CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 OPENCODE_DISABLE_MODELS_FETCH=1 ANTHROPIC_BASE_URL=http://127.0.0.1:$port$base \
			ANTHROPIC_API_KEY=sk-ant-vmdeck-placeholder OPENAI_API_KEY=sk-vmdeck-placeholder $host/$name $*
	S
	LC_ALL=C.UTF-8 tmux -u -L $tmux_name -f /dev/null new-session -d -x 120 -y 40 -s $name \
		"unshare -Urm sh $host/$name.sh"
}
agent_pid() { v exec "$1-1" -- sh -c 'for p in /proc/[0-9]*; do case $(readlink $p/exe) in */'"$1"'*) echo ${p#/proc/}; break;; esac; done'; }
first_screen_of() {
	unshare -Urm true 2>/dev/null || skip "no user namespaces for a run on this host"
	on_the_host "$@" || fail "the image has no $1 to run here"
	until_true 180 same_rows "$1" || fail "$(diff "$VMDECK_HOME/$1.tmux" "$VMDECK_HOME/$1.guest" | head -8 | tr '\n' '|')"
}
codex_draws_its_first_screen_as_in_tmux() { first_screen_of codex --no-daemon; }
claude_draws_its_first_screen_as_in_tmux() { first_screen_of claude --permission-mode manual; }

codex_streams_an_answer() { converse codex "$OPENAI_API_KEY"; }
claude_streams_an_answer() { converse claude "$ANTHROPIC_API_KEY"; }
converse() {
	local s=$1-1
	rm -f "$PROVIDER_DIR/go" "$PROVIDER_DIR"/*.request "$PROVIDER_DIR"/.[0-9]*
	type_in "$s" 'hello to the provider' || fail "typing: $(v screen "$s" | tail -4)"
	v wait "$s" --for 'First half of the answer' --timeout $(patience $s) || fail "no first half: $(v screen "$s" | tail -8)"
	v screen "$s" | grep -q 'Second half' && fail "the second half came before it was sent"
	v wait "$s" --state working --timeout $(patience $s) || fail "it is $(field "$s" state) while an answer streams"
	touch "$PROVIDER_DIR/go"
	v wait "$s" --for 'Second half of it' --timeout $(patience $s) || fail "no second half"
	v wait "$s" --state idle --timeout $(patience $s) || fail "it is $(field "$s" state) after the answer"
	requests | grep -aq 'hello to the provider' || fail "the request does not have what was typed"
	requests | tr -d '\r' | grep -aiE '^(x-api-key|authorization): ' | grep -qF "$2" || fail "the real key was not put on"
	requests | grep -aq 'vmdeck-placeholder' && fail "the placeholder went out"
	return 0
}

# Programs drop keys that come before their question can have been read: again, then, as
# often as it still asks. Each try is short, or there would be only one of them.
allow() { field "$1" state | grep -q asks && v send --enter "$1" ''; v wait "$1" --for 'It ran' --timeout 8; }
asks_first() { # NAME: before it runs a command
	local s=$1-1
	type_in "$s" 'please run touch /tmp/asked' || fail "typing"
	v wait "$s" --state asks --timeout $(patience $s) || fail "it is $(field "$s" state): $(v screen "$s" | tail -12 | tr '\n' '|')"
	field "$s" cause | grep -q . || fail "the record does not say what for"
	v exec "$s" -- test -e /tmp/asked && fail "it ran without being allowed"
	until_true $(($(patience $s) + 60)) allow "$s" || fail "$(v screen "$s" | tail -8)"
	v exec "$s" -- test -e /tmp/asked || fail "it did not run"
	v wait "$s" --state idle --timeout $(patience $s) || fail "it is $(field "$s" state)"
}
claude_asks_before_it_runs_a_command() { asks_first claude; }
codex_asks_before_it_runs_a_command() { asks_first codex; }

# All that they want besides their provider is switched off; what they still try is refused
# and told, and does not hold them up.
their_network_is_calm() {
	for s in claude codex; do
		v events $s-1 >"$VMDECK_HOME/events" || fail "events"
		[ "$(grep -c refused "$VMDECK_HOME/events")" -le 1 ] || fail "$s: $(tr '\n' ';' <"$VMDECK_HOME/events")"
	done
}

they_have_the_proxy() {
	for s in claude codex; do
		v exec $s-1 -- sh -c 'cat /proc/[0-9]*/environ | tr "\0" "\n" | sort -u' >"$VMDECK_HOME/env" 2>/dev/null
		for n in HTTPS_PROXY https_proxy HTTP_PROXY; do
			grep -qx "$n=http://10.200.0.1:3128" "$VMDECK_HOME/env" || fail "$s has no $n"
		done
		grep -q '^NO_PROXY=.*vmdeck' "$VMDECK_HOME/env" || fail "$s: $(grep -i no_proxy "$VMDECK_HOME/env")"
	done
}

an_end_is_told() {
	type_in claude-1 /exit || fail "typing"
	v wait claude-1 --state ended --timeout 120 || fail "claude is $(field claude-1 state)"
}

the_keys_stay_outside() {
	for s in codex claude; do
		v exec $s-1 -- sh -c 'tr "\0" "\n" </proc/1/environ; cat /proc/[0-9]*/environ | tr "\0" "\n"' >"$VMDECK_HOME/env" 2>/dev/null
		grep -aq 'vmdeck-placeholder' "$VMDECK_HOME/env" || fail "$s has no placeholder"
		v exec $s-1 -- sh -c 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; grep -rh . /root /tmp /work /etc 2>/dev/null' >"$VMDECK_HOME/all" 2>/dev/null
		grep -aqF -e "$OPENAI_API_KEY" -e "$ANTHROPIC_API_KEY" "$VMDECK_HOME/all" && fail "a key is in $s's machine"
	done
	grep -rqF -e "$OPENAI_API_KEY" -e "$ANTHROPIC_API_KEY" "$VMDECK_HOME/state" && fail "a key is in the state directory"
	return 0
}

# By itself, for it wants all that there is.
opencode_comes_up() {
	v up opencode --cold --no-wait >/dev/null || fail "up"
	v wait opencode-1 --state ready --timeout 1200 || fail "opencode: $(v screen opencode-1 | tail -5)"
}
opencode_draws_its_first_screen_as_in_tmux() { first_screen_of opencode; }
opencode_streams_an_answer() { converse opencode "$ANTHROPIC_API_KEY"; }
opencode_asks_before_it_runs_a_command() { asks_first opencode; }
opencode_is_calm() {
	v events opencode-1 >"$VMDECK_HOME/events" && ! grep refused "$VMDECK_HOME/events" || fail "$(cat "$VMDECK_HOME/events")"
}

tests="both_come_up codex_draws_its_first_screen_as_in_tmux claude_draws_its_first_screen_as_in_tmux
	codex_streams_an_answer claude_streams_an_answer claude_asks_before_it_runs_a_command
	codex_asks_before_it_runs_a_command they_have_the_proxy their_network_is_calm
	the_keys_stay_outside an_end_is_told"
slow="opencode_comes_up opencode_draws_its_first_screen_as_in_tmux opencode_streams_an_answer
	opencode_asks_before_it_runs_a_command opencode_is_calm"
for t in ${*:-$tests}; do test_run $t; done
if [ $# = 0 ] && [ -n "${SLOW:-}" ]; then
	v kill --all --yes >/dev/null 2>&1
	for t in $slow; do test_run $t; done
elif [ $# = 0 ]; then
	echo "skip opencode: minutes of computing where it is emulated; SLOW=1 runs it"
fi
tmux -L $tmux_name kill-server 2>/dev/null
kill $provider
end_home
