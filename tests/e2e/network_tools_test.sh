#!/bin/bash
# curl, git and ssh inside a guest, by name through the gateway, without knowing of it: against
# an HTTPS server and an ssh server of the decoy world.
. "$(dirname "$0")/lib.sh"
for p in qemu-system-x86_64 curl git ssh dropbear dropbearkey openssl; do
	PATH=$PATH:/usr/sbin:/sbin
	command -v $p >/dev/null || { echo "skip network_tools: no $p on PATH"; exit 0; }
done
. "$here/world.sh"

server=93.184.216.22
# As nobody tells programs of a proxy, and as the agent's environment does.
plain() { v exec kit-1 -- env -i PATH=/usr/bin:/bin HOME=/root GIT_TERMINAL_PROMPT=0 "$@" 2>&1; }
proxied() { v exec kit-1 -- env HOME=/root GIT_TERMINAL_PROMPT=0 "$@" 2>&1; }
told() { until_true 20 eval "v events kit-1 | grep -q -- '$1'" || fail "not told: $1: $(v events kit-1)"; }
arrived() { since "$1" | grep -q "tcp $server:$2\$"; }

# Who may log in as git, and what is served: a repository, by https and by ssh.
repository() {
	local work=$VMDECK_HOME/work
	git init -q -b main "$work" && seq 20000 >"$work/numbers" && git -C "$work" add numbers &&
		git -C "$work" -c user.name=t -c user.email=t@t.example commit -q -m one &&
		mkdir -p served/git git/.ssh &&
		git clone -q --bare "$work" served/git/x.git && git -C served/git/x.git update-server-info &&
		git clone -q --bare "$work" git/x.git
}
ssh_server() {
	ssh-keygen -q -t ed25519 -N '' -f key && dropbearkey -t ed25519 -f host.key >host.txt 2>&1 &&
		cp key.pub git/.ssh/authorized_keys && chmod 700 git git/.ssh && chmod 600 git/.ssh/authorized_keys &&
		sed -n 's/^\(ssh-ed25519 [^ ]*\).*/git.example \1/p' host.txt >known_hosts && [ -s known_hosts ] || return 1
	printf '%s\n' root:x:0:0:root:/root:/bin/sh "git:x:1000:1000::$VMDECK_HOME/git:/bin/sh" >passwd
	mount --bind passwd /etc/passwd # of the world only
	cat >"serve/$server:22" <<-S
		#!/bin/sh
		exec unshare --user --map-user=1000 --map-group=1000 $(command -v dropbear) -i -r $VMDECK_HOME/host.key 2>>$VMDECK_HOME/ssh.log
	S
}
https_server() {
	certificate git DNS:git.example || return 1
	cat >"serve/$server:443" <<-S
		#!/bin/sh
		cd $VMDECK_HOME && exec $tools/net-api - - git.pem git.key https.log
	S
}
image() {
	bash "$here/../net/tree.sh" tree && v image import tree --root --name kit >/dev/null
}
set_up() {
	mkdir -p config serve
	# Images of our own beside the prepared ones.
	rm data && mkdir -p data/images && ln -s "$PREPARED/data/images/"* data/images/ || return 1
	repository && ssh_server && https_server && image || return 1
	chmod 755 serve/*
	cat >config/agents.json <<-A
		{ "agents": { "kit": { "image": "kit", "command": ["/bin/sh", "-l"],
			"allow": ["git.example", "git.example:22", "ok.example"],
			"files": {
				"/etc/ssl/certs/ca-certificates.crt": { "from": "$VMDECK_HOME/ca.pem", "mode": "0644" },
				"/root/.ssh/known_hosts": { "from": "$VMDECK_HOME/known_hosts" },
				"/root/.ssh/id_ed25519": { "from": "$VMDECK_HOME/key" } } } } }
	A
}

a_machine_with_the_hosts_tools_comes_up() {
	v up kit >/dev/null 2>err || fail "$(tail -n 3 err)"
	plain curl --version | grep -q '^curl' || fail "curl: $(plain curl --version)"
	plain git --version | grep -q '^git' || fail "git: $(plain git --version)"
	plain ssh -V | grep -q OpenSSH || fail "ssh: $(plain ssh -V)"
}

curl_reaches_by_name_what_is_allowed() {
	local mark=$(marks)
	[[ $(plain curl -sS https://git.example/by-name) = *'"/by-name"'* ]] || fail "https: $(plain curl -sS https://git.example/by-name)"
	grep -q 'api GET /by-name' https.log || fail "the server was not asked"
	arrived "$mark" 443 || fail "$(since "$mark")"
	[[ $(plain curl -sS http://ok.example/plain) = *decoy*/plain* ]] || fail "http"
	# Its certificate is the far side's: without its authority it is not believed.
	plain curl -sS --cacert /etc/passwd https://git.example/no | grep -qi certificate || fail "believed without its authority"
	grep -q 'GET /no ' https.log && fail "asked without its authority"
	return 0
}

curl_reaches_it_by_the_proxy_of_its_environment() {
	local out
	out=$(proxied curl -v https://git.example/by-proxy)
	[[ $out = *'"/by-proxy"'* && $out = *'CONNECT git.example:443'* ]] || fail "$out"
	out=$(proxied sh -c 'http_proxy=$HTTP_PROXY curl -sS http://ok.example/by-proxy')
	[[ $out = *decoy*/by-proxy* ]] || fail "http: $out"
}

what_is_not_allowed_fails_at_once_for_curl() {
	local mark=$(marks) began=${EPOCHREALTIME/./} out address
	out=$(plain curl -sS https://evil.example/) && fail "$out"
	[[ $out = *'resolve host'* ]] || fail "$out"
	out=$(proxied curl -sS https://evil.example/) && fail "by the proxy: $out"
	[[ $out = *403* ]] || fail "by the proxy: $out"
	out=$(plain curl -sS https://8.8.8.8/) && fail "by address: $out"
	[[ $out = *"connect to server"* ]] || fail "by address: $out"
	out=$(plain curl -sS http://git.example:8080/) && fail "by port: $out"
	# Another name to the address of an allowed one.
	address=$(plain nslookup git.example | sed -n 's/^Address.*\(198\.1[89]\.[0-9.]*\).*/\1/p' | head -n 1)
	out=$(plain curl -sSk --resolve "evil.example:443:$address" https://evil.example/other-name) && fail "by another name: $out"
	out=$(plain curl -sSk --http1.1 -H 'Host: evil.example' http://git.example/other-host) && fail "by another host: $out"
	[ $((${EPOCHREALTIME/./} - began)) -lt 60000000 ] || fail "not at once"
	grep -qE 'other-name|other-host' https.log "$WORLD_LOG" && fail "arrived"
	since "$mark" | grep -qE 'evil|8\.8\.8\.8|:8080' && fail "arrived: $(since "$mark" | tail -n 3)"
	told 'refused evil.example'
	told 'refused 8.8.8.8:443'
	told 'refused .*443: another name'
}

cloned() { # directory: it is what is served
	[ "$(plain sh -c "tail -n 1 $1/numbers; cd $1 && git log --format=%s")" = $'20000\none' ] || fail "in $1: $(plain ls -la "$1")"
}

git_clones_over_https() {
	local out
	out=$(plain git clone -q https://git.example/git/x.git /root/by-name) || fail "$out"
	cloned /root/by-name
	out=$(proxied env GIT_CURL_VERBOSE=1 git clone -q https://git.example/git/x.git /root/by-proxy) || fail "$out"
	cloned /root/by-proxy
	[[ $out = *'CONNECT git.example:443'* ]] || fail "not by the proxy: $out"
}

git_clones_and_pushes_over_ssh() {
	local mark=$(marks) out
	out=$(plain git clone -q git@git.example:x.git /root/by-ssh) || fail "$out $(tail -n 2 ssh.log)"
	arrived "$mark" 22 || fail "$(since "$mark")"
	cloned /root/by-ssh
	out=$(plain sh -c 'cd /root/by-ssh && echo more >more && git add more &&
		git -c user.name=g -c user.email=g@g.example commit -q -m two && git push -q origin main') || fail "push: $out"
	[ "$(git -C git/x.git log -1 --format=%s main)" = two ] || fail "not pushed"
}

git_and_ssh_are_refused_elsewhere_at_once() {
	local mark=$(marks) began=${EPOCHREALTIME/./} out
	out=$(plain git clone -q https://evil.example/x.git /root/no) && fail "$out"
	out=$(plain git clone -q git@evil.example:x.git /root/no) && fail "$out"
	out=$(plain ssh -o BatchMode=yes -o StrictHostKeyChecking=no git@ok.example true) && fail "$out"
	# Somebody may be reached at port 22, so it listens, and ends what is for another name.
	[[ $out = *reset* ]] || fail "ok.example at its port 22: $out"
	out=$(plain ssh -o BatchMode=yes -o StrictHostKeyChecking=no git@1.1.1.1 true) && fail "$out"
	[[ $out = *refused* ]] || fail "by address: $out"
	[ $((${EPOCHREALTIME/./} - began)) -lt 60000000 ] || fail "not at once"
	[ -z "$(since "$mark")" ] || fail "$(since "$mark" | head -n 3)"
	told 'refused ok.example:22'
}

cd "$VMDECK_HOME" || exit 1
set_up 2>err || { echo "not ok set_up: $(tail -n 3 err)"; exit 1; }
for t in ${*:-a_machine_with_the_hosts_tools_comes_up curl_reaches_by_name_what_is_allowed
	curl_reaches_it_by_the_proxy_of_its_environment what_is_not_allowed_fails_at_once_for_curl
	git_clones_over_https git_clones_and_pushes_over_ssh git_and_ssh_are_refused_elsewhere_at_once}; do
	test_run "$t"
done
end_home
