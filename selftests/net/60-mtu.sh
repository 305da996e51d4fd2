#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sizes: path MTU 1400 and 1280 at M, who is told, TCP and its MSS, DF and fragments, forged ICMP (ACC-76; RFC 4301 8).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#   learns   seals, tells  1400    xfrm       echoes
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west
BULK=${NFI_BULK:-10000000} # octets over TCP, each way; IPv6 a tenth of it

# path_mtu N [BACK]: what M forwards at most to East, and to West; everybody forgets what was learnt
path_mtu() {
	local to n back=${2:-$1}
	for to in "$WEST4/32 dev west0 $back" "$EAST4/32 dev east0 $1" "$WEST6/128 dev west0 $back" "$EAST6/128 dev east0 $1"; do
		echo "route replace ${to% *} mtu lock ${to##* }"
	done | ip -n "${PFX}mid" -batch -
	for n in $NODES; do forget "$n"; done
}

forget() {
	ip -n "$PFX$1" route flush cache
	ip -n "$PFX$1" -6 route flush cache
}

# learns NAME NODE SRC DST WANTED: the MTUs that a socket is told, in order
learns() { is "$1" "$5" "$(on "$2" "$LIB/pmtu.py" "$3" "$4" 5001)"; }

# sa_mtu 4|6: the MTU of West's SA to East
sa_mtu() {
	local to=EAST$1
	on west ipsecctl -j sa get dst "${!to}" spi "0x$spi_out" esp | tr -d ' \n' | sed -n 's/.*"mtu":\([0-9]*\).*/\1/p'
}

# watch NODE FILE FILTER: tcpdump's lines of what arrives
watch() {
	on "$1" tcpdump --immediate-mode -Q in -lnvi eth0 "$3" > "$2" 2> "$TMP/watch.err" &
	BG=$!
	BGS+=("$BG")
	busywait 10 grep -q 'listening on' "$TMP/watch.err"
}

# bulk_limited NAME ARGUMENT...: as bulk, a stall is a failure
bulk_limited() {
	local name=$1; shift
	check "$name" on "$1" timeout 100 "$LIB/traffic.py" bulk "$2" "$3" 5001 "$4" &&
		remark "$(cat "$TMP/check.out") s"
}

load() { check "$1" conn_commit || finish; }

# The largest packets that fit, by arithmetic (RFC 4303, RFC 4106): outer header, 8 + 8 + 16 octets of
# ESP, two octets of trailer, all but the header and the ICV on a multiple of 4.
told() {
	local v=$1 of_1500=1446 of_1400=1346 before
	[ "$v" = 4 ] || of_1500=1426 of_1400=1326
	local far=SUNRISE$v in=WESTIN$v
	before=$(drops west out-too-big)
	learns "IPv$v: a client is told twice, then its packets of that size pass" sunset - "${!far}" \
		"1500,$of_1500,$of_1400 ok"
	at_least "IPv$v: what was refused is counted" 2 $(($(drops west out-too-big) - before))
	is "IPv$v: the SA knows it" $of_1400 "$(sa_mtu "$v")"
	forget west
	learns "IPv$v: a socket on West is told, too" west "${!in}" "${!far}" "1500,$of_1500,$of_1400 ok"
	# the answers of IPv6 teach East and Sunrise, which takes the first few
	check "IPv$v: 8000 octets without DF are answered" on sunset ping -c 6 -i 0.3 -W 3 -M dont -s 8000 "${!far}"
	check "IPv$v: 8000 octets from West are answered" on west ping -c 6 -i 0.3 -W 3 -M dont -s 8000 -I "${!in}" "${!far}"
}

# mss NODE FILE: the values of the options seen there
mss() { grep -o 'mss [0-9]*' "$1" | sort -u | tr '\n' ' '; }

tcp() {
	local v=$1 want=1306 octets=$BULK before n syn='ip and tcp port 5001 and tcp[13] & 2 != 0'
	[ "$v" = 4 ] || want=1266 octets=$((BULK / 10)) syn='ip6 and tcp port 5001 and ip6[53] & 2 != 0'
	local far=SUNRISE$v in=WESTIN$v
	before=$(drops west mss-clamped)
	# West knows the path to East, the others know nothing
	for n in west sunset sunrise; do forget $n; done
	on sunset ping -c 1 -W 1 -M 'do' -s 1350 "${!far}" > /dev/null
	on sunset ping -c 1 -W 3 "${!far}" > /dev/null
	is "IPv$v: one packet that M refuses teaches West" $((want + 20 * (v == 4 ? 2 : 3))) "$(sa_mtu "$v")"
	watch sunrise "$TMP/sunrise.syn" "$syn"
	watch sunset "$TMP/sunset.syn" "$syn"
	bulk_limited "IPv$v: TCP through the tunnel, $octets octets both ways" sunset - "${!far}" "$octets"
	bulk_limited "IPv$v: TCP of West's own, $octets octets both ways" west "${!in}" "${!far}" "$octets"
	busywait 5 grep -q mss "$TMP/sunrise.syn"
	busywait 5 grep -q mss "$TMP/sunset.syn"
	is "IPv$v: the MSS that arrives at Sunrise fits" "mss $want " "$(mss "$TMP/sunrise.syn")"
	grep -q "mss $want" "$TMP/sunset.syn"
	is "IPv$v: and so does that of the answer at Sunset" 0 $?
	at_least "IPv$v: West clamped them, both ways" 4 $(($(drops west mss-clamped) - before))
	on west ipsecctl ns set mss off
	forget west
	forget sunset
	bulk_limited "IPv$v: without clamping Sunset learns in time" sunset - "${!far}" 1000000
	forget west
	bulk_limited "IPv$v: without clamping West learns in time" west "${!in}" "${!far}" 1000000
	on west ipsecctl ns set mss on
}

# df NAME SPI WITH WITHOUT: outer DF of packets that had DF and of those that had none
df_bit() {
	local sent="src $WEST4 and ip proto 50 and ip[20:4] = 0x$2"
	is "$1: outer DF of inner DF, of none" "$3 $4" "$(pcap_count "$TMP/df.pcap" "$sent and ip[2:2] < 200 and ip[6] & 0x40 != 0") $(
		pcap_count "$TMP/df.pcap" "$sent and ip[2:2] > 200 and ip[6] & 0x40 != 0")"
	is "$1: all were seen" 6 "$(pcap_count "$TMP/df.pcap" "$sent and ip[6:2] & 0x3fff = 0")"
}

df() {
	local far spi=() i=0 option cut
	conn_reset
	for option in 'df copy' 'df set' 'df clear' no-pmtu frag-outer; do
		conn ws=$SUNSET4 es=11.0.1.$((16 + i++)) enc=aes-gcm-16 saopt="$option"
		spi+=("$spi_out")
	done
	load "connections with each way of DF load"
	sniff "$TMP/df.pcap" ip proto 50
	for far in 11.0.1.{16..20}; do
		on sunset ping -c 3 -i 0.1 -W 3 -M 'do' -s 56 "$far" > /dev/null || not_ok "$far answers DF"
		on sunset ping -c 3 -i 0.1 -W 3 -M dont -s 256 "$far" > /dev/null || not_ok "$far answers no DF"
	done
	sniff_stop
	df_bit "df copy" "${spi[0]}" 3 0
	df_bit "df set" "${spi[1]}" 3 3
	df_bit "df clear" "${spi[2]}" 0 0
	df_bit "no-pmtu" "${spi[3]}" 0 0
	df_bit "frag-outer" "${spi[4]}" 3 0

	cut=$(drops west fragmented)
	check "no-pmtu: 1478 octets are answered in spite of DF" on sunset ping -c 1 -W 3 -M 'do' -s 1450 11.0.1.19
	is "no-pmtu: cut before sealing" 2 $(($(drops west fragmented) - cut))
	sniff "$TMP/frag.pcap" "src $WEST4 and ip[6:2] & 0x3fff != 0"
	check "df clear: 1478 octets without DF are answered" on sunset ping -c 1 -W 3 -M dont -s 1450 11.0.1.18
	is "df clear: cut before sealing" 4 $(($(drops west fragmented) - cut))
	sniff_stop
	is "df clear: not behind it" 0 "$(pcap_count "$TMP/frag.pcap")"
	sniff "$TMP/frag.pcap" "src $WEST4 and ip[6:2] & 0x3fff != 0"
	check "frag-outer: 1478 octets without DF are answered" on sunset ping -c 1 -W 3 -M dont -s 1450 11.0.1.20
	sniff_stop
	is "frag-outer: not cut before sealing" 4 $(($(drops west fragmented) - cut))
	is "frag-outer: but behind it" 2 "$(pcap_count "$TMP/frag.pcap")"
	learns "frag-outer: who wants DF is told" sunset - 11.0.1.20 "1500,1446 ok"
}

# IPv6 inside must get 1280 octets through whatever there is (RFC 8200 5). Narrow is West's way only:
# XFRM asks Sunrise for packets of less than that, which nobody can send.
least() {
	conn_reset
	conn ws=$SUNSET6 es=fd00:11:1::100 wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
	conn ws=$SUNSET6 es=fd00:11:1::101 enc=aes-gcm-16
	load "IPv6 in IPv6 and in IPv4 for a path of 1280 octets"
	path_mtu 1280 1500
	check "1280 octets of IPv6 in IPv6" pings sunset fd00:11:1::100 1232
	check "1280 octets of IPv6 in IPv4" pings sunset fd00:11:1::101 1232
	is "in IPv6: a client is told 1280" "1280 ok" \
		"$(on sunset "$LIB/pmtu.py" - fd00:11:1::100 5001 | sed 's/.*,//')"
	is "in IPv4: a client is told 1280" "1280 ok" \
		"$(on sunset "$LIB/pmtu.py" - fd00:11:1::101 5001 | sed 's/.*,//')"
	check "TCP in IPv6" bulk sunset - fd00:11:1::100 300000
	check "TCP in IPv4" bulk sunset - fd00:11:1::101 300000
}

# Transport mode: what is told about the clear packets and the path of the sealed ones are the same route.
transport_learns() {
	local v=$1 n
	local w=WEST$v e=EAST$v
	conn_reset
	conn mode=transport wo="${!w}" eo="${!e}" enc=aes-gcm-16
	load "transport IPv$v: the connection loads"
	path_mtu 1500
	check "transport IPv$v: the first packet that may be cut is answered, too" on west ping -c 1 -W 3 -M want -s 1430 "${!e}"
	path_mtu 1400
	learns "transport IPv$v: a socket on West is told twice, its packets of that size pass" west "${!w}" "${!e}" \
		"1500,1466,1366 ok"
	for n in 1 2 3; do on west ping -c 1 -W 1 -M 'do' -s 1390 "${!e}" > /dev/null 2>&1; done
	bulk_limited "transport IPv$v: TCP, $((BULK / 10)) octets both ways" west "${!w}" "${!e}" $((BULK / 10))
	learns "transport IPv$v: the MTU has not sunk" west "${!w}" "${!e}" "1500,1366 ok"
	is "transport IPv$v: the SA says so" 1366 "$(on west ipsecctl -j sa get dst "${!e}" spi "0x$spi_out" esp | json 'print(d["mtu"])')"
	check "transport IPv$v: 3000 octets are answered" on west ping -c 6 -i 0.3 -W 3 -M want -s 3000 "${!e}"
}

# transport_fresh V ENC [WORD=VALUE...]: an SA that has learnt nothing yet, nor has anybody
transport_fresh() {
	local v=$1 enc=$2 n; shift 2
	local w=WEST$v e=EAST$v
	conn_reset
	conn mode=transport wo="${!w}" eo="${!e}" enc="$enc" "$@"
	load "transport IPv$v: one with $enc loads"
	for n in west east; do forget $n; done
}

transport() {
	local v=$1
	local w=WEST$v e=EAST$v
	transport_learns "$v"
	transport_fresh "$v" aes-gcm-16
	check "transport IPv$v: 3000 octets are answered where nothing was learnt" \
		on west ping -c 6 -i 0.3 -W 3 -M want -s 3000 "${!e}"
	transport_fresh "$v" aes-gcm-16
	on west ipsecctl ns set mss off
	bulk_limited "transport IPv$v: without clamping TCP learns in time" west "${!w}" "${!e}" $((BULK / 10))
	on west ipsecctl ns set mss on
	if [ "$v" = 6 ]; then
		path_mtu 1280 1500
		transport_fresh 6 aes-gcm-16
		learns "transport IPv6: 1280 octets pass whatever the path" west "${!w}" "${!e}" "1500,1466,1280 ok"
		path_mtu 1500
		return
	fi
	path_mtu 1500
	# what options take is not there to be padded to a block: 12 of them leave 4 octets less
	transport_fresh 4 aes-cbc auth=hmac-sha1-96
	is "transport IPv4: a socket with 12 octets of options is told less" "1500,1454 ok" \
		"$(on west "$LIB/pmtu.py" "${!w}" "${!e}" 5001 12)"
	transport_fresh 4 aes-gcm-16 saopt=no-pmtu
	check "transport IPv4: no-pmtu: 1478 octets are answered in spite of DF" \
		on west ping -c 1 -W 3 -M 'do' -s 1450 "${!e}"
}

# believed NAME WANTED ARGUMENT...: the SA's MTU after a forged ICMP
believed() {
	local name=$1 want=$2 v=$3; shift 3
	local far=SUNRISE$v
	inject mid toobig west0 "$@" > /dev/null
	sleep 0.2
	on sunset ping -c 1 -W 3 "${!far}" > /dev/null # the SA looks at its route when it is used
	is "$name" "$want" "$(sa_mtu "$v")"
}

forged() {
	local v=$1 mtu=1000 was=1446 is=946 w e m
	[ "$v" = 4 ] || mtu=1300 was=1426 is=1226
	w=WEST$v e=EAST$v m=10.0.0.254
	[ "$v" = 4 ] || m=fd00:10::fe
	forget west
	believed "IPv$v: too big about an SPI that is nobody's is not believed" $was "$v" "${!w}" "${!e}" --from $m --mtu $mtu --spi 0x99999
	believed "IPv$v: nor about the SPI of the other direction" $was "$v" "${!w}" "${!e}" --from $m --mtu $mtu --spi "0x$spi_in"
	believed "IPv$v: nor about AH, which it is not" $was "$v" "${!w}" "${!e}" --from $m --mtu $mtu --spi "0x$spi_out" --proto ah
	believed "IPv$v: nor about another peer" $was "$v" "${!w}" "$m" --from $m --mtu $mtu --spi "0x$spi_out"
	believed "IPv$v: about an SPI in use it is believed" $is "$v" "${!w}" "${!e}" --from $m --mtu $mtu --spi "0x$spi_out"
	forget west
}

begin
topology_more 16
leak_control
serve sunrise
serve east
for v in 4 6; do
	conn_reset
	if [ $v = 4 ]; then
		conn enc=aes-gcm-16
	else
		conn ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
	fi
	load "IPv$v: the connection loads"
	path_mtu 1500
	forged $v
	path_mtu 1400
	told $v
	tcp $v
done
path_mtu 1500
df
least
for v in 4 6; do transport $v; done
leak_check
finish
