#!/bin/sh
# Cold start: from the request (exec of `vmdeck up`) to the shell's prompt on the
# console, against a bare qemu-system-x86_64 that boots the same kernel, with the
# modules it needs for the same image, to the same shell. In turn, medians.
# Target: <= 1.25 x.
set -eu
n=${ROUNDS:-5}
home=$(mktemp -d /tmp/vmdeck-cold-XXXXXX)
trap 'VMDECK_HOME=$home "$VMDECK" kill --all --yes >/dev/null 2>&1 || :; rm -rf "$home"' EXIT
mkdir -m 700 "$home/state"
ln -s "$PREPARED/cache" "$home/cache"
ln -s "$PREPARED/data" "$home/data"
export VMDECK_HOME=$home
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# The bare machine: a shell script as init, the same modules, the image read-only.
kernel=$(echo "$PREPARED"/cache/kernels/*/vmlinux)
modules=$(dirname "$kernel")/modules
root=$home/root
mkdir -p "$root/bin" "$root/mods" "$root/mnt" "$root/dev" "$root/proc"
cp /bin/busybox "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
order="virtio_ring virtio virtio_mmio virtio_console virtio_blk failover net_failover virtio_net overlay"
for m in $order; do [ -f "$modules/$m.ko" ] && cp "$modules/$m.ko" "$root/mods"; done
{
	echo '#!/bin/sh'
	echo '/bin/busybox mount -t devtmpfs dev /dev'
	for m in $order; do [ -f "$root/mods/$m.ko" ] && echo "/bin/busybox insmod /mods/$m.ko"; done
	echo '/bin/busybox mount -t ext4 -o ro /dev/vda /mnt'
	echo '/bin/busybox mount -t devtmpfs dev /mnt/dev'
	echo 'exec /bin/busybox chroot /mnt /bin/sh -c "PS1=prompt-at-last exec /bin/sh" <>/dev/hvc0 >&0 2>&1'
} >"$root/init"
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) >"$home/bare.cpio"
bare() {
	"$BUILD/bench-until" prompt-at-last qemu-system-x86_64 -M microvm,acpi=on -accel tcg -m 512 \
		-nodefaults -no-user-config -no-reboot -display none -global virtio-mmio.force-legacy=false \
		-serial null -device virtio-serial-device -chardev stdio,id=c -device virtconsole,chardev=c \
		-drive "if=none,id=d,format=raw,readonly=on,file=$PREPARED/data/images/tiny/root.ext4" \
		-device virtio-blk-device,drive=d -kernel "$kernel" -initrd "$home/bare.cpio" \
		-append "console=ttyS0 quiet panic=-1 $clock"
}
ours() {
	"$BUILD/bench-until" prompt-at-last sh -c '"$VMDECK" up shell --name bench >/dev/null 2>&1 &&
		"$VMDECK" wait bench --for "bench:~#" && echo prompt-at-last'
	# The rate of the TSC, without which this machine type hangs now and then: the bare
	# one gets the same words.
	pid=$(sed -n 's/.*"vm_pid":[^0-9]*\([0-9]*\).*/\1/p' "$home/state/sessions/bench/session.json")
	clock=$(tr '\0 ' '\n\n' <"/proc/$pid/cmdline" | grep -E '^(no_timer_check|tsc.*)$' | tr '\n' ' ')
	"$VMDECK" kill bench --yes >/dev/null 2>&1
	"$VMDECK" wait bench --state ended --timeout 10 >/dev/null 2>&1 || :
	"$VMDECK" rm bench --yes >/dev/null 2>&1
}
: >"$home/a"; : >"$home/b"
i=0
while [ $i -lt "$n" ]; do
	ours >>"$home/a"; bare >>"$home/b"
	i=$((i + 1))
done
a=$(median <"$home/a") b=$(median <"$home/b")
printf 'cold start, median of %s       vmdeck %6s ms   bare QEMU %6s ms   ratio %s   target <= 1.25\n' \
	"$n" "$a" "$b" "$(awk "BEGIN { printf \"%.2f\", $a / $b }")"
