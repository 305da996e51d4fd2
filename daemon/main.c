// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - ipsecd: what is started in which order, who is told of what, and the end in reverse. Everything that needs
 * root is open before the privileges go; the companion with the secrets is another process from the beginning.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/drop.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/timer.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "conn/conns.h"
#include "crypto/gmp_wipe.h"
#include "crypto/rand.h"
#include "crypto/vectors.h"
#include "ctl/server.h"
#include "ike/env.h"
#include "ike/ike.h"
#include "ike2/ike2.h"
#include "kern/kern.h"
#include "keys/keys.h"
#include "net/ifaddr.h"
#include "net/udp.h"
#include "start/options.h"

#define EXIT_LOCKED 10 /* CMD-43 */
#define USER "ipsec"
#define PATH_ROOM 4096

static struct daemon {
	struct options o;
	struct loop *loop;
	struct timer_queue timers;
	struct keys *keys;
	struct kern *kern;
	struct udp udp;
	struct conns *conns;
	struct ike *ike;
	struct ike_env env;
	struct ctl_server *ctl;
	int lock, addr_fd, ctl_fd;
	struct loop_fd *watch[UDP_SOCKETS + 3];
	size_t nwatch;
	char socket[PATH_ROOM];
	bool leave; /* what is in the kernel stays there for the next run */
	int code;
} d;

/* The engine's window, as far as it is not on connections ---------------------------------------- */

static int64_t env_now(void *arg)
{
	(void)arg;
	return clock_ms();
}

static int64_t env_unix_time(void *arg)
{
	(void)arg;
	return (int64_t)(clock_unix_us() / 1000000);
}

static void env_random(void *arg, void *p, size_t n)
{
	(void)arg;
	rand_octets(p, n);
}

/* A single octet is a keepalive, and has no marker before it. */
static void env_send(void *arg, const struct ike_packet *p)
{
	int err = p->bytes.n == 1 ? udp_keepalive(&d.udp, &p->local, &p->peer) :
				    udp_send(&d.udp, &p->local, &p->peer, p->bytes);

	(void)arg;
	if (err)
		log_debug(NULL, "cannot send: %s", strerror(-err));
}

/* What comes ------------------------------------------------------------------------------------- */

static void on_message(void *arg, const struct udp_msg *msg)
{
	struct ike_packet packet = { msg->bytes, msg->local, msg->peer };

	(void)arg;
	ike_input(d.ike, &packet);
}

static void on_unreachable(void *arg, const struct udp_error *e)
{
	(void)arg;
	conns_unreachable(d.conns, &e->peer, e->error);
}

static void on_udp(void *arg)
{
	static const struct udp_handler handler = { on_message, on_unreachable, NULL };

	udp_read(&d.udp, arg, &handler);
}

static void on_kern_event(void *arg, const struct kern_event *e)
{
	(void)arg;
	conns_heard(d.conns, e);
}

static void on_kern(void *arg)
{
	(void)arg;
	kern_events(d.kern, on_kern_event, NULL);
}

static void on_addresses(void *arg)
{
	(void)arg;
	if (ifaddr_changed(d.addr_fd))
		conns_addresses(d.conns);
}

static void on_keys(void *arg)
{
	(void)arg;
	if (keys_read(d.keys))
		return;
	/* nothing can be authenticated any more; a new start is the cure, and the kernel goes on meanwhile */
	log_error(NULL, R_INTERNAL, "the process that holds the secrets has ended");
	d.leave = true;
	d.code = 1;
	loop_stop(d.loop);
}

static void on_told(void *arg, const struct conn *conn, const struct ike_event *event)
{
	(void)arg;
	if (d.ctl)
		ctl_told(d.ctl, conn, event);
}

/* What connections ask for ------------------------------------------------------------------------ */

static bool public_key(void *arg, const struct id *id, enum pubkey_type type, struct pubkey *key)
{
	char text[ID_TEXT];
	struct keys_question q = { .verb = KEYS_PUBLIC, .scheme.type = type };
	static struct keys_answer a;

	(void)arg;
	q.me = id_text(id, text, sizeof(text));
	if (!keys_call(d.keys, &q, &a) || a.reason || !a.n || a.n > sizeof(key->b))
		return false;
	key->type = type;
	key->bits = a.bits;
	key->n = a.n;
	memcpy(key->b, a.b, a.n);
	return true;
}

static int addresses(void *arg, struct iflist *list)
{
	(void)arg;
	return iflist_read(list);
}

/* Configuration ------------------------------------------------------------------------------------ */

static struct conf *read_conf(void)
{
	struct conf_opts o = { .strict = false };
	struct conf *c = conf_load(d.o.config, &o);

	conf_diag_print(c, stderr);
	return c;
}

static const char *secrets_path(const struct conf *c)
{
	const struct conf_value *v = conf_setup_get(c, KW_SECRETSFILE);

	if (d.o.secrets)
		return d.o.secrets;
	return v->set && !v->bad ? v->text : "/etc/ipsec.secrets";
}

static void reread_secrets(void *arg, struct conns_result *r)
{
	struct keys_question q = { .verb = KEYS_RELOAD };
	static struct keys_answer a;

	(void)arg;
	if (!keys_call(d.keys, &q, &a)) {
		*r = (struct conns_result){ .rc = 32, .text = "the process that holds the secrets does not answer" };
		return;
	}
	conns_secrets(d.conns);
	*r = (struct conns_result){ .rc = a.errors ? 1 : 4, .text = "ipsec.secrets was read" };
	if (a.errors)
		snprintf(r->text, sizeof(r->text), "ipsec.secrets has %u errors; the log has them", a.errors);
}

static void reload(void *arg, struct conns_result *r)
{
	struct conns_result secrets;
	struct conf *c = read_conf();
	size_t errors = conf_errors(c);
	unsigned int failed;

	(void)arg;
	reread_secrets(NULL, &secrets);
	failed = conns_load(d.conns, c);
	*r = (struct conns_result){ .rc = errors || failed || secrets.rc != 4 ? 1 : 4 };
	snprintf(r->text, sizeof(r->text), "%zu connections; %zu errors in the configuration, %u could not be made; %.300s",
		 conns_count(d.conns), errors, failed, secrets.text);
}

static void add_conn(void *arg, const char *name, struct conns_result *r)
{
	struct conf_opts o = { .strict = false };
	struct conf *c = conf_load(d.o.config, &o);

	(void)arg;
	conns_add(d.conns, c, name, r);
	conf_free(c);
}

/* Signals ----------------------------------------------------------------------------------------- */

static void on_stop(void *arg)
{
	(void)arg;
	loop_stop(d.loop);
}

static void on_leave(void *arg)
{
	d.leave = true;
	on_stop(arg);
}

static void on_hup(void *arg)
{
	struct conns_result r;

	reload(arg, &r);
	log_notice(NULL, R_NONE, "reload: %s", r.text);
}

/* Start and stop: one list ------------------------------------------------------------------------- */

static int fail(const char *why)
{
	log_error(NULL, R_NONE, "%s", why);
	return -1;
}

/* One daemon a folder; the lock goes with the process, whatever ends it. */
static int start_lock(char *why, size_t n)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_ROOM], pid[32];
	int len;

	if (mkdir(d.o.run, 0755) && errno != EEXIST) {
		snprintf(why, n, "%s: %s", d.o.run, strerror(errno));
		return -1;
	}
	snprintf(path, sizeof(path), "%s/ipsecd.pid", d.o.run);
	snprintf(d.socket, sizeof(d.socket), "%s/ipsecd.sock", d.o.run);
	d.lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (d.lock < 0 || fcntl(d.lock, F_SETLK, &lock)) {
		snprintf(why, n, "%.400s: %s", path,
			 errno == EAGAIN || errno == EACCES ? "another ipsecd is running" : strerror(errno));
		d.code = EXIT_LOCKED;
		return -1;
	}
	len = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(d.lock, 0) || write(d.lock, pid, (size_t)len) != len) {
		snprintf(why, n, "%.400s: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

static int start_udp(const struct conf *c, char *why, size_t n)
{
	const struct conf_value *size = conf_setup_get(c, KW_SOCKET_BUFSIZE);
	const struct conf_value *errors = conf_setup_get(c, KW_SOCKET_ERRQUEUE);
	struct udp_options o = { .bufsize = (int)size->u.n, .errors = errors->u.n != 0 };
	size_t i;

	if (udp_open(&d.udp, &o, why, n))
		return -1;
	/* IKE is never protected by what it negotiates */
	for (i = 0; i < UDP_SOCKETS; i++) {
		if (d.udp.sock[i].fd < 0 || !kern_exempt(d.kern, d.udp.sock[i].fd))
			continue;
		snprintf(why, n, "a socket of IKE cannot be exempt from policies: %s", kern_error(d.kern));
		return -1;
	}
	return 0;
}

static void vector_failed(void *arg, const char *name, const char *source)
{
	(void)arg;
	log_error(NULL, R_ALG_UNUSABLE, "%s fails its test vector (%s) and is not used", name, source);
}

/* All that needs privileges. */
static int open_all(const struct conf *c, char *why, size_t n)
{
	if (start_lock(why, n))
		return -1;
	d.keys = keys_start(secrets_path(c), why, n);
	if (!d.keys)
		return -1;
	d.kern = kern_open(why, n);
	if (!d.kern || start_udp(c, why, n))
		return -1;
	d.addr_fd = ifaddr_watch();
	if (d.addr_fd < 0) {
		snprintf(why, n, "cannot watch addresses: %s", strerror(-d.addr_fd));
		return -1;
	}
	d.ctl_fd = ctl_listen(d.socket, why, n);
	if (d.ctl_fd < 0)
		return -1;
	return drop_privileges(d.o.keep_root ? "" : USER, why, n);
}

static void make_engine(void)
{
	static const struct ike_ver *const versions[] = { &ike2_ver, NULL };
	/* the run's epoch grows from run to run; a clock that was put back makes only old SAs stay longer */
	struct conns_setup cs = { .kern = d.kern,
				  .timers = &d.timers,
				  .now = env_now,
				  .random = env_random,
				  .public_key = public_key,
				  .addresses = addresses,
				  .told = on_told,
				  .epoch = (uint32_t)env_unix_time(NULL) };
	struct ike_setup setup = { .env = &d.env, .versions = versions };

	d.conns = conns_new(&cs);
	conns_env(&d.env);
	d.env.arg = d.conns;
	d.env.now = env_now;
	d.env.unix_time = env_unix_time;
	d.env.random = env_random;
	d.env.send = env_send;
	d.env.keeper = keys_keeper(d.keys);
	d.ike = ike_new(&setup);
	conns_use(d.conns, d.ike);
}

static int64_t before_wait(void *arg)
{
	int64_t next, tick;

	(void)arg;
	timer_run(&d.timers, clock_ms());
	tick = ike_tick(d.ike);
	next = timer_next(&d.timers);
	if (tick < next)
		next = tick;
	if (next == TIMER_NEVER)
		return -1;
	next -= clock_ms();
	return next > 0 ? next : 0;
}

static void watch(int fd, loop_cb *cb, void *arg)
{
	if (fd >= 0)
		d.watch[d.nwatch++] = loop_add(d.loop, fd, LOOP_READ, cb, arg);
}

static void watch_all(void)
{
	struct ctl_world world = { .loop = d.loop,
				   .conns = d.conns,
				   .ike = d.ike,
				   .add = add_conn,
				   .reload = reload,
				   .secrets = reread_secrets,
				   .stop = on_stop };
	size_t i;

	for (i = 0; i < UDP_SOCKETS; i++)
		watch(d.udp.sock[i].fd, on_udp, &d.udp.sock[i]);
	watch(kern_fd(d.kern), on_kern, NULL);
	watch(keys_fd(d.keys), on_keys, NULL);
	watch(d.addr_fd, on_addresses, NULL);
	d.ctl = ctl_server_new(d.ctl_fd, &world);
	loop_signal(d.loop, SIGHUP, on_hup, NULL);
	loop_signal(d.loop, SIGTERM, on_stop, NULL);
	loop_signal(d.loop, SIGINT, on_stop, NULL);
	loop_signal(d.loop, SIGQUIT, on_leave, NULL);
	loop_before(d.loop, before_wait, NULL);
}

static void stop_all(void)
{
	size_t i;

	if (!d.leave && d.ike) {
		ike_shutdown(d.ike);
		for (i = 0; i < conns_count(d.conns); i++)
			kern_forget(d.kern, conns_at(d.conns, i)->kern.owner);
	}
	ctl_server_free(d.ctl);
	d.ctl = NULL;
	for (i = 0; i < d.nwatch; i++)
		loop_del(d.watch[i]);
	if (d.socket[0])
		unlink(d.socket);
	ike_free(d.ike);
	conns_free(d.conns);
	timer_fini(&d.timers);
	udp_close(&d.udp);
	kern_close(d.kern);
	keys_stop(d.keys);
	loop_free(d.loop);
}

static int run(struct conf *c)
{
	char why[512];

	if (open_all(c, why, sizeof(why)))
		return fail(why);
	vectors_run(vector_failed, NULL);
	d.loop = loop_new();
	make_engine();
	conns_load(d.conns, c);
	conns_sweep(d.conns);
	watch_all();
	log_notice(NULL, R_NONE, "ipsecd listens, %zu connections", conns_count(d.conns));
	loop_run(d.loop);
	log_notice(NULL, R_SHUTDOWN, "ipsecd ends");
	return 0;
}

static int test(struct conf *c)
{
	size_t errors = conf_errors(c);

	printf("%zu connections, %zu errors\n", conf_conns(c), errors);
	conf_free(c);
	return errors ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct conf *c;
	size_t i;

	if (!options_parse(&d.o, argc, argv, &d.code))
		return d.code;
	drop_cores();
	gmp_wipe_init();
	signal(SIGPIPE, SIG_IGN);
	log_add(d.o.json ? log_to_json : log_to_text, stderr);
	if (d.o.debug)
		log_threshold(LOG_LVL_DEBUG);
	for (i = 0; i < UDP_SOCKETS; i++)
		d.udp.sock[i].fd = -1;
	c = read_conf();
	if (d.o.test)
		return test(c);
	if (d.o.fork && daemon(1, 1))
		return fail(strerror(errno)) ? 1 : 0;
	if (run(c) && !d.code)
		d.code = 1;
	stop_all();
	return d.code;
}
