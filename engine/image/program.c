#include "engine/image/program.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
	SCRIPTS = 4, /* that may be interpreters of each other, as in exec_binprm() of Linux */
	HEADERS = 64,
};

#ifdef __x86_64__
#define THIS_MACHINE EM_X86_64
#else
#define THIS_MACHINE EM_AARCH64
#endif

int program_find(struct ext4 *fs, const char *argv0, char *path, size_t size, struct error *err)
{
	static const char *const dirs[] = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					    "/usr/bin", "/sbin", "/bin" };
	struct ext4_node node;

	if (strchr(argv0, '/')) {
		snprintf(path, size, "%s", argv0);
		int r = ext4_stat(fs, path, true, &node, err);
		return r ? r : S_ISREG(node.mode) && (node.mode & 0111) ? 0 : 1;
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, size, "%s/%s", dirs[i], argv0);
		int r = ext4_stat(fs, path, true, &node, err);
		if (r < 0)
			return -1;
		if (r == 0 && S_ISREG(node.mode) && (node.mode & 0111))
			return 0;
	}
	return 1;
}

/* What PT_INTERP names, "" for a static program; false: damaged. */
static bool elf_interpreter(struct ext4 *fs, const struct ext4_node *n, const Elf64_Ehdr *h,
			    char out[256])
{
	struct error ignored;

	out[0] = '\0';
	for (unsigned i = 0; i < h->e_phnum && i < HEADERS; i++) {
		Elf64_Phdr p;
		if (ext4_pread(fs, n, &p, sizeof(p), h->e_phoff + i * sizeof(p), &ignored) != sizeof(p))
			return false;
		if (p.p_type != PT_INTERP)
			continue;
		ssize_t got = ext4_pread(fs, n, out, p.p_filesz < 255 ? p.p_filesz : 255, p.p_offset, &ignored);
		if (got < 0)
			return false;
		out[got] = '\0';
	}
	return true;
}

/* The interpreter of a script or an ELF program into p->interpreter. */
static enum program_fault read_head(struct ext4 *fs, const struct ext4_node *n, struct program *p,
				    bool *script)
{
	union {
		Elf64_Ehdr elf;
		char text[257];
	} head = { .text = "" };
	struct error ignored;
	ssize_t got = ext4_pread(fs, n, head.text, sizeof(head.text) - 1, 0, &ignored);

	*script = got > 2 && memcmp(head.text, "#!", 2) == 0;
	if (*script) {
		head.text[strcspn(head.text, "\n")] = '\0';
		return sscanf(head.text + 2, " %250s", p->interpreter) == 1 ? PROGRAM_GOOD : PROGRAM_EMPTY_SCRIPT;
	}
	if (got < (ssize_t)sizeof(head.elf) || memcmp(head.elf.e_ident, ELFMAG, SELFMAG) != 0)
		return PROGRAM_NONE;
	if (head.elf.e_ident[EI_CLASS] != ELFCLASS64 || head.elf.e_machine != THIS_MACHINE)
		return PROGRAM_FOREIGN;
	return elf_interpreter(fs, n, &head.elf, p->interpreter) ? PROGRAM_GOOD : PROGRAM_DAMAGED;
}

static enum program_fault look(struct ext4 *fs, struct program *p, int scripts)
{
	enum program_fault fault;
	struct error ignored;
	struct ext4_node n;
	bool script;

	p->interpreter[0] = '\0';
	if (ext4_stat(fs, p->path, true, &n, &ignored) != 0 || !S_ISREG(n.mode))
		return PROGRAM_ABSENT;
	if (!(n.mode & 0111))
		return PROGRAM_NOT_EXECUTABLE;
	fault = read_head(fs, &n, p, &script);
	if (fault != PROGRAM_GOOD || !p->interpreter[0])
		return fault;
	if (ext4_stat(fs, p->interpreter, true, &n, &ignored) != 0)
		return PROGRAM_LACKS;
	if (!script)
		return PROGRAM_GOOD;
	if (scripts == 0)
		return PROGRAM_EMPTY_SCRIPT;
	snprintf(p->path, sizeof(p->path), "%s", p->interpreter);
	return look(fs, p, scripts - 1);
}

bool program_look(struct ext4 *fs, const char *path, struct program *out)
{
	*out = (struct program){ .fault = PROGRAM_ABSENT };
	snprintf(out->path, sizeof(out->path), "%s", path);
	out->fault = look(fs, out, SCRIPTS);
	return out->fault == PROGRAM_GOOD;
}

void program_say(const struct program *p, char *said, size_t cap)
{
	static const char *const words[] = {
		[PROGRAM_GOOD] = "",
		[PROGRAM_ABSENT] = " is not there",
		[PROGRAM_NOT_EXECUTABLE] = " is not executable",
		[PROGRAM_NONE] = " is no program",
		[PROGRAM_EMPTY_SCRIPT] = " is a script for nothing",
		[PROGRAM_FOREIGN] = " is for another processor",
		[PROGRAM_DAMAGED] = " is damaged",
		[PROGRAM_LACKS] = "",
	};

	if (p->fault == PROGRAM_LACKS)
		snprintf(said, cap, "%.60s wants %.60s, which is not there", p->path, p->interpreter);
	else
		snprintf(said, cap, "%.100s%s", p->path,
			 p->fault == PROGRAM_GOOD && !p->interpreter[0] ? ", static" : words[p->fault]);
}
