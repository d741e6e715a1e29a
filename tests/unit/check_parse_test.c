/* The parsers of preflight: resolv.conf, os-release, CA bundles. */
#include "tests/unit/check_fixture.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "engine/check/bundle.h"
#include "engine/check/resolv.h"

static struct resolv parsed(const char *text)
{
	struct resolv r;

	resolv_parse(&r, text, strlen(text));
	return r;
}

static void servers_are_found_as_glibc_finds_them(void)
{
	struct resolv r = parsed("# nameserver 9.9.9.9\nsearch example\n"
				 "nameserver 192.0.2.1\r\n\tnameserver\tfe80::1%eth0 # x\n"
				 "nameserver 1.2.3\nnameserver\nnameservers 8.8.8.8\n"
				 "nameserver 127.0.0.53");

	CHECK_INT(r.n, 3);
	CHECK_STR(r.servers[0], "192.0.2.1");
	CHECK_STR(r.servers[1], "fe80::1%eth0");
	CHECK_STR(r.servers[2], "127.0.0.53");
	CHECK_INT(r.n_loopback, 1);
	CHECK_INT(r.n_bad, 2);
}

static void more_servers_than_fit_are_dropped(void)
{
	char text[4096] = "";

	for (int i = 0; i < 100; i++)
		strcat(text, "nameserver 192.0.2.1\n");
	CHECK_INT(parsed(text).n, RESOLV_SERVERS);
}

static void loopback_has_many_spellings(void)
{
	static const char *const yes[] = { "127.0.0.1", "127.0.0.53", "127.255.0.1", "::1", "0.0.0.0",
					   "::", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1" };
	static const char *const no[] = { "128.0.0.1", "10.0.0.53", "fe80::1", "::2", "192.0.2.127" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!resolv_loopback(yes[i]))
			CHECK_FAIL("%s is loopback", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (resolv_loopback(no[i]))
			CHECK_FAIL("%s is not loopback", no[i]);
}

static void distributions_are_known_by_id_and_then_by_likeness(void)
{
	static const struct {
		const char *text;
		enum distro want;
	} rows[] = {
		{ "ID=debian\n", DISTRO_DEBIAN },
		{ "ID=ubuntu\nID_LIKE=debian\n", DISTRO_DEBIAN },
		{ "PRETTY_NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", DISTRO_DEBIAN },
		{ "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", DISTRO_FEDORA },
		{ "ID=fedora\n", DISTRO_FEDORA },
		{ "ID=manjaro\nID_LIKE=arch\n", DISTRO_ARCH },
		{ "ID='opensuse-tumbleweed'\nID_LIKE='opensuse suse'\n", DISTRO_SUSE },
		{ "ID=alpine\r\n", DISTRO_ALPINE },
		{ "ID=nixos\n", DISTRO_NIX },
		{ "ID=gentoo\n", DISTRO_UNKNOWN },
		{ "", DISTRO_UNKNOWN },
	};
	char pretty[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum distro d = distro_parse(rows[i].text, strlen(rows[i].text), pretty,
					     sizeof(pretty));

		if (d != rows[i].want)
			CHECK_FAIL("row %zu is %s", i, distro_names[d]);
	}
	distro_parse("PRETTY_NAME=\"De\033[2Jb\"\n", 19, pretty, sizeof(pretty));
	CHECK(!strchr(pretty, 27));
}

/* A self-signed certificate that holds from `from` to `to`. */
static void add_cert(BIO *out, EVP_PKEY *key, time_t from, time_t to)
{
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set(X509_getm_notBefore(x), from);
	ASN1_TIME_set(X509_getm_notAfter(x), to);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)"test", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_sha256());
	PEM_write_bio_X509(out, x);
	X509_free(x);
}

static void a_bundle_is_counted(void)
{
	const time_t day = 86400, now = 1770000000;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *out = BIO_new(BIO_s_mem());
	struct bundle b;
	struct error err;
	char *data;
	long n;

	add_cert(out, key, now - day, now + day);
	BIO_puts(out, "# a remark\n");
	add_cert(out, key, now - 2 * day, now - day);
	BIO_puts(out, "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n");
	add_cert(out, key, now + day, now + 2 * day);
	add_cert(out, key, now - day, now + day);
	n = BIO_get_mem_data(out, &data);
	CHECK_INT(bundle_parse(&b, data, (size_t)n, now, &err), 0);
	CHECK_INT(b.certs, 4);
	CHECK_INT(b.expired, 1);
	CHECK_INT(b.early, 1);
	CHECK_INT(b.broken, 1);
	/* Cut in the middle of one: what is before it counts. */
	CHECK_INT(bundle_parse(&b, data, (size_t)n / 2, now, &err), 0);
	CHECK(b.certs >= 1 && b.certs < 4);
	CHECK_INT(bundle_parse(&b, "", 0, now, &err), 0);
	CHECK_INT(b.certs, 0);
	CHECK_INT(bundle_parse(&b, data, BUNDLE_BYTES_MAX + 1UL, now, &err), -1);
	BIO_free(out);
	EVP_PKEY_free(key);
}

static void an_encrypted_block_asks_nobody(void)
{
	static const char text[] = "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
				   "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
				   "bm90IG9uZQ==\n-----END CERTIFICATE-----\n";
	struct bundle b;
	struct error err;

	alarm(120);
	CHECK_INT(bundle_parse(&b, text, sizeof(text) - 1, 1770000000, &err), 0);
	alarm(0);
	CHECK_INT(b.certs, 0);
}

static const struct test tests[] = {
	{ "check parse: resolv.conf", servers_are_found_as_glibc_finds_them },
	{ "check parse: many servers", more_servers_than_fit_are_dropped },
	{ "check parse: loopback", loopback_has_many_spellings },
	{ "check parse: os-release", distributions_are_known_by_id_and_then_by_likeness },
	{ "check parse: a CA bundle", a_bundle_is_counted },
	{ "check parse: an encrypted block", an_encrypted_block_asks_nobody },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
