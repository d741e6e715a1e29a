/*
 * The checks that ask the network, against servers on loopback: name servers
 * that answer, lie, refuse, talk nonsense or say nothing; TLS servers with good,
 * expired, foreign and intercepted certificates and a wrong clock. The names come
 * from a name server of our own, through the system's resolver.
 */
#include "tests/unit/check_scenes.h"
#include "tests/unit/check_world.h"

#include <sys/resource.h>

#include "engine/base/loop.h"
#include "engine/check/runner.h"

/* --- One question to one server --- */

static struct dns_query ask_one(unsigned short port, const char *name)
{
	struct dns_query q = { .server = "127.0.0.1", .port = port, .name = name, .type = DNS_TYPE_A,
			       .udp_ms = 1500, .tcp_ms = 500 };

	dns_ask(&q, 1);
	return q;
}

/* A UDP and a TCP socket with one number. */
static unsigned short pair(int *udp, int *tcp)
{
	for (int i = 0; i < 50; i++) {
		*udp = world_bind(SOCK_DGRAM, "127.0.0.1", 0);
		*tcp = world_bind(SOCK_STREAM, "127.0.0.1", world_port(*udp));
		if (*tcp >= 0)
			return world_port(*udp);
		close(*udp);
	}
	return 0;
}

static unsigned short serve_dns(enum world_dns kind)
{
	int udp, tcp;
	unsigned short port = pair(&udp, &tcp);

	world_dns(kind, udp, tcp);
	close(udp);
	close(tcp);
	return port;
}

static void name_servers_are_told_apart(void)
{
	struct dns_query q;
	int udp, tcp;
	unsigned short port;

	q = ask_one(serve_dns(DNS_HONEST), "api.example");
	CHECK_INT(q.udp, DNS_ANSWERED);
	CHECK_INT(q.tcp, DNS_ANSWERED);
	CHECK_INT(q.reply.a, 1);
	CHECK_STR(q.reply.address, "127.0.0.1");
	q = ask_one(serve_dns(DNS_HONEST), "nobody.invalid");
	CHECK_INT(q.reply.rcode, 3);
	q = ask_one(serve_dns(DNS_REFUSES), "api.example");
	CHECK_INT(q.udp, DNS_ANSWERED);
	CHECK_INT(q.reply.rcode, 5);
	q = ask_one(serve_dns(DNS_LATE), "api.example");
	CHECK_INT(q.udp, DNS_ANSWERED);
	q = ask_one(serve_dns(DNS_GARBAGE), "api.example");
	CHECK_INT(q.udp, DNS_JUNK);
	CHECK_INT(q.tcp, DNS_JUNK);
	/* Bound and never read: a black hole, and a connection that is half open. */
	port = pair(&udp, &tcp);
	q = ask_one(port, "api.example");
	CHECK_INT(q.udp, DNS_SILENT);
	CHECK_INT(q.tcp, DNS_HALF_OPEN);
	close(udp);
	close(tcp);
	q = ask_one(port, "api.example"); /* nobody is there now */
	CHECK_INT(q.udp, DNS_REFUSED);
	CHECK_INT(q.tcp, DNS_REFUSED);
	q = ask_one(port, "a..b");
	CHECK_INT(q.udp, DNS_UNREACHABLE);
}

/* D04 and D05 as the runner asks them, with the file of a fixture and real packets. */
static void ask_probe(enum world_dns kind, const char *id, struct check_record *out)
{
	static struct check_sys sys;
	struct fixture f;

	fixture_init(&f);
	fixture_file(&f, "/etc/resolv.conf", "nameserver 127.0.0.1\n");
	sys = fake_sys;
	sys.dns = check_sys_host.dns;
	f.host.sys = &sys;
	f.host.dns_port = serve_dns(kind);
	*out = *fixture_ask(&f, id);
	fixture_done(&f);
}

static void dead_and_lying_servers_are_named(void)
{
	struct check_record r;

	ask_probe(DNS_HONEST, "D04", &r);
	CHECK_INT(r.status, CHECK_OK);
	ask_probe(DNS_REFUSES, "D04", &r);
	CHECK_INT(r.status, CHECK_FAILED);
	CHECK(strstr(r.summary, "REFUSED"));
	ask_probe(DNS_HONEST, "D05", &r);
	CHECK_INT(r.status, CHECK_OK);
	ask_probe(DNS_LIAR, "D05", &r);
	CHECK_INT(r.status, CHECK_WARN);
	CHECK(strstr(r.summary, "203.0.113.9"));
}

/* --- TLS in a world of its own --- */

enum { LACKS = 77, PORT = 8443 };

struct answers_of {
	int code;
	unsigned ms;
	struct check_record c03, c04, c05, t02, d03, d04;
};

struct scene {
	const char *name;
	struct server server;
	bool host_knows, image_knows, local; /* who has the server's authority; is it the operator's */
	bool half_open, dead_dns;
};

static void make_image(struct check_image *i, const char *path, const char *pem)
{
	struct ext4_node dir = { .mode = S_IFDIR | 0755 }, file = { .mode = S_IFREG | 0644 };
	struct ext4_make how = { .size = 8 << 20 };
	struct error err;
	struct ext4 *fs;
	AUTO_FREE char *text = file_read(AT_FDCWD, pem, 1 << 20, NULL, &err);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	snprintf(i->name, sizeof(i->name), "work");
	snprintf(i->path, sizeof(i->path), "%s", path);
	i->networked = true;
	fs = ext4_make(fd, &how, &err);
	if (!fs || !text || ext4_make_parents(fs, "/etc/ssl/certs/x", &dir, &err) < 0 ||
	    ext4_put_file(fs, "/etc/ssl/certs/ca-certificates.crt", text, strlen(text), &file, &err) < 0 ||
	    ext4_close(fs, &err) < 0)
		_exit(98);
	close(fd);
}

/* In the child: build the world, ask, write the answers. */
static void live(const struct scene *s, int out)
{
	static struct check_plan plan;
	struct authority root = world_authority("Example Root"), corp = world_authority("Acme Inspection");
	const struct authority *of = s->server.by ? &corp : &root;
	const struct authority *both[] = { &root, &corp, NULL }, *one[] = { &root, NULL };
	const struct authority *corps[] = { &corp, NULL }, *other[] = { of == &root ? &corp : &root, NULL };
	struct server server = s->server;
	struct answers_of a = { 0 };
	struct report r;
	struct error err;
	uint64_t begun;
	int tls, udp, tcp;

	if (!world_enter() || mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") < 0 ||
	    mount("tmpfs", "/usr/local/share", "tmpfs", 0, "") < 0 ||
	    mkdir("/usr/local/share/ca-certificates", 0755) < 0 ||
	    !world_file("/etc/resolv.conf", "nameserver 127.0.0.1\n") ||
	    !world_file("/etc/nsswitch.conf", "hosts: files dns\n"))
		_exit(LACKS);
	if (s->dead_dns && !world_file("/etc/hosts", "127.0.0.1 localhost api.example\n"))
		_exit(LACKS);
	udp = world_bind(SOCK_DGRAM, "127.0.0.1", 53);
	tcp = world_bind(SOCK_STREAM, "127.0.0.1", 53);
	tls = world_bind(SOCK_STREAM, "127.0.0.1", PORT);
	if (udp < 0 || tcp < 0 || tls < 0)
		_exit(LACKS);
	if (!s->dead_dns)
		world_dns(DNS_HONEST, udp, tcp);
	server.by = of;
	if (!s->half_open)
		world_serve(&server, tls);
	world_pem("/tmp/host.pem", s->host_knows ? both : other);
	world_pem("/tmp/image.pem", s->image_knows ? both : of == &root ? corps : one);
	if (s->local)
		world_pem("/usr/local/share/ca-certificates/acme.crt", corps);
	setenv("SSL_CERT_FILE", "/tmp/host.pem", 1);
	make_image(&plan.images[plan.n_images++], "/tmp/root.ext4", "/tmp/image.pem");
	strcpy(plan.hosts[0].name, "api.example");
	plan.hosts[0].port = PORT;
	plan.n_hosts = 1;
	if (s->dead_dns) { /* one more, that only the dead server could know */
		strcpy(plan.hosts[1].name, "other.example");
		plan.n_hosts = 2;
	}
	begun = now_ms();
	if (check_run_all(&plan, &r, &err) < 0)
		_exit(98);
	a.ms = (unsigned)(now_ms() - begun);
	a.c03 = *report_find(&r, "C03");
	a.c04 = *report_find(&r, "C04");
	a.c05 = *report_find(&r, "C05");
	a.t02 = *report_find(&r, "T02");
	a.d03 = *report_find(&r, "D03");
	a.d04 = *report_find(&r, "D04");
	_exit(write(out, &a, sizeof(a)) != sizeof(a));
}

static struct answers_of *play(const struct scene *s)
{
	struct answers_of *a = calloc(1, sizeof(*a));
	int ends[2], status = 0;
	size_t have = 0;
	ssize_t n;
	pid_t pid;

	if (!a || pipe2(ends, O_CLOEXEC) < 0)
		abort();
	pid = world_child();
	if (pid == 0) {
		close(ends[0]);
		live(s, ends[1]);
	}
	close(ends[1]);
	while (have < sizeof(*a) && (n = read(ends[0], (char *)a + have, sizeof(*a) - have)) > 0)
		have += (size_t)n;
	close(ends[0]);
	waitpid(pid, &status, 0);
	a->code = WIFEXITED(status) ? WEXITSTATUS(status) : 96;
	if (!a->code && have != sizeof(*a))
		a->code = 95;
	printf("# %s: %s | %s | %s | %s\n", s->name, a->c03.summary, a->c04.summary, a->c05.summary,
	       a->t02.summary);
	return a;
}

#define PLAY(a, scene)                                                     \
	AUTO_FREE struct answers_of *a = play(scene);                      \
	if ((a)->code == LACKS)                                            \
		SKIP("no user, network and mount namespace here, or no room for a world in it"); \
	CHECK_INT((a)->code, 0)

static const struct authority corporate; /* stands for "signed by the other authority" */

static void good_certificates(void)
{
	static const struct scene s = { "good", { "api.example", NULL, -10, 300, 0 }, true, true, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_OK);
	CHECK(strstr(a->c03.summary, "1 of 1 hosts trusted, by the image and by this host"));
	CHECK_INT(a->c04.status, CHECK_OK);
	CHECK_INT(a->c05.status, CHECK_OK);
	CHECK_INT(a->t02.status, CHECK_OK);
	CHECK_INT(a->d03.status, CHECK_OK);
	CHECK_INT(a->d04.status, CHECK_OK);
}

static void expired_certificates(void)
{
	static const struct scene s = { "expired", { "api.example", NULL, -300, -10, 0 }, true, true, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "has expired"));
	CHECK_INT(a->c05.status, CHECK_FAILED);
	CHECK(strstr(record_saw(&a->c05, "api.example"), "expired 10 days ago"));
}

static void certificates_of_somebody_else(void)
{
	static const struct scene s = { "wrong name", { "portal.example", NULL, -10, 300, 0 }, true, true, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "for another name"));
}

static void an_intercepting_proxy(void)
{
	static const struct scene s = { "intercepted", { "api.example", &corporate, -10, 300, 0 }, true, false, true, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "intercepted (image work)"));
	CHECK_INT(a->c04.status, CHECK_FAILED);
	CHECK(strstr(a->c04.summary, "Acme Inspection opens TLS to api.example, and the image"));
	CHECK(record_has_fix(&a->c04, "NODE_EXTRA_CA_CERTS"));
}

static void an_image_that_is_too_old(void)
{
	static const struct scene s = { "old bundle", { "api.example", NULL, -10, 300, 0 }, true, false, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "trusted by this host, not by the image (image work)"));
	CHECK(record_has_fix(&a->c03, "vmdeck image fix-ca work"));
	CHECK_INT(a->c04.status, CHECK_OK);
}

static void a_stranger(void)
{
	static const struct scene s = { "stranger", { "api.example", &corporate, -10, 300, 0 }, false, false, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "signed by nobody"));
}

static void a_server_with_another_clock(void)
{
	static const struct scene s = { "skewed Date", { "api.example", NULL, -10, 300, 1000 }, true, true, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_OK);
	CHECK_INT(a->t02.status, CHECK_FAILED);
	CHECK(strstr(a->t02.summary, "behind"));
}

/* The server's certificate begins tomorrow, and its Date says that it is the day after. */
static void our_clock_is_wrong(void)
{
	static const struct scene s = { "our clock", { "api.example", NULL, 1, 300, 2 * 86400 }, true, true, false, false, false };
	PLAY(a, &s);

	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "not valid by this host's clock"));
	CHECK_INT(a->t02.status, CHECK_FAILED);
	CHECK_INT(a->c05.status, CHECK_OK);
}

/* Whatever the network does, all has ended by 5 s; the margin is for a busy machine. */
static void a_dead_network(void)
{
	static const struct scene s = { "dead network", { "api.example", NULL, -10, 300, 0 }, true, true, false, true, true };
	PLAY(a, &s);

	printf("# all ended after %u ms\n", a->ms);
	CHECK(a->ms < 60000); /* connecting to nobody takes two minutes where nothing ends it */
	CHECK_INT(a->c03.status, CHECK_FAILED);
	CHECK(strstr(a->c03.summary, "connected, and then no answer"));
	CHECK_INT(a->d03.status, CHECK_FAILED);
	CHECK(strstr(a->d03.summary, "no answer in 3 s"));
	CHECK_INT(a->d04.status, CHECK_FAILED);
	CHECK(strstr(a->d04.summary, "the name server is dead: 127.0.0.1"));
}

static const struct test tests[] = {
	{ "net: name servers are told apart", name_servers_are_told_apart },
	{ "net: dead and lying name servers are named", dead_and_lying_servers_are_named },
	{ "net: good certificates", good_certificates },
	{ "net: expired certificates", expired_certificates },
	{ "net: certificates of somebody else", certificates_of_somebody_else },
	{ "net: an intercepting proxy", an_intercepting_proxy },
	{ "net: an image that is too old", an_image_that_is_too_old },
	{ "net: a stranger", a_stranger },
	{ "net: a server with another clock", a_server_with_another_clock },
	{ "net: our own clock is wrong", our_clock_is_wrong },
	{ "net: a dead network", a_dead_network },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
