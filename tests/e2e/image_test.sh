#!/bin/bash
# Images as an operator makes them: imported, by recipes, with commands in a machine,
# verified, mended, cancelled.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
new_home
# Images of its own: those that others use stay as they are.
rm "$VMDECK_HOME/data"
mkdir -p "$VMDECK_HOME/data/images" "$VMDECK_HOME/config/images"
cp -a "$PREPARED/data/images/tiny" "$VMDECK_HOME/data/images/"
work=$VMDECK_HOME/work
mkdir "$work"

# A root file system that somebody else made: busybox, and little more.
make_tree() {
	mkdir -p "$work/tree/bin" "$work/tree/etc"
	cp "$(command -v busybox)" "$work/tree/bin/busybox"
	ln -s busybox "$work/tree/bin/sh"
	echo "here I am" >"$work/tree/etc/mark"
	tar czf "$work/root.tar.gz" -C "$work/tree" .
}

it_is_imported_made_ready_and_boots() {
	make_tree
	v image import "$work/root.tar.gz" --name mine --json >"$work/out" 2>"$work/err" ||
		fail "import: $(cat "$work/err")"
	grep -q '"made":[[:space:]]*true' "$work/out" || fail "not made: $(cat "$work/out")"
	grep -q 'import mine: write' "$work/err" || fail "no progress: $(cat "$work/err")"
	v image verify mine >"$work/out" 2>&1 || fail "verify: $(cat "$work/out")"
	cat >"$VMDECK_HOME/config/agents.json" <<-EOF
	{ "agents": { "mine": { "image": "mine", "network": "none",
		"command": ["/bin/sh", "-c", "/bin/busybox cat /etc/mark; exec /bin/busybox sleep 1000"] } } }
	EOF
	v up mine >"$work/out" 2>&1 || fail "up: $(cat "$work/out")"
	v wait mine-1 --for "here I am" --timeout 120 >"$work/out" 2>&1 ||
		fail "wait: $(v screen mine-1 | head -n 5)"
	v kill mine-1 --yes >/dev/null 2>&1
}

the_same_again_is_at_hand() {
	v image import "$work/root.tar.gz" --name mine --json 2>/dev/null | grep -q '"made":[[:space:]]*false' ||
		fail "it was made again"
	v image import "$work/root.tar.gz" --name other --json 2>/dev/null | grep -q '"made":[[:space:]]*false' ||
		fail "it was made again for another name"
	[ "$(stat -c %i "$VMDECK_HOME/data/images/mine/root.ext4")" = \
		"$(stat -c %i "$VMDECK_HOME/data/images/other/root.ext4")" ] || fail "two files"
	v image rm other --yes 2>/dev/null || fail "rm"
}

progress_comes_as_records() {
	v image import "$work/tree" --name tree --progress 3 3>"$work/records" >/dev/null 2>&1 || fail "import"
	grep -qE '^progress write [0-9]+ [0-9]+ [0-9]+ -?[0-9]+ ' "$work/records" ||
		fail "records: $(head -n 3 "$work/records")"
}

what_lacks_is_shown_and_mended() {
	v image import "$work/root.tar.gz" --name raw --as-it-is >/dev/null 2>&1 || fail "import"
	v image verify raw >"$work/out" 2>"$work/err" && fail "verify found nothing lacking"
	grep -q 'no  *CA certificates' "$work/out" || fail "$(cat "$work/out")"
	grep -q 'image fix raw' "$work/err" || fail "no remedy"
	v image fix-dns raw >"$work/out" 2>&1 || fail "fix-dns: $(cat "$work/out")"
	grep -q 'ok  *resolver' "$work/out" || fail "$(cat "$work/out")"
	grep -q 'no  *CA certificates' "$work/out" || fail "fix-dns mended more than that"
	v image fix raw >/dev/null 2>&1 || fail "fix"
	v image verify raw --json | grep -q '"ok":[[:space:]]*false' && fail "still lacking"
	PATH=$PATH:/sbin e2fsck -fn "$VMDECK_HOME/data/images/raw/root.ext4" >"$work/out" 2>&1 ||
		fail "$(tail -n 1 "$work/out")"
}

what_was_mended_is_no_longer_what_its_source_makes() {
	[ -e "$work/root.tar.gz" ] || make_tree
	resolver() { PATH=$PATH:/sbin debugfs -R 'cat /etc/resolv.conf' "$VMDECK_HOME/data/images/$1/root.ext4" 2>/dev/null; }
	made() { v image import "$work/root.tar.gz" --name "$1" --as-it-is --json 2>/dev/null | sed -n 's/.*"made":[[:space:]]*\([a-z]*\).*/\1/p'; }
	made first >/dev/null && [ -z "$(resolver first)" ] || fail "it has a resolver already"
	v image fix-dns first >/dev/null 2>&1
	[ -n "$(resolver first)" ] || fail "not mended"
	[ "$(made second)" = true ] || fail "the mended one was handed out"
	[ -z "$(resolver second)" ] || fail "the copy is mended"
	v image ls --json | grep -A12 '"first"' | grep -q 'mended"' || fail "it does not say so"
	# Under its own name it is made anew, too, and then at hand.
	v image fix-dns second >/dev/null 2>&1
	[ "$(made second)" = true ] && [ -z "$(resolver second)" ] || fail "not what the source makes"
	[ "$(made second)" = false ] || fail "made again"
	# What lacks nothing stays what it is.
	v image import "$work/root.tar.gz" --name whole >/dev/null 2>&1 || fail "import"
	inode=$(stat -c %i "$VMDECK_HOME/data/images/whole/root.ext4")
	v image fix-dns whole >/dev/null 2>&1
	[ "$(stat -c %i "$VMDECK_HOME/data/images/whole/root.ext4")" = "$inode" ] || fail "a good one was written"
	v image import "$work/root.tar.gz" --name whole --json 2>/dev/null | grep -q '"made":[[:space:]]*false' ||
		fail "a good one was forgotten"
	for i in first second whole; do v image rm $i --yes 2>/dev/null; done
}

certificate() { # NAME: $work/NAME.pem
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
		-keyout "$work/key.pem" -out "$work/$1.pem" 2>/dev/null || fail "openssl"
}

bundle_in() { # IMAGE: the names in the bundle that its link leads to
	PATH=$PATH:/sbin debugfs -R 'cat /etc/pki/own.pem' "$VMDECK_HOME/data/images/$1/root.ext4" 2>/dev/null >"$work/bundle"
	openssl crl2pkcs7 -nocrl -certfile "$work/bundle" | openssl pkcs7 -print_certs -noout |
		sed -n 's/^subject=.*CN *= *//p' | tr '\n' ' '
}

# The operator's own anchors, as this host would have them.
with_anchors() {
	unshare -rm sh -c 'mount --bind "$0" /usr/local/share/ca-certificates && exec "$@"' \
		"$work/anchors" "$VMDECK" "$@"
}

anchors_are_added_to_the_images_own() {
	local root=$work/certified
	[ -e "$work/root.tar.gz" ] || make_tree
	certificate old && certificate corp && certificate other
	mkdir -p "$root/etc/ssl/certs" "$root/etc/pki" "$work/anchors"
	printf %s "$(cat "$work/old.pem")" >"$root/etc/pki/own.pem" # no end of its last line
	ln -s ../../pki/own.pem "$root/etc/ssl/certs/ca-certificates.crt"
	cp "$work/corp.pem" "$work/anchors/corp.crt"
	[ -d /usr/local/share/ca-certificates ] && with_anchors --version >/dev/null 2>&1 ||
		skip "no mount namespace, or no directory for anchors"
	v image import "$root" --name certified >/dev/null 2>&1 || fail "import"
	with_anchors image fix certified --extra >/dev/null 2>&1 && fail "--extra of another fix"
	with_anchors image fix-ca --extra certified >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	[ "$(bundle_in certified)" = "old corp " ] || fail "it holds: $(bundle_in certified)"
	with_anchors image fix-ca --extra certified >/dev/null 2>&1 || fail "again"
	[ "$(bundle_in certified)" = "old corp " ] || fail "twice: $(bundle_in certified)"
	cat "$work/old.pem" "$work/other.pem" >"$work/host.pem"
	SSL_CERT_FILE=$work/host.pem v image fix-ca certified >/dev/null 2>&1 || fail "fix-ca"
	[ "$(bundle_in certified)" = "old corp other " ] || fail "the host's: $(bundle_in certified)"
	v image verify certified >"$work/out" 2>&1
	grep -q 'ok  *CA certificates .*3 certificates' "$work/out" || fail "$(cat "$work/out")"
	echo junk >"$work/anchors/corp.crt"
	with_anchors image fix-ca --extra certified >"$work/out" 2>&1 && fail "nothing was added, and it is well"
	grep -q 'no anchors of its own' "$work/out" || fail "$(cat "$work/out")"
	v image import "$work/root.tar.gz" --name bare --as-it-is --anew >/dev/null 2>&1 || fail "import"
	cp "$work/corp.pem" "$work/anchors/corp.crt"
	with_anchors image fix-ca --extra bare >"$work/out" 2>&1 && fail "added to no bundle"
	grep -q 'no good bundle to add to' "$work/out" || fail "$(cat "$work/out")"
}

# A small disk of its own for the images, in a mount namespace.
with_little_room() { # COMMAND...
	unshare -rm bash -c 'mkdir -p "$0/data" && mount -t tmpfs -o size=24m none "$0" &&
		mkdir -p "$0"/data/images "$0"/config/images "$0"/cache "$0/state" && chmod 700 "$0/state" &&
		export VMDECK_HOME="$0" && "$@"' "$work/small" "$@"
}

is_refused() { # WHAT COMMAND...: with figures, a remedy, and nothing left
	local what=$1; shift
	"$VMDECK" "$@" >"$work/out" 2>&1 && { echo "$what: made"; return 1; }
	grep -q "$what needs [0-9.]*[KMG], and [0-9.]*[KMG] are left" "$work/out" && grep -q 'fix:' "$work/out" ||
		{ echo "$what: $(cat "$work/out")"; return 1; }
	[ -z "$(ls -A "$VMDECK_HOME/data/images")" ] || { echo "left: $(ls -A "$VMDECK_HOME/data/images")"; return 1; }
	# What was refused early has written next to nothing.
	[ "$(du -sk "$VMDECK_HOME" | cut -f1)" -lt 2048 ] || { echo "$what: $(du -ak "$VMDECK_HOME")"; return 1; }
}

little_room_is_told_at_once() {
	unshare -rm true 2>/dev/null || skip "no mount namespace"
	mkdir -p "$work/large" && head -c 40000000 /dev/urandom >"$work/large/bytes" || fail "urandom"
	tar cf "$work/large.tar" -C "$work/large" .
	gzip -1 <"$work/large.tar" >"$work/large.tgz"
	truncate -s 100M "$work/large.ext4"
	PATH=$PATH:/sbin mkfs.ext4 -q -d "$work/large" "$work/large.ext4" || fail "mkfs"
	export work; export -f is_refused
	with_little_room is_refused 'the image' image import "$work/large.tar" || fail "tar"
	with_little_room is_refused 'the image' image import "$work/large" || fail "directory"
	with_little_room is_refused 'unpacking' image import "$work/large.tgz" || fail "packed"
	with_little_room is_refused 'the copy' image import "$work/large.ext4" || fail "ext4"
	# Packed so well that only unpacking shows it.
	truncate -s 60M "$work/large/bytes" && tar czf "$work/zeros.tgz" -C "$work/large" .
	with_little_room bash -c '"$VMDECK" image import "$work/zeros.tgz"; [ -z "$(ls -A "$VMDECK_HOME/data/images")" ] || echo left' \
		>"$work/out" 2>&1
	grep -q 'No space left' "$work/out" && grep -q 'fix:' "$work/out" || fail "zeros: $(cat "$work/out")"
	grep -q '^left' "$work/out" && fail "left"
	rm -r "$work/large"*
}

a_download_that_does_not_fit_is_refused() {
	unshare -rm true 2>/dev/null || skip "no mount namespace"
	mkdir -p "$work/www"
	head -c 40000000 /dev/urandom >"$work/www/root.tar"
	local port pid
	for try in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 20000))
		busybox httpd -f -p 127.0.0.1:$port -h "$work/www" & pid=$!
		until_true 5 eval "curl -s -o /dev/null --noproxy '*' http://127.0.0.1:$port/ || ! kill -0 $pid" && kill -0 $pid 2>/dev/null && break
	done
	export work; export -f is_refused
	with_little_room bash -c 'echo "{ \"base\": \"http://127.0.0.1:'$port'/root.tar\" }" >"$VMDECK_HOME/config/images/far.json"
		no_proxy=127.0.0.1 is_refused "the download" image build far'
	status=$?
	kill $pid; wait $pid 2>/dev/null
	[ $status = 0 ] || fail "download"
	rm -r "$work/www"
}

a_missing_image_names_what_makes_it() {
	rm -f "$VMDECK_HOME/config/agents.json"
	v up claude --force >"$work/out" 2>&1 && fail "up without an image"
	grep -q 'fix: .*vmdeck image build claude' "$work/out" || fail "$(cat "$work/out")"
	echo '{ "agents": { "far": { "image": "nowhere", "network": "none" } } }' >"$VMDECK_HOME/config/agents.json"
	v up far >"$work/out" 2>&1 && fail "up without an image"
	grep -q 'image import' "$work/out" || fail "$(cat "$work/out")"
	rm "$VMDECK_HOME/config/agents.json"
}

commands_run_in_a_machine_of_their_own() {
	cat >"$VMDECK_HOME/config/images/cooked.json" <<-'EOF'
	{ // what the commands change is the image
	  "base": "tiny", "commands": ["hostname >/etc/where", "rm /etc/shells",
		"cp /bin/busybox /usr/local/bin/tool"], "check": "tool", "command": ["/bin/sh"] }
	EOF
	v image build cooked >"$work/out" 2>&1 || fail "build: $(tail -n 3 "$work/out")"
	img=$VMDECK_HOME/data/images/cooked/root.ext4
	PATH=$PATH:/sbin
	e2fsck -fn "$img" >"$work/out" 2>&1 || fail "$(tail -n 1 "$work/out")"
	[ "$(debugfs -R 'cat /etc/where' "$img" 2>/dev/null)" != "$(hostname)" ] || fail "they ran here"
	debugfs -R 'cat /etc/where' "$img" 2>/dev/null | grep -q '^build-' || fail "they did not run"
	debugfs -R 'stat /etc/shells' "$img" 2>&1 | grep -q 'not found' || fail "what they removed is there"
	[ -z "$(v ls --all 2>/dev/null | grep build-)" ] || fail "the machine is left: $(v ls --all)"
	from=${EPOCHREALTIME/./}
	v image build cooked --json 2>/dev/null | grep -q '"made":[[:space:]]*false' || fail "made again"
	echo "# again: $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
}

commands_that_fail_make_nothing() {
	echo '{ "base": "tiny", "commands": ["echo so it goes", "exit 7"] }' \
		>"$VMDECK_HOME/config/images/failing.json"
	v image build failing >"$work/out" 2>&1 && fail "it was made"
	grep -q 'exit code 7' "$work/out" || fail "$(cat "$work/out")"
	v image ls | grep -q failing && fail "something is left"
	id=$(v ls --all 2>/dev/null | sed -n 's/^\(build-[0-9]*\) .*/\1/p')
	v screen "$id" | grep -q 'so it goes' || fail "what they said is lost"
	v rm "$id" --yes >/dev/null 2>&1
}

recipes_are_read_strictly() {
	echo '{ "bass": "tiny" }' >"$VMDECK_HOME/config/images/wrong.json"
	v image build wrong >"$work/out" 2>&1 && fail "it was made"
	grep -q 'wrong.json.*bass' "$work/out" && grep -q 'mean "base"' "$work/out" || fail "$(cat "$work/out")"
	rm "$VMDECK_HOME/config/images/wrong.json"
	v image build nothing-of-that-name >"$work/out" 2>&1
	[ $? = 4 ] || fail "exit code"
	v image recipes | grep -q '^claude ' || fail "no claude"
	echo '{ "base": "tiny", "npm": [{ "package": "x", "files": { "a": "/a" } }] }' \
		>"$VMDECK_HOME/config/images/npm.json"
	mkdir -p "$work/path"
	for p in sh env; do ln -sf "$(command -v $p)" "$work/path/$p"; done
	PATH=$work/path "$VMDECK" image build npm >"$work/out" 2>&1 && fail "made without npm"
	grep -q 'fix: install it' "$work/out" || fail "$(cat "$work/out")"
}

cancelling_leaves_nothing() {
	[ -d "$work/tree" ] || make_tree
	mkfifo "$work/gate"
	# Large enough to be interrupted: told by its first record.
	dd if=/dev/urandom of="$work/tree/big" bs=1M count=300 2>/dev/null
	tar cf "$work/big.tar" -C "$work/tree" .
	v image import "$work/big.tar" --name big --progress 3 3>"$work/gate" >/dev/null 2>"$work/err" &
	pid=$!
	exec 9<"$work/gate" # held open: nobody writes to a closed one
	read -r _ <&9 || :
	kill -INT $pid 2>/dev/null
	wait $pid
	status=$?
	exec 9<&-
	# It may have been quicker than we are.
	[ $status = 130 ] || [ $status = 0 ] || fail "status $status: $(cat "$work/err")"
	[ $status = 0 ] || [ ! -e "$VMDECK_HOME/data/images/big" ] || fail "an image is left"
	[ -z "$(ls -A "$VMDECK_HOME/data/images" | grep '^\.new' || :)" ] || fail "left: $(ls -A "$VMDECK_HOME/data/images")"
	rm -f "$work/big.tar" "$work/tree/big"
}

# The default kernel, which apt fetches: its bytes are told, and interrupting leaves nothing.
fetching_a_kernel_can_be_cancelled() {
	command -v apt-get >/dev/null || skip "no apt-get"
	mkdir -p "$work/fetch"
	mkfifo "$work/kernel-records"
	VMDECK_HOME=$work/fetch "$VMDECK" image build kernel --progress 3 3>"$work/kernel-records" >/dev/null 2>"$work/err" &
	pid=$!
	exec 9<"$work/kernel-records"
	while read -r _ phase bytes total _ <&9; do [ "$total" = 0 ] || break; done
	kill -INT $pid 2>/dev/null
	wait $pid
	status=$?
	exec 9<&-
	[ $status = 1 ] && skip "apt cannot: $(head -n 1 "$work/err")"
	[ "$phase" = fetch ] && [ "$total" -gt 1000000 ] || fail "record: $phase $bytes $total: $(cat "$work/err")"
	[ $status = 130 ] || [ $status = 0 ] || fail "status $status: $(cat "$work/err")"
	[ $status = 0 ] || [ -z "$(ls -A "$work/fetch/cache/kernels")" ] || fail "left: $(ls -A "$work/fetch/cache/kernels")"
	rm -r "$work/fetch"
}

# Debian's bootstrap as somebody without a range of ids: what lacks is named.
a_bootstrap_that_cannot_names_what_lacks() {
	command -v mmdebstrap >/dev/null || skip "no mmdebstrap"
	[ "$(id -u)" = 0 ] || skip "needs root, to be somebody else"
	command -v fakechroot >/dev/null || command -v proot >/dev/null && skip "it has another way here"
	local home; home=$(mktemp -d /tmp/vmdeck-boot-XXXXXX)
	cp "$VMDECK" "$home/vmdeck"
	mkdir -p "$home/h/config/images"
	echo '{ "base": "debootstrap" }' >"$home/h/config/images/deb.json"
	chown -R 12345:12345 "$home"
	(cd "$home" && VMDECK_HOME=$home/h HOME=$home TMPDIR=$home setpriv --reuid 12345 --regid 12345 --clear-groups \
		./vmdeck image build deb) >"$work/out" 2>&1
	status=$?
	left=$(find "$home/h/data" -name '.new*')
	rm -rf "$home"
	[ $status != 0 ] || fail "it was made"
	grep -q 'mmdebstrap: ' "$work/out" && grep -q 'fix:.*uidmap' "$work/out" || fail "$(cat "$work/out")"
	[ -z "$left" ] || fail "left: $left"
}

all="it_is_imported_made_ready_and_boots the_same_again_is_at_hand progress_comes_as_records
	what_lacks_is_shown_and_mended what_was_mended_is_no_longer_what_its_source_makes
	anchors_are_added_to_the_images_own little_room_is_told_at_once a_download_that_does_not_fit_is_refused
	a_missing_image_names_what_makes_it commands_run_in_a_machine_of_their_own
	commands_that_fail_make_nothing recipes_are_read_strictly cancelling_leaves_nothing
	fetching_a_kernel_can_be_cancelled a_bootstrap_that_cannot_names_what_lacks"
for t in ${*:-$all}; do
	test_run "$t"
done
end_home
