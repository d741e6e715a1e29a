#!/bin/sh
# Session disk against `cp --reflink=auto` and `debugfs`, on the file system
# of the build directory: one run, medians.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-.build}
${CC:-cc} -std=gnu17 -O2 -D_GNU_SOURCE -I. -o "$build/bench-disk" tests/bench/disk.c \
	"$build/libvmdeck.a" $(pkg-config --libs ext2fs com_err libcjson libarchive libsquashfs1 liblz4 libcrypto)
dir=$(mktemp -d "$build/bench-disk.XXXXXX")
trap 'rm -rf "$dir"' EXIT
"$build/bench-disk" "$dir" "${ROUNDS:-7}"
