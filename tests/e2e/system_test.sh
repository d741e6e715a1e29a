#!/bin/bash
# Images that start their own init: "boot": "init", and a root that is a copy ("clone").
# A small one of busybox always, Debian's systemd where mmdebstrap can fetch it.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
new_home
rm "$VMDECK_HOME/data"
mkdir -p "$VMDECK_HOME/data/images" "$VMDECK_HOME/config/images"
cp -a "$PREPARED/data/images/tiny" "$VMDECK_HOME/data/images/"
work=$VMDECK_HOME/work
mkdir "$work"

# Its /sbin/init is busybox, which does what /etc/inittab says; its fstab waits for a disk of
# some other machine.
make_image() {
	local t=$work/tree name
	mkdir -p "$t"/{bin,sbin,etc,root,proc,sys,dev,run,tmp}
	cp "$(command -v busybox)" "$t/bin/busybox" || fail "no busybox"
	for name in sh cat echo ps sleep stty sync mount tty kill ls; do ln -s busybox "$t/bin/$name"; done
	ln -s ../bin/busybox "$t/sbin/init"
	ln -s ../bin/busybox "$t/sbin/poweroff"
	cat >"$t/etc/inittab" <<-'EOF'
	::sysinit:/etc/rc
	::respawn:/bin/sleep 4321
	::shutdown:/etc/down
	EOF
	printf '#!/bin/sh\necho $$ $PPID >/etc/rc-ran\n' >"$t/etc/rc"
	printf '#!/bin/sh\necho down >/etc/was-down\nsync\n' >"$t/etc/down"
	chmod 755 "$t/etc/rc" "$t/etc/down"
	printf '/dev/sda2 /boot ext4 defaults 0 2\n' >"$t/etc/fstab"
	printf 'root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000::/:/bin/sh\n' >"$t/etc/passwd"
	tar cf "$work/own.tar" --format=pax -C "$t" .
	# Root's alone by its mode, and worker's to read by its ACL.
	echo known >"$t/etc/secret"
	tar rf "$work/own.tar" --format=pax --owner=0 --group=0 --mode=0600 -C "$t" ./etc/secret \
		--pax-option=$'SCHILY.acl.access:=user::rw-\nuser:1000:r--\ngroup::---\nmask::r--\nother::---' || fail "tar"
}

agents() {
	cat >"$VMDECK_HOME/config/agents.json" <<-'EOF'
	{ "agents": {
		"own": { "image": "own", "network": "none", "user": "worker", "cwd": "/tmp", "command": ["/bin/sh", "-i"] },
		"copy": { "inherits": "own", "root": "clone", "disk": 200, "user": "root",
			"files": { "/root/given": { "text": "read back\n", "mode": "0640" } } },
		"none": { "inherits": "own", "image": "noinit", "boot": "init" },
		"ruled": { "inherits": "own", "user": "root" },
		"brief": { "inherits": "own", "command": ["/bin/sh", "-c", "exit 7"] },
		"stays": { "inherits": "own", "user": "root", "on_exit": "restart" },
		"sysd": { "image": "sysd", "memory": 768, "network": "none", "boot": "init", "command": ["/bin/bash", "-l"] } } }
	EOF
}

agents

its_init_runs_and_the_agent_beside_it() {
	make_image
	v image import "$work/own.tar" --name own --boot init >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
	v image verify own --json | grep -q '"init"' || fail "verify does not look at its init"
	v up own >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
	grep -q 'system  *[0-9.]* ms' "$work/err" || fail "no step for it: $(cat "$work/err")"
	until_true 30 v exec own-1 -- /bin/cat /etc/rc-ran || fail "its rc did not run"
	v exec own-1 -- /bin/ps >"$work/ps" || fail "ps"
	grep -qE '^ +1 root .*init' "$work/ps" && grep -q 'sleep 4321' "$work/ps" || fail "$(cat "$work/ps")"
	[ "$(v exec own-1 -- /bin/cat /etc/rc-ran | cut -d' ' -f2)" = 1 ] || fail "rc is no child of pid 1"
	v exec own-1 -- /bin/cat /etc/fstab | grep -q sda2 && fail "its fstab is in force"
	# The agent is in there, as its user, on the console, of the canvas's size.
	grep -qE 'worker .*sh -i' "$work/ps" || fail "no agent: $(cat "$work/ps")"
	v send own-1 --enter 'tty; echo $(stty size)-$PPID'
	v wait own-1 --for '40 120-0' --timeout 120 || fail "$(v screen own-1 | tail -n 5)"
	v resize own-1 100x30 && v send own-1 --enter 'echo now $(stty size)'
	v wait own-1 --for 'now 30 100' --timeout 120 || fail "$(v screen own-1 | tail -n 5)"
	# An ACL out of a tar holds: worker reads, others do not.
	v send own-1 --enter 'echo "it is $(cat /etc/secret)"; exec /bin/sh -i'
	v wait own-1 --for 'it is known' --timeout 120 || fail "$(v screen own-1 | tail -n 5)"
	v screen own-1 | grep -q /dev/pts/ || fail "no terminal: $(v screen own-1 | tail -n 5)"
}

it_cannot_kill_what_keeps_the_console() {
	# "Everything" is all that its pid namespace has.
	v up stays >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
	v exec stays-1 -- /bin/sh -c 'kill -9 -1' >/dev/null 2>&1
	v exec stays-1 -- /bin/echo still here | grep -q 'still here' || fail "exec is dead"
	# The agent was among it, and is started again, in there.
	v wait stays-1 --for 'ended by signal 9' --timeout 120 || fail "$(v screen stays-1 | tail -n 5)"
	until_true 30 eval 'v exec stays-1 -- /bin/ps | grep -q "sh -i"' || fail "no agent"
	v send stays-1 --enter 'echo again-$((40+2))-$PPID'
	v wait stays-1 --for 'again-42-0' --timeout 120 || fail "$(v screen stays-1 | tail -n 5)"
	v kill stays-1 --yes >/dev/null
}

stop_lets_it_end_by_itself() {
	v stop own-1 --yes >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	v logs --boot own-1 | grep -q 'has powered off' || fail "$(v logs --boot own-1 | tail -n 3)"
	v changes own-1 >"$work/out" || fail "changes"
	for name in rc-ran was-down; do
		grep -q "A .* /etc/$name\$" "$work/out" || fail "no $name: $(cat "$work/out")"
	done
	[ "$(wc -l <"$work/out")" = 2 ] || fail "it shows: $(cat "$work/out")"
	until_true 10 v rm own-1 --yes || fail "rm"
}

is_over() { [ "$(field "$1" state)" = ended ]; }

poweroff_inside_ends_the_session() {
	v up ruled >/dev/null 2>&1 || fail "up"
	v exec ruled-1 -- /sbin/poweroff >/dev/null 2>&1
	until_true 60 is_over ruled-1 || fail "$(v ls --all)"
	v logs --boot ruled-1 | grep -q 'has powered off' || fail "$(v logs --boot ruled-1 | tail -n 3)"
	until_true 10 v rm ruled-1 --yes || fail "rm"
	v up ruled >/dev/null 2>&1 || fail "up"
	v exec ruled-1 -- /bin/kill -TERM 1 >/dev/null 2>&1 # busybox: reboot
	until_true 60 is_over ruled-1 || fail "$(v ls --all)"
	v logs --boot ruled-1 | grep -q 'wants to start again' || fail "$(v logs --boot ruled-1 | tail -n 3)"
	until_true 10 v rm ruled-1 --yes || fail "rm"
}

the_agents_end_is_the_sessions() {
	v up brief >/dev/null 2>&1 # it may have ended before it was ready
	until_true 60 is_over brief-1 || fail "$(v ls --all)"
	[ "$(field brief-1 exit_code)" = 7 ] || fail "exit code $(field brief-1 exit_code)"
	until_true 10 eval 'v logs --boot brief-1 | grep -q "has powered off"' || fail "its system did not end"
	until_true 10 v rm brief-1 --yes || fail "rm"
}

a_clone_is_its_own_root() {
	v up copy >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
	v exec copy-1 -- /bin/sh -c 'cat /root/given; busybox stat -c %a:%u /root/given; busybox stat -f -c "%b %S" /' >"$work/out" ||
		fail "$(cat "$work/out")"
	[ "$(head -n 2 "$work/out" | tr '\n' ' ')" = "read back 640:0 " ] || fail "$(cat "$work/out")"
	# The image has some 70 MiB; its session was promised 200.
	set -- $(tail -n 1 "$work/out")
	[ $(($1 * $2 >> 20)) -gt 150 ] || fail "not grown: $1 blocks of $2"
	v exec copy-1 -- /bin/mount | grep -q '^/dev/vdb on / type ext4 (rw' || fail "$(v exec copy-1 -- /bin/mount)"
	v exec copy-1 -- /bin/sh -c 'echo x >/bin/new && cat /etc/rc-ran' >/dev/null || fail "not written"
	v changes copy-1 >"$work/out" 2>&1 && fail "changes of a copy"
	grep -q 'copy of its image' "$work/out" && grep -q 'fix:' "$work/out" || fail "$(cat "$work/out")"
	v stop copy-1 --yes >/dev/null 2>&1 || fail "stop"
	v logs --boot copy-1 | grep -q 'has powered off' || fail "$(v logs --boot copy-1 | tail -n 3)"
	until_true 10 v rm copy-1 --yes || fail "rm"
	v up copy >/dev/null 2>&1 || fail "the second"
	v exec copy-1 -- /bin/ls /bin/new >/dev/null 2>&1 && fail "the image was written to"
	v kill copy-1 --yes >/dev/null; until_true 10 v rm copy-1 --yes || fail "rm"
}

without_an_init_it_is_said() {
	[ -d "$work/tree" ] || make_image
	tar cf "$work/noinit.tar" --exclude=./sbin/init -C "$work/tree" .
	v image import "$work/noinit.tar" --name noinit >/dev/null 2>&1 || fail "import"
	v up none >/dev/null 2>"$work/err" && fail "it is up"
	grep -q "no init in the image" "$work/err" || fail "it says: $(cat "$work/err")"
	until_true 10 v rm none-1 --yes || fail "rm"
}

debian_with_systemd() {
	command -v mmdebstrap >/dev/null || skip "no mmdebstrap"
	cat >"$VMDECK_HOME/config/images/sysd.json" <<-'EOF'
	{ "base": "debootstrap", "packages": ["systemd-sysv", "dbus", "procps"], "boot": "init", "command": ["/bin/bash", "-l"] }
	EOF
	from=$SECONDS
	v image build sysd >"$work/out" 2>&1 || { grep -q 'mmdebstrap: ' "$work/out" && skip "mmdebstrap cannot: $(tail -n 2 "$work/out")"; fail "$(cat "$work/out")"; }
	echo "# built in $((SECONDS - from)) s"
	v image verify sysd >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	v up sysd >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
	grep -E ' system | ready ' "$work/err" | sed 's/^/# /'
	[ "$(v exec sysd-1 -- cat /proc/1/comm)" = systemd ] || fail "pid 1 is $(v exec sysd-1 -- cat /proc/1/comm)"
	v exec sysd-1 -- systemctl is-system-running >"$work/out" 2>&1 || fail "$(cat "$work/out") $(v exec sysd-1 -- systemctl --failed --no-legend)"
	[ "$(v exec sysd-1 -- hostname)" = sysd-1 ] || fail "it is $(v exec sysd-1 -- hostname)"
	v exec sysd-1 -- sh -c 'ip=$(cat /proc/net/fib_trie); cat /etc/resolv.conf' | grep -q 10.200.0.1 || fail "resolver"
	v exec sysd-1 -- grep -q 10.200.0.2 /proc/net/fib_trie || fail "systemd took the address away"
	v exec sysd-1 -- systemd-run --wait -q /bin/true || fail "a service"
	v send sysd-1 --enter 'echo agent-$((40+2)); systemctl is-active dbus'
	v wait sysd-1 --for 'agent-42' --timeout 120 || fail "$(v screen sysd-1 | tail -n 5)"
	# Its own "kill all" at its end reaches nothing of ours: the last words come from there.
	from=$SECONDS
	v stop sysd-1 --yes >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	echo "# stopped in $((SECONDS - from)) s"
	v logs --boot sysd-1 | grep -q 'has powered off' || fail "$(v logs --boot sysd-1 | tail -n 3)"
	v changes sysd-1 | grep -q '/var/log' || fail "changes: $(v changes sysd-1 | head -n 5)"
}

all="its_init_runs_and_the_agent_beside_it it_cannot_kill_what_keeps_the_console
	stop_lets_it_end_by_itself poweroff_inside_ends_the_session the_agents_end_is_the_sessions
	a_clone_is_its_own_root without_an_init_it_is_said debian_with_systemd"
for t in ${*:-$all}; do
	test_run "$t"
done
end_home
