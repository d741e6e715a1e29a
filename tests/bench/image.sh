#!/bin/sh
# An image of 300 MB from a tar and from a directory, against `mkfs.ext4 -d` of the
# same tree on the same file system, in turns; medians. Ours includes the digests of
# source and image. Then e2fsck, and file by file: names, contents, modes, owners,
# sizes, times, links. Last, the same import again.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-.build}
rounds=${ROUNDS:-5}
PATH=$PATH:/sbin:/usr/sbin
dir=$(mktemp -d "$build/bench-image.XXXXXX")
trap 'rm -rf "$dir"' EXIT
VMDECK_HOME=$dir/home
export VMDECK_HOME

# Many small files and some large ones, as a distribution has them; copied, so that
# no packages need to be the same here and there.
mkdir "$dir/tree"
cp -a /usr/share/doc "$dir/tree/" 2>/dev/null || :
cp -a /etc "$dir/tree/" 2>/dev/null || :
for f in /usr/lib/x86_64-linux-gnu/* /usr/bin/*; do
	[ "$(du -sm "$dir/tree" | cut -f1)" -ge 300 ] && break
	cp -a --parents "$f" "$dir/tree/" 2>/dev/null || :
done
ln "$dir/tree/etc/passwd" "$dir/tree/hard"
tar cf "$dir/tree.tar" -C "$dir/tree" .
size=$(du -sm "$dir/tree" | cut -f1)
files=$(find "$dir/tree" | wc -l)

ms() { # command...: its milliseconds
	from=$(date +%s%N)
	"$@" >/dev/null 2>&1 || { echo "failed: $*" >&2; exit 1; }
	echo $((($(date +%s%N) - from) / 1000000))
}
median() { sort -n | sed -n "$((rounds / 2 + 1))p"; }
theirs() {
	rm -f "$dir/m.ext4"
	truncate -s $((size + size / 4 + 64))M "$dir/m.ext4"
	mkfs.ext4 -q -d "$dir/tree" "$dir/m.ext4"
}
ours() { "$VMDECK" image import "$1" --name bench --as-it-is --anew; }

for _ in $(seq "$rounds"); do
	ms theirs >>"$dir/theirs"
	ms ours "$dir/tree.tar" >>"$dir/tar"
	ms ours "$dir/tree" >>"$dir/dir"
done
m=$(median <"$dir/theirs"); t=$(median <"$dir/tar"); d=$(median <"$dir/dir")
echo "tree of $size MB, $files files"
echo "mkfs.ext4 -d:            $m ms"
echo "image import, tar:       $t ms"
echo "image import, directory: $d ms"
awk -v m="$m" -v t="$t" -v d="$d" -v r="$rounds" 'BEGIN {
	printf "ratio %.2f (tar), %.2f (directory), target 1; medians of %d, one run\n", m / t, m / d, r }'

img=$VMDECK_HOME/data/images/bench/root.ext4
e2fsck -fn "$img" >"$dir/fsck" 2>&1 && echo "e2fsck -fn: clean" || tail -n 3 "$dir/fsck"
mkdir "$dir/back"
debugfs -R "rdump / $dir/back" "$img" >/dev/null 2>&1
rm -rf "$dir/back/lost+found"
# debugfs keeps no times of links and of directories it writes into.
list() { (cd "$1" && find . -mindepth 1 -printf '%P %y %m %U:%G %n ' \
	\( -type f -printf '%s %Ts\n' -o -type l -printf '%l\n' -o -printf '\n' \) | sort); }
if [ "$(id -u)" = 0 ]; then
	# Hard links come back as files: compare what debugfs can say.
	list "$dir/tree" | sed 's/ [0-9]* \([0-9]* [0-9]*\)$/ \1/' | awk '$2 == "f"' >"$dir/a"
	list "$dir/back" | sed 's/ [0-9]* \([0-9]* [0-9]*\)$/ \1/' | awk '$2 == "f"' >"$dir/b"
	cmp -s "$dir/a" "$dir/b" && echo "modes, owners, sizes, times of $(wc -l <"$dir/a") files: equal" ||
		diff "$dir/a" "$dir/b" | head -n 5
fi
diff -r --no-dereference "$dir/tree" "$dir/back" >"$dir/diff" 2>&1 && echo "contents: equal" ||
	head -n 5 "$dir/diff"
"$VMDECK" image import "$dir/tree.tar" --name again >/dev/null 2>&1
echo "the same again: $(ms "$VMDECK" image import "$dir/tree.tar" --name again) ms (target 100)"
