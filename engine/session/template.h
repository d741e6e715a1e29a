/*
 * Templates: machines that were booted, rehearsed a session's start and were saved, from which
 * sessions start warm. One directory each under the cache,
 *
 *	templates/KEY/ram            the guest's memory, sparse
 *	templates/KEY/state          the state of its devices
 *	templates/KEY/disk           the session disk as it has it mounted, sparse
 *	templates/KEY/template.json  what it is, and what the others must be
 *
 * made beside it and renamed into place, so it is whole or not there, and never
 * written again: machines map `ram` privately, while they run, and each gets a
 * copy of `disk`, whose bytes are those that the guest in `ram` believes. KEY is a digest
 * of everything that must be equal for a session to be able to start from it.
 *
 * Nothing here is owned by being on record. Who uses a template holds its
 * directory's lock shared; who makes one holds a lock on the key's own byte of
 * templates/making; the files are unlinked until they are complete. Removing a
 * template harms nobody who has it open. It does not know how machines are
 * saved or started (maker.h, supervisor.c).
 *
 * In engine/session and not beside the hypervisors, because what a template
 * depends on is the image's and the kernel's too.
 */
#ifndef ENGINE_SESSION_TEMPLATE_H
#define ENGINE_SESSION_TEMPLATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "engine/base/paths.h"
#include "engine/vm/backend.h"

enum {
	TEMPLATE_KEY = 32,           /* hex digits */
	TEMPLATE_RETRY_S = 600,      /* one that could not be made is not tried again for so long */
	TEMPLATE_TSC_PPM = 300,      /* that two measurements of one clock may differ by */
};
#define TEMPLATE_CAP_BYTES (4ULL << 30) /* of disk, for all of them */

/* What is asked for: everything on which the key depends. */
struct template_wish {
	char key[TEMPLATE_KEY + 1];
	char *text; /* what the key is the digest of, for people; owned */
	unsigned memory_mib, cpus;
	uint64_t disk_size;
	enum vm_accel accel;
	bool cpu_max;
	char backend[16];
	int kernel_fd, initramfs_fd, image_fd; /* borrowed */
};

/* Fill in text and key; the other members are given. 1: this backend has no
 * templates. */
int template_name(struct template_wish *w, struct error *err);
void template_wish_done(struct template_wish *w);

/* What a wish is as a machine: for the hypervisor's start and its identity. */
struct vm_spec template_machine(const struct template_wish *w);

/* The same through a pipe; the descriptors are the reader's to fill in. */
cJSON *template_wish_json(const struct template_wish *w);
int template_wish_parse(struct template_wish *w, const cJSON *j, struct error *err);

/* One in use: its lock is held through dir until that is closed. */
struct template {
	int dir, ram_fd, state_fd, disk_fd;
	unsigned long tsc_khz;
	uint64_t begun; /* while it is made: since when, now_ms() */
};

#define TEMPLATE_NONE ((struct template){ -1, -1, -1, -1, 0, 0 })

/* 0 open; 1 there is none, err says why not where that is worth telling (an
 * empty message: it was never made); -1. Checked: sizes, times of memory and
 * disk, digest of the state, this vmdeck's, this host's clock. */
int template_open(const struct paths *p, const struct template_wish *w, struct template *t,
		  struct error *err);
void template_done(struct template *t);
/* It did not do: nobody shall start from it again. Those who have it open are
 * not harmed; the files go with the next making of it, or gc. */
void template_spoil(int dir);

/* The right to make one: a descriptor that holds it, -1 with EBUSY when somebody
 * else is at it, or with the reason why it could not be made lately. */
int template_claim(int templates, const char *key, struct error *err);
/* Where in templates/making a key's lock is. */
off_t template_place(const char *key);
/* Might a claim succeed? For who would start a process to try. */
bool template_wanted(const struct paths *p, const char *key);

/* Two files without names, `ram` of the size. */
int template_files(int templates, uint64_t ram_size, int *ram, int *state, struct error *err);
/* Make them the template of w. */
int template_commit(int templates, const struct template_wish *w, const struct template *t,
		    struct error *err);
/* How long the making of one like it took, the newest of the same backend and size, rather
 * one of the same image: ms; 0: there is none, or it does not say. */
uint64_t template_expected_ms(int templates, const struct template_wish *w);
/* Remember that it could not be made. */
void template_failed(int templates, const char *key, const struct error *why);
/* Is a file of that name such a memory? Its text is the reason. */
bool template_is_failure(const char *name);

/* Collecting. */
struct template_entry {
	char name[TEMPLATE_KEY + 32]; /* of its directory or file */
	char why[128];    /* it is to go; "" it may stay */
	uint64_t bytes;   /* of disk */
	int64_t used;     /* seconds since the epoch */
	bool in_use;
};

/* All that is there, those that are to go marked: what is broken or was left
 * half made, and, where all together take more than cap_bytes, those not in use
 * that were used longest ago. Free *out. */
int template_list(int templates, uint64_t cap_bytes, struct template_entry **out,
		  size_t *n, struct error *err);
/* Only if nobody uses it: 0 removed, 1 in use. */
int template_remove(int templates, const char *name, struct error *err);

/* The directory of all of them, made when it is not there. */
int template_dir(const struct paths *p, struct error *err);
/* The same when it is there; ENOENT when not. */
int template_dir_open(const struct paths *p, struct error *err);

#endif
