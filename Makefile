# vmdeck: `make run` and `make check` do all set-up by themselves on Debian 12.
#
#   make            build .build/vmdeck
#   make run        install what is missing, build, prepare images, open the dashboard
#   make check      install what tests need, build, run every test   (SAN=1: under ASan and UBSan)
#   make bench      the figures, side by side with their peers
#   make fuzz       every fuzz target, FUZZ_SECONDS each (default 600)
#   make install    into PREFIX (/usr/local) under DESTDIR; make uninstall takes it away
#   make deb        a Debian package of the installed tree
#   make deps       install build and run-time packages with apt
#   make format     clang-format over the tree
#
# One line for each thing made; V=1 shows the commands.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
CC ?= gcc
B := .build$(if $(SAN),/san)

comma := ,
Q := $(if $(V),,@)
made = $(if $(V),,@printf '  %-5s %s\n' $(1))
WARN := -Wall -Wextra -Wformat=2 -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wundef -Wvla -Wwrite-strings -Wpointer-arith
# gcc's flow analysis sees ghosts in instrumented code: no -Werror there.
WERROR := $(if $(SAN),,$(if $(CI)$(WERROR_ON),-Werror))
$(if $(SAN),$(eval include tests/san/san.mk))
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) $(SANFLAGS) -fstack-protector-strong \
	-D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -DVERSION='"$(VERSION)"' -I. -I$(B)/gen $(EMBED) $(PKG_CFLAGS) -MMD -MP

# Packages: what builds and runs vmdeck, and what only its tests need.
DEPS_RUN := gcc libc6-dev make pkg-config libncurses-dev libext2fs-dev libnl-3-dev \
	libnl-route-3-dev libcjson-dev libarchive-dev libsquashfs-dev liblz4-dev libssl-dev libcurl4-openssl-dev \
	libc-ares-dev nftables busybox-static ca-certificates qemu-system-x86
DEPS_CHECK := cpio git clang libclang-rt-14-dev tmux e2fsprogs util-linux iproute2 xz-utils procps mmdebstrap squashfs-tools-ng zstd lz4 openssl curl libnghttp2-dev strace openssh-client dropbear-bin xfsprogs

PKGS := ncursesw ext2fs com_err libnl-3.0 libnl-route-3.0 libcjson libarchive libsquashfs1 liblz4 libcrypto libcurl libcares
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS = $(shell pkg-config --libs $(PKGS))

ENGINE_SRC := $(filter-out engine/guest/%,$(wildcard engine/*/*.c))
TUI_SRC := $(wildcard tui/*.c tui/*/*.c)
include engine/guest/guest.mk engine/vm/preload.mk tui/theme/themes.mk engine/check/check.mk
ENGINE_OBJ := $(ENGINE_SRC:%.c=$(B)/%.o)
TUI_OBJ := $(TUI_SRC:%.c=$(B)/%.o)

.PHONY: all
all: $(B)/vmdeck

# Everything but main.c, so that tests link what they test.
$(B)/libvmdeck.a: $(ENGINE_OBJ) $(filter-out $(B)/tui/main.o,$(TUI_OBJ)) $(SAN_OBJ)
	@rm -f $@
	@ar qcs $@ $^

# Libraries that are loaded when they are first used: engine/base/late.h.
LATE := $(if $(SAN),,$(if $(filter x86_64,$(shell uname -m)),libcurl libarchive libsquashfs1 libcares))
LATE_FILES := $(LATE:libsquashfs1=libsquashfs)
EARLY_LIBS = $(shell pkg-config --libs $(filter-out $(LATE),$(PKGS)))
$(B)/late.s: $(ENGINE_OBJ) $(TUI_OBJ) engine/base/late.sh
	$(Q)sh engine/base/late.sh "$(LATE_FILES:%=%.so)" $(ENGINE_OBJ) $(TUI_OBJ) >$@
$(B)/late.o: $(B)/late.s
	$(Q)$(CC) -c -o $@ $<

$(B)/vmdeck: $(B)/tui/main.o $(if $(LATE),$(B)/late.o) $(B)/libvmdeck.a
	$(call made,link $@)
	$(Q)$(CC) $(SANFLAGS) -o $@ $^ $(EARLY_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call made,cc $<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# One section per check, from the table.
$(B)/man/vmdeck-doctor.7: $(B)/vmdeck
	@mkdir -p $(@D)
	@$(B)/vmdeck doctor --man > $@

include docs/install.mk

# Tests. A unit test is a program, an end-to-end test a script; both print a
# line per test, which tests/run counts.

UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
WORLD_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out tests/world/main.c,$(wildcard tests/world/*.c)))
$(B)/tests/world.a: $(WORLD_OBJ)
	@rm -f $@
	@ar qcs $@ $^
# A command on the host of the decoy world: see tests/world/world.h.
$(B)/tests/world-run: $(B)/tests/world/main.o $(B)/tests/world.a $(B)/libvmdeck.a
	$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS)
$(B)/tests/bench-relay: $(B)/tests/bench/relay.o $(B)/tests/world.a $(B)/libvmdeck.a
	$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS)
# What the network's end-to-end tests run: an API server, ways out of a guest (static: it
# runs in one), masses of traffic, a look into a process's memory.
NET_TOOLS := $(B)/tests/net-api $(B)/tests/net-probe $(B)/tests/net-noise $(B)/tests/net-memory
$(B)/tests/net-api: tests/net/api.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) -D_GNU_SOURCE -o $@ $< -lssl -lcrypto
$(B)/tests/net-probe: tests/net/probe.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) -D_GNU_SOURCE -static -o $@ $<
$(B)/tests/net-noise: tests/net/noise.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) -D_GNU_SOURCE -static -o $@ $<
$(B)/tests/net-memory: tests/net/memory.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) -D_GNU_SOURCE -o $@ $<
# A process ended at a moment of a launch: see tests/kill/at.c.
$(B)/tests/kill-at: tests/kill/at.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) -D_GNU_SOURCE -o $@ $<
# A model provider, for real agents: see tests/peers/provider.c.
$(B)/tests/provider: $(B)/tests/peers/provider.o
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) -o $@ $^ -lcjson -lssl -lcrypto

$(B)/tests/%_test: $(B)/tests/unit/%_test.o $(B)/tests/test.o $(B)/tests/pty.o $(B)/tests/world.a $(B)/libvmdeck.a
	@mkdir -p $(@D)
	$(call made,link $@)
	$(Q)$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS) -lutil -lssl $(TEST_LIBS)
# An HTTP/2 provider.
$(B)/tests/net_http2_test: $(B)/tests/peers/h2.o
$(B)/tests/net_http2_test: TEST_LIBS := -lnghttp2

# Fuzz targets: the engine again, by clang, with coverage.
FUZZ := $(patsubst tests/fuzz/%.c,.build/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_FLAGS := -std=gnu17 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-D_GNU_SOURCE -DVERSION='"$(VERSION)"' -I. -I$(B)/gen
FUZZ_OBJ := $(patsubst %.c,.build/fuzz/%.o,$(ENGINE_SRC) $(filter-out tui/main.c,$(TUI_SRC)))
# The emulator's comparisons are of single bytes: following each one costs more than it
# finds, and tests/fuzz/vt.dict has the words.
.build/fuzz/engine/vt/%.o .build/fuzz/vt_fuzz: FUZZ_FLAGS += -O2 -fno-sanitize-coverage=trace-cmp
FUZZ_SECONDS ?= 600
.build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(call made,clang $<)
	$(Q)clang $(FUZZ_FLAGS) $(EMBED) $(PKG_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
.build/fuzz/libvmdeck.a: $(FUZZ_OBJ)
	@rm -f $@
	@ar qcs $@ $^
.build/fuzz/%_fuzz: tests/fuzz/%_fuzz.c .build/fuzz/libvmdeck.a
	$(call made,link $@)
	$(Q)clang $(FUZZ_FLAGS) $(PKG_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# Kernel and default image for tests: made once, by the program itself.
PREPARED := $(CURDIR)/.build/prepared
$(PREPARED)/done: $(B)/vmdeck
	VMDECK_HOME=$(PREPARED) $(B)/vmdeck image build
	touch $@

.PHONY: tests check fuzz bench run deps deps-check format install-hooks clean
# Also what the tests of install and docs look at, so that no two of them make it at once.
tests: $(B)/vmdeck man $(COMPLETIONS) $(B)/tests/world-run $(B)/tests/kill-at $(B)/tests/provider $(NET_TOOLS) $(SAN_PLANT) $(UNIT) $(FUZZ)

check: deps-check
	@$(MAKE) --no-print-directory -j$(shell nproc) WERROR_ON=1 tests
	@$(MAKE) --no-print-directory $(PREPARED)/done
	@BUILD=$(CURDIR)/$(B) VMDECK=$(CURDIR)/$(B)/vmdeck PREPARED=$(PREPARED) tests/run $(T)

fuzz: deps-check
	@$(MAKE) --no-print-directory -j$(shell nproc) $(FUZZ)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz.sh $(FUZZ)

bench: deps-check
	@$(MAKE) --no-print-directory -j$(shell nproc) all $(B)/tests/bench-relay
	@$(MAKE) --no-print-directory $(PREPARED)/done
	@BUILD=$(CURDIR)/$(B) VMDECK=$(CURDIR)/$(B)/vmdeck PREPARED=$(PREPARED) tests/bench/run $(T)

run: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@$(B)/vmdeck image build
	@if [ -t 0 ] && [ -t 1 ]; then exec $(B)/vmdeck; else exec tests/tour.sh $(B)/vmdeck; fi

# Packages are looked for one by one, so that a machine that has them is not asked
# for a password or a network.
define install_missing
	@missing=; for p in $(1); do \
		dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
		command -v apt-get >/dev/null || { echo "please install:$$missing" >&2; exit 1; }; \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		echo "installing$$missing"; \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef
deps:
	$(call install_missing,$(DEPS_RUN))
deps-check:
	$(call install_missing,$(DEPS_RUN) $(DEPS_CHECK))

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean:
	rm -rf .build

-include $(shell find .build -type f -name '*.d' 2>/dev/null)
