# Sourced: bare() boots the same kernel with the modules that the same image needs, in a
# bare qemu-system-x86_64, to the same shell, and prints the milliseconds until its
# prompt. Wants $home, and in $clock the words about the TSC, without which this machine
# type hangs now and then: clock_of PID takes them from a machine of ours.

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
	${rt:-} "$BUILD/bench-until" prompt-at-last qemu-system-x86_64 -M microvm,acpi=on -accel tcg -m 512 \
		-nodefaults -no-user-config -no-reboot -display none -global virtio-mmio.force-legacy=false \
		-serial null -device virtio-serial-device -chardev stdio,id=c -device virtconsole,chardev=c \
		-drive "if=none,id=d,format=raw,readonly=on,file=$PREPARED/data/images/tiny/root.ext4" \
		-device virtio-blk-device,drive=d -kernel "$kernel" -initrd "$home/bare.cpio" \
		-append "console=ttyS0 quiet panic=-1 $clock"
}
clock_of() { tr '\0 ' '\n\n' <"/proc/$1/cmdline" | grep -E '^(no_timer_check|tsc.*)$' | tr '\n' ' '; }
