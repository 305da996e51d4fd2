#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ESP in UDP (RFC 3948) against in-tree XFRM: both families and modes, keepalives, IKE's own packets.
#
#   sunset ---- west ====== UDP 4500 ====== east ---- sunrise
#               ours           M            xfrm (ear: natt.py --encap)
#           socket on 4500     forges keepalives and IKE packets
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# heard FILE: the number of datagrams that reached the socket
heard() { grep -vc ready "$1"; }
ear() { if [ "$2" = ours ]; then natt_socket "$1" "$3"; else natt_socket "$1" "$3" --encap; fi; }

begin
topology_more 20
leak_control
ear west "$WEST_IMPL" "$TMP/west.udp"
ear east "$EAST_IMPL" "$TMP/east.udp"
for shape in $SHAPES; do
	matrix_add "$shape" aes-gcm-16 256 - encap=4500:4500
	matrix_add "$shape" aes-cbc 128 hmac-sha2-256-128 encap=4500:4500
done
matrix_load || finish
sniff "$TMP/m.pcap"
matrix_ping 0,57,1400,3000
serve sunrise
serve east
check "1 MB both ways over TCP in a tunnel" bulk sunset - 11.0.1.16
check "1 MB both ways over TCP in an IPv6 tunnel" bulk sunset - fd00:11:1::100
check "1 MB both ways over TCP in transport mode" bulk west - 11.0.0.16
check "UDP of several sizes in transport mode" udp west - 11.0.0.17 1 500 1400 4000
check "UDP of several sizes in IPv6 transport mode" udp west - fd00:11::100 1 500 1400 4000
sniff_stop
is "no plain ESP at M" 0 "$(pcap_count "$TMP/m.pcap" 'esp or ip6 proto 50')"
refute "the pattern is not at M" pcap_has_pattern "$TMP/m.pcap"
is "none of it reached the socket at West" 0 "$(heard "$TMP/west.udp")"

# Keepalives: one octet 0xff, to nobody (RFC 3948 2.3, 4).
sniff "$TMP/k.pcap" 'icmp[0] == 3 or icmp6[0] == 1'
for from in "$EAST4 $WEST4" "$EAST6 $WEST6"; do
	# shellcheck disable=SC2086
	inject mid udp west0 $from --ports 4500:4500 --hex ff --count 5 > /dev/null
done
sleep 1
is "keepalives are swallowed" 0 "$(heard "$TMP/west.udp")"

# IKE: four zero octets, then the message (RFC 3948 2.2); it is the socket's.
for from in "$EAST4 $WEST4" "$EAST6 $WEST6"; do
	# shellcheck disable=SC2086
	inject mid udp west0 $from --ports 4500:4500 --hex 00000000feedface --count 3 > /dev/null
done
busywait 5 eval '[ "$(heard "$TMP/west.udp")" -ge 6 ]'
is "packets with the non-ESP marker reach the socket" 6 "$(grep -c '^00000000feedface$' "$TMP/west.udp")"
inject mid udp west0 $EAST4 $WEST4 --ports 4500:4500 --hex 000011 > /dev/null
check "short packets do no harm" pings sunset 11.0.1.16
sniff_stop
is "no ICMP error answered any of them" 0 "$(pcap_count "$TMP/k.pcap")"
leak_check
finish
