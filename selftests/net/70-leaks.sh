#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What makes other IPsec leak: NAT, flowtables, policy changes, forged replies, redirects (ACC-12, ACC-14, ACC-83).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#            ours, xfrm   sniffer    xfrm
#
# Each case runs with our module on West, which must keep everything sealed; with NFI_CONTRAST=1 also
# with in-tree XFRM there: what that did is in a comment.
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

IMPL=ours
ours() { [ $IMPL = ours ]; }
load() { gateway_load "$1" "$2" < "$(conn_file "$1" "$2")"; }

# background on_now NODE COMMAND...: the process itself, not a shell that waits for it
on_now() { exec nsenter --net="/run/netns/$PFX$1" -- "${@:2}"; }

# Policies and SAs of both gateways, East first; the sniffer starts when West's commit has returned.
secure() { load east xfrm && load west $IMPL && leak_start; }

nothing() {
	end_background
	on west nft flush ruleset
	on west conntrack -F 2> /dev/null
	on west tc qdisc del dev in0 clsact 2> /dev/null
	on west tc qdisc del dev out0 clsact 2> /dev/null
	gateway_flush west ours
	gateway_flush west xfrm
	gateway_flush east xfrm
	WEST_IMPL=$IMPL
}

# try NAME COMMAND...: a result for our module, a comment for in-tree XFRM if it fails
try() {
	if ours; then
		check "$CASE: $1" "${@:2}"
	else
		"${@:2}" > /dev/null 2>&1 || remark "$CASE: $1: not with in-tree XFRM"
	fi
}

sealed() { try "sealed packets were seen" test "$(sealed_count)" -ge "$1"; }

# leaks NAME FUNCTION [ARGUMENT...]
leaks() {
	CASE=$1 IMPL=ours
	nothing
	"${@:2}"
	leak_check "$CASE: nothing in clear"
	nothing
	[ -n "${NFI_CONTRAST:-}" ] || return
	IMPL=xfrm
	nothing
	"${@:2}"
	remark "$CASE: with in-tree XFRM $(leak_count) packets left in clear"
	IMPL=ours
	nothing
}

# stream SECONDS: Sunset's datagrams to Sunrise, 50 a second; $TMP/stream: how many answers came,
# and how many that nobody sent
stream() {
	echo 0 0 0 > "$TMP/stream"
	background on_now sunset "$PY" -c "
import os, socket, struct, sys, time
pattern = bytes.fromhex('feedfacedeadbeef')
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 6000))
s.setblocking(False)
answers = forged = sent = 0
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    try:
        s.sendto(pattern + struct.pack('!Q', sent), (sys.argv[2], 5001))
        sent += 1
    except OSError:
        pass
    time.sleep(0.02)
    try:
        while True:
            if len(s.recv(2000)) == 16: answers += 1
            else: forged += 1
    except OSError:
        pass
    if sent % 5: continue
    with open(sys.argv[3] + '.new', 'w') as f: print(sent, answers, forged, file=f)
    os.rename(sys.argv[3] + '.new', sys.argv[3])
" "$1" $SUNRISE4 "$TMP/stream"
}
streamed() { cut -d' ' -f"$1" "$TMP/stream"; } # 1 sent, 2 answers, 3 forged
has_answers() { [ "$(streamed 2)" -gt "$1" ]; }
more_answers() { busywait 60 has_answers $(($(streamed 2) + 20)); }

ping_from() { on "$1" ping -q -c4 -i0.1 -W3 -p feedfacedeadbeef "${@:2}"; }
both_families() { ping_from sunset $SUNRISE4 && ping_from sunset $SUNRISE6; }

masquerade() {
	on west nft -f - << 'Y'
table inet nfi_nat { chain post { type nat hook postrouting priority 100; oifname "out0" masquerade; }; }
Y
}

masquerade_iptables() {
	on west iptables-nft -t nat -A POSTROUTING -o out0 -j MASQUERADE &&
		on west ip6tables-nft -t nat -A POSTROUTING -o out0 -j MASQUERADE
}

flowtable() {
	on west nft -f - << 'Y'
table inet nfi_ft {
	flowtable ft { hook ingress priority 0; devices = { in0, out0 }; }
	chain look { type filter hook forward priority 0; meta l4proto { tcp, udp } flow add @ft; }
}
Y
}
offloaded() { on west conntrack -L 2> /dev/null | grep -c OFFLOAD; }
is_offloaded() { [ "$(offloaded)" -gt 0 ]; }

# kept SOURCE FAMILY OTHER: replies are expected at the source, none elsewhere
kept() {
	on west conntrack -L -f "$2" 2> /dev/null > "$TMP/conntracks"
	grep -q "dst=$1 " "$TMP/conntracks" && ! grep -q "src=$1.*dst=$3 " "$TMP/conntracks"
}
both_kept() { kept $SUNSET4 ipv4 $WEST4 && kept $SUNSET6 ipv6 $WEST6; }

natted() { # SETUP
	$1 || not_ok "$CASE: $1"
	secure
	try "pings are answered" both_families
	sealed 16
	! ours || check "$CASE: the sources are kept" both_kept
}

# the flow goes in clear first, as it should without policies
live() { # masquerade|flowtable
	$1
	stream 300
	busywait 60 has_answers 20 || not_ok "$CASE: no flow"
	if [ "$1" = flowtable ] && ours; then
		check "$CASE: the flow is offloaded before" busywait 30 is_offloaded
	fi
	secure
	try "it goes on" more_answers
	sealed 20
	[ "$1" != flowtable ] || ! ours || is "$CASE: it is offloaded no more" 0 "$(offloaded)"
	sleep 1
	! ours || check "$CASE: the source is kept from now on" kept $SUNSET4 ipv4 $WEST4
}

offload_new() {
	flowtable
	secure
	stream 300
	try "datagrams are answered" more_answers
	try "TCP goes" bulk sunset - $SUNRISE4 200000
	sealed 40
	ours && is "$CASE: no protected flow is offloaded" 0 "$(offloaded)"
	ours || remark "$CASE: in-tree XFRM offloads $(offloaded) flows"
}

forged() {
	local before
	flowtable
	secure
	stream 300
	try "datagrams are answered" more_answers
	before=$(dropped west in-clear)
	inject mid clear west0 $SUNRISE4 $SUNSET4 --proto udp --sport 5001 --dport 6000 --count 20 > /dev/null
	sleep 0.5
	if ours; then
		is "$CASE: none of 20 arrives" 0 "$(streamed 3)"
		at_least "$CASE: they are counted" $((before + 20)) "$(dropped west in-clear)"
	else
		remark "$CASE: with in-tree XFRM $(streamed 3) of 20 arrive"
	fi
}

queued() {
	on west nft -f - << 'Y'
table inet nfi_queue { chain post { type filter hook postrouting priority 120; ip daddr 11.0.1.0/24 queue num 5; ip6 daddr fd00:11:1::/64 queue num 5; }; }
Y
	background on_now west "$LIB/nfqueue.py" 5 > "$TMP/queue"
	busywait 60 grep -q ready "$TMP/queue"
	secure
	try "pings are answered" both_families
	sealed 16
	try "packets went through the queue" test "$(wc -l < "$TMP/queue")" -ge 9
}

sas_gone() {
	local before
	secure
	stream 300
	try "datagrams are answered" more_answers
	before=$(dropped west out-no-sa)
	if ours; then echo 'sa flush'; else echo 'xfrm state flush'; fi | gateway_load west $IMPL
	sleep 1
	try "drops are counted" test "$(dropped west out-no-sa)" -gt "$((before + 5))"
}

policies_replaced() {
	local i
	if ours; then echo 'policy flush'; else echo 'xfrm policy flush'; fi > "$TMP/again"
	grep policy "$(conn_file west $IMPL)" >> "$TMP/again"
	secure
	background on_now sunset ping -q -i 0.002 -c 10000 -W1 -p feedfacedeadbeef $SUNRISE4 > /dev/null
	for i in $(seq 25); do gateway_load west $IMPL < "$TMP/again" || break; done
	try "25 times" test "$i" = 25
	try "the flow goes on" ping_from sunset $SUNRISE4
	sealed 100
}

# Two ways past POST_ROUTING that meet netfilter's egress hook
forward_early() {
	on west nft -f - << 'Y'
table netdev nfi_fwd { chain early { type filter hook ingress device in0 priority 0; ip daddr 11.0.1.0/24 fwd to "out0"; }; }
Y
	ping_from sunset $SUNRISE4 > /dev/null
}
# one by one: the sender is told when a packet is dropped
packet_socket() {
	local i
	for i in 1 2 3 4; do
		inject west clear out0 $SUNSET4 $SUNRISE4 --mac 02:00:00:00:00:04 > /dev/null 2>&1 || :
	done
}

guarded() { # HOW
	local before
	secure
	if ours; then
		$1
		at_least "$CASE: without the guard the sniffer sees them" 4 "$(leak_count)"
		on west nft flush ruleset
		on west ipsecctl ns set guard on
		leak_start
		check "$CASE: what is sealed passes the guard" both_families
		sealed 16
		before=$(drops west out-guard)
	fi
	$1
	! ours || at_least "$CASE: caught and counted by the guard" $((before + 4)) "$(drops west out-guard)"
	on west ipsecctl ns set guard off
}

# The kernel keeps netfilter, and so the guard, away from what tc and BPF programs redirect; the filter of
# tc is the guard for that. What they are given is all of the protocol (ip or ipv6), hence fixed neighbours.
by_tc() { on west tc filter add dev in0 ingress protocol "$1" matchall action mirred egress redirect dev out0; }
by_bpf() {
	local pinned=/sys/fs/bpf/$PFX
	mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf || return 1
	on west "$LIB/bpf_redirect.py" out0 "$pinned" &&
		on west tc filter add dev in0 ingress protocol "$1" bpf object-pinned "$pinned" direct-action
	rm -f "$pinned"
}

redirected() { # HOW PROTOCOL TO
	local before
	secure
	ip -n "${PFX}sunset" neigh replace $WESTIN6 lladdr 02:00:00:00:00:02 dev eth0 nud permanent
	ip -n "${PFX}west" neigh replace $SUNSET6 lladdr 02:00:00:00:00:01 dev in0 nud permanent
	on west tc qdisc add dev in0 clsact
	check "$CASE: is set up" "$1" "$2"
	ours && on west ipsecctl ns set guard on
	no_answer "$3"
	ours || return
	is "$CASE: is beyond netfilter, and the guard" 4 "$(leak_count)"
	on west tc qdisc add dev out0 clsact
	refute "$CASE: the filter takes no options" on west tc filter add dev out0 egress protocol all handle 2 nf_ipsec
	check "$CASE: the filter is taken" on west tc filter add dev out0 egress protocol all prio 1 handle 1 nf_ipsec
	refute "$CASE: once" on west tc filter change dev out0 egress protocol all prio 1 handle 1 nf_ipsec
	check "$CASE: and listed" eval 'on west tc filter show dev out0 egress | grep -q nf_ipsec'
	leak_start
	before=$(drops west out-guard)
	no_answer "$3"
	at_least "$CASE: caught and counted by the filter" $((before + 4)) "$(drops west out-guard)"
	on west tc qdisc del dev in0 clsact
	check "$CASE: what is sealed passes the filter" both_families
	sealed 8
	check "$CASE: the filter is removed" on west tc filter del dev out0 egress protocol all prio 1 handle 1 nf_ipsec
	on west ipsecctl ns set guard off
}
no_answer() { ping_from sunset "$1" > /dev/null; }

multicast() {
	local heard
	secure
	case $IMPL in
	ours) echo "policy add out src $WEST4/32 dst 224.1.2.3/32 protect esp reqid 1 mode tunnel src $WEST4 dst $EAST4" ;;
	xfrm) echo "xfrm policy add src $WEST4/32 dst 224.1.2.3/32 dir out tmpl src $WEST4 dst $EAST4 proto esp reqid 1 mode tunnel" ;;
	esac | gateway_load west $IMPL
	heard=$(on west "$PY" -c "
import socket, sys, time
group, here = socket.inet_aton('224.1.2.3'), socket.inet_aton('$WEST4')
l = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
l.bind(('', 6001))
l.setsockopt(0, socket.IP_ADD_MEMBERSHIP, group + here)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(0, socket.IP_MULTICAST_IF, here)
for i in range(10): s.sendto(bytes.fromhex('feedfacedeadbeef') * 4, ('224.1.2.3', 6001))
time.sleep(0.5)
l.setblocking(False)
n = 0
try:
    while True: l.recv(2000); n += 1
except OSError: print(n)")
	sleep 0.3
	if ours; then
		is "$CASE: each of 10 is sealed once" 10 "$(sa_packets west "$(printf %08x 0x1002)")"
		is "$CASE: and is seen at M" 10 "$(sealed_count)"
	else
		remark "$CASE: in-tree XFRM seals $(sealed_count) of 10, the listener hears $heard"
	fi
}

expires() { on sunrise ping -c3 -i0.2 -W1 -t2 -p feedfacedeadbeef $SUNSET4 | grep -q 'Time to live exceeded'; }

own() {
	secure
	try "ping from the outside address" ping_from west $SUNRISE4
	try "ping from the inside address" ping_from west -I $WESTIN4 $SUNRISE4
	try "UDP" udp west - $SUNRISE4 64 1000
	sealed 10
	try "what expires at West is told" expires
}

begin
leak_control
serve sunrise
BGS=(); disown "$BG" # it stays until the namespaces go
conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
conn ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
conn_make
leaks "masquerade by nft" natted masquerade
leaks "masquerade by iptables" natted masquerade_iptables
leaks "policy under a live masqueraded flow" live masquerade
leaks "flowtable, new flow" offload_new
leaks "policy under an offloaded flow" live flowtable
leaks "forged replies" forged
leaks "NFQUEUE behind us" queued
leaks "SAs removed under traffic" sas_gone
leaks "all policies replaced under traffic" policies_replaced
leaks "forwarded by nft at ingress" guarded forward_early
leaks "packet socket" guarded packet_socket
leaks "redirected by tc" redirected by_tc ip $SUNRISE4
leaks "IPv6 redirected by tc" redirected by_tc ipv6 $SUNRISE6
leaks "redirected by a BPF program" redirected by_bpf ip $SUNRISE4
leaks "IPv6 redirected by a BPF program" redirected by_bpf ipv6 $SUNRISE6
leaks "multicast with a listener" multicast
conn_reset
conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
conn ws=$WEST4/32 es=$ENET4 enc=aes-gcm-16
conn_make
leaks "the router's own traffic" own
finish
