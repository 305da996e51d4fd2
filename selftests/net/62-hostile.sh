#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What an attacker sends: forged insides (ACC-82), clear packets (ACC-83), unknown SPIs, broken and made-up ESP and AH (ACC-84).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#   is asked  ours: counts  attacks  xfrm      forges 9.9.9.9
#
# NFI_SPRAY: how many packets spray.c sends, default 100000; 1000000 is ACC-84 in full.
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west
SPRAY=${NFI_SPRAY:-100000} SEED=${NFI_SEED:-$RANDOM}
BACKLOG=/proc/sys/net/core/netdev_max_backlog

# ---- what West did with packets from the outside ----

# counters FILE: all of West's reasons and counters, "NAME COUNT" lines
counters() {
	on west ipsecctl -j stats | json "
def walk(x):
    if isinstance(x, dict):
        if 'name' in x: print(x['name'], x.get('count', 0))
        for v in x.values(): walk(v)
    elif isinstance(x, list):
        for v in x: walk(v)
walk(d)" > "$1"
}

# rise NAME: from $TMP/a to $TMP/b
rise() { awk -v n="$1" '$1 == n { d = $2 - d } END { print d + 0 }' "$TMP/a" "$TMP/b"; }

# A packet from outside ends as a drop of ours, as a keepalive, as truncated, in reassembly, or it goes on behind
# our hook at -250 (survives). InHdrErrors are not in the sum: bad IPv4 options are found behind that.
survivors() {
	on west nft -f - <<- 'Y'
	table inet nfi_count {
		counter survivors { }
		chain c { type filter hook prerouting priority -249; iifname "out0" counter name survivors; }
	}
	Y
}

account() {
	{
		cat "$1"
		on west nft list counter inet nfi_count survivors | sed -n 's/.*packets \([0-9]*\).*/survivors \1/p'
		on west cat /proc/net/snmp /proc/net/netstat /proc/net/snmp6 | awk '
			$1 == "Ip:" || $1 == "IpExt:" {
				if (!($1 in head)) { head[$1] = $0; next }
				split(head[$1], h); for (i = 2; i <= NF; i++) print $1 h[i], $i
			}
			/^Ip6/ { print }'
	} | awk '
		/^in-/ && !/^in-(packets|bytes)/ || /^(blocked|keepalive|survivors) / { n += $2 }
		/^Ip:ReasmReqds / || /^IpExt:InTruncatedPkts / || /^Ip6InTruncatedPkts / { n += $2 }
		/^Ip:ReasmOKs / { n -= $2 }
		END { print n + 0 }'
	}
queue_drops() {
	local n=0 d
	while read -r _ d _; do n=$((n + 16#$d)); done < /proc/net/softnet_stat
	echo $n
}

# Nothing may answer, so that all that arrives at West is what was sent.
wall() { on mid nft add table inet nfi_wall '{ chain w { type filter hook prerouting priority -500; iifname { "west0", "east0" } drop; }; }'; }
no_wall() { on mid nft delete table inet nfi_wall; }

# sums NAME COMMAND...: its output's last word is the number of packets sent
sums() {
	local name=$1 a b; shift
	wall
	counters "$TMP/a"
	a=$(account "$TMP/a")
	"$@" > "$TMP/sent" 2> "$TMP/sums.err" || { not_ok "$name: can be sent"; remark "$(cat "$TMP/sums.err")"; }
	sleep 0.5
	counters "$TMP/b"
	b=$(account "$TMP/b")
	no_wall
	is "$name: each packet is accounted for" "$(tail -n 1 "$TMP/sent" | awk '{ print $NF }')" $((b - a))
}

# ---- ACC-83 ----

seen() { on sunset nft list counter inet nfi_seen "$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }
look() {
	on sunset nft -f - <<- Y
	table inet nfi_seen {
		counter sunrise { }
		counter forged { }
		chain i {
			type filter hook input priority 0;
			ip saddr $SUNRISE4 counter name sunrise
			ip6 saddr $SUNRISE6 counter name sunrise
			ip saddr 9.9.9.9 counter name forged drop # or ICMP would answer, outside of any policy
		}
	}
	Y
	on west nft add table inet nfi_ct '{ chain f { type filter hook forward priority 0; ct state established,new accept; }; }'
}

tracked() { on west conntrack -L ${1:+-f "$1"} 2> /dev/null | grep -c "src=$SUNRISE4\|src=$SUNRISE6"; }

clear_packets() {
	local p
	for p in icmp udp tcp; do
		inject mid clear west0 $SUNRISE4 $SUNSET4 --proto $p --count 5
		inject mid clear west0 $SUNRISE6 $SUNSET6 --proto $p --count 5
	done > /dev/null
	sleep 0.3
}

# TCP is answered with a reset, which ends its entry
clear_control() {
	# entries that a slow machine still finds
	on west sh -c 'for f in udp icmp icmpv6; do echo 600 > /proc/sys/net/netfilter/nf_conntrack_${f}_timeout; done'
	clear_packets
	is "without policy forged clear packets arrive" 30 "$(seen sunrise)"
	at_least "and are tracked by conntrack" 2 "$(tracked ipv4)"
	at_least "and are tracked by conntrack, IPv6" 2 "$(tracked ipv6)"
	on west conntrack -F > /dev/null 2>&1
}

clear_injected() {
	local before got
	before=$(drops west in-clear) got=$(seen sunrise)
	on west conntrack -F > /dev/null 2>&1
	clear_packets
	is "clear packets that must be protected are counted" 30 $(($(drops west in-clear) - before))
	is "none of them arrives" 0 $(($(seen sunrise) - got))
	is "none of them makes a conntrack entry" "0 0" "$(tracked ipv4) $(tracked ipv6)"
	check "those that are protected arrive" pings sunrise $SUNSET4
	check "those that are protected arrive, IPv6" pings sunrise $SUNSET6
	at_least "and are tracked" 1 "$(tracked ipv4)"
	on west nft delete table inet nfi_ct
}

# ---- ACC-82 ----

forged_source() {
	local before
	ip -n "${PFX}sunrise" addr add 9.9.9.9/32 dev lo
	ip -n "${PFX}east" route add 9.9.9.9/32 via $SUNRISE4
	ip -n "${PFX}east" xfrm policy add src 9.9.9.9 dst $WNET4 dir out tmpl src $EAST4 dst $WEST4 proto esp reqid 1 mode tunnel
	before=$(drops west in-selector)
	on sunrise "$PY" -B "$LIB/marks.py" send 9.9.9.9 $SUNSET4 5003 0,0,0
	sleep 0.3
	is "a forged inner source is counted" 3 $(($(drops west in-selector) - before))
	is "and does not arrive" 0 "$(seen forged)"
	sed -n 's/^sa add \(in .* reqid 1 .*\)/sa replace \1 any-inner/p' "$(conn_file west ours)" | on west ipsecctl load - ||
		not_ok "any-inner can be set"
	on sunrise "$PY" -B "$LIB/marks.py" send 9.9.9.9 $SUNSET4 5003 0,0,0
	sleep 0.3
	is "with any-inner it does arrive" 3 "$(seen forged)"
	is "and is not counted" 3 $(($(drops west in-selector) - before))
	grep '^sa add in .* reqid 1 ' "$(conn_file west ours)" | sed 's/^sa add/sa replace/' | on west ipsecctl load -
}

# ---- what West says about packets that it has opened (RFC 4301 6.2): no policy names 10.0.0.1 to Sunrise ----

# the hop limit ends at West; East counts it down first
too_far() { on sunrise ping -c 3 -i 0.2 -W 1 -t 2 $SUNSET4; on sunrise ping -c 3 -i 0.2 -W 1 -t 2 $SUNSET6; } > /dev/null
policies_again() { sed -n "/^policy add out /{ s/^policy add/policy replace/; s/ protect/ $1 protect/p }" "$(conn_file west ours)" | on west ipsecctl load -; }

errors_about() {
	local before seals
	before=$(drops west out-policy) seals=$(sealed_count)
	too_far
	is "ICMP errors about what came sealed do not leave in clear" 6 $(($(drops west out-policy) - before))
	is "nor sealed, if policy does not say so" 6 $(($(sealed_count) - seals))
	check "policies that pass ICMP errors load" policies_again icmp-errors
	before=$(drops west out-policy) seals=$(sealed_count)
	too_far
	is "with icmp-errors they leave sealed" "12 0" "$(($(sealed_count) - seals)) $(($(drops west out-policy) - before))"
	policies_again ''
}

# ---- ACC-84 ----

unknown_spi() {
	local before i start=$SECONDS n
	before=$(drops west unknown-spi)
	on west ipsecctl -j monitor peer --timeout 8 > "$TMP/events" &
	BG=$!
	BGS+=("$BG")
	sleep 1
	for i in 1 2 3; do
		inject mid esp west0 $EAST4 $WEST4 --spi 0xabc --count 200
		inject mid ah west0 11.0.0.77 $WEST4 --spi 0xabd --count 100
		inject mid esp west0 $EAST6 $WEST6 --spi 0xabe --count 50
	done > /dev/null
	wait "$BG"
	n=$((SECONDS - start + 1))
	is "packets with unknown SPIs are counted" 1050 $(($(drops west unknown-spi) - before))
	for i in $EAST4 11.0.0.77 $EAST6; do
		is "events about $i: some, at most one a second" 1 \
			"$(grep -c "\"$i\"" "$TMP/events" | awk -v n=$n '{ print($1 >= 1 && $1 <= n) }')"
	done
}

forged_esp() {
	local reason count
	sums "forged ESP" on mid "$PY" -B "$LIB/forge.py" cases west0 $EAST4 $WEST4 "$1" "$2" 11.0.1.16 $SUNSET4 $SUNRISE4 \
		"$ah_spi" "$ah_key"
	while read -r reason count; do
		case $reason in
		sum) ;;
		accepted) at_least "forged ESP: what is right is accepted" "$count" "$(rise in-packets)" ;;
		*) is "forged ESP: $reason" "$count" "$(rise "$reason")" ;;
		esac
	done < "$TMP/sent"
}

sprayed() {
	local reason lost backlog start
	check "spray.c compiles" cc -O2 -Wall -o "$TMP/spray" "$LIB/spray.c" || return
	backlog=$(cat $BACKLOG) lost=$(queue_drops) start=$SECONDS
	echo 100000 > $BACKLOG
	sums "$SPRAY packets, seed $SEED" on mid timeout 1200 "$TMP/spray" west0 02:00:00:00:00:03 "$TMP/valid.pcap" "$SPRAY" "$SEED" \
		"$1" "$2" 11.0.1.16 $SUNSET4
	echo "$backlog" > $BACKLOG
	remark "$((SECONDS - start)) s: $(head -n -1 "$TMP/sent" | tr '\n' ' ')"
	remark "West: $(awk 'NR == FNR { was[$1] = $2; next } /^in-|^keep|^unkn|^reinj/ { print $1, $2 - was[$1] }' "$TMP/a" "$TMP/b" | tr '\n' ' ')"
	is "none was lost in the stack's queue" 0 $(($(queue_drops) - lost))
	for reason in in-malformed in-replay in-auth in-padding in-inner in-selector in-mode unknown-spi in-packets; do
		at_least "spray: $reason is among the ends" $((SPRAY / 50000)) "$(rise "$reason")"
	done
}

begin
topology_more 16
leak_control
look
clear_control
natt_socket east "$TMP/east.udp" --encap
# selectors that do not overlap: XFRM would take the first; what is forged for 11.0.1.16 and .19 leaves East's numbers behind
conn ws=$SUNSET4 es=$SUNRISE4 enc=aes-gcm-16
conn ws=$SUNSET4 es=11.0.1.16 enc=null auth=hmac-sha2-256-128
null_spi=$spi_in null_id=$CONN_N
conn ws=$SUNSET4 es=11.0.1.17 ah=hmac-sha2-256-128
conn ws=$SUNSET4 es=11.0.1.19 ah=hmac-sha2-256-128
ah_spi=$spi_in ah_id=$CONN_N
conn ws=$SUNSET4 es=11.0.1.18 enc=aes-gcm-16 encap=4500:4500
conn ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6 enc=aes-cbc keybits=128 auth=hmac-sha2-256-128 esn=1
check "the connections load" conn_commit || finish
read -r _ null_key <<< "$(conn_key "$null_id" ew)"
read -r _ ah_key <<< "$(conn_key "$ah_id" ew ah)"
leak_start
sniff "$TMP/valid.pcap" "src host $EAST4 or src host $EAST6"
for far in $SUNRISE4 11.0.1.16 11.0.1.17 11.0.1.18 $SUNRISE6; do
	check "$far answers" pings sunset "$far" 24,57
done
sniff_stop
clear_injected
forged_source
errors_about
unknown_spi
survivors
forged_esp "$null_spi" "$null_key"
sums "valid packets cut at each length" on mid "$PY" -B "$LIB/forge.py" cut west0 "$TMP/valid.pcap"
at_least "cut: found malformed" 200 "$(rise in-malformed)"
sprayed "$null_spi" "$null_key"
for far in $SUNRISE4 11.0.1.17 11.0.1.18 $SUNRISE6; do
	check "after all this $far answers" pings sunset "$far" 24,57
done
leak_check
finish
