# vmdeck: `make run` and `make check` do all set-up by themselves on Debian 12.
#
#   make            build .build/vmdeck
#   make run        install what is missing, build, prepare images, open the dashboard
#   make check      install what tests need, build, run every test   (SAN=1: under ASan and UBSan)
#   make bench      the figures, side by side with their peers
#   make fuzz       every fuzz target, FUZZ_SECONDS each (default 600)
#   make deps       install build and run-time packages with apt
#   make format     clang-format over the tree

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
CC ?= gcc
B := .build$(if $(SAN),/san)

WARN := -Wall -Wextra -Wformat=2 -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wundef -Wvla -Wwrite-strings -Wpointer-arith
WERROR := $(if $(CI)$(WERROR_ON),-Werror)
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
comma := ,
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu17 $(CFLAGS) $(WARN) $(WERROR) $(SANFLAGS) -fstack-protector-strong \
	-D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -DVERSION='"$(VERSION)"' -I. -I$(B)/gen $(PKG_CFLAGS) -MMD -MP

# Packages: what builds and runs vmdeck, and what only its tests need.
DEPS_RUN := gcc libc6-dev make pkg-config libncurses-dev libext2fs-dev libnl-3-dev \
	libnl-route-3-dev libcjson-dev libarchive-dev liblz4-dev libssl-dev \
	busybox-static ca-certificates qemu-system-x86
DEPS_CHECK := clang libclang-rt-14-dev tmux e2fsprogs util-linux iproute2 xz-utils procps

PKGS := ncursesw ext2fs com_err libnl-3.0 libnl-route-3.0 libcjson libarchive liblz4 libcrypto
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS = $(shell pkg-config --libs $(PKGS))

ENGINE_SRC := $(filter-out engine/guest/%,$(wildcard engine/*/*.c))
include engine/guest/guest.mk
TUI_SRC := $(wildcard tui/*.c)
ENGINE_OBJ := $(ENGINE_SRC:%.c=$(B)/%.o)
TUI_OBJ := $(TUI_SRC:%.c=$(B)/%.o)

.PHONY: all
all: $(B)/vmdeck

# Everything but main.c, so that tests link what they test.
$(B)/libvmdeck.a: $(ENGINE_OBJ) $(filter-out $(B)/tui/main.o,$(TUI_OBJ))
	@rm -f $@
	ar qcs $@ $^

$(B)/vmdeck: $(B)/tui/main.o $(B)/libvmdeck.a
	$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include tui/themes.mk

# Unit tests: one program per tests/unit/*_test.c.
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
$(B)/tests/%_test: $(B)/tests/unit/%_test.o $(B)/tests/test.o $(B)/libvmdeck.a
	$(CC) $(SANFLAGS) -o $@ $^ $(PKG_LIBS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
