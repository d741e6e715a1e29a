/*
 * The process that looks at a session's disk on a supervisor's behalf: what changed,
 * the difference of one file, an image made of both layers. The disk's bytes are the
 * guest's, so what reads them runs in limited children of this short-lived process
 * (image/apart.h), and the supervisor only gets text.
 */
#ifndef ENGINE_SESSION_INSPECT_H
#define ENGINE_SESSION_INSPECT_H

enum {
	INSPECT_FD_DISK = 3,
	INSPECT_FD_IMAGE,
	INSPECT_FD_COUNT,
	INSPECT_SHOWN = 5000,         /* changes that are listed; more are counted */
	INSPECT_TEXT = 1 << 20,       /* bytes of a file that is compared */
	INSPECT_OUT = 3 << 20,        /* bytes that it writes at most */
};

/*
 * main() of it, with the two descriptors open for reading, by
 *   vmdeck inspect changes TIME PATH...  the changes as JSON; the paths are vmdeck's own
 *                                        files, left out while they are not newer
 *   vmdeck inspect diff PATH             unified, made safe to show; "" is no difference
 *   vmdeck inspect keep IMAGES NAME FROM an image; FROM is the one that it is made of, whose
 *                                        description it takes. JSON of what was made
 * What is asked for goes to stdout, exit code 0; or 1, and "code\nmessage\nhint".
 */
int inspect_main(int argc, char **argv);

#endif
