#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Beside others: in-tree XFRM on the same host, VRF, policy routing, bridges, tunnels within tunnels (ACC-88).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#   ours      ours, xfrm           xfrm, ours   ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

w() { ip -n "${PFX}west" "$@"; }
passes() { check "$1" pings "${3:-sunset}" "${2:-$SUNRISE4}" "${4:-56,1400}"; }
stops() { check "$1" no_pings "${3:-sunset}" "${2:-$SUNRISE4}"; }
ours() { on "$1" ipsecctl load -; }
xfrm_packets() { ip -n "$PFX$1" -s xfrm state list spi "0x$2" | sed -n 's/.*(bytes), \([0-9]*\)(packets).*/\1/p' | head -1; }

# West runs both: the SAs and policies of A by our module, those of B by in-tree XFRM
both() { # NAME A-TARGET B-TARGET A-WORDS -- B-WORDS
	local name=$1 a=$2 b=$3 one=() spi_a spi_b; shift 3
	while [ "$1" != -- ]; do one+=("$1"); shift; done
	shift
	conn_reset
	gateway_flush west xfrm
	conn "${one[@]}"
	spi_a=$spi_in
	conn_make
	gateway_load west ours < "$(conn_file west ours)" && gateway_load east xfrm < "$(conn_file east xfrm)" ||
		not_ok "$name: ours"
	conn "$@"
	spi_b=$spi_in
	conn_make
	gateway_load west xfrm < "$(conn_file west xfrm)" && gateway_load east xfrm < "$(conn_file east xfrm)" ||
		not_ok "$name: XFRM"
	check "$name: both at once" pings_both "$a" "$b"
	at_least "$name: ours opened its own" 8 "$(sa_packets west "$spi_a")"
	at_least "$name: XFRM opened its own" 8 "$(xfrm_packets west "$spi_b")"
	gateway_flush west xfrm
}
pings_both() { # two "NODE ADDRESS" in turn
	local i
	for i in 1 2; do
		# shellcheck disable=SC2086
		pings $1 56,57,1400,3000 && pings $2 56,57,1400,3000 || return
	done
}

xfrm_beside() {
	both "ours IPv4, XFRM IPv6, same hosts" "sunset $SUNRISE4" "sunset $SUNRISE6" ws=$WNET4 es=$ENET4 enc=aes-gcm-16 -- ws=$WNET6 es=$ENET6 enc=aes-gcm-16
	both "ours IPv6, XFRM IPv4, same hosts" "sunrise $SUNSET6" "sunrise $SUNSET4" ws=$WNET6 es=$ENET6 enc=aes-gcm-16 -- ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	both "ours tunnel, XFRM transport" "sunset $SUNRISE4" "west $EAST4" ws=$WNET4 es=$ENET4 enc=aes-gcm-16 -- mode=transport enc=aes-gcm-16
	both "ours transport, XFRM tunnel" "west $EAST4" "sunset $SUNRISE4" mode=transport enc=aes-gcm-16 -- ws=$WNET4 es=$ENET4 enc=aes-gcm-16
}

# the inside device in a VRF: routes lead from one table to the other
vrf() {
	conn_reset
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn_commit
	w link add red type vrf table 100
	w link set red up
	w link set in0 master red
	w route add $WNET4 dev in0 2> /dev/null
	w route add $ENET4 via 10.0.0.254 dev out0 onlink table 100
	passes "inside device in a VRF"
	passes "inside device in a VRF, other way" $SUNSET4 sunrise
	w route del $WNET4 dev in0 2> /dev/null
	w link set in0 nomaster
	w link del red
	w addr add $WESTIN6/64 dev in0 nodad 2> /dev/null

	conn_reset
	w link add blue type vrf table 101
	w link set blue up
	w link set out0 master blue
	w route add default via 10.0.0.254 dev out0 onlink table 101
	w route add $ENET4 via 10.0.0.254 dev out0 onlink
	w route add $WNET4 dev in0 table 101
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16 saopt='oif blue'
	conn_make
	sed -i '/^sa add in/s/ oif blue//' "$(conn_file west ours)"
	gateway_load east xfrm < "$(conn_file east xfrm)"
	check "an SA bound to a VRF" gateway_load west ours < "$(conn_file west ours)"
	passes "outside device in a VRF"
	passes "outside device in a VRF, other way" $SUNSET4 sunrise
	w route del $ENET4
	w link set out0 nomaster
	w link del blue
	w addr add $WEST6/64 dev out0 nodad 2> /dev/null
	default_route
}

# only marked packets find the way to East
marked() {
	local before
	conn_reset
	w route add unreachable $EAST4
	w route add $EAST4 via 10.0.0.254 table 77
	w rule add fwmark 0x77 lookup 77 pref 100
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn_commit
	before=$(drops west out-no-route)
	stops "without a mark there is no route"
	at_least "which is counted" $((before + 1)) "$(drops west out-no-route)"
	check "an SA is given a mark" on west ipsecctl sa set dst $EAST4 spi "0x$spi_out" esp mark 0x77
	passes "the mark of the SA chooses the route"
	on west nft -f - << 'Y'
table inet nfi_mark { chain pre { type filter hook prerouting priority -150; iifname "in0" meta mark set 0x77; }; }
Y
	conn_reset
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn_commit
	passes "the mark of the packet chooses the route"
	on west nft flush ruleset
	w rule del pref 100
	w route del $EAST4 table 77
	w route del unreachable $EAST4
}

# into_bridge PORT V4 V6 MAC: PORT's addresses move to a bridge over it
into_bridge() {
	w link add br-"$1" address "02:00:00:00:00:$4" type bridge
	w link set "$1" master br-"$1"
	w link set br-"$1" up
	w addr del "$2" dev "$1" # not flush: without its link-local address it cannot ask for neighbours
	w addr del "$3" dev "$1"
	w addr add "$2" dev br-"$1"
	w addr add "$3" dev br-"$1" nodad
}
out_of_bridge() {
	w link set "$1" nomaster
	w link del br-"$1"
	w addr add "$2" dev "$1"
	w addr add "$3" dev "$1" nodad
}
default_route() {
	w route replace default via 10.0.0.254
	w -6 route replace default via fd00:10::fe
}

# clear_frames NAME MAC TO COUNTER RISE: ten clear packets from M to West
clear_frames() {
	local before
	before=$(drops west "$4")
	inject mid clear west0 $SUNRISE4 "$3" --mac "$2" --proto udp --count 10 > /dev/null
	sleep 0.5
	is "br_netfilter: clear packets $1" $((before + $5)) "$(drops west "$4")"
}

# What a bridge takes is judged, what it passes on from port to port is not: M and a second device of
# Sunset are on the same bridge. West has $mac on it, and with macvlan 02:00:00:00:00:99.
bridge_clear() {
	local mac=02:00:00:00:00:03 group=ff:ff:ff:ff:ff:ff far=10.0.0.77
	link sunset eth1 21 west port 22
	w link set port master br-out0 up
	printf 'link set eth1 up\naddr add %s/24 dev eth1\nroute add %s dev eth1\n' $far 10.0.0.254 | node sunset
	clear_frames "to the bridge are dropped" $mac $SUNSET4 in-clear 10
	clear_frames "to an address of ours are dropped" $mac $WESTIN4 in-clear 10
	clear_frames "to an address of ours in frames for all are dropped" $group $WESTIN4 in-clear 10
	w link add above link br-out0 address 02:00:00:00:00:99 type macvlan
	w link set above up
	clear_frames "to a device above the bridge are dropped" 02:00:00:00:00:99 $WESTIN4 in-clear 10
	printf 'policy add %s src %s dst %s drop\n' in 0.0.0.0/0 $far/32 out 0.0.0.0/0 $far/32 out $far/32 0.0.0.0/0 |
		ours west || not_ok "policies"
	passes "br_netfilter: from port to port, whatever policy says" 10.0.0.254 sunset
	clear_frames "from port to port are not counted" 02:00:00:00:00:21 $far in-policy 0
	w link del above
	w link del port
	leak_start # M has talked to Sunset
}

# Policy speaks of the addresses on the wire, not of what DNAT made of them.
bridge_nat() {
	on west nft -f - << 'Y'
table ip nfi_nat { chain pre { type nat hook prerouting priority -100; ip daddr 10.0.1.1 udp dport 5001 counter dnat to 10.0.0.1; }; }
Y
	clear_frames "to be DNATed, in frames for all, are dropped" ff:ff:ff:ff:ff:ff $WESTIN4 in-clear 10
	on west nft flush ruleset
}

bridge() {
	conn_reset
	modprobe br_netfilter 2> /dev/null || { skip "br_netfilter" "no such module here"; return; }
	on west sh -c 'for f in iptables ip6tables; do echo 1 > /proc/sys/net/bridge/bridge-nf-call-$f; done'
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn ws=$WNET6 es=$ENET6 enc=aes-gcm-16
	conn_commit
	into_bridge in0 $WESTIN4/24 $WESTIN6/64 02
	passes "br_netfilter, inside device in a bridge"
	passes "br_netfilter, inside device in a bridge, IPv6" $SUNRISE6
	passes "br_netfilter, inside device in a bridge, other way" $SUNSET4 sunrise
	leak_check "br_netfilter, inside device in a bridge: nothing in clear"
	into_bridge out0 $WEST4/24 $WEST6/64 03
	default_route
	passes "br_netfilter, both devices in bridges" $SUNRISE4 sunset 56,1400,3000
	passes "br_netfilter, both devices in bridges, IPv6" $SUNRISE6
	passes "br_netfilter, both devices in bridges, other way" $SUNSET4 sunrise
	on west ipsecctl ns set secpath off
	passes "br_netfilter, both devices in bridges, without secpath"
	on west ipsecctl ns set secpath on
	leak_check "br_netfilter, both devices in bridges: nothing in clear"
	bridge_clear
	bridge_nat
	on west ipsecctl policy flush
	on west ipsecctl sa flush
	gateway_load west ours < "$(conn_file west ours)" || not_ok "connections"
	clear_frames "to the bridge are dropped after West was emptied and filled" 02:00:00:00:00:03 $SUNSET4 in-clear 10
	natt_socket east "$TMP/natt" --encap
	conn_reset
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16 encap=4500:4500
	conn_commit
	passes "br_netfilter, both devices in bridges, ESP in UDP"
	out_of_bridge out0 $WEST4/24 $WEST6/64
	out_of_bridge in0 $WESTIN4/24 $WESTIN6/64
	default_route
	modprobe -qr br_netfilter
}

# sas A B REQID X Y: an SA from A to B and one from B to A; the numbers X and Y make SPI and key
sas() {
	local a=$1 b=$2 id=$3 x=$4 y=$5
	echo "sa add out esp src $a dst $b spi $((0x2000 + x)) reqid $id mode tunnel enc aes-gcm-16 key 0x$(key "$x")"
	echo "sa add in esp src $b dst $a spi $((0x2000 + y)) reqid $id mode tunnel enc aes-gcm-16 key 0x$(key "$y")"
}
key() { printf "$(printf '%02x' "$1")%.0s" {1..36}; }

# Sunset and Sunrise have a tunnel of their own inside that of the gateways; all four are ours.
nested_clients() {
	conn_reset
	{ sas $SUNSET4 $SUNRISE4 1 1 2
	  echo "policy add out src $SUNSET4/32 dst $SUNRISE4/32 proto icmp protect esp reqid 1 mode tunnel src $SUNSET4 dst $SUNRISE4"
	  echo "policy add in src $SUNRISE4/32 dst $SUNSET4/32 proto icmp protect esp reqid 1 mode tunnel src $SUNRISE4 dst $SUNSET4"; } |
		ours sunset || not_ok "sunset"
	{ sas $SUNRISE4 $SUNSET4 1 2 1
	  echo "policy add out src $SUNRISE4/32 dst $SUNSET4/32 proto icmp protect esp reqid 1 mode tunnel src $SUNRISE4 dst $SUNSET4"
	  echo "policy add in src $SUNSET4/32 dst $SUNRISE4/32 proto icmp protect esp reqid 1 mode tunnel src $SUNSET4 dst $SUNRISE4"; } |
		ours sunrise || not_ok "sunrise"
	EAST_IMPL=ours
	gateway_flush east xfrm
	conn id=7 ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn_commit
	passes "ESP in ESP, clients and gateways" $SUNRISE4 sunset 56,57,1300
	at_least "sealed by Sunset" 3 "$(packets_of sunset 0x2001)"
	at_least "and by West" 3 "$(sa_packets west "$spi_out")"
	passes "a packet that has to be cut" $SUNRISE4 sunset 3000
	on sunset ipsecctl policy flush
	on sunrise ipsecctl policy flush
	passes "the gateways alone"
	on sunset ipsecctl sa flush
	on sunrise ipsecctl sa flush
}
packets_of() { on "$1" ipsecctl -j sa get dst $SUNRISE4 spi "$2" esp | grep -o '"packets": *[0-9]*' | grep -o '[0-9]*$' | head -1; }

# One host applies two tunnels: the inner between inside addresses, the outer between outside ones.
nested_host() {
	EAST_IMPL=ours
	conn_reset
	local a="esp reqid 1 mode tunnel src $WESTIN4 dst $EASTIN4 esp reqid 2 mode tunnel src $WEST4 dst $EAST4"
	local b="esp reqid 1 mode tunnel src $EASTIN4 dst $WESTIN4 esp reqid 2 mode tunnel src $EAST4 dst $WEST4"
	{ sas $WESTIN4 $EASTIN4 1 1 2; sas $WEST4 $EAST4 2 3 4
	  echo "policy add out src $WNET4 dst $ENET4 protect $a"
	  echo "policy add in src $ENET4 dst $WNET4 protect $b"; } | ours west || not_ok "west"
	{ sas $EASTIN4 $WESTIN4 1 2 1; sas $EAST4 $WEST4 2 4 3
	  echo "policy add out src $ENET4 dst $WNET4 protect $b"
	  echo "policy add in src $WNET4 dst $ENET4 protect $a"; } | ours east || not_ok "east"
	passes "a tunnel in a tunnel of the same host" $SUNRISE4 sunset 56,1300,3000
	passes "a tunnel in a tunnel of the same host, other way" $SUNSET4 sunrise 56,1300,3000
	at_least "the inner SA sealed" 3 "$(sa_packets west 00002001)"
	at_least "the outer SA sealed" 3 "$(sa_packets west 00002003)"
}

begin
leak_control
bridge
xfrm_beside
marked
vrf
nested_clients
nested_host
at_least "sealed packets were seen at M" 60 "$(sealed_count)"
leak_check
finish
