/* The bytes of a hypervisor's control connection, in the pieces that the
 * input itself asks for: its first byte is their size. */
#include <stdint.h>
#include <stdlib.h>

#include "engine/vm/qmp_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touch what a client would. */
static int use(void *arg, const struct qmp_message *m)
{
	uint64_t *sum = arg;

	*sum += m->id + (m->name ? (unsigned char)m->name[0] : 0);
	if (m->body && m->body->child && m->body->child->string)
		*sum += (unsigned char)m->body->child->string[0];
	if ((m->kind == QMP_EVENT || m->kind == QMP_ERROR) && !m->name)
		abort();
	if ((m->kind == QMP_RETURN || m->kind == QMP_ERROR) && !m->id)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qmp_reader r;
	struct error err;
	uint64_t sum = 0;
	size_t piece = size ? data[0] + 1 : 1;

	qmp_reader_init(&r);
	for (size_t at = 1; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		if (qmp_reader_feed(&r, data + at, n, use, &sum, &err) < 0) {
			if (!err.msg[0])
				abort(); /* a refusal without a reason */
			break;
		}
	}
	qmp_reader_done(&r);
	return 0;
}
