#include "engine/image/vmlinux.h"

#include <assert.h>
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lz4.h>

#include "engine/base/own.h"
#include "engine/image/archive.h"

enum {
	/* Offsets in a bzImage, from boot.rst. */
	BZ_SETUP_SECTS = 0x1f1,
	BZ_MAGIC = 0x202,
	BZ_VERSION = 0x206,
	BZ_KERNEL_VERSION = 0x20e,
	BZ_PAYLOAD_OFFSET = 0x248,
	BZ_PAYLOAD_LENGTH = 0x24c,
	BZ_HEADER = 0x268,
	BZ_PAYLOAD_SINCE = 0x0208, /* protocol version with the two above */
	LZ4_BLOCK = 8 << 20,       /* legacy frames: what a block unpacks to, at most */
	NOTE_PHYS32_ENTRY = 18,    /* XEN_ELFNOTE_PHYS32_ENTRY, xen/interface/elfnote.h */
};
#define LZ4_LEGACY 0x184c2102U

const char *kernel_format_name(enum kernel_format f)
{
	static const char *const names[] = {
		[KERNEL_ELF] = "ELF vmlinux",
		[KERNEL_BZIMAGE] = "bzImage",
		[KERNEL_GZIP] = "gzip data",
		[KERNEL_XZ] = "xz data",
		[KERNEL_ZSTD] = "zstd data",
		[KERNEL_LZ4] = "LZ4 data",
		[KERNEL_PE] = "an EFI program",
		[KERNEL_TEXT] = "a text file",
		[KERNEL_UNKNOWN] = "not a kernel",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == KERNEL_UNKNOWN + 1, "a name for each");

	return names[f];
}

static uint32_t le(const uint8_t *p, int bytes)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)p[i] << 8 * i;
	return v;
}

/* [at, at + n) within len */
static bool within(uint64_t at, uint64_t n, size_t len)
{
	return at <= len && n <= len - at;
}

static bool is_text(const uint8_t *p, size_t len)
{
	size_t n = len < 512 ? len : 512;

	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 && p[i] != '\n' && p[i] != '\r' && p[i] != '\t' && p[i] != 0x1b)
			return false;
	return n > 0;
}

static enum kernel_format format_of(const uint8_t *p, size_t len)
{
	if (len >= BZ_HEADER && memcmp(p + BZ_MAGIC, "HdrS", 4) == 0)
		return KERNEL_BZIMAGE;
	if (len >= 4 && memcmp(p, ELFMAG, SELFMAG) == 0)
		return KERNEL_ELF;
	if (len >= 2 && p[0] == 0x1f && p[1] == 0x8b)
		return KERNEL_GZIP;
	if (len >= 6 && memcmp(p, "\xfd" "7zXZ", 6) == 0)
		return KERNEL_XZ;
	if (len >= 4 && le(p, 4) == 0xfd2fb528U)
		return KERNEL_ZSTD;
	if (len >= 4 && (le(p, 4) == LZ4_LEGACY || le(p, 4) == 0x184d2204U))
		return KERNEL_LZ4;
	if (len >= 2 && p[0] == 'M' && p[1] == 'Z')
		return KERNEL_PE;
	return is_text(p, len) ? KERNEL_TEXT : KERNEL_UNKNOWN;
}

/* A word of printable text, as a release is. */
static void copy_word(char *out, size_t size, const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n < size - 1 && p[n] > ' ' && p[n] < 0x7f)
		n++;
	memcpy(out, p, n);
	out[n] = '\0';
}

/* The compressed part of a bzImage. */
static bool payload(const uint8_t *p, size_t len, const uint8_t **data, size_t *n)
{
	uint32_t sects = p[BZ_SETUP_SECTS] ? p[BZ_SETUP_SECTS] : 4;
	uint64_t at = (sects + 1) * 512ULL + le(p + BZ_PAYLOAD_OFFSET, 4);
	uint32_t size = le(p + BZ_PAYLOAD_LENGTH, 4);

	if (le(p + BZ_VERSION, 2) < BZ_PAYLOAD_SINCE || size < 8 || !within(at, size, len))
		return false;
	*data = p + at;
	*n = size;
	return true;
}

static void probe_bzimage(const uint8_t *p, size_t len, struct kernel_probe *out)
{
	uint64_t name = le(p + BZ_KERNEL_VERSION, 2) + 0x200ULL;
	const uint8_t *data;
	size_t n;

	if (name > 0x200 && within(name, 1, len))
		copy_word(out->release, sizeof(out->release), p + name, len - name);
	if (payload(p, len, &data, &n))
		out->payload = format_of(data, n);
}

static size_t round4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Does this note segment say where a hypervisor enters in 32-bit mode? */
static bool has_pvh(const uint8_t *p, size_t len)
{
	Elf64_Nhdr h;

	for (size_t at = 0; within(at, sizeof(h), len);) {
		memcpy(&h, p + at, sizeof(h));
		at += sizeof(h);
		if (!within(at, round4(h.n_namesz), len))
			return false;
		bool xen = h.n_namesz == 4 && memcmp(p + at, "Xen", 4) == 0;
		if (xen && h.n_type == NOTE_PHYS32_ENTRY && h.n_descsz >= 4)
			return true;
		at += round4(h.n_namesz);
		if (!within(at, round4(h.n_descsz), len))
			return false;
		at += round4(h.n_descsz);
	}
	return false;
}

static void probe_segments(const uint8_t *p, size_t len, const Elf64_Ehdr *e,
			   struct kernel_probe *out)
{
	bool loads = false, pvh = false;

	for (unsigned i = 0; i < e->e_phnum; i++) {
		Elf64_Phdr h;
		uint64_t at = e->e_phoff + (uint64_t)i * sizeof(h);
		if (e->e_phoff > len || !within(at, sizeof(h), len))
			return;
		memcpy(&h, p + at, sizeof(h));
		if (!within(h.p_offset, h.p_filesz, len))
			return; /* cut short: not a kernel that could start */
		if (h.p_type == PT_LOAD && (e->e_entry - h.p_paddr < h.p_memsz ||
					    e->e_entry - h.p_vaddr < h.p_memsz))
			loads = true;
		if (h.p_type == PT_NOTE && has_pvh(p + h.p_offset, h.p_filesz))
			pvh = true;
	}
	out->entry64 = loads;
	out->pvh = pvh && loads;
}

static void probe_elf(const uint8_t *p, size_t len, struct kernel_probe *out)
{
	static const char banner[] = "Linux version ";
	Elf64_Ehdr e;

	if (len < sizeof(e))
		return;
	memcpy(&e, p, sizeof(e));
	if (e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_ident[EI_DATA] != ELFDATA2LSB ||
	    e.e_machine != EM_X86_64 || e.e_phentsize != sizeof(Elf64_Phdr) ||
	    (e.e_type != ET_EXEC && e.e_type != ET_DYN))
		return;
	probe_segments(p, len, &e, out);
	/* The first hit with a digit after it: the text is in format strings too. */
	for (const uint8_t *at = p; (at = memmem(at, len - (size_t)(at - p), banner, 14));) {
		at += 14;
		if (at < p + len && *at >= '0' && *at <= '9') {
			copy_word(out->release, sizeof(out->release), at, len - (size_t)(at - p));
			return;
		}
	}
}

void kernel_probe_bytes(const void *data, size_t len, struct kernel_probe *out)
{
	*out = (struct kernel_probe){ .format = format_of(data, len), .payload = KERNEL_UNKNOWN };
	if (out->format == KERNEL_BZIMAGE)
		probe_bzimage(data, len, out);
	else if (out->format == KERNEL_ELF)
		probe_elf(data, len, out);
}

int kernel_probe(int fd, struct kernel_probe *out, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "kernel: look at the file");
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > KERNEL_FILE_MAX)
		return error_set(err, 0, "kernel: not a file of a kernel's size");
	*out = (struct kernel_probe){ .format = KERNEL_UNKNOWN, .payload = KERNEL_UNKNOWN };
	if (st.st_size == 0)
		return 0;
	size_t len = (size_t)st.st_size;
	void *p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return error_set(err, errno, "kernel: read the file");
	kernel_probe_bytes(p, len, out);
	munmap(p, len);
	return 0;
}

/* Legacy LZ4: a magic, then blocks of a length and that many bytes. The kernel's
 * build appends four bytes, the unpacked size. */
static int unpack_lz4(const uint8_t *p, size_t len, size_t max, void **out, size_t *out_len,
		      struct error *err)
{
	size_t size = 16 * (size_t)LZ4_BLOCK, have = 0;
	if (size > max)
		size = max;
	AUTO_FREE char *buf = malloc(size);

	for (size_t at = 4; within(at, 5, len);) {
		uint32_t n = le(p + at, 4);
		at += 4;
		if (n == LZ4_LEGACY)
			continue;
		if (!within(at, n, len) || n > LZ4_BLOCK + LZ4_BLOCK / 255 + 16)
			return error_set(err, 0, "kernel: LZ4 data is damaged");
		if (buf && size - have < LZ4_BLOCK && size < max) {
			size = size * 2 < max ? size * 2 : max;
			char *more = realloc(buf, size);
			if (!more)
				return error_set(err, ENOMEM, "kernel: unpack");
			buf = more;
		}
		size_t room = size - have < LZ4_BLOCK ? size - have : LZ4_BLOCK;
		int got = buf ? LZ4_decompress_safe((const char *)p + at, buf + have, (int)n,
						    (int)room)
			      : 0;
		if (got <= 0)
			return error_set(err, buf ? 0 : ENOMEM, "kernel: LZ4 data is damaged");
		have += (size_t)got;
		at += n;
	}
	if (!have)
		return error_set(err, 0, "kernel: LZ4 data is empty");
	*out = take_ptr(&buf);
	*out_len = have;
	return 0;
}

static int copy(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		struct error *err)
{
	if (len > max)
		return error_set(err, EFBIG, "kernel");
	*out = malloc(len ? len : 1);
	if (!*out)
		return error_set(err, ENOMEM, "kernel");
	memcpy(*out, data, len);
	*out_len = len;
	return 0;
}

static int unknown(enum kernel_format f, struct error *err)
{
	error_set(err, 0, "kernel: this is %s", kernel_format_name(f));
	error_hint(err, "give a vmlinux or a bzImage, or none: vmdeck image build fetches Debian's");
	return -1;
}

static int unpack_payload(const uint8_t *p, size_t len, size_t max, void **out, size_t *out_len,
			  struct error *err)
{
	enum kernel_format f = format_of(p, len);

	switch (f) {
	case KERNEL_LZ4:
		if (le(p, 4) == LZ4_LEGACY)
			return unpack_lz4(p, len, max, out, out_len, err);
		return archive_expand(p, len, max, out, out_len, err);
	case KERNEL_GZIP:
		return archive_expand(p, len, max, out, out_len, err);
	case KERNEL_XZ:
	case KERNEL_ZSTD:
		/* Without the unpacked size that the kernel's build appends. */
		return archive_expand(p, len - 4, max, out, out_len, err);
	case KERNEL_ELF:
		return copy(p, len, max, out, out_len, err);
	default:
		error_set(err, 0, "kernel: the bzImage holds %s", kernel_format_name(f));
		error_hint(err, "rebuild it with CONFIG_KERNEL_LZ4, GZIP, XZ or ZSTD, or give its vmlinux");
		return -1;
	}
}

int kernel_unpack(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		  struct error *err)
{
	enum kernel_format f = format_of(data, len);
	struct kernel_probe probe;
	const uint8_t *packed;
	size_t n;
	int r = -1;

	if (f == KERNEL_ELF)
		r = copy(data, len, max, out, out_len, err);
	else if (f == KERNEL_GZIP || f == KERNEL_LZ4)
		r = unpack_payload(data, len, max, out, out_len, err);
	else if (f == KERNEL_XZ || f == KERNEL_ZSTD)
		r = archive_expand(data, len, max, out, out_len, err);
	else if (f != KERNEL_BZIMAGE)
		return unknown(f, err);
	else if (!payload(data, len, &packed, &n))
		return error_set(err, 0, "kernel: the bzImage is damaged, or older than protocol 2.08");
	else
		r = unpack_payload(packed, n, max, out, out_len, err);
	if (r < 0)
		return -1;
	kernel_probe_bytes(*out, *out_len, &probe);
	if (probe.format == KERNEL_ELF && probe.entry64)
		return 0;
	free(*out);
	*out = NULL;
	if (probe.format != KERNEL_ELF)
		return unknown(probe.format, err);
	return error_set(err, 0, "kernel: an ELF file, but no whole x86-64 kernel");
}
