#!/bin/sh
# The control files of a package: sh docs/deb.sh TREE VERSION ARCHITECTURE.
set -eu
tree=$1 version=$2 arch=$3

# The package that a library came from, with its version as the least. A library may be
# known by the path before /usr was merged.
owner() {
	real=$(readlink -f "$1")
	for path in "$1" "$real" "${real#/usr}" "/usr$real"; do
		found=$(dpkg-query -S "$path" 2>/dev/null | head -n 1) || :
		[ -z "$found" ] || break
	done
	echo "$found"
}
depends=
needed=$(objdump -p "$tree/usr/bin/vmdeck" | awk '$1 == "NEEDED" { print $2 }')
for lib in $(ldd "$tree/usr/bin/vmdeck" | awk -v needed="$needed" \
	'BEGIN { n = split(needed, w, "\n"); for (i = 1; i <= n; i++) own[w[i]] = 1 } own[$1] && $3 ~ /^\// { print $3 }'); do
	package=$(owner "$lib" | cut -d: -f1)
	[ -n "$package" ] || { echo "deb: no package has $lib" >&2; exit 1; }
	# upstream's version is enough: rebuilds for security keep the interface
	least=$(dpkg-query -W -f '${Version}' "$package" | sed 's/-[^-]*$//')
	depends="$depends
$package (>= $least)"
done
depends=$(printf '%s\n' "$depends" | sed '/^$/d' | sort -u | paste -sd, | sed 's/,/, /g')

mkdir -p "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<END
Package: vmdeck
Version: $version
Architecture: $arch
Maintainer: the vmdeck authors <vmdeck@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends
Recommends: qemu-system-x86, busybox-static, ca-certificates
Suggests: tmux
Section: utils
Priority: optional
Description: AI agents in microVMs, and their consoles on one screen
 A terminal dashboard that runs several AI agents at once, each in a virtual
 machine of its own, shows all of their consoles live, and says before launch
 why a machine would not come up, and what mends it.
END
(cd "$tree" && find usr -type f -exec md5sum {} + | sort -k 2) >"$tree/DEBIAN/md5sums"
