#include "engine/check/distro.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/base/text.h"
#include "engine/check/probe.h"

const char *const distro_names[] = {
	[DISTRO_UNKNOWN] = "any",  [DISTRO_DEBIAN] = "debian", [DISTRO_FEDORA] = "fedora",
	[DISTRO_ARCH] = "arch",	   [DISTRO_SUSE] = "suse",     [DISTRO_ALPINE] = "alpine",
	[DISTRO_NIX] = "nixos",
};
static_assert(sizeof(distro_names) / sizeof(*distro_names) == DISTRO_COUNT, "a name each");

static const struct {
	const char *id;
	enum distro distro;
} known[] = {
	{ "debian", DISTRO_DEBIAN },	   { "ubuntu", DISTRO_DEBIAN },
	{ "fedora", DISTRO_FEDORA },	   { "rhel", DISTRO_FEDORA },
	{ "centos", DISTRO_FEDORA },	   { "arch", DISTRO_ARCH },
	{ "archlinux", DISTRO_ARCH },	   { "suse", DISTRO_SUSE },
	{ "opensuse", DISTRO_SUSE },	   { "opensuse-leap", DISTRO_SUSE },
	{ "opensuse-tumbleweed", DISTRO_SUSE }, { "sles", DISTRO_SUSE },
	{ "alpine", DISTRO_ALPINE },	   { "nixos", DISTRO_NIX },
};

static enum distro by_word(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strlen(known[i].id) == n && !strncasecmp(known[i].id, word, n))
			return known[i].distro;
	return DISTRO_UNKNOWN;
}

static enum distro by_words(const char *s)
{
	while (*s) {
		size_t n = strcspn(s, " \t");
		enum distro d = by_word(s, n);

		if (d != DISTRO_UNKNOWN)
			return d;
		s += n + strspn(s + n, " \t");
	}
	return DISTRO_UNKNOWN;
}

/* The value of `KEY=...` in a line, quotes taken off; false for other keys. */
static bool value_of(const char *line, size_t n, const char *key, char *out, size_t cap)
{
	size_t k = strlen(key);

	if (n <= k || strncmp(line, key, k) != 0 || line[k] != '=')
		return false;
	line += k + 1;
	n -= k + 1;
	if (n >= 2 && (*line == '"' || *line == '\'') && line[n - 1] == *line) {
		line++;
		n -= 2;
	}
	text_clean(out, cap, line, n, false);
	return true;
}

enum distro distro_parse(const char *text, size_t len, char *pretty, size_t cap)
{
	char id[64] = "", like[128] = "", name[128] = "";
	const char *end = text + len;
	enum distro d;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);

		if (n && text[n - 1] == '\r')
			n--;
		(void)(value_of(text, n, "ID", id, sizeof(id)) ||
		       value_of(text, n, "ID_LIKE", like, sizeof(like)) ||
		       value_of(text, n, "PRETTY_NAME", name, sizeof(name)));
		text = nl ? nl + 1 : end;
	}
	if (pretty)
		snprintf(pretty, cap, "%s", *name ? name : id);
	d = by_words(id);
	return d != DISTRO_UNKNOWN ? d : by_words(like);
}

enum distro distro_detect(const struct check_host *h, char *pretty, size_t cap)
{
	char text[4096];
	ssize_t n = host_read(h, "/etc/os-release", text, sizeof(text));

	if (n < 0)
		n = host_read(h, "/usr/lib/os-release", text, sizeof(text));
	return distro_parse(text, n < 0 ? 0 : (size_t)n, pretty, cap);
}

const struct package package_qemu = { {
	[DISTRO_DEBIAN] = "qemu-system-x86", [DISTRO_FEDORA] = "qemu-kvm",
	[DISTRO_ARCH] = "qemu-system-x86",   [DISTRO_SUSE] = "qemu-x86",
	[DISTRO_ALPINE] = "qemu-system-x86_64", [DISTRO_NIX] = "qemu",
} };
const struct package package_ca = { {
	[DISTRO_DEBIAN] = "ca-certificates", [DISTRO_FEDORA] = "ca-certificates",
	[DISTRO_ARCH] = "ca-certificates",   [DISTRO_SUSE] = "ca-certificates",
	[DISTRO_ALPINE] = "ca-certificates", [DISTRO_NIX] = "cacert",
} };
const struct package package_terminfo = { {
	[DISTRO_DEBIAN] = "ncurses-term",    [DISTRO_FEDORA] = "ncurses-term",
	[DISTRO_ARCH] = "ncurses",	     [DISTRO_SUSE] = "terminfo",
	[DISTRO_ALPINE] = "ncurses-terminfo", [DISTRO_NIX] = "ncurses",
} };

/* How each says "install", and "install although it is there". */
static const struct {
	const char *install[4], *again[5];
} ways[DISTRO_COUNT] = {
	[DISTRO_DEBIAN] = { { "apt", "install" }, { "apt", "install", "--reinstall" } },
	[DISTRO_FEDORA] = { { "dnf", "install" }, { "dnf", "reinstall" } },
	[DISTRO_ARCH] = { { "pacman", "-S" }, { "pacman", "-S" } },
	[DISTRO_SUSE] = { { "zypper", "install" }, { "zypper", "install", "--force" } },
	[DISTRO_ALPINE] = { { "apk", "add" }, { "apk", "fix" } },
};

void package_fix(const struct probe_ctx *ctx, struct check_record *r, const struct package *p,
		 bool again)
{
	for (enum distro d = DISTRO_UNKNOWN + 1; d < DISTRO_COUNT; d++) {
		const char *const *way = again ? ways[d].again : ways[d].install;
		const char *argv[6] = { NULL };
		int n = 0;

		if (!p->name[d])
			continue;
		if (d == DISTRO_NIX) {
			record_fix_on(ctx, r, d, FIX_ROOT, NULL,
				      "add pkgs.%s to environment.systemPackages, then nixos-rebuild switch",
				      p->name[d]);
			continue;
		}
		for (; *way; way++)
			argv[n++] = *way;
		argv[n] = p->name[d];
		record_fix_on(ctx, r, d, FIX_ROOT, argv, "%s %s",
			      again ? "install again:" : "install", p->name[d]);
	}
}
