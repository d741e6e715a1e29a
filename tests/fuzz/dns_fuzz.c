/* Any packet as a guest's DNS query: what is read of it is a host name or nothing, and
 * the answer is well within its buffer, echoes the question and says what it should. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1), out[DNS_ANSWER_MAX];
	struct in_addr a = { .s_addr = htonl(0xc6120100) };
	char again[HOSTNAME_SIZE];
	struct dns_query q;
	size_t len;
	int r;

	memcpy(copy, data, n); /* of exactly that size, for the sanitizer */
	r = dns_question_read(&q, copy, n);
	if (q.name[0] &&
	    (hostname_read(again, q.name, strlen(q.name), NULL) < 0 || strcmp(again, q.name) != 0))
		abort();
	if (r == DNS_OK && (q.question < copy || q.question + q.question_len > copy + n))
		abort();
	if (r >= 0) {
		len = dns_answer_write(out, &q, (enum dns_code)r, r == DNS_OK ? &a : NULL, 60);
		if (len < 12 || len > sizeof(out) || (out[3] & 15) != r || out[0] != data[0] ||
		    out[1] != data[1] || !(out[2] & 0x80))
			abort();
		if (q.question_len && memcmp(out + 12, data + 12, q.question_len) != 0)
			abort();
	}
	free(copy);
	return 0;
}
