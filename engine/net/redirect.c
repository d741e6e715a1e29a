#include "engine/net/redirect.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/net/netns_build.h"
#include "engine/net/sockets.h"

#define STRING_OF(x) #x
#define TEXT_OF(x) STRING_OF(x)
#define ANY_PORT 3129
_Static_assert(ANY_PORT == SOCKETS_ANY, "the rule's port");

/* As nft -p lists it, but for blanks; so it is what it is compared with, too. The protocol is
 * a number, because its name is known only where there is an /etc/protocols. */
static const char ruleset[] =
	"table ip vmdeck {\n"
	"	chain open {\n"
	"		type nat hook prerouting priority dstnat; policy accept;\n"
	"		iifname \"" NETNS_TAP "\" ip daddr " NETNS_ANYIP
	" meta l4proto 6 redirect to :" TEXT_OF(ANY_PORT) "\n"
	"	}\n"
	"}\n";

/* An ordinary user's PATH often lacks the directories where nft lies. */
static int find_nft(char path[256], struct error *err)
{
	static const char *const places[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft" };

	if (process_find("nft", path, 256) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (access(places[i], X_OK) == 0) {
			snprintf(path, 256, "%s", places[i]);
			return 0;
		}
	error_set(err, ENOENT, "nft, which the network policy \"open\" needs");
	error_hint(err, "sudo apt install nftables; or use \"network\": \"allowlist\"");
	return -1;
}

/* Run it with `input`; what it says, cut, in out. */
static int run(const char *const argv[], const char *input, char *out, size_t cap, struct error *err)
{
	AUTO_CLOSE int in = memfd_create("nft-in", MFD_CLOEXEC);
	AUTO_CLOSE int said = memfd_create("nft-out", MFD_CLOEXEC);
	char path[256], line[160];
	static char path_var[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", lang_var[] = "LC_ALL=C";
	char *const env[] = { path_var, lang_var, NULL };
	struct process p = { .file = path, .argv = (char *const *)(uintptr_t)argv, .env = env,
			     .fds = { in, said, said }, .n_fds = 3 };
	ssize_t n;
	int status;
	pid_t pid;

	if (find_nft(path, err) < 0)
		return -1;
	if (in < 0 || said < 0 || fd_write_all(in, input, strlen(input), err) < 0 ||
	    lseek(in, 0, SEEK_SET) < 0)
		return error_set(err, errno, "nft's input");
	pid = process_start(&p, err);
	if (pid < 0)
		return error_wrap(err, "nft");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(err, errno, "nft");
	n = pread(said, out, cap - 1, 0);
	out[n > 0 ? n : 0] = '\0';
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	text_clean(line, sizeof(line), out, strcspn(out, "\n"), false);
	error_set(err, 0, "nft refuses the rule: %s", line[0] ? line : "without a word");
	error_hint(err, "the kernel may lack nf_tables with NAT: sudo modprobe nft_redir nft_chain_nat; or use "
			"\"network\": \"allowlist\"");
	return -1;
}

/* Equal but for blanks? */
static bool same(const char *a, const char *b)
{
	static const char blanks[] = " \t\n";

	for (;;) {
		a += strspn(a, blanks);
		b += strspn(b, blanks);
		if (!*a || *a != *b)
			return *a == *b;
		a++;
		b++;
	}
}

int redirect_make(struct error *err)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	char said[1024];

	return run(argv, ruleset, said, sizeof(said), err);
}

int redirect_verify(struct error *err)
{
	static const char *const argv[] = { "nft", "-p", "list", "ruleset", NULL };
	char said[4096];

	if (run(argv, "", said, sizeof(said), err) < 0)
		return -1;
	if (!same(said, ruleset)) {
		char line[160];

		text_clean(line, sizeof(line), said, strlen(said), false);
		return error_set(err, 0, "nft's rules are not the one that was made: %s", line);
	}
	return 0;
}
