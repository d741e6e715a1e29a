# What QEMU loads when it resumes: a shared object, embedded by engine/vm/preload.c.
# The same in every kind of build: it is QEMU's, not ours, that it runs in.
PRELOAD_CFLAGS := -std=gnu17 -Os -g0 -fPIC $(WARN) $(WERROR) -D_GNU_SOURCE -I. -U_FORTIFY_SOURCE \
	-fno-stack-protector -fno-asynchronous-unwind-tables
$(B)/preload/ram.so: engine/vm/preload/ram.c engine/vm/preload.h engine/vm/preload.mk
	@mkdir -p $(@D)
	gcc $(PRELOAD_CFLAGS) -shared -Wl,-s,--build-id=none,-z,now -o $@ $<

PRELOAD_OBJ := $(B)/engine/vm/preload.o .build/fuzz/engine/vm/preload.o
$(PRELOAD_OBJ): $(B)/preload/ram.so
$(PRELOAD_OBJ): EMBED := -DPRELOAD_RAM='"$(B)/preload/ram.so"'
