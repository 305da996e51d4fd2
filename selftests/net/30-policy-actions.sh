#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Policies on West: each action, order, selectors, replacement under traffic (RFC 4301 4.4.1; ACC-82, ACC-83).
#
#   sunset ---- west ---- M ---- east ---- sunrise
#             policies  sniffer
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

sp() { on west ipsecctl policy "$@"; }
flush() { sp flush; }
rows() { on west ipsecctl load -; }
# a ping of one packet: what it says of an error
complaint() { on sunset ping -c1 -W2 "$1" 2>&1 | grep -io 'filtered\|prohibited' | head -1; }
# tcp PORT: does a connection to Sunrise come about?
tcp() { on sunset timeout $((2 * ${NFI_SLOW:-1})) bash -c "exec 3<>/dev/tcp/${2:-$SUNRISE4}/$1" 2> /dev/null; }
passes() { check "$1" on sunset ping -c1 -W5 "${2:-$SUNRISE4}"; }
stops() { refute "$1" on sunset ping -c1 -W1 "${2:-$SUNRISE4}"; }

# count REASON: as drops(), but quicker; up REASON BEFORE: the counter has risen
count() { on west ipsecctl stats --all | awk -v name="$1" '$2 == name { print $1 }'; }
up() { [ "$(count "$1")" -gt "$2" ]; }

actions() { # FAMILY SRC DST PEER
	local before
	passes "$1: without policy packets pass" "$4"
	before=$(count out-policy)
	sp add out src "$2" dst "$3" drop
	stops "$1: drop" "$4"
	check "$1: drop is counted" up out-policy "$before"
	is "$1: drop is silent" '' "$(complaint "$4")"
	before=$(count out-reject)
	sp replace out src "$2" dst "$3" reject
	check "$1: reject is told to the sender" test -n "$(complaint "$4")"
	check "$1: reject is counted" up out-reject "$before"
	sp replace out src "$2" dst "$3" pass
	passes "$1: pass" "$4"
	before=$(count out-no-sa)
	leak_start
	sp replace out src "$2" dst "$3" protect esp reqid 77 mode tunnel
	stops "$1: protect without an SA" "$4"
	check "$1: protect without an SA is counted" up out-no-sa "$before"
	leak_check "$1: and nothing leaves in clear"
	flush
	before=$(count in-clear)
	sp add in src "$3" dst "$2" protect esp reqid 77 mode tunnel
	stops "$1: clear answers that must be protected" "$4"
	check "$1: are counted" up in-clear "$before"
	before=$(count in-policy)
	sp replace in src "$3" dst "$2" drop
	stops "$1: inbound drop" "$4"
	check "$1: inbound drop is counted" up in-policy "$before"
	sp replace in src "$3" dst "$2" optional protect esp reqid 77 mode tunnel
	passes "$1: inbound protect that is optional" "$4"
	flush
	passes "$1: after flush packets pass" "$4"
}

order() {
	sp add out src $WNET4 dst $SUNRISE4/32 drop
	sp add out src $SUNSET4/32 dst $ENET4 pass
	passes "the longer source goes before the longer destination"
	sp add out src $SUNSET4/32 dst $SUNRISE4/32 reject
	check "both longer go before" test -n "$(complaint $SUNRISE4)"
	sp add out src 0.0.0.0/0 dst 0.0.0.0/0 prio 5 pass
	passes "an explicit priority goes before length"
	sp add out src 0.0.0.0/0 dst 0.0.0.0/0 prio 4 drop
	stops "and the lower one first"
	sp del out src 0.0.0.0/0 dst 0.0.0.0/0 prio 4
	sp add out src $SUNSET4/32 dst $SUNRISE4/32 proto icmp prio 5 drop
	stops "with equal priority the more specific"
	refute "the same selectors and priority again" sp add out src 0.0.0.0/0 dst 0.0.0.0/0 prio 5 drop
	flush
}

selectors() {
	serve sunrise
	sp add out src $WNET4 dst $ENET4 proto tcp dport 5001-5010 reject
	refute "a port within the range" tcp 5001
	passes "another protocol"
	check "another protocol, the same port" udp sunset - $SUNRISE4 64
	sp replace out src $WNET4 dst $ENET4 proto tcp dport 5002-5010 reject
	sp del out src $WNET4 dst $ENET4 proto tcp dport 5001-5010
	check "a port outside the range" tcp 5001
	sp add out src $WNET4 dst $ENET4 proto tcp reject
	sp add out src $WNET4 dst $ENET4 proto tcp dport 4000-6000 reject
	sp add out src $WNET4 dst $ENET4 proto tcp dport 5001 pass
	check "the narrower range goes before" tcp 5001
	flush
	sp add out src $WNET4 dst $ENET4 proto icmp icmp-type 8 drop
	stops "ICMP echo requests by their type"
	check "echo replies pass" on sunrise ping -c1 -W5 $SUNSET4
	flush
	sp add out src $WNET6 dst $ENET6 proto icmpv6 icmp-type 128 drop
	stops "ICMPv6 echo requests by their type" $SUNRISE6
	flush
}

marks() {
	on west nft -f - << 'X'
table inet nfi_mark { chain pre { type filter hook prerouting priority -150; iifname "in0" meta mark set 0x17; }; }
X
	sp add out src $WNET4 dst $ENET4 mark 0x07/0x0f drop
	stops "a mark under its mask"
	sp add out src $WNET4 dst $ENET4 mark 0x17/0xff pass
	passes "more bits of the mark go before"
	flush
	sp add out src $WNET4 dst $ENET4 mark 0x08/0x0f drop
	passes "another mark"
	flush
	on west nft delete table inet nfi_mark
}

# Not one packet may slip through while policies that all stop it replace each other.
replace_under_traffic() {
	local i
	sp add out src $WNET4 dst $ENET4 drop
	leak_start
	background on sunset ping -q -i 0.002 -c 2000 -W1 -p feedfacedeadbeef $SUNRISE4 > /dev/null
	for i in $(seq 50); do
		printf '%s\n' "policy replace out src $WNET4 dst $ENET4 reject" \
			"policy add out src $SUNSET4/32 dst $ENET4 drop" \
			"policy add out src 0.0.0.0/0 dst 0.0.0.0/0 pass" | rows || break
		printf '%s\n' "policy flush" \
			"policy add out src $WNET4 dst $SUNRISE4/32 protect esp reqid 9 mode tunnel" \
			"policy add out src $WNET4 dst $ENET4 drop" | rows || break
		printf '%s\n' "policy del out src $WNET4 dst $SUNRISE4/32" \
			"policy replace out src $WNET4 dst $ENET4 drop" | rows || break
	done
	is "150 transactions under traffic" 50 "$i"
	end_background
	leak_check "none of which let a packet through"
	flush
}

default() {
	on west ipsecctl ns set default drop
	stops "default drop: what no policy matches"
	sp add out src $WNET4 dst $ENET4 pass
	sp add in src $ENET4 dst $WNET4 pass
	sp add out src $ENET4 dst $WNET4 pass
	sp add in src $WNET4 dst $ENET4 pass
	passes "default drop: what policies pass"
	on west ipsecctl ns set default pass
	flush
}

begin
leak_control
actions IPv4 $WNET4 $ENET4 $SUNRISE4
actions IPv6 $WNET6 $ENET6 $SUNRISE6
order
selectors
marks
replace_under_traffic
default
is "no policy is left" 0 "$(sp list | grep -c .)"
finish
