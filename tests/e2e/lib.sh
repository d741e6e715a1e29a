# What the end-to-end tests share. Sourced by bash.
#
# Each script has a VMDECK_HOME of its own under $BUILD, with the prepared kernel
# and image linked in, and leaves nothing behind: the last test of each is the
# inventory. VMDECK, BUILD and PREPARED come from the Makefile.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${VMDECK:=$here/../../.build/vmdeck}" "${BUILD:=$here/../../.build}"
: "${PREPARED:=$here/../../.build/prepared}"

# Instrumented programs take a few times as long: what is waited for, too.
slower=1
case $BUILD in */san) slower=4;; esac

# A short path, because others than us may have limits: mktemp, not $BUILD.
new_home() {
	VMDECK_HOME=$(mktemp -d "${TMPDIR:-/tmp}/vmdeck-e2e-XXXXXX")
	export VMDECK_HOME
	mkdir -p "$VMDECK_HOME/state"
	chmod 700 "$VMDECK_HOME/state"
	ln -s "$PREPARED/cache" "$VMDECK_HOME/cache"
	ln -s "$PREPARED/data" "$VMDECK_HOME/data"
}

v() { "$VMDECK" "$@"; }

# test NAME: runs the function NAME; its first output line is why it failed.
test_run() {
	echo "run $1"
	local out status
	out=$("$1" 2>&1)
	status=$?
	if [ $status = 0 ]; then echo "ok $1"
	elif [ $status = 77 ]; then echo "skip $1: ${out##*$'\n'}"
	else
		echo "not ok $1: ${out##*$'\n'}"
		printf '%s\n' "$out" | sed 's/^/    /'
	fi
}
fail() { echo "$*"; exit 1; }
skip() { echo "$*"; exit 77; }

# until_true SECONDS COMMAND...: true as soon as the command is; no fixed sleeps.
until_true() {
	local end=$((${EPOCHREALTIME/./} + $1 * slower * 1000000)); shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		read -rt 0.02 <> <(:) || :
	done
}

field() { # session key: a member of its record
	sed -n "s/^\t\"$2\":\t\(.*[^,]\),\{0,1\}$/\1/p" "$VMDECK_HOME/state/sessions/$1/session.json" | tr -d '"'
}

gone() { ! kill -0 "$1" 2>/dev/null; }

gateway_of() { # session: its gateway's pid
	local p
	for p in $(cat /proc/"$(field "$1" pid)"/task/*/children 2>/dev/null); do
		grep -q vmdeck-gateway /proc/"$p"/comm 2>/dev/null && echo "$p"
	done
}

# Everything of this home that would outlive its sessions.
inventory() { bash "$here/inventory.sh" "$VMDECK_HOME"; }

end_home() {
	v kill --all --yes >/dev/null 2>&1
	test_run nothing_is_left_behind
	rm -rf "$VMDECK_HOME"
}
nothing_is_left_behind() {
	until_true 5 eval '[ -z "$(inventory)" ]' || fail "left: $(inventory | tr '\n' ';')"
}
