# The guest's side: a static init from engine/guest/*.c, embedded by
# engine/image/initramfs.c; frame.c and control.c are in vmdeck as well.

GUEST_SHARED := engine/guest/frame.c engine/guest/control.c
ENGINE_SRC += $(GUEST_SHARED)

GUEST_SRC := $(wildcard engine/guest/*.c)
GUEST_CFLAGS := -std=gnu17 -Os -g0 $(WARN) $(WERROR) -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -I. \
	-fno-stack-protector -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
GUEST_LDFLAGS := -static -Wl,--gc-sections,-s,--build-id=none

# The guest's init is the same in every kind of build: a sanitizer needs a host.
$(B)/guest/init: $(GUEST_SRC) $(wildcard engine/guest/*.h) engine/guest/guest.mk
	@mkdir -p $(@D)
	$(call made,link $@)
	$(Q)gcc $(GUEST_CFLAGS) $(GUEST_LDFLAGS) -o $@ $(GUEST_SRC)

INITRAMFS_OBJ := $(B)/engine/image/initramfs.o .build/fuzz/engine/image/initramfs.o
$(INITRAMFS_OBJ): $(B)/guest/init
$(INITRAMFS_OBJ): EMBED := -DGUEST_INIT='"$(B)/guest/init"'
