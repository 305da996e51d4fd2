#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Header fields: DSCP and hidetos (ACC-77), ECN (RFC 6040), TTL, TFC padding, IPv4 options, IPv6 extension headers.
#
#   sunset ---- west ====== M ====== east ---- sunrise
#   sets     ours        looks,      xfrm      reports
#                        changes
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

far4() { echo "11.0.1.$((16 + $1))"; }
far6() { printf 'fd00:11:1::1%02x' "$1"; }

# reporter NODE: prints to $TMP/NODE.got what arrives at port 5002
reporter() {
	: > "$TMP/$1.got"
	# appending, or what is written after forget() would begin where it was
	on "$1" "$PY" -B "$LIB/marks.py" receive 5002 >> "$TMP/$1.got" &
	BG=$!
	BGS+=("$BG")
	busywait 20 grep -q ready "$TMP/$1.got"
}

# send NODE: reads lines of "SRC DST ARGUMENT..."
send() { sed 's/^[^ ]* [^ ]*/send & 5002/' | on "$1" "$PY" -B "$LIB/marks.py" each; }
forget() { echo ready > "$TMP/$1.got"; }

# got NODE SRC FIELDS N: fields (as in "2,3") of what came from SRC, once it is N datagrams
lines() { grep -c "^$2 " "$TMP/$1.got"; }
got() {
	busywait 5 eval "[ \$(lines $1 $2) -ge $4 ]"
	grep "^$2 " "$TMP/$1.got" | cut -d' ' -f "$3" | tr '\n' ' ' | sed 's/ $//'
}

# outer SPI FIELD: of the sealed packets in the capture, which outers() has read
outers() { "$PY" -B "$LIB/marks.py" outer "$TMP/m.pcap" > "$TMP/outers"; }
outer() { awk -v spi="$1" -v f="$2" '$1 == spi { print $(f + 1) }' "$TMP/outers" | tr '\n' ' ' | sed 's/ $//'; }

# ---- out: what the outer header gets ----

MARKS=0,1,2,3,0x2a,0xb9 # as sent by Sunset: DSCP 0, 10, 46; ECN
OPTS=('' hidetos 'hidetos dscp 46' no-ecn 'hidetos no-ecn' 'ttl 33' 'tfc 1200')
WANT=('0 1 2 3 42 185' '0 1 2 3 2 1' '184 185 186 187 186 185' '0 0 0 0 40 184' '0 0 0 0 0 0' '0 1 2 3 42 185' '0 1 2 3 42 185')

sealed() { # FAMILY of the inside, of the outside
	local i spi=() v=$1 label="IPv$1 in IPv$2" where='' near far
	[ "$2" = 4 ] || where="wo=$WEST6 eo=$EAST6"
	near=SUNSET$v near=${!near}
	conn_reset
	for i in "${!OPTS[@]}"; do
		# shellcheck disable=SC2086
		conn ws=$near es="$(far"$v" "$i")" $where enc=aes-gcm-16 saopt="${OPTS[i]}"
		spi+=("$spi_out")
	done
	check "$label: the connections load" conn_commit || return
	forget sunrise
	sniff "$TMP/m.pcap" esp or ip6 proto 50
	for i in "${!OPTS[@]}"; do echo "$near $(far"$v" "$i") $MARKS --ttl 10"; done | send sunset
	got sunrise "$near" 1 $((6 * ${#OPTS[@]})) > /dev/null
	check "$label: packets with TFC padding are answered" pings sunset "$(far"$v" 6)" 0,57,500,1000
	sniff_stop
	outers
	for i in "${!OPTS[@]}"; do
		is "$label: outer DSCP and ECN with ${OPTS[i]:-nothing set}" "${WANT[i]}" "$(outer "${spi[i]}" 1 | cut -d' ' -f 1-6)"
	done
	is "$label: the inside arrives as it was" "0 1 2 3 42 185" \
		"$(got sunrise "$near" 3 1 | tr ' ' '\n' | sort -nu | tr '\n' ' ' | sed 's/ $//')"
	is "$label: with what it was sent" 0 "$(awk '$1 != "ready" && $2 != $3' "$TMP/sunrise.got" | wc -l)"
	is "$label: West and East have counted the inner TTL down once each, M has not" 8 "$(awk '$1 != "ready" { print $4 }' "$TMP/sunrise.got" | sort -u)"
	is "$label: outer TTL is the default" 64 "$(outer "${spi[0]}" 2 | tr ' ' '\n' | sort -u)"
	is "$label: or what the SA says" 33 "$(outer "${spi[5]}" 2 | tr ' ' '\n' | sort -u)"
	is "$label: ten packets with TFC padding are all of one length" "10 1" \
		"$(outer "${spi[6]}" 3 | wc -w) $(outer "${spi[6]}" 3 | tr ' ' '\n' | sort -u | wc -l)"
	is "$label: and as long as the SA says" 1200 "$(outer "${spi[6]}" 3 | tr ' ' '\n' | sort -u | awk -v head=$((32 + 20 * ($2 / 2 - 1))) '{ print int(($1 - head) / 100) * 100 }')"
}

own_ttl() {
	local v=$1 from=WESTIN$1 where=''
	[ "$v" = 4 ] || where="ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6"
	local far=SUNRISE$v
	conn_reset
	# shellcheck disable=SC2086
	conn $where enc=aes-gcm-16
	check "IPv$v: the connection for West itself loads" conn_commit
	forget sunrise
	echo "${!from} ${!far} 0 --ttl 10" | send west
	is "IPv$v: West does not count down what it sends itself" 9 "$(got sunrise "${!from}" 4 1)"
}

# ---- in: RFC 6040 4.2; rows: outer ECN (ECT(1) is 1, ECT(0) is 2); columns: inner 0 1 2 3; - is dropped ----

RFC6040=('0 1 2 3' '0 1 1 3' '0 1 2 3' '- 3 3 3')
ECN=(not-ect ect1 ect0 ce)

opened() { # FAMILY
	local v=$1 o i before near where='' rules='' field=ip
	near=SUNSET$v near=${!near}
	[ "$v" = 4 ] || where="wo=$WEST6 eo=$EAST6" field=ip6
	conn_reset
	for o in 0 1 2 3; do
		# shellcheck disable=SC2086
		conn ws=$near es="$(far"$v" $o)" $where enc=aes-gcm-16
		rules+="meta l4proto esp @th,0,32 0x$spi_in $field ecn set ${ECN[o]}"$'\n'
	done
	for o in 4 5; do
		# shellcheck disable=SC2086
		conn ws=$near es="$(far"$v" $o)" $where enc=aes-gcm-16 saopt="$([ $o = 4 ] || echo decap-dscp)"
		rules+="meta l4proto esp @th,0,32 0x$spi_in $field dscp set cs5"$'\n'
	done
	check "IPv$v: the connections load" conn_commit || return
	printf 'table inet nfi_marks { chain f { type filter hook forward priority 0;\n%s}\n}\n' "$rules" | on mid nft -f - ||
		not_ok "M changes outer headers"
	forget sunset
	before=$(drops west in-ecn)
	for o in 0 1 2 3 4 5; do echo "$(far"$v" $o) $near 0,1,2,3"; done | send sunrise
	got sunset "$(far"$v" 5)" 1 4 > /dev/null
	for o in 0 1 2 3; do
		is "IPv$v: outer ${ECN[o]} on inner 0 1 2 3" "${RFC6040[o]// /}" "$(
			for i in 0 1 2 3; do awk -v s="$(far"$v" $o)" -v i=$i '$1 == s && $2 == i { print $3; n++ } END { if (!n) print "-" }' "$TMP/sunset.got"; done | tr -d '\n')"
	done
	is "IPv$v: the one that is dropped is counted" 1 $(($(drops west in-ecn) - before))
	is "IPv$v: the inner DSCP stays" "0 1 2 3" "$(got sunset "$(far"$v" 4)" 3 4)"
	is "IPv$v: decap-dscp takes the outer one" "160 161 162 163" "$(got sunset "$(far"$v" 5)" 3 4)"
	on mid nft delete table inet nfi_marks
}

# ---- options and extension headers ----

RR=070f0400000000000000000000000000 # record route, three places
ALERT=94040000
PADDED=010400000000 # PadN
MUTABLE=3e04deadbeef # may change on the way; nobody knows it, all skip it
FIXED=1e04deadbeef

# what to send and what must match, for each family; the n-th goes with a DSCP of its own, that is told apart by
OPTIONS4=("record route;*070f*;--options $RR" "router alert;*94040000*;--options $ALERT")
OPTIONS6=("hop-by-hop header;*010400*;--hop $PADDED" "hop-by-hop option that may change;*3e04deadbeef*;--hop $MUTABLE"
	"destination options;*1e04deadbeef*;--dest $FIXED" "both;*3e04deadbeef*1e04deadbeef*;--hop $MUTABLE --dest $FIXED")

options() { # NAME FROM SRC TO DST (of one family)
	local name=$1 i label want have all=OPTIONS4
	[[ $3 != *:* ]] || all=OPTIONS6
	local -n sets=$all
	forget "$4"
	for i in "${!sets[@]}"; do echo "$3 $5 $((4 * i)) ${sets[i]##*;}"; done | send "$2"
	got "$4" "$3" 1 ${#sets[@]} > /dev/null
	for i in "${!sets[@]}"; do
		IFS=';' read -r label want _ <<< "${sets[i]}"
		have=$(awk -v s="$3" -v ds=$((4 * i)) '$1 == s && $2 == ds { print $5 }' "$TMP/$4.got")
		# shellcheck disable=SC2254
		case $have in $want) ok "$name: $label" ;; *) not_ok "$name: $label"; remark "wanted $want, got '$have'" ;; esac
	done
}

inside() {
	local reinjected
	conn_reset
	conn enc=aes-gcm-16
	conn ws=$WNET6 es=$ENET6 wo=$WEST6 eo=$EAST6 enc=aes-gcm-16
	check "tunnels for packets with options load" conn_commit
	reinjected=$(drops west reinjected)
	options "IPv4 out" sunset $SUNSET4 sunrise $SUNRISE4
	is "nobody between West and East has recorded its address" 0 "$(grep -c '0a0000fe\|0b0000fe' "$TMP/sunrise.got")"
	options "IPv4 in" sunrise $SUNRISE4 sunset $SUNSET4
	options "IPv6 out" sunset $SUNSET6 sunrise $SUNRISE6
	options "IPv6 in" sunrise $SUNRISE6 sunset $SUNSET6
	at_least "what needs the stack's own reading was injected again" 4 $(($(drops west reinjected) - reinjected))
}

transport() { # NAME WORD...: of a connection
	local name=$1 seals; shift
	conn_reset
	conn mode=transport "$@"
	conn mode=transport wo=$WEST6 eo=$EAST6 "$@"
	check "$name: transport mode loads" conn_commit
	seals=$(sealed_count)
	options "$name out" west $WEST4 east $EAST4
	options "$name in" east $EAST4 west $WEST4
	options "$name out" west $WEST6 east $EAST6
	options "$name in" east $EAST6 west $WEST6
	at_least "$name: all of it was sealed" 12 $(($(sealed_count) - seals))
}

begin
topology_more 16
leak_control
for n in sunset sunrise west east; do reporter $n; done
sealed 4 4
sealed 6 6
sealed 4 6
sealed 6 4
own_ttl 4
own_ttl 6
opened 4
opened 6
inside
transport ESP enc=aes-gcm-16
transport AH ah=hmac-sha2-256-128
leak_check
finish
