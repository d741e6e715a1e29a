#include "engine/vm/qemu_args.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/guest/control.h"
#include "engine/vm/preload.h"
#include "engine/vm/tsc.h"

_Static_assert(QEMU_FD_RAM == PRELOAD_RAM_FD, "one number for the memory");

static void add(struct qemu_args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct qemu_args *a, const char *fmt, ...)
{
	size_t room = sizeof(a->text) - a->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(a->text + a->used, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room || a->n + 2 > sizeof(a->v) / sizeof(*a->v)) {
		a->full = true;
		return;
	}
	a->v[a->n++] = a->text + a->used;
	a->v[a->n] = NULL;
	a->used += (size_t)n + 1;
}

static void add_machine(struct qemu_args *a, const struct vm_spec *s, enum vm_accel accel)
{
	add(a, "-name");
	add(a, "vmdeck-%s", s->name);
	add(a, "-nodefaults");
	add(a, "-no-user-config");
	add(a, "-display");
	add(a, "none");
	if (!s->snapshot || s->snapshot->making)
		add(a, "-S"); /* until QMP says cont: qemu.c */
	add(a, "-no-reboot"); /* a guest that resets (a panic, see below) ends */
	add(a, "-sandbox");
	add(a, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	add(a, "-machine");
	/* ACPI tells the kernel of its virtio-mmio devices: Debian's takes none from its
	 * command line. No PIT and no PIC: nothing uses them once the TSC is known. */
	add(a, "microvm,acpi=on,pit=off,pic=off,rtc=on,isa-serial=on%s",
	    s->snapshot ? ",memory-backend=ram" : "");
	add(a, "-accel");
	/* The translation cache grows with the code that the guest runs, to an eighth of
	 * the host's memory if it is let. */
	add(a, accel == VM_ACCEL_KVM ? "kvm" : "tcg,tb-size=256");
	/* arat: the APIC's timer runs while the processor sleeps. Without that, Linux wants
	 * another timer to wake it, finds none here, and ticks 250 times a second for ever. */
	add(a, "-cpu");
	add(a, accel == VM_ACCEL_KVM ? "host" : s->cpu_max ? "max" : "qemu64,+arat");
	add(a, "-m");
	add(a, "%uM", s->memory_mib);
	add(a, "-smp");
	add(a, "%u", s->cpus);
	add(a, "-global");
	add(a, "virtio-mmio.force-legacy=false");
}

/*
 * Memory in a file. A machine that is resumed maps it privately, and waits for
 * QMP to say where the state of its devices is (qemu.c).
 */
static void add_snapshot(struct qemu_args *a, const struct vm_spec *s)
{
	add(a, "-object");
	add(a, "memory-backend-file,id=ram,size=%uM,mem-path=" PRELOAD_RAM_PATH ",share=%s,merge=off",
	    s->memory_mib, s->snapshot->making ? "on" : "off");
	if (!s->snapshot->making) {
		add(a, "-incoming");
		add(a, "defer");
	}
}

/* What is in the machine, and in this order. */
static void add_chardev(struct qemu_args *a, const char *id, int fd)
{
	add(a, "-chardev");
	add(a, "socket,id=%s,fd=%d", id, fd);
}

static void add_disk(struct qemu_args *a, const char *node, int fd, bool read_only)
{
	add(a, "-add-fd");
	add(a, "fd=%d,set=%d", fd, fd);
	add(a, "-blockdev");
	/* Locks would make a shared image exclusive. The session disk is unlinked: after a
	 * crash of the host nobody can read it, so flushing it to the medium is in vain. */
	add(a,
	    "driver=raw,node-name=%s,read-only=%s,discard=unmap,cache.no-flush=%s,"
	    "file.driver=file,file.filename=/dev/fdset/%d,file.locking=off,file.aio=threads",
	    node, read_only ? "on" : "off", read_only ? "off" : "on", fd);
	add(a, "-device");
	/* A full host disk is the guest's error; QEMU's own way is to stop the machine. */
	add(a, "virtio-blk-device,drive=%s,serial=%s,werror=report,rerror=report", node, node);
}

static void add_devices(struct qemu_args *a, const struct vm_spec *s)
{
	add_chardev(a, "qmp", QEMU_FD_QMP);
	add(a, "-mon");
	add(a, "chardev=qmp,mode=control");
	add_chardev(a, "boot", QEMU_FD_BOOT);
	add(a, "-serial");
	add(a, "chardev:boot");
	add(a, "-device");
	add(a, "virtio-serial-device");
	add_chardev(a, "console", QEMU_FD_CONSOLE);
	add(a, "-device");
	/* No virtconsole: it drops what the host does not take at once. */
	add(a, "virtserialport,chardev=console,name=" CONSOLE_PORT);
	add_chardev(a, "control", QEMU_FD_CONTROL);
	add(a, "-device");
	add(a, "virtserialport,chardev=control,name=" CONTROL_PORT);
	if (s->image_fd >= 0)
		add_disk(a, "image", QEMU_FD_IMAGE, true);
	if (s->disk_fd >= 0)
		add_disk(a, "disk", QEMU_FD_DISK, false);
	if (s->tap_fd >= 0) {
		add(a, "-netdev");
		add(a, "tap,id=net,fd=%d,vhost=off", QEMU_FD_TAP);
		add(a, "-device");
		/* Offloads off: what is negotiated must not depend on the host's end, which a
		 * template does not have. Nobody is there to hear an announcement. */
		add(a,
		    "virtio-net-device,netdev=net,mac=%s,csum=off,gso=off,guest_csum=off,"
		    "guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off,host_tso4=off,"
		    "host_tso6=off,host_ecn=off,host_ufo=off,mrg_rxbuf=off,"
		    "ctrl_guest_offloads=off,guest_announce=off",
		    s->mac);
	}
}

/*
 * What an emulated kernel does without: each path of it that is taken for the first time
 * has to be translated. There is no speculation to be defended against; of the security
 * modules stay those that programs use of their own accord. And no watchdog: to it a busy
 * host is a lockup. Figures: docs/PERFORMANCE.md.
 */
#define TCG_ONLY " mitigations=off lsm=landlock,yama audit=0 psi=0 nowatchdog"

/*
 * The kernel's parameters. The log goes to ttyS0, where nobody waits for it;
 * `quiet`, because each character there is an exit from the guest. panic=-1
 * resets at once, which ends QEMU. Under TCG booting is what costs:
 *
 *	cryptomgr.notests   the self-tests of ciphers are a sixth of it
 *	tsc_early_khz       tsc.h says why it must be there
 *	tsc=reliable        it is the host's; there is no other clock to watch it by
 *	no_timer_check      of a PIT that is not there
 */
static void add_kernel(struct qemu_args *a, const struct vm_spec *s, enum vm_accel accel)
{
	unsigned long khz = accel != VM_ACCEL_TCG ? 0 : s->snapshot ? s->snapshot->tsc_khz : tsc_khz();
	char clock[96] = "";

	add(a, "-kernel");
	add(a, "/proc/self/fd/%d", QEMU_FD_KERNEL);
	if (s->initramfs_fd >= 0) {
		add(a, "-initrd");
		add(a, "/proc/self/fd/%d", QEMU_FD_INITRAMFS);
	}
	if (khz)
		snprintf(clock, sizeof(clock), " no_timer_check tsc=reliable tsc_early_khz=%lu", khz);
	add(a, "-append");
	add(a, "console=ttyS0 quiet panic=-1 cryptomgr.notests=1%s%s%s%s", clock,
	    accel == VM_ACCEL_TCG ? TCG_ONLY : "", s->cmdline ? " " : "", s->cmdline ? s->cmdline : "");
}

void qemu_args(struct qemu_args *a, const struct vm_spec *spec, enum vm_accel accel)
{
	a->n = a->used = 0;
	a->full = false;
	add(a, "qemu-system-x86_64");
	add_machine(a, spec, accel);
	if (spec->snapshot)
		add_snapshot(a, spec);
	add_devices(a, spec);
	add_kernel(a, spec, accel);
}
