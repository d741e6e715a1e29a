#!/bin/bash
# A root file system with this host's own curl, git and ssh over its static busybox: what
# agents' images have, made without asking anybody.
#
# tree.sh DIR
set -eu
root=$1
mkdir -p "$root"/{bin,sbin,dev,proc,sys,run,tmp,root,home/agent,mnt,var/tmp,etc/ssl/certs,usr/bin,usr/sbin,usr/lib/git-core,usr/share}
busybox=$(command -v busybox)
install -m 755 "$busybox" "$root/bin/busybox"
busybox --list-full | while read -r name; do
	[ -e "$root/$name" ] || { mkdir -p "$root/${name%/*}" && ln -s /bin/busybox "$root/$name"; }
done

# A program and all that it loads, each where it is found here.
program() { # path
	local file
	for file in "$1" $(ldd "$1" | grep -o '/[^ ]*'); do
		rm -f "$root$file"
		[ -e "$root$file" ] || install -D "$file" "$root$file"
	done
}
program "$(command -v curl)"
program "$(command -v git)"
program "$(command -v ssh)"
core=$(git --exec-path)
program "$core/git-remote-http"
ln -sf git-remote-http "$root$core/git-remote-https"

printf '%s\n' root:x:0:0:root:/root:/bin/sh agent:x:1000:1000::/home/agent:/bin/sh nobody:x:65534:65534::/:/bin/false >"$root/etc/passwd"
printf '%s\n' root:x:0: tty:x:5: agent:x:1000: nogroup:x:65534: >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
