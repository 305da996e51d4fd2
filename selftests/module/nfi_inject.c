// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfi_inject.c - the load and the counter of selftests/bench. Devices of the kind "nfi_sink" swallow
 * and count what they are given to send; packets as a network card would deliver them are received
 * on such a device in lists of 64, and only their way through the stack is timed.
 *
 * Commands, written to /sys/kernel/debug/nfi_inject, whose reading then gives the result:
 *
 *	send NETNS-FD DEVICE COUNT LENGTH OFFSET STRIDE FLOWS HEADER
 *		COUNT packets of LENGTH octets that begin with HEADER (hex; IP and what is behind it). The
 *		32-bit word at OFFSET differs between them: HEADER's + STRIDE * (number modulo FLOWS).
 *	record ...	the same, and the sinks keep a copy of what arrives
 *	replay NETNS-FD DEVICE COUNT
 *		the next COUNT of the kept packets, once
 *	clear	forget them
 *	sample NS	with 0 no more: forget the samples and note where the kernel is about every NS nanoseconds of
 *		a load; nfi_inject_samples lists the functions
 *
 * Result: "sent N delivered N esp N octets N ns N waits N". Under "-icount shift=0" an instruction
 * lasts a nanosecond, so that ns are instructions. For one CPU: the counters are not locked.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/irq_regs.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#define BATCH 64
#define HEADER_MAX 128
#define LENGTH_MAX 1500
#define BUFFER 1984 /* what a driver with buffers of half a page leaves for data */
#define WAITS_MAX 1000 /* microseconds */
#define SAMPLES_MAX 100000

struct record {
	struct list_head node;
	u16 len;
	__be16 proto;
	u8 data[];
};

struct job {
	struct net_device *dev;
	unsigned int count, len, offset, stride, flows, header_len;
	bool replay;
	u8 header[HEADER_MAX];
};

static struct {
	u64 sent, delivered, esp, octets, ns, waits;
} result;

static bool counting, recording;
static LIST_HEAD(records);
static DEFINE_MUTEX(lock); /* all of the above; the sinks only count while it is held */
static struct dentry *control, *listing;

static struct hrtimer sampler;
static unsigned int sample_ns, samples_n;
static unsigned long *samples;

/* ---- the sinks ---- */

static void keep(const struct sk_buff *skb)
{
	unsigned int len = skb->len - ETH_HLEN;
	struct record *r = kmalloc(sizeof(*r) + len, GFP_ATOMIC);

	if (!r)
		return;
	r->len = len;
	r->proto = skb->protocol;
	skb_copy_bits(skb, ETH_HLEN, r->data, len);
	list_add_tail(&r->node, &records);
}

static bool is_esp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_ESP;
	return skb->protocol == htons(ETH_P_IPV6) && ipv6_hdr(skb)->nexthdr == IPPROTO_ESP;
}

static netdev_tx_t sink_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (counting) {
		result.delivered++;
		result.octets += skb->len - ETH_HLEN;
		result.esp += is_esp(skb);
		if (recording)
			keep(skb);
	}
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops sink_ops = {
	.ndo_start_xmit = sink_xmit,
};

static void sink_setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &sink_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->hw_features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA;
	dev->features |= dev->hw_features;
}

static struct rtnl_link_ops sink_link = {
	.kind = "nfi_sink",
	.setup = sink_setup,
};

/* ---- samples: a profile where there is no counter of hardware ---- */

/* Not regular, lest it fall in step with the packets. Code with interrupts off is seen at its end. */
static ktime_t next_sample(void)
{
	return ns_to_ktime(sample_ns / 2 + get_random_u32() % sample_ns);
}

static enum hrtimer_restart sample(struct hrtimer *timer)
{
	struct pt_regs *regs = get_irq_regs();

	if (regs && !user_mode(regs) && samples_n < SAMPLES_MAX)
		samples[samples_n++] = instruction_pointer(regs);
	hrtimer_forward_now(timer, next_sample());
	return HRTIMER_RESTART;
}

static int listing_show(struct seq_file *seq, void *unused)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < samples_n; i++)
		seq_printf(seq, "%ps\n", (void *)samples[i]);
	mutex_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(listing);

/* ---- the load ---- */

static void fill(const struct job *job, u8 *p, unsigned int n)
{
	struct iphdr *iph = (struct iphdr *)p;
	__be32 *word = (__be32 *)(p + job->offset);

	memset(p, 0xa5, job->len);
	memcpy(p, job->header, job->header_len);
	*word = htonl(ntohl(*word) + job->stride * (n % job->flows));
	if (iph->version != 4)
		return;
	iph->check = 0;
	ip_send_check(iph);
}

/* the next packet, as a driver hands it over: head from a page fragment, 64 octets before Ethernet */
static struct sk_buff *next_packet(const struct job *job, unsigned int n)
{
	struct record *r = NULL;
	struct sk_buff *skb;
	struct ethhdr *eth;
	u8 *p;

	if (job->replay)
		r = list_first_entry_or_null(&records, struct record, node);
	if (job->replay && !r)
		return NULL;
	skb = netdev_alloc_skb(job->dev, BUFFER - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) - NET_SKB_PAD);
	if (!skb)
		return NULL;
	eth = skb_put_zero(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, job->dev->dev_addr);
	p = skb_put(skb, r ? r->len : job->len);
	if (r) {
		memcpy(p, r->data, r->len);
		list_del(&r->node);
		kfree(r);
	} else {
		fill(job, p, n);
	}
	eth->h_proto = *p >> 4 == 4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	skb->protocol = eth_type_trans(skb, job->dev);
	return skb;
}

/*
 * One list through the stack. What the stack leaves to soft interrupts runs in local_bh_enable(); what
 * even that leaves to threads is waited for. False: not all arrived.
 */
static bool receive_list(struct list_head *list)
{
	unsigned int waits = 0;
	u64 begin = ktime_get_ns();

	local_bh_disable();
	netif_receive_skb_list(list);
	local_bh_enable();
	for (; READ_ONCE(result.delivered) < result.sent && waits < WAITS_MAX; waits++)
		usleep_range(1, 2);
	result.ns += ktime_get_ns() - begin;
	result.waits += !!waits;
	return result.delivered == result.sent;
}

static int run_job(const struct job *job)
{
	struct sk_buff *skb;
	LIST_HEAD(list);
	unsigned int i;
	int err = 0;

	memset(&result, 0, sizeof(result));
	counting = true;
	if (sample_ns)
		hrtimer_start(&sampler, next_sample(), HRTIMER_MODE_REL_HARD);
	while (result.sent < job->count && !err) {
		for (i = 0; i < BATCH && result.sent < job->count; i++) {
			skb = next_packet(job, result.sent);
			if (!skb) {
				err = -ENOBUFS;
				break;
			}
			list_add_tail(&skb->list, &list);
			result.sent++;
		}
		if (!receive_list(&list))
			break;
		INIT_LIST_HEAD(&list);
		cond_resched();
	}
	counting = false;
	hrtimer_cancel(&sampler);
	return err;
}

/* ---- the commands ---- */

static void forget(void)
{
	struct record *r, *next;

	list_for_each_entry_safe(r, next, &records, node)
		kfree(r);
	INIT_LIST_HEAD(&records);
}

static int check_job(const struct job *job)
{
	if (job->replay)
		return 0;
	if (job->len > LENGTH_MAX || job->len < job->header_len || !job->flows)
		return -EINVAL;
	if (job->header_len < sizeof(struct iphdr) || job->offset + 4 > job->header_len || job->offset % 4)
		return -EINVAL;
	return 0;
}

static int start(struct job *job, int fd, const char *name)
{
	struct net *net;
	int err = check_job(job);

	if (err)
		return err;
	net = get_net_ns_by_fd(fd);
	if (IS_ERR(net))
		return PTR_ERR(net);
	job->dev = dev_get_by_name(net, name);
	if (job->dev) {
		err = run_job(job);
		dev_put(job->dev);
	} else {
		err = -ENODEV;
	}
	put_net(net);
	return err;
}

static int command(char *line)
{
	char verb[8] = "", name[IFNAMSIZ] = "";
	struct job job = {};
	int fd = -1, at = 0, n;

	n = sscanf(line, "%7s %d %15s %u %u %u %u %u %n", verb, &fd, name, &job.count, &job.len, &job.offset,
		   &job.stride, &job.flows, &at);
	if (n == 1 && !strcmp(verb, "clear")) {
		forget();
		return 0;
	}
	if (n == 2 && !strcmp(verb, "sample")) {
		sample_ns = max(fd, 0);
		samples_n = sample_ns ? 0 : samples_n;
		return 0;
	}
	job.replay = !strcmp(verb, "replay");
	recording = !strcmp(verb, "record");
	if (n < 4 || (!job.replay && n < 8))
		return -EINVAL;
	if (!job.replay) {
		job.header_len = strlen(line + at) / 2;
		if (job.header_len > HEADER_MAX || hex2bin(job.header, line + at, job.header_len))
			return -EINVAL;
	}
	return start(&job, fd, name);
}

static ssize_t control_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char *line = memdup_user_nul(from, len);
	int err;

	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&lock);
	err = command(strim(line));
	mutex_unlock(&lock);
	kfree(line);
	return err ? err : len;
}

static ssize_t control_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	char text[192];
	int n;

	mutex_lock(&lock);
	n = scnprintf(text, sizeof(text), "sent %llu delivered %llu esp %llu octets %llu ns %llu waits %llu\n",
		      result.sent, result.delivered, result.esp, result.octets, result.ns, result.waits);
	mutex_unlock(&lock);
	return simple_read_from_buffer(to, len, pos, text, n);
}

static const struct file_operations control_ops = {
	.owner = THIS_MODULE,
	.write = control_write,
	.read = control_read,
	.llseek = default_llseek,
};

static int __init inject_init(void)
{
	int err;

	samples = vzalloc(SAMPLES_MAX * sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	hrtimer_init(&sampler, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	sampler.function = sample;
	err = rtnl_link_register(&sink_link);
	if (err) {
		vfree(samples);
		return err;
	}
	control = debugfs_create_file("nfi_inject", 0600, NULL, NULL, &control_ops);
	listing = debugfs_create_file("nfi_inject_samples", 0400, NULL, NULL, &listing_fops);
	return 0;
}

static void __exit inject_exit(void)
{
	debugfs_remove(listing);
	debugfs_remove(control);
	rtnl_link_unregister(&sink_link);
	forget();
	vfree(samples);
}

module_init(inject_init);
module_exit(inject_exit);
MODULE_DESCRIPTION("packets in, counts out: the bench of nf_ipsec");
MODULE_ALIAS_RTNL_LINK("nfi_sink");
MODULE_LICENSE("GPL");
