#include "engine/session/accel.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/vm/kvm.h"

#define ACCEL_FILE "accel"

enum { LINE = 160 };

/* What the answer depends on, as a line; the answer follows on the next. */
static void key(char out[LINE])
{
	struct stat st = { 0 };
	char boot[37];

	boot_id(boot);
	stat("/dev/kvm", &st);
	snprintf(out, LINE, "%s %llx %o %lld.%ld %d\n", boot, (unsigned long long)st.st_rdev,
		 (unsigned)st.st_mode, (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec,
		 access("/dev/kvm", R_OK | W_OK));
}

enum vm_accel accel_decide(const struct paths *p)
{
	struct error err;
	AUTO_CLOSE int dir = paths_need(p->cache, &err);
	char want[LINE], text[LINE + 8];
	AUTO_FREE char *known = dir < 0 ? NULL : file_read(dir, ACCEL_FILE, sizeof(text), NULL, &err);
	struct kvm_probe probe;
	enum vm_accel accel;

	key(want);
	for (int i = VM_ACCEL_TCG; known && i < VM_ACCEL_COUNT; i++) {
		snprintf(text, sizeof(text), "%s%s\n", want, vm_accel_names[i]);
		if (!strcmp(known, text))
			return (enum vm_accel)i;
	}
	kvm_probe(&probe, NULL, NULL);
	accel = kvm_worthwhile(&probe) ? VM_ACCEL_KVM : VM_ACCEL_TCG;
	snprintf(text, sizeof(text), "%s%s\n", want, vm_accel_names[accel]);
	if (dir >= 0)
		file_write(dir, ACCEL_FILE, text, strlen(text), 0600, &err);
	return accel;
}
