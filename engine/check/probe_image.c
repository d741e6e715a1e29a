/* S05 and S06: images are whole, and the agents' programs are in them. */
#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/program.h"
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

/* What is wrong with a command of the image; NULL when nothing. */
static const char *find(struct ext4 *fs, const char *command, char *said, size_t cap)
{
	static const char *const wrong[] = {
		[PROGRAM_GOOD] = NULL,
		[PROGRAM_ABSENT] = "is not in it",
		[PROGRAM_NOT_EXECUTABLE] = "is not executable",
		[PROGRAM_NONE] = "is neither an ELF program nor a script",
		[PROGRAM_EMPTY_SCRIPT] = "is a script without an interpreter",
		[PROGRAM_FOREIGN] = "is a program for another machine",
		[PROGRAM_DAMAGED] = "is damaged",
		[PROGRAM_LACKS] = "needs an interpreter that is not in it",
	};
	char path[512];
	struct program p;
	struct error err = { 0 };
	int r = program_find(fs, command, path, sizeof(path), &err);

	if (r) {
		snprintf(said, cap, "%.180s", r > 0 ? "not in the image" : err.msg);
		return "is not in it";
	}
	snprintf(said, cap, "%.180s", path);
	if (program_look(fs, path, &p) || p.fault != PROGRAM_LACKS)
		return wrong[p.fault];
	snprintf(said, cap, "%.100s needs %.80s", p.path, p.interpreter);
	if (strstr(p.interpreter, "ld-linux"))
		return "needs glibc, which is not in it (an Alpine image has musl)";
	if (strstr(p.interpreter, "ld-musl"))
		return "needs musl, which is not in it";
	return wrong[p.fault];
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
