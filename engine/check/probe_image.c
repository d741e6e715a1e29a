/* S05 and S06: images are whole, and the agents' programs are in them. */
#include "engine/check/probe.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/store.h"
#include "engine/image/superblock.h"

/* --- S05 --- */

/* What is wrong with it: NULL when nothing; *warn: it starts all the same. */
static const char *judge(const struct check_image *image, char *said, size_t cap, bool *warn,
			 struct error *err)
{
	AUTO_CLOSE int fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct ext4_info info = { 0 };

	*warn = false;
	if (fd < 0) {
		snprintf(said, cap, "%s", strerror(errno));
		return errno == ENOENT ? "is gone" : "cannot be opened";
	}
	if (ext4_check(fd, &info, err) < 0) {
		snprintf(said, cap, "%.180s", err->msg);
		return "is damaged";
	}
	snprintf(said, cap, "%llu bytes, %s%s", (unsigned long long)info.file_size,
		 info.clean ? "clean" : "not clean", info.needs_recovery ? ", journal not replayed" : "");
	if (image->size && image->size != info.file_size)
		return "is not as long as its description says";
	*warn = true;
	if (info.needs_recovery || !info.clean)
		return "was not closed when it was last written";
	*warn = false;
	return NULL;
}

static void fix_image(struct check_record *r, const struct check_image *image)
{
	if (!strchr(image->name, '/'))
		record_fix(r, 0, ARGV("vmdeck", "image", "verify", image->name), "check all of it");
	record_fix(r, 0, ARGV("/sbin/e2fsck", "-fn", image->path), "see what is wrong inside");
	if (!strcmp(image->name, "tiny"))
		record_fix(r, 0, ARGV("vmdeck", "image", "build"), "make it again");
	else
		record_fix(r, 0, NULL, "import or build it again");
}

void probe_s05(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	struct error err = { 0 };
	unsigned good = 0;

	if (!p->n_images)
		record_say(r, CHECK_SKIP, "this launch has no image");
	for (unsigned i = 0; i < p->n_images; i++) {
		char said[192] = "";
		bool warn;
		const char *wrong = judge(&p->images[i], said, sizeof(said), &warn, &err);

		record_seen(r, p->images[i].name, "%s", said);
		good += !wrong;
		if (!wrong || r->status == CHECK_FAILED || (warn && r->status == CHECK_WARN))
			continue;
		record_say(r, warn ? CHECK_WARN : CHECK_FAILED, "image %s %s: %s", p->images[i].name,
			   wrong, said);
		r->severity = warn ? CHECK_ADVICE : CHECK_BLOCKER;
		r->n_fixes = 0;
		fix_image(r, &p->images[i]);
	}
	if (p->n_images && good == p->n_images)
		record_say(r, CHECK_OK, "%u of %u", good, p->n_images);
}

/* --- S06 --- */

/* The program's interpreter, ELF's or a script's, into out; "" when it needs none.
 * False: it is no program for this machine. */
static bool interpreter(struct ext4 *fs, const struct ext4_node *node, char *out, size_t cap,
			const char **wrong)
{
	union {
		Elf64_Ehdr elf;
		char text[4096];
	} head = { .text = "" };
	struct error err;
	ssize_t n = ext4_pread(fs, node, head.text, sizeof(head.text) - 1, 0, &err);
	Elf64_Phdr ph;

	out[0] = '\0';
	if (n >= 2 && head.text[0] == '#' && head.text[1] == '!') {
		const char *at = head.text + 2 + strspn(head.text + 2, " \t");

		snprintf(out, cap, "%.*s", (int)strcspn(at, " \t\r\n"), at);
		return true;
	}
	*wrong = "is neither an ELF program nor a script";
	if (n < (ssize_t)sizeof(head.elf) || memcmp(head.elf.e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	*wrong = "is a program for another machine";
	if (head.elf.e_ident[EI_CLASS] != ELFCLASS64 || head.elf.e_machine != EM_X86_64)
		return false;
	for (unsigned i = 0; i < head.elf.e_phnum && i < 64; i++) {
		uint64_t at = head.elf.e_phoff + (uint64_t)i * sizeof(ph);

		if (ext4_pread(fs, node, &ph, sizeof(ph), at, &err) != sizeof(ph))
			break;
		if (ph.p_type != PT_INTERP || ph.p_filesz == 0 || ph.p_filesz >= cap)
			continue;
		n = ext4_pread(fs, node, out, ph.p_filesz, ph.p_offset, &err);
		out[n > 0 ? n : 0] = '\0';
	}
	return true;
}

static const char *find(struct ext4 *fs, const char *command, char *said, size_t cap)
{
	char path[512], interp[256];
	struct ext4_node node;
	struct error err = { 0 };
	const char *wrong = "";
	int r = store_find_command(fs, command, path, sizeof(path), &err);

	if (r) {
		snprintf(said, cap, "%.180s", r > 0 ? "not in the image" : err.msg);
		return "is not in it";
	}
	snprintf(said, cap, "%.180s", path);
	if (ext4_stat(fs, path, true, &node, &err) != 0)
		return "is not in it";
	if (!interpreter(fs, &node, interp, sizeof(interp), &wrong))
		return wrong;
	if (!*interp)
		return NULL;
	r = ext4_stat(fs, interp, true, &node, &err);
	if (r == 0)
		return NULL;
	snprintf(said, cap, "%.100s needs %.80s", path, interp);
	if (strstr(interp, "ld-linux"))
		return "needs glibc, which is not in it (an Alpine image has musl)";
	if (strstr(interp, "ld-musl"))
		return "needs musl, which is not in it";
	return "needs an interpreter that is not in it";
}

void probe_s06(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	unsigned looked = 0, good = 0;

	for (unsigned i = 0; i < p->n_images; i++) {
		const struct check_image *image = &p->images[i];
		AUTO_CLOSE int fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		struct error err = { 0 };
		AUTO_EXT4 struct ext4 *fs = NULL;

		if (!image->n_commands)
			continue;
		fs = fd < 0 ? NULL : ext4_open(fd, false, &err);
		if (!fs) {
			record_say(r, CHECK_UNKNOWN, "image %s cannot be read: see S05", image->name);
			r->severity = CHECK_DEGRADED;
			return;
		}
		for (unsigned k = 0; k < image->n_commands; k++) {
			char said[192] = "";
			const char *wrong = find(fs, image->commands[k], said, sizeof(said));

			looked++;
			good += !wrong;
			record_seen(r, image->commands[k], "image %s: %.150s", image->name, said);
			if (!wrong || r->status == CHECK_FAILED)
				continue;
			record_say(r, CHECK_FAILED, "%s %s: image %s", image->commands[k], wrong,
				   image->name);
			record_fix(r, 0, NULL, "use an image that has it (vmdeck image ls), or name another "
				   "\"command\" in the agent's entry");
		}
	}
	if (!looked)
		record_say(r, CHECK_SKIP, "no program was asked about");
	else if (good == looked)
		record_say(r, CHECK_OK, "%u of %u are there, with their interpreters", good, looked);
}
