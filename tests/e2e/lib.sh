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

# test NAME: runs the function NAME. What it was failed with is why; all that it said, and the
# logs of the sessions that are there, follow: it may not be seen again.
test_run() {
	echo "run $1"
	local out status why
	out=$("$1" 2>&1)
	status=$?
	if [ $status = 0 ]; then echo "ok $1"
	elif [ $status = 77 ]; then echo "skip $1: ${out##*$'\n'}"
	else
		why=${out##*FAILED: }
		[ "$why" != "$out" ] || why=${out##*$'\n'}
		echo "not ok $1: ${why%%$'\n'*} (status $status)"
		printf '%s\n' "$out" | tail -n 60 | sed 's/^/    /'
		what_is_there | sed 's/^/    : /'
	fi
}
fail() { echo "FAILED: $*"; exit 1; }
skip() { echo "$*"; exit 77; }
what_is_there() {
	local d
	timeout 20 "$VMDECK" ls --all 2>&1 | head -n 12
	for d in "${VMDECK_HOME:-/nowhere}"/state/sessions/*/; do
		[ -d "$d" ] || continue
		sed -n 's/^\t"\(state\|cause\|note\)":\t"\(..*\)",*$/\1 \2/p' "$d/session.json" 2>/dev/null | tr '\n' ';' |
			sed "s|^|$(basename "$d"): |; s|\$|\n|"
		tail -n 3 "$d"/*.log 2>/dev/null | cut -c1-200 | LC_ALL=C tr -c '[:print:]\n' '?'
	done | head -n 60
	echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(sed -n 's/^MemAvailable: *//p' /proc/meminfo) free"
}

# until_true SECONDS COMMAND...: true as soon as the command is; no fixed sleeps. A deadline is
# for what never comes: at least a minute, as whoever else works on the machine may take seconds.
until_true() {
	local s=$1; shift
	within $((s > 60 ? s : 60)) "$@"
}
# The same to the second, where what does not come is no failure.
within() {
	local end=$((${EPOCHREALTIME/./} + $1 * slower * 1000000)); shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		read -rt 0.02 <> <(:) || :
	done
}
pause() { read -rt "$1" <> <(:) || :; } # where time itself is what is tested

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
	until_true 180 eval '[ -z "$(inventory)" ]' || fail "left: $(inventory | tr '\n' ';')" # a template may be under way
}
