# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-leak.sh: the sniffer at M. Counts what should never be seen there in clear.
#
#   leak_start                   counters to zero (nft at both devices of M, before anything else)
#   leak_count                   prints the clear packets seen so far
#   leak_check [NAME]            a result: none were seen
#   leak_control                 a result: sends clear packets and sees that they are counted
#   sealed_count                 prints the ESP, AH and UDP-encapsulated packets seen
#   sniff FILE [FILTER]          tcpdump at M's west0 (or $SNIFF_DEV) into FILE; sniff_stop
#   pcap_count FILE [FILTER]     prints how many packets of it match
#   pcap_has_pattern FILE        succeeds if feedfacedeadbeef is anywhere in it

# A packet is clear if its outer addresses are inside ones, or if it is ICMP, TCP or UDP between
# gateways that carries the pattern right after its header (ping puts a time stamp before it), or
# TCP on the ports of the tests. What AH carries is readable and not a leak; for IPv6 "meta l4proto"
# looks behind AH, so sealed packets are counted first.
leak_rules() {
	cat <<'X'
table netdev nfi_leak {
	counter clear { }
	counter sealed { }
	chain look {
		ip saddr { 10.0.1.0/24, 11.0.1.0/24 } goto leaked
		ip daddr { 10.0.1.0/24, 11.0.1.0/24 } goto leaked
		ip6 saddr { fd00:10:1::/64, fd00:11:1::/64 } goto leaked
		ip6 daddr { fd00:10:1::/64, fd00:11:1::/64 } goto leaked
		ip protocol { esp, ah } counter name sealed return
		ip6 nexthdr { esp, ah } counter name sealed return
		frag nexthdr { esp, ah } counter name sealed return
		meta l4proto { icmp, icmpv6, udp } @th,64,64 0xfeedfacedeadbeef goto leaked
		meta l4proto { icmp, icmpv6 } @th,192,64 0xfeedfacedeadbeef goto leaked
		tcp sport 5000-5999 goto leaked
		tcp dport 5000-5999 goto leaked
		meta l4proto { esp, ah } counter name sealed
		udp dport 4500 counter name sealed
	}
	chain leaked { counter name clear; }
	chain m { type filter hook ingress devices = { west0, east0 } priority -500; jump look; }
}
X
}

leak_start() {
	LEAK_BASE=0
	{ echo 'table netdev nfi_leak'; echo 'delete table netdev nfi_leak'; leak_rules; } | on mid nft -f -
}

# an nft takes seconds on an emulated processor: leak_control leaves its packets in the counter
LEAK_BASE=0
leak_counter() { on mid nft list counter netdev nfi_leak "$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }
leak_count() { echo $(($(leak_counter clear) - LEAK_BASE)); }
sealed_count() { leak_counter sealed; }

leak_check() { is "${1:-nothing left in clear}" 0 "$(leak_count)"; }

# Before anything is protected: the counter must rise for inside addresses and for the pattern, twice
# for each ping.
leak_control() {
	local n bad=''
	leak_start
	for n in "sunset $SUNRISE4" "sunset $SUNRISE6" "west $EAST4" "west $EAST6"; do
		# shellcheck disable=SC2086
		set -- $n
		on "$1" ping -c1 -W3 -p feedfacedeadbeef "$2" > /dev/null || bad+=" no answer from $2;"
	done
	LEAK_BASE=$(leak_counter clear)
	is "the sniffer at M counts clear packets" '8' "$LEAK_BASE$bad"
}

SNIFF=''
sniff() {
	local f=$1; shift
	# not by on(): what is killed must be tcpdump itself, not a shell around it
	nsenter --net="/run/netns/${PFX}mid" -- tcpdump -i "${SNIFF_DEV:-west0}" --immediate-mode -U -p -s 0 -w "$f" "$@" 2> "$TMP/sniff.err" &
	SNIFF=$!
	BGS+=("$SNIFF")
	busywait 10 grep -q 'listening on' "$TMP/sniff.err"
}

sniff_stop() {
	[ -n "$SNIFF" ] || return 0
	sleep 0.3
	kill "$SNIFF" 2>/dev/null; wait "$SNIFF" 2>/dev/null
	SNIFF=''
}

pcap_count() { local f=$1; shift; tcpdump -nr "$f" "$@" 2>/dev/null | wc -l; }
pcap_has_pattern() { LC_ALL=C grep -qaP '\xfe\xed\xfa\xce\xde\xad\xbe\xef' "$1"; }
