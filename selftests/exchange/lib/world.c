// SPDX-License-Identifier: GPL-2.0-or-later
/* world.c - two engines in one process, and all that they see of the world. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "ike/payload.h"
#include "ike2/auth.h"
#include "ike2/ike2.h"

struct flight {
	struct flight *next;
	int64_t due;
	unsigned int to;
	uint32_t spi; /* ESP; 0: IKE */
	struct ike_packet packet;
	uint8_t bytes[];
};

static void fail(const char *what)
{
	fprintf(stderr, "world: %s\n", what);
	abort();
}

uint32_t world_random(struct world *w)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (uint32_t)(w->seed >> 16);
}

/* The network ---------------------------------------------------------------------------------- */

static struct flight *flight_new(struct world *w, unsigned int to, struct span bytes, int64_t delay)
{
	struct flight *f = mem_new(sizeof(*f) + bytes.n), **at = &w->flights;

	f->due = w->now + delay;
	f->to = to;
	if (bytes.n)
		memcpy(f->bytes, bytes.p, bytes.n);
	f->packet.bytes = span_of(f->bytes, bytes.n);
	while (*at && (*at)->due <= f->due)
		at = &(*at)->next;
	f->next = *at;
	*at = f;
	return f;
}

/* WEST is behind a NAT: others see its address and port changed. */
static void translate(const struct world *w, struct ike_packet *p)
{
	const struct addr outer = { 4, { 198, 51, 100, 9 } };

	if (!w->nat)
		return;
	if (!memcmp(&p->peer.addr, &w->side[WEST].at.addr, sizeof(p->peer.addr))) {
		p->peer.addr = outer;
		p->peer.port = (uint16_t)(p->peer.port + 20000);
	} else if (!memcmp(&p->local.addr, &outer, sizeof(outer))) {
		p->local.addr = w->side[WEST].at.addr;
		p->local.port = (uint16_t)(p->local.port - 20000);
	}
}

static void do_send(void *arg, const struct ike_packet *packet)
{
	struct side *s = arg;
	struct world *w = s->w;
	unsigned int to = !s->number, copies = 1;
	int64_t delay = w->latency;
	enum fate fate = FATE_PASS;
	bool spoil = false;

	if (packet->bytes.n == 1) {
		s->keepalives++;
		return;
	}
	if (packet->bytes.n > w->largest)
		w->largest = packet->bytes.n;
	if (w->fate)
		fate = w->fate(w, w->sent, packet);
	w->sent++;
	if (w->cut)
		return;
	switch (fate) {
	case FATE_PASS:
		break;
	case FATE_LOSE:
		return;
	case FATE_DOUBLE:
		copies = 2;
		break;
	case FATE_LATE:
		delay = 700;
		break;
	case FATE_SPOIL:
		spoil = true;
		break;
	}
	while (copies--) {
		struct flight *f = flight_new(w, to, packet->bytes, delay);

		f->packet.local = packet->peer;
		f->packet.peer = packet->local;
		translate(w, &f->packet);
		if (spoil)
			f->bytes[world_random(w) % packet->bytes.n] ^= (uint8_t)(1U << (world_random(w) % 8));
	}
}

void world_inject(struct world *w, unsigned int to, struct span bytes)
{
	struct flight *f = flight_new(w, to, bytes, 0);

	f->packet.local = w->side[to].at;
	f->packet.peer = w->side[!to].at;
}

/* Kernels -------------------------------------------------------------------------------------- */

static struct fake_sa *find(struct side *s, uint32_t spi, bool out)
{
	for (size_t i = 0; i < s->nsa; i++)
		if (s->sa[i].spi == spi && s->sa[i].out == out)
			return &s->sa[i];
	return NULL;
}

static struct fake_sa *newest(struct side *s)
{
	struct fake_sa *best = NULL;

	for (size_t i = 0; i < s->nsa; i++)
		if (s->sa[i].out && (!best || s->sa[i].order > best->order))
			best = &s->sa[i];
	return best;
}

static void add_sa(struct side *s, const struct ike_child_info *c, bool out)
{
	struct span enc = out ? c->enc_out : c->enc_in, auth = out ? c->auth_out : c->auth_in;
	struct fake_sa *sa;

	if (s->nsa == WORLD_SAS)
		fail("SAs pile up in a kernel");
	if (find(s, out ? c->spi_out : c->spi_in, out))
		fail("an SA is installed twice");
	if (!enc.n && !auth.n)
		fail("an SA without keys");
	sa = &s->sa[s->nsa++];
	*sa = (struct fake_sa){ .spi = out ? c->spi_out : c->spi_in, .child = c->id, .out = out };
	sa->local = c->local;
	sa->peer = c->peer;
	sa->encap = c->encap;
	sa->transport = c->transport;
	memcpy(sa->key, enc.p, enc.n);
	if (auth.n)
		memcpy(sa->key + enc.n, auth.p, auth.n);
	sa->n = enc.n + auth.n;
	sa->order = ++s->w->order;
}

static int do_install(void *arg, const struct ike_child_info *c, unsigned int parts, char *why, size_t n)
{
	struct side *s = arg;

	if (s->refuse_installs) {
		s->refuse_installs--;
		snprintf(why, n, "the fake kernel does not want it");
		return -1;
	}
	if (parts & IKE_PART_IN)
		add_sa(s, c, false);
	if (parts & IKE_PART_OUT)
		add_sa(s, c, true);
	return 0;
}

static void do_remove(void *arg, const struct ike_child_info *c, unsigned int parts)
{
	struct side *s = arg;

	if (parts & IKE_PART_POLICY)
		fail("the engine takes away a policy");
	for (unsigned int out = 0; out < 2; out++) {
		struct fake_sa *sa = find(s, out ? c->spi_out : c->spi_in, out);

		if (!(parts & (out ? IKE_PART_OUT : IKE_PART_IN)))
			continue;
		if (!sa)
			fail("an SA is removed that is not there");
		*sa = s->sa[--s->nsa];
	}
}

static int do_move(void *arg, const struct ike_child_info *c)
{
	struct side *s = arg;

	for (size_t i = 0; i < s->nsa; i++)
		if (s->sa[i].child == c->id)
			s->sa[i].peer = c->peer;
	return 0;
}

static bool do_traffic(void *arg, const struct ike_child_info *c, struct ike_traffic *t)
{
	struct side *s = arg;

	(void)c;
	*t = s->traffic;
	return true;
}

static uint32_t do_alloc_spi(void *arg, const struct ike_conn *conn, const struct endpoint *local, uint8_t proto)
{
	struct side *s = arg;

	(void)conn;
	(void)local;
	(void)proto;
	return ++s->next_spi;
}

/* One ESP packet each way, if there is an SA to send by: while IKE is on its way, and now and then. */
static void traffic(struct world *w)
{
	bool talk = w->now - w->esp_at >= 60000;

	for (const struct flight *f = w->flights; f; f = f->next)
		talk |= !f->spi;
	if (!talk)
		return;
	w->esp_at = w->now;
	for (unsigned int i = 0; i < 2; i++) {
		struct fake_sa *out = newest(&w->side[i]);

		if (!out) {
			w->esp_none++;
			continue;
		}
		w->esp_sent++;
		flight_new(w, !i, span_of(NULL, 0), w->latency)->spi = out->spi;
	}
}

static void arrive_esp(struct side *s, uint32_t spi)
{
	struct fake_sa *in = find(s, spi, false);

	if (!in) {
		s->w->esp_lost++;
		log_debug(NULL, "ESP for SPI %x is lost", spi);
		return;
	}
	s->traffic.in_packets++;
	if (in->opened)
		return;
	in->opened = true;
	ike_first_opened(s->ike, spi);
}

/* Connections ---------------------------------------------------------------------------------- */

static int64_t do_now(void *arg)
{
	return ((struct side *)arg)->w->now;
}

static int64_t do_unix(void *arg)
{
	return 1700000000 + ((struct side *)arg)->w->now / 1000;
}

static void do_random(void *arg, void *p, size_t n)
{
	uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)world_random(((struct side *)arg)->w);
}

static const struct ike_conn *do_candidate(void *arg, const struct ike_match *m, size_t i)
{
	struct side *s = arg;

	(void)m;
	return i < s->conns ? &s->conn[i] : NULL;
}

static const struct ike_conn *do_match(void *arg, const struct ike_match *m, enum reason *why)
{
	struct side *s = arg;

	for (size_t i = 0; i < s->conns; i++) {
		if (s->conn[i].peer.id && !id_match(s->conn[i].peer.id, m->idi))
			continue;
		if (m->idr && s->conn[i].local.id && !id_equal(s->conn[i].local.id, m->idr))
			continue;
		s->held++;
		return &s->conn[i];
	}
	*why = R_NO_CONN_ID;
	return NULL;
}

static const struct ike_conn *do_sibling(void *arg, const struct ike_conn *conn, size_t i)
{
	struct side *s = arg;

	(void)conn;
	return i < s->conns ? &s->conn[i] : NULL;
}

static void do_get(void *arg, const struct ike_conn *conn)
{
	(void)conn;
	((struct side *)arg)->held++;
}

static void do_put(void *arg, const struct ike_conn *conn)
{
	struct side *s = arg;

	(void)conn;
	if (--s->held < 0)
		fail("a connection is given back too often");
}

static void do_event(void *arg, const struct ike_event *e)
{
	struct side *s = arg;

	s->events[e->kind]++;
	if (e->kind == IKE_EV_IKE_DOWN || e->kind == IKE_EV_CHILD_DOWN || e->kind == IKE_EV_FAILED)
		s->reason = e->reason;
	if (e->child && (e->child->enc_in.n || e->child->enc_out.n))
		fail("keys in an event");
}

/* Secrets -------------------------------------------------------------------------------------- */

static struct side *side_of(struct sig_keeper *k)
{
	return (struct side *)((char *)k - offsetof(struct side, keeper));
}

static enum sig_answer prove(struct side *s, struct sig_job *job)
{
	struct auth_octets o = { .part = { job->tbs }, .n = 1 };

	if (job->what == SIG_JOB_SIGN) {
		job->n = s->key ? sig_make(s->key, job->scheme, job->tbs, job->out, &job->why) : 0;
		return job->n ? SIG_DONE : SIG_FAILED;
	}
	if (!s->psk) {
		job->why = "no secret";
		return SIG_FAILED;
	}
	auth_psk(job->prf, span_text(s->psk), &o, job->out);
	job->n = prf_size(job->prf);
	return SIG_DONE;
}

static void drop_job(struct side *s, const struct sig_job *job)
{
	size_t i = 0;

	while (i < s->njobs && s->jobs[i] != job)
		i++;
	if (i == s->njobs)
		fail("a job is forgotten that was not asked");
	memmove(&s->jobs[i], &s->jobs[i + 1], (s->njobs - i - 1) * sizeof(s->jobs[0]));
	s->njobs--;
}

static enum sig_answer keeper_ask(struct sig_keeper *k, struct sig_job *job)
{
	struct side *s = side_of(k);

	if (!s->slow)
		return prove(s, job);
	if (s->njobs == WORLD_SAS)
		fail("jobs pile up");
	s->jobs[s->njobs++] = job;
	return SIG_LATER;
}

static void keeper_forget(struct sig_keeper *k, struct sig_job *job)
{
	drop_job(side_of(k), job);
}

void world_answer(struct world *w, unsigned int side)
{
	struct side *s = &w->side[side];
	struct sig_job *job = s->jobs[0];

	if (!s->njobs)
		return;
	drop_job(s, job);
	job->answer = prove(s, job);
	job->done(job);
}

/* The world ------------------------------------------------------------------------------------ */

struct ts world_net(unsigned int third)
{
	const uint8_t b[4] = { 10, 0, (uint8_t)third, 0 };

	return ts_prefix(b, 4, 24);
}

static void conn_init(struct side *s, struct ike_conn *c, const char *name)
{
	*c = (struct ike_conn){
		.name = name,
		.reqid = 1,
		.local = { .at = s->at, .id = &s->id, .auth = IKE_AUTH_PSK, .nts = 1, .ts = s->ts[0] },
		.peer = { .at = s->w->side[!s->number].at, .id = &s->other, .auth = IKE_AUTH_PSK, .nts = 1, .ts = s->ts[1] },
		.ike = &s->ike_offer,
		.child = &s->child_offer,
		.replay_window = 64,
		.rekey = true,
		.retransmit_ms = 500,
		.retransmit_total_ms = 60000,
		.fragmentation = IKE_YES,
		.encap = IKE_YES,
		.keepalive = true,
		.initial_contact = true,
		.unique = IKE_UNIQUE_YES,
	};
}

struct ike_conn *world_conn(struct world *w, unsigned int side, const char *name)
{
	struct side *s = &w->side[side];

	conn_init(s, &s->conn[s->conns], name);
	return &s->conn[s->conns++];
}

static void side_init(struct world *w, unsigned int number)
{
	static const struct ike_ver *const versions[] = { &ike2_ver, NULL };
	static const char *const names[] = { "@west.example", "@east.example" };
	const struct offer_conf ike = { .proto = IKE_PROTO_IKE, .pfs = true };
	const struct offer_conf child = { .proto = IKE_PROTO_ESP, .pfs = true };
	struct side *s = &w->side[number];
	const char *why;

	s->env = (struct ike_env){
		.arg = s, .now = do_now, .unix_time = do_unix, .random = do_random, .send = do_send,
		.candidate = do_candidate, .match = do_match, .sibling = do_sibling, .conn_get = do_get,
		.conn_put = do_put, .keeper = &s->keeper, .alloc_spi = do_alloc_spi, .install = do_install,
		.remove = do_remove, .move = do_move, .traffic = do_traffic, .event = do_event,
	};
	s->keeper = (struct sig_keeper){ keeper_ask, keeper_forget };
	s->psk = "correct horse battery staple";
	s->next_spi = 0x1000 + 0x1000000 * number;
	if (!id_from_text(names[number], &s->id, &why) || !id_from_text(names[!number], &s->other, &why))
		fail(why);
	if (offer_from_conf(&ike, &s->ike_offer, &why) || offer_from_conf(&child, &s->child_offer, &why))
		fail("no offer");
	for (unsigned int i = 0; i < 4; i++) {
		s->ts[0][i] = world_net(number * 100 + i + 1);
		s->ts[1][i] = world_net(!number * 100 + i + 1);
	}
	s->ike = ike_new(&(struct ike_setup){ .env = &s->env, .versions = versions });
}

/* Lines of the log are counted; WORLD_LOG=1 shows them. */
static void sink(void *arg, const struct log_rec *rec)
{
	char line[LOG_LINE_MAX];
	struct world *w = arg;

	w->lines++;
	if (getenv("WORLD_LOG"))
		fprintf(stderr, "# %lld %s\n", (long long)w->now, log_text(rec, line, sizeof(line)));
}

struct world *world_new(uint64_t seed)
{
	struct world *w = mem_new(sizeof(*w));

	log_threshold(getenv("WORLD_LOG") ? LOG_LVL_DEBUG : LOG_LVL_INFO);
	log_add(sink, w);

	w->seed = seed * 0x9e3779b97f4a7c15 + 1;
	w->latency = 20;
	for (unsigned int i = 0; i < 2; i++) {
		w->side[i].w = w;
		w->side[i].number = i;
		w->side[i].at = (struct endpoint){ { 4, { 192, 0, 2, (uint8_t)(i + 1) } }, 500 };
	}
	for (unsigned int i = 0; i < 2; i++) {
		side_init(w, i);
		world_conn(w, i, "net");
	}
	return w;
}

void world_restart(struct world *w, unsigned int side)
{
	static const struct ike_ver *const versions[] = { &ike2_ver, NULL };
	struct side *s = &w->side[side];

	ike_free(s->ike);
	s->nsa = 0;
	s->ike = ike_new(&(struct ike_setup){ .env = &s->env, .versions = versions });
}

size_t world_first(struct world *w, uint8_t *to, size_t room)
{
	struct side *west = &w->side[WEST];
	size_t n;

	ike_up(west->ike, &west->conn[0]);
	n = w->flights ? w->flights->packet.bytes.n : 0;
	if (!n || n > room)
		fail("no first message");
	memcpy(to, w->flights->bytes, n);
	free(w->flights);
	w->flights = NULL;
	world_restart(w, WEST);
	return n;
}

void world_free_but_secrets(struct world *w)
{
	struct flight *f;

	log_del(sink, w);
	for (unsigned int i = 0; i < 2; i++) {
		ike_free(w->side[i].ike);
		if (w->side[i].held)
			fail("references to connections are left");
	}
	while ((f = w->flights)) {
		w->flights = f->next;
		free(f);
	}
	free(w);
}

void world_free(struct world *w)
{
	world_free_but_secrets(w);
	if (secret_in_use())
		fail("secrets are left");
}

static void arrive(struct world *w)
{
	struct flight *f = w->flights;

	w->flights = f->next;
	if (f->spi)
		arrive_esp(&w->side[f->to], f->spi);
	else
		ike_input(w->side[f->to].ike, &f->packet);
	free(f);
}

/* The next moment at which anything happens. */
static int64_t step(struct world *w, int64_t until)
{
	int64_t next = until;

	for (unsigned int i = 0; i < 2; i++) {
		int64_t due = ike_tick(w->side[i].ike);

		if (due < next)
			next = due;
	}
	if (w->flights && w->flights->due < next)
		next = w->flights->due;
	return next < w->now ? w->now : next;
}

void world_run(struct world *w, int64_t ms)
{
	int64_t end = w->now + ms;

	while (true) {
		while (w->flights && w->flights->due <= w->now)
			arrive(w);
		w->now = step(w, end);
		if (w->traffic)
			traffic(w);
		if (w->now >= end && !(w->flights && w->flights->due <= w->now))
			break;
	}
}

void world_settle(struct world *w, int64_t ms)
{
	int64_t end = w->now + ms;

	do
		world_run(w, 50);
	while (w->now < end && w->flights);
}

void world_up(struct world *w, unsigned int side)
{
	ike_up(w->side[side].ike, &w->side[side].conn[0]);
	world_settle(w, 5000);
}

size_t world_count(const struct world *w, unsigned int side, bool out)
{
	size_t n = 0;

	for (size_t i = 0; i < w->side[side].nsa; i++)
		n += w->side[side].sa[i].out == out;
	return n;
}

bool world_pair_ok(const struct world *w)
{
	union {
		const struct world *c;
		struct world *w;
	} u = { .c = w };

	for (unsigned int i = 0; i < 2; i++) {
		struct fake_sa *out = newest(&u.w->side[i]), *in;

		if (!out)
			return false;
		in = find(&u.w->side[!i], out->spi, false);
		if (!in || in->encap != out->encap || in->transport != out->transport)
			return false;
		if (in->n != out->n || memcmp(in->key, out->key, in->n) != 0)
			return false;
	}
	return true;
}

bool world_is_neat(const struct world *w)
{
	for (unsigned int i = 0; i < 2; i++)
		if (world_count(w, i, true) != 1 || world_count(w, i, false) != 1 || ike_count(w->side[i].ike) != 1)
			return false;
	return world_pair_ok(w);
}
