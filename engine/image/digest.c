#include "engine/image/digest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum {
	CHUNK = 1024 * 1024,
};

static void drop(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}
#define AUTO_DIGEST __attribute__((cleanup(drop)))

static int finish(EVP_MD_CTX *c, char out[65], struct error *err)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestFinal_ex(c, raw, &n) != 1 || n != 32)
		return error_set(err, 0, "SHA-256: the crypto library refused");
	for (unsigned i = 0; i < n; i++)
		sprintf(out + 2 * i, "%02x", raw[i]);
	return 0;
}

/* What lies before the next data, without reading it; gives where data begins. */
static off_t pass_hole(EVP_MD_CTX *c, int fd, off_t at, off_t end, void *buf)
{
	off_t data = lseek(fd, at, SEEK_DATA);

	if (data < 0)
		data = errno == ENXIO ? end : at;
	if (data > end)
		data = end;
	if (data > at)
		memset(buf, 0, CHUNK);
	for (off_t left = data - at; left > 0; left -= CHUNK)
		EVP_DigestUpdate(c, buf, (size_t)(left < CHUNK ? left : CHUNK));
	return data;
}

int digest_part(int fd, uint64_t from, uint64_t len, char out[65], struct error *err)
{
	AUTO_DIGEST EVP_MD_CTX *c = EVP_MD_CTX_new();
	AUTO_FREE void *buf = malloc(CHUNK);
	off_t at = (off_t)from, end = (off_t)(from + len), was = lseek(fd, 0, SEEK_CUR);

	if (!c || !buf || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		return error_set(err, ENOMEM, "SHA-256");
	for (int chunks = 0; at < end; chunks++) {
		/* Holes are long where there are any. */
		if (chunks % 16 == 0 && (at = pass_hole(c, fd, at, end, buf)) >= end)
			break;
		size_t want = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
		ssize_t n = pread(fd, buf, want, at);
		if (n <= 0)
			return error_set(err, n ? errno : EIO, "SHA-256: read");
		EVP_DigestUpdate(c, buf, (size_t)n);
		at += n;
	}
	lseek(fd, was, SEEK_SET);
	return finish(c, out, err);
}

int digest_fd(int fd, char out[65], struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "SHA-256");
	return digest_part(fd, 0, (uint64_t)st.st_size, out, err);
}

int digest_bytes(const void *data, size_t len, char out[65], struct error *err)
{
	AUTO_DIGEST EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		return error_set(err, ENOMEM, "SHA-256");
	EVP_DigestUpdate(c, data, len);
	return finish(c, out, err);
}

static _Noreturn void job(int fd, int to)
{
	struct error err;
	char sum[65];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(digest_fd(fd, sum, &err) < 0 || fd_write_all(to, sum, sizeof(sum), &err) < 0);
}

int digest_begin(struct digest_job *j, int fd, struct error *err)
{
	int ends[2];

	*j = (struct digest_job){ .fd = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "SHA-256");
	AUTO_CLOSE int to = ends[1];
	j->fd = ends[0];
	pid_t pid = fork();
	if (pid == 0)
		job(fd, to);
	if (pid < 0) {
		error_set(err, errno, "SHA-256");
		drop_fd(&j->fd);
		return -1;
	}
	j->pid = pid;
	return 0;
}

int digest_end(struct digest_job *j, bool wait, char out[65], struct error *err)
{
	struct pollfd p = { .fd = j->fd, .events = POLLIN };

	if (!wait && poll(&p, 1, 0) == 0)
		return 0;
	int r = fd_read_all(j->fd, out, 65, err);
	out[64] = '\0';
	digest_cancel(j);
	return r < 0 ? error_set(err, 0, "SHA-256: it could not be read") : 1;
}

void digest_cancel(struct digest_job *j)
{
	if (!j->pid)
		return;
	kill(j->pid, SIGKILL);
	while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
		;
	drop_fd(&j->fd);
	j->pid = 0;
}
