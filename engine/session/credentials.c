#include "engine/session/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"

enum { COMMAND_MS = 15 * 1000 };

/* Reading the manifest. */

static int read_command(struct credential *c, const cJSON *list, struct error *err)
{
	const cJSON *item;
	int n = 0;

	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || n == CREDENTIAL_ARGS)
			return error_set(err, 0, "\"from_command\" must be a list of at most %d texts", CREDENTIAL_ARGS);
		c->argv[n] = strdup(item->valuestring);
		if (!c->argv[n++])
			return error_set(err, ENOMEM, "\"from_command\"");
	}
	if (!cJSON_IsArray(list) || !n)
		return error_set(err, 0, "\"from_command\" must be a list: the program and its arguments");
	c->from = CREDENTIAL_COMMAND;
	return 0;
}

static int read_cap(struct credential *c, const cJSON *cap, struct error *err)
{
	static const char *const keys[] = { "requests_per_hour", "bytes_per_hour", NULL };
	long long requests, bytes;

	if (!cap)
		return 0;
	if (!cJSON_IsObject(cap))
		return error_set(err, 0, "\"cap\" must be an object");
	if (json_known(cap, "cap", keys, err) < 0 ||
	    json_int(cap, "requests_per_hour", 1, 1000000000, 0, &requests, err) < 0 ||
	    json_int(cap, "bytes_per_hour", 1, 1LL << 50, 0, &bytes, err) < 0)
		return -1;
	c->requests_per_hour = (uint64_t)requests;
	c->bytes_per_hour = (uint64_t)bytes;
	return 0;
}

static int read_source(struct credential *c, const cJSON *o, struct error *err)
{
	const char *env, *file;
	const cJSON *command = cJSON_GetObjectItemCaseSensitive(o, "from_command");

	if (json_str(o, "from_env", sizeof(c->source), NULL, &env, err) < 0 ||
	    json_str(o, "from_file", sizeof(c->source), NULL, &file, err) < 0)
		return -1;
	if (!!env + !!file + !!command > 1)
		return error_set(err, 0, "has more than one of \"from_env\", \"from_file\" and \"from_command\"");
	if (command)
		return read_command(c, command, err);
	if (!env && !file && !c->provider.header[0])
		return 0;
	if (!env && !file) {
		error_set(err, 0, "needs one of \"from_env\", \"from_file\" and \"from_command\"");
		error_hint(err, "such as { \"from_env\": \"ANTHROPIC_API_KEY\" }; the key itself is never written here");
		return -1;
	}
	if (env && (!*env || strspn(env, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != strlen(env)))
		return error_set(err, 0, "\"from_env\" is not the name of a variable");
	if (file && *file != '/' && strncmp(file, "~/", 2) != 0)
		return error_set(err, 0, "\"from_file\" must be absolute, or begin with \"~/\"");
	c->from = env ? CREDENTIAL_ENV : CREDENTIAL_FILE;
	snprintf(c->source, sizeof(c->source), "%s", env ? env : file);
	return 0;
}

static int read_one(struct credential *c, const cJSON *o, struct error *err)
{
	static const char *const keys[] = { "from_env", "from_file", "from_command", "cap", "optional", NULL };

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "must be an object such as { \"from_env\": NAME }");
	if (json_known(o, "credential", keys, err) < 0 || read_source(c, o, err) < 0 ||
	    json_bool(o, "optional", false, &c->optional, err) < 0)
		return -1;
	return read_cap(c, cJSON_GetObjectItemCaseSensitive(o, "cap"), err);
}

int credentials_read(struct credential out[BROKER_PROVIDERS], size_t *n, const cJSON *object,
		     const struct providers *providers, struct error *err)
{
	const cJSON *item;

	if (!object)
		return 0;
	if (!cJSON_IsObject(object))
		return error_set(err, 0, "\"credentials\" must be an object of PROVIDER: {...}");
	cJSON_ArrayForEach(item, object)
	{
		const struct provider *p = providers_find(providers, item->string, err);

		if (!p)
			return error_wrap(err, "\"credentials\"");
		for (size_t i = 0; i < *n; i++)
			if (!strcmp(out[i].provider.name, p->name))
				return error_set(err, 0, "\"credentials\" has \"%s\" twice", p->name);
		if (*n == BROKER_PROVIDERS)
			return error_set(err, 0, "\"credentials\" has more than %d entries", BROKER_PROVIDERS);
		out[*n] = (struct credential){ .provider = *p };
		if (read_one(&out[(*n)++], item, err) < 0)
			return error_wrap(err, "credential \"%s\"", p->name);
	}
	return 0;
}

void credentials_refresh(struct credential *c, size_t n, const struct providers *providers)
{
	for (size_t i = 0; i < n; i++) {
		struct error ignored;
		const struct provider *p = providers_find(providers, c[i].provider.name, &ignored);

		if (p)
			c[i].provider = *p;
	}
}

void credentials_done(struct credential *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < CREDENTIAL_ARGS; k++) {
			free(c[i].argv[k]);
			c[i].argv[k] = NULL;
		}
}

/* Memory for secrets. */

static int secret_map(struct secret_bytes *s, size_t size, struct error *err)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return error_set(err, errno, "memory for secrets");
	(void)mlock(p, size); /* as far as RLIMIT_MEMLOCK allows */
	madvise(p, size, MADV_DONTDUMP);
	madvise(p, size, MADV_DONTFORK);
	*s = (struct secret_bytes){ .data = p, .size = size };
	return 0;
}

void secret_bytes_done(struct secret_bytes *s)
{
	if (!s->data)
		return;
	explicit_bzero(s->data, s->size);
	munmap(s->data, s->size);
	*s = (struct secret_bytes){ 0 };
}

/* Fetching. Each gives the bytes read into out (cap), -1 with err; ENOENT when there is none. */

static long from_env(const char *name, char *out, size_t cap, struct error *err)
{
	const char *v = getenv(name);
	size_t n = v ? strlen(v) : 0;

	if (!n) {
		error_set(err, 0, "the variable %s is not set", name);
		error_hint(err, "export %s=... where vmdeck is started, or use \"from_file\"", name);
		err->code = ENOENT;
		return -1;
	}
	memcpy(out, v, n < cap ? n : cap);
	return n < cap ? (long)n : (long)cap;
}

static int read_some(int fd, char *out, size_t cap, size_t *n, struct error *err)
{
	ssize_t got;

	*n = 0;
	while (*n < cap) {
		got = read(fd, out + *n, cap - *n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, errno, "read");
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return 0;
}

static int open_private(const char *source, char path[PATH_MAX], struct error *err)
{
	const char *home = getenv("HOME");
	struct stat st;
	int fd;

	snprintf(path, PATH_MAX, "%s%s", *source == '~' && home ? home : "", source + (*source == '~'));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_set(err, errno, "%s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077))
		return fd;
	close(fd);
	error_set(err, 0, "%s is not a file that only you can read", path);
	error_hint(err, "chown it to yourself and: chmod 600 %s", path);
	return -1;
}

static long from_file(const char *source, char *out, size_t cap, struct error *err)
{
	char path[PATH_MAX];
	AUTO_CLOSE int fd = open_private(source, path, err);
	size_t n;

	if (fd < 0)
		return -1;
	return read_some(fd, out, cap, &n, err) < 0 ? error_wrap(err, "%s", path) : (long)n;
}

/* Read what it writes until its end or the deadline. */
static int listen_to(int fd, char *out, size_t cap, size_t *n, struct error *err)
{
	uint64_t end = now_ms() + COMMAND_MS, now;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char more;

	for (*n = 0;;) {
		ssize_t got;

		now = now_ms();
		if (now >= end || (poll(&p, 1, (int)(end - now)) == 0))
			return error_set(err, ETIMEDOUT, "it did not end within %d s", COMMAND_MS / 1000);
		got = *n < cap ? read(fd, out + *n, cap - *n) : read(fd, &more, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		if (*n == cap)
			return error_set(err, 0, "it wrote more than %zu bytes", cap);
		*n += (size_t)got;
	}
}

static long from_command(char *const *argv, char *out, size_t cap, struct error *err)
{
	struct process p = { .file = argv[0], .argv = argv, .fds = { -1, -1, -1 }, .n_fds = 3 };
	AUTO_CLOSE int from = -1;
	int pair[2], status = 0, r;
	size_t n;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return error_set(err, errno, "pipe");
	from = pair[0];
	p.fds[1] = pair[1];
	pid = process_start(&p, err);
	close(pair[1]);
	if (pid < 0)
		return -1;
	r = listen_to(from, out, cap, &n, err);
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return error_wrap(err, "%s", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		error_set(err, 0, "%s failed (%s %d)", argv[0], WIFEXITED(status) ? "exit code" : "signal",
			  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		error_hint(err, "run it by hand: what it writes to its standard output is the key");
		return -1;
	}
	return (long)n;
}

/* One line of printable characters; the line end that files have is dropped. */
static long tidy(const char *s, long n, struct error *err)
{
	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	if (n == 0) {
		error_set(err, 0, "it is empty");
		err->code = ENOENT;
		return -1;
	}
	if (n >= BROKER_SECRET)
		return error_set(err, 0, "it is longer than %d bytes", BROKER_SECRET - 1);
	for (long i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return error_set(err, 0, "it is not one line of printable characters");
	return n;
}

static long fetch(const struct credential *c, char *out, size_t cap, struct error *err)
{
	long n = 0;

	switch (c->from) {
	case CREDENTIAL_NONE:
		return 0;
	case CREDENTIAL_ENV:
		n = from_env(c->source, out, cap, err);
		break;
	case CREDENTIAL_FILE:
		n = from_file(c->source, out, cap, err);
		break;
	case CREDENTIAL_COMMAND:
		n = from_command(c->argv, out, cap, err);
		break;
	}
	return n < 0 ? -1 : tidy(out, n, err);
}

/* Packing. */

static int load_ca(struct broker_provider *p, const char *path, struct error *err)
{
	size_t len;

	if (!path[0])
		return 0;
	p->ca = file_read(AT_FDCWD, path, BROKER_CA, &len, err);
	p->ca_len = len;
	return p->ca ? 0 : error_wrap(err, "\"ca\"");
}

static int add(struct broker_provider *p, const struct credential *c, char *room, struct error *err)
{
	long n = fetch(c, room, BROKER_SECRET, err);

	if (n < 0)
		return -1;
	*p = (struct broker_provider){ .local = c->provider.local, .requests_per_hour = c->requests_per_hour,
				       .bytes_per_hour = c->bytes_per_hour, .secret = room,
				       .secret_len = (size_t)n };
	memcpy(p->name, c->provider.name, sizeof(p->name));
	memcpy(p->base, c->provider.base, sizeof(p->base));
	memcpy(p->header, c->provider.header, sizeof(p->header));
	memcpy(p->prefix, c->provider.prefix, sizeof(p->prefix));
	return load_ca(p, c->provider.ca, err);
}

/* Nobody can change or grow it; whoever takes it empties it. */
static int seal(const uint8_t *data, size_t n, struct error *err)
{
	AUTO_CLOSE int fd = memfd_create("broker", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || fchmod(fd, 0600) < 0 || fd_write_all(fd, data, n, err) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return error_set(err, errno, "memory file");
	return take_fd(&fd);
}

static int pack(const struct credential *c, size_t n, struct secret_bytes *room, struct secret_bytes *config,
		struct broker_provider *p, size_t *used, bool *have, struct error *err)
{
	long len;

	for (size_t i = 0; i < n; i++) {
		char *at = (char *)room->data + *used * BROKER_SECRET;

		have[i] = add(&p[*used], &c[i], at, err) == 0;
		if (!have[i] && !(c[i].optional && err->code == ENOENT))
			return error_wrap(err, "credential \"%s\"", c[i].provider.name);
		*used += have[i];
	}
	len = broker_config_write(config->data, config->size, p, *used);
	if (len < 0)
		return error_set(err, 0, "the CA bundles of \"providers\" are too large together");
	config->len = (size_t)len;
	return 0;
}

int credentials_pack(const struct credential *c, size_t n, int *fd, bool have[BROKER_PROVIDERS],
		     struct error *err)
{
	struct broker_provider p[BROKER_PROVIDERS] = { 0 };
	struct secret_bytes room = { 0 }, config = { 0 };
	size_t used = 0;
	int r = -1;

	*fd = -1;
	memset(have, 0, BROKER_PROVIDERS * sizeof(*have));
	if (!n)
		return 0;
	if (secret_map(&room, (size_t)BROKER_SECRET * BROKER_PROVIDERS, err) == 0 &&
	    secret_map(&config, BROKER_CONFIG_MAX, err) == 0 &&
	    pack(c, n, &room, &config, p, &used, have, err) == 0) {
		*fd = seal(config.data, config.len, err);
		r = *fd < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < BROKER_PROVIDERS; i++)
		free((char *)(uintptr_t)p[i].ca);
	secret_bytes_done(&room);
	secret_bytes_done(&config);
	return r;
}

int credentials_take(int fd, struct secret_bytes *out, struct error *err)
{
	struct stat st;

	*out = (struct secret_bytes){ 0 };
	if (fstat(fd, &st) < 0 || st.st_size > BROKER_CONFIG_MAX)
		return error_set(err, EINVAL, "the credentials' memory file");
	if (secret_map(out, BROKER_CONFIG_MAX, err) < 0)
		return -1;
	if (pread(fd, out->data, out->size, 0) != st.st_size || ftruncate(fd, 0) < 0) {
		secret_bytes_done(out);
		return error_set(err, errno, "the credentials' memory file");
	}
	out->len = (size_t)st.st_size;
	return 0;
}
