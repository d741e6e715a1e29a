#!/bin/bash
# Preflight's questions asked from inside real machines, and what was well before the
# boot and is broken inside.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
new_home
mkdir -p "$VMDECK_HOME/config"
chmod 700 "$VMDECK_HOME/config"
cat >"$VMDECK_HOME/config/agents.json" <<'END'
{ "agents": {
  "net": { "image": "tiny", "network": "allowlist", "allow": ["api.example:443"] },
  "mute": { "image": "tiny", "network": "none" }
} }
END

# of a check in doctor's JSON: the words of a field
inside() { # session id field
	v doctor --session "$1" --json 2>/dev/null |
		awk -v id="\"$2\"," '$1 == "\"id\":" { on = $2 == id } on' |
		sed -n "/\"inside\"/,/}/s/.*\"$3\":\t\"\(.*\)\".*/\1/p" | head -n 1
}
of() { # session id field of the record itself
	v doctor --session "$1" --json 2>/dev/null |
		awk -v id="\"$2\"," '$1 == "\"id\":" { on = $2 == id } on' |
		sed -n "s/^\t*\"$3\":\t\"\(.*\)\",\{0,1\}$/\1/p" | head -n 1
}

a_machine_answers() {
	v up mute >/dev/null 2>&1 || fail "mute does not start"
	[ "$(inside mute-1 C02 status)" = ok ] || fail "CA: $(inside mute-1 C02 said)"
	[ "$(inside mute-1 N00 status)" = ok ] || fail "refused: $(inside mute-1 N00 said)"
	[ "$(inside mute-1 T03 status)" = ok ] || fail "clock: $(inside mute-1 T03 said)"
	[ "$(inside mute-1 G01 status)" = ok ] || fail "entropy: $(inside mute-1 G01 said)"
	[ "$(inside mute-1 D03 status)" = skip ] || fail "allowed: $(inside mute-1 D03 said)"
	[ "$(of mute-1 T03 status)" = ok ] || fail "T03 is $(of mute-1 T03 status)"
}

what_breaks_inside_is_red() {
	v exec mute-1 -- sh -c 'rm -f /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem' ||
		fail "exec"
	v exec mute-1 -- sh -c 'rm -f /etc/resolv.conf; echo "# none" >/etc/resolv.conf' || fail "exec"
	v exec mute-1 -- date -s '2001-01-01 00:00:00' >/dev/null || fail "date"
	[ "$(of mute-1 C02 status)" = fail ] || fail "C02 is $(of mute-1 C02 status)"
	case $(of mute-1 C02 summary) in *"not from inside"*) ;; *) fail "C02: $(of mute-1 C02 summary)";; esac
	[ "$(of mute-1 D06 status)" = fail ] || fail "D06 is $(of mute-1 D06 status)"
	[ "$(of mute-1 T03 status)" = fail ] || fail "T03 is $(of mute-1 T03 status)"
	v doctor --session mute-1 --strict >/dev/null 2>&1
	[ $? = 3 ] || fail "strict does not mind"
}

an_allowed_host_that_is_not_there() {
	v up net >/dev/null 2>&1 || fail "net does not start"
	[ "$(inside net-1 D06 status)" = ok ] || fail "resolver: $(inside net-1 D06 said)"
	[ "$(inside net-1 D03 status)" = fail ] || fail "allowed: $(inside net-1 D03 said)"
	[ "$(inside net-1 N00 status)" = ok ] || fail "refused: $(inside net-1 N00 said)"
}

who_cannot_answer_says_so() {
	v stop mute-1 --yes >/dev/null 2>&1
	v wait mute-1 --state ended --timeout 120 >/dev/null 2>&1
	v doctor --session mute-1 >/dev/null 2>&1 && fail "an ended session answers"
	v doctor --session nobody-9 >/dev/null 2>&1
	[ $? = 4 ] || fail "a session that is not there"
	v doctor --session net-1 shell >/dev/null 2>&1
	[ $? = 2 ] || fail "agents beside a session"
}

for t in a_machine_answers what_breaks_inside_is_red an_allowed_host_that_is_not_there \
	who_cannot_answer_says_so; do
	test_run $t
done
end_home
