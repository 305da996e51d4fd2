#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a firewall on West sees and can do: secpath matches, conntrack, NAT inside, filtered input (ACC-78).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#            firewall               xfrm
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

ns() { on west ipsecctl ns set "$@"; }
sysctl_west() { on west sh -c "echo $2 > /proc/sys/net/$1"; }
passes() { check "$1" pings "${3:-sunset}" "${2:-$SUNRISE4}"; }
stops() { check "$1" no_pings "${3:-sunset}" "${2:-$SUNRISE4}"; }

# fresh [WORD=VALUE...]: one connection, no firewall, and no flow that was tracked under another one:
# NAT does not touch those
fresh() {
	on west nft flush ruleset
	conn_reset
	on west conntrack -F 2> /dev/null
	conn "$@"
	conn_commit || not_ok "connection $*"
}

# rules CHAIN RULE...: a table with one chain on the hook CHAIN, a counter in front of each verdict
rules() {
	local chain=$1 rule; shift
	{
		echo "table inet nfi_look_$chain {}"
		echo "delete table inet nfi_look_$chain"
		echo "table inet nfi_look_$chain { chain look { type filter hook $chain priority 0;"
		for rule in "$@"; do
			case $rule in
			policy*) echo "$rule;" ;;
			*' accept'|*' drop') echo "${rule% *} counter ${rule##* };" ;;
			*) echo "$rule counter;" ;;
			esac
		done
		echo '}; }'
	} | on west nft -f - || not_ok "rules for $chain"
}
# counted CHAIN: the packets of each rule of it, in order
counted() {
	on west nft list chain inet nfi_look_"$1" look | sed -n 's/.*counter packets \([0-9]*\).*/\1/p' | tr '\n' ' '
}
tables4() { on west iptables-nft -nvxL "$1" | awk 'NR > 2 { printf "%s ", $1 }'; }
tables6() { on west ip6tables-nft -nvxL "$1" | awk 'NR > 2 { printf "%s ", $1 }'; }

# matches NAME CHAIN FROM TO VERSION MODE SADDR: three echo requests that came sealed; which rules see them?
# MODE: what the shadow says (tunnel or transport); SADDR: the outer source
matches() {
	local name=$1 chain=$2 v=$5 ip=ip t=iptables-nft hook want='3 3 3 0 0 ' tables
	[ "$v" = 4 ] || t=ip6tables-nft
	case $7 in *:*) ip=ip6 ;; esac
	case $2 in forward) hook=FORWARD ;; *) hook=INPUT ;; esac
	on west nft flush ruleset
	local icmp='meta l4proto { icmp, icmpv6 } @th,0,8 { 8, 128 }'
	rules "$chain" "$icmp meta secpath exists" "$icmp ipsec in reqid 1" "$icmp ipsec in spi 0x$spi_in" \
		"$icmp ipsec in reqid 2" "$icmp meta secpath missing" "$icmp ipsec in $ip saddr $7"
	on west $t -A $hook -m policy --dir in --pol ipsec --reqid 1
	on west $t -A $hook -m policy --dir in --pol ipsec --reqid 1 --mode tunnel --tunnel-src "$7"
	on west $t -A $hook -m policy --dir in --pol ipsec --reqid 2
	on west $t -A $hook -m policy --dir in --pol none -s "$8"
	check "$name: pings" pings "$3" "$4" 56,57,58
	[ "$6" = tunnel ] && want+='3 ' || want+='0 '
	is "$name: nft secpath, reqid, spi, other reqid, missing, saddr" "$want" "$(counted "$chain")"
	[ "$6" = tunnel ] && tables='3 3 0 0 ' || tables='3 0 0 0 '
	is "$name: iptables reqid, tunnel, other reqid, none" "$tables" "$("tables$v" $hook)"
}

secpath() {
	local d=ipv6/conf/all/disable_policy
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	matches "IPv4 tunnel, forward" forward sunrise $SUNSET4 4 tunnel $EAST4 $ENET4
	matches "IPv4 tunnel, input" input sunrise $WESTIN4 4 tunnel $EAST4 $ENET4
	fresh mode=transport enc=aes-gcm-16
	matches "IPv4 transport, input" input east $WEST4 4 transport $EAST4 $EAST4
	fresh ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
	matches "IPv6 tunnel, forward" forward sunrise $SUNSET6 6 transport $EAST6 $ENET6
	matches "IPv6 tunnel, input" input sunrise $WESTIN6 6 transport $EAST6 $ENET6
	sysctl_west $d 1
	matches "IPv6 tunnel, disable_policy, forward" forward sunrise $SUNSET6 6 tunnel $EAST6 $ENET6
	matches "IPv6 tunnel, disable_policy, input" input sunrise $WESTIN6 6 tunnel $EAST6 $ENET6
	sysctl_west $d 0
	fresh mode=transport wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
	matches "IPv6 transport, input" input east $WEST6 6 transport $EAST6 $EAST6
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	ns secpath off
	rules forward "meta secpath exists" "meta secpath missing"
	passes "without secpath" $SUNSET4 sunrise
	is "without secpath: nothing to be seen" '0 2 ' "$(counted forward)"
	ns secpath on
}

# The inside network of East is routed elsewhere: only the secpath lets opened packets by.
reverse_path() {
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	ip -n "${PFX}west" link add nowhere type dummy
	ip -n "${PFX}west" link set nowhere up
	ip -n "${PFX}west" route add $ENET4 dev nowhere
	sysctl_west ipv4/conf/all/rp_filter 1
	passes "strict reverse path"
	passes "strict reverse path, other way" $SUNSET4 sunrise
	ns secpath off
	stops "strict reverse path stops them when secpath is off"
	ns secpath on
	sysctl_west ipv4/conf/all/rp_filter 0
	ip -n "${PFX}west" link del nowhere
}

tracked() {
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	rules forward 'policy drop' 'ct state established accept' 'iifname "in0" ct state new accept' \
		'ct state new drop'
	passes "only established and new from inside: from inside"
	is "one new, one established" '1 1 0 ' "$(counted forward)"
	stops "new ones from Sunrise" $SUNSET4 sunrise
	rules input 'policy drop' 'meta secpath exists accept' 'icmpv6 type { 133-137 } accept' 'iifname "in0" accept'
	on west conntrack -F 2> /dev/null
	passes "through, with an input chain that drops ESP"
	passes "to West itself, which takes only what was sealed" $WESTIN4 sunrise
	stops "not what comes in clear" $WEST4 mid
	rules forward 'policy drop' 'iifname "out0" meta secpath exists ct state established accept' \
		'iifname "in0" accept'
	passes "forward only what was sealed"
	on west conntrack -F 2> /dev/null
	passes "a flow is tracked"
	is "as one conntrack" 1 "$(on west conntrack -L -d $SUNRISE4 2> /dev/null | wc -l)"
	is "and no other" 0 "$(on west conntrack -L -d $EAST4 2> /dev/null | wc -l)"
	check "established both ways" assured
	ns track on
	passes "with track"
	is "ESP has a conntrack, too" 1 "$(on west conntrack -L -d $EAST4 2> /dev/null | wc -l)"
	ns track off
}
assured() { on west conntrack -L -d $SUNRISE4 2> /dev/null | grep -v UNREPLIED | grep "dst=$SUNSET4 "; }

nat() {
	local before
	fresh ws=10.0.9.0/24 es=$ENET4 enc=aes-gcm-16
	on west nft -f - << 'Y'
table ip nfi_nat { chain post { type nat hook postrouting priority 100; ip saddr 10.0.1.0/24 oifname "out0" counter snat to 10.0.9.9; }; }
Y
	passes "SNAT into the policy, nothing else said"
	on west ipsecctl policy add out src $WNET4 dst $ENET4 nat-apply protect esp reqid 99 mode tunnel
	on west conntrack -F 2> /dev/null
	passes "SNAT into the policy, with nat-apply"
	at_least "SNAT was used" 2 "$(on west nft list table ip nfi_nat | sed -n 's/.*counter packets \([0-9]*\).*/\1/p')"
	at_least "the SA was used both ways" 2 "$(sa_packets west $spi_out)"
	on west nft delete table ip nfi_nat
	on west conntrack -F 2> /dev/null
	before=$(drops west out-no-sa)
	stops "nat-apply without NAT is not sent in clear"
	at_least "but counted" $((before + 1)) "$(drops west out-no-sa)"

	fresh ws=10.0.1.99/32 es=$ENET4 enc=aes-gcm-16
	on west nft -f - << 'Y'
table ip nfi_nat { chain pre { type nat hook prerouting priority -100; ip daddr 10.0.1.99 counter dnat to 10.0.1.7; }; }
Y
	passes "DNAT of what was opened, the reply is not within the policy before" 10.0.1.99 sunrise
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	on west nft -f - << 'Y'
table ip nfi_nat { chain pre { type nat hook prerouting priority -100; ip daddr { 10.0.1.99, 11.0.1.99 } counter dnat to ip daddr map { 10.0.1.99 : 10.0.1.7, 11.0.1.99 : 11.0.1.5 }; }; }
Y
	passes "DNAT of what was opened, the reply is" 10.0.1.99 sunrise
	passes "DNAT of what is sealed" 11.0.1.99
	serve sunset
	check "TCP through DNAT" bulk sunrise - 10.0.1.99 100000
}

filtered() {
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	rules input 'ip protocol esp drop'
	passes "fast input: a rule in input does not see ESP"
	is "nor count it" '0 ' "$(counted input)"
	ns input filtered
	stops "filtered input: it drops ESP"
	at_least "and counts it" 1 "$(counted input)"
	on west nft flush ruleset
	passes "filtered input without the rule"
	rules forward "meta secpath exists" 'ipsec in reqid 1'
	passes "filtered input: secpath" $SUNSET4 sunrise
	is "is seen" '1 1 ' "$(counted forward)"
	ns input fast
	natt_socket east "$TMP/natt" --encap
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16 encap=4500:4500
	rules input 'udp dport 4500 drop'
	passes "fast input: nor ESP in UDP"
	ns input filtered
	stops "filtered input: it drops ESP in UDP"
	at_least "and counts it" 1 "$(counted input)"
	on west nft flush ruleset
	passes "filtered input without the rule, ESP in UDP"
	ns input fast
}

tapped() {
	fresh ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	tap
	is "tcpdump at West's outside device sees no inner packet" 0 "$(pcap_count "$TMP/tap" "src $SUNRISE4")"
	ns tap on
	tap
	is "with tap it does" 2 "$(pcap_count "$TMP/tap" "src $SUNRISE4")"
	is "and what is sealed" 2 "$(pcap_count "$TMP/tap" "src $EAST4 and esp")"
	ns tap off
}
tap() { # two pings, captured
	: > "$TMP/tap.err"
	( exec nsenter --net="/run/netns/${PFX}west" tcpdump -i out0 --immediate-mode -p -U -w "$TMP/tap" 2> "$TMP/tap.err" ) &
	BG=$!
	BGS+=("$BG")
	busywait 60 grep -q 'listening on' "$TMP/tap.err"
	on sunset ping -q -c2 -i0.2 -W3 $SUNRISE4 > /dev/null
	sleep 1
	kill $BG
	wait $BG 2> /dev/null
}

begin
leak_control
secpath
reverse_path
tracked
nat
filtered
tapped
at_least "sealed packets were seen at M" 100 "$(sealed_count)"
leak_check
finish
