# SAN=1: an instrumented build, under .build/san, and where its reports go (report.c).
SANFLAGS := -fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# What links: close_range, as itself and as a system call, leaves the reports' descriptor.
SANFLAGS += -Wl$(comma)--wrap=close_range -Wl$(comma)--wrap=syscall
SAN_OBJ := $(B)/tests/san/report.o
$(SAN_OBJ): tests/san/report.c tests/san/san.mk
	@mkdir -p $(@D)
	$(CC) -std=gnu17 -O2 -g $(WARN) -D_GNU_SOURCE -fsanitize=shift -fsanitize-recover=shift -c -o $@ $<

# Faults on purpose, to see that they are told: sanitizer_test.sh.
SAN_PLANT := $(B)/tests/san-plant
$(SAN_PLANT): $(B)/tests/san/plant.o $(B)/libvmdeck.a
	$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS)
