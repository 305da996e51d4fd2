#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The replay window at its edges, windows of 0 to 4096, ESN across 2^32 both ways, takeover (ACC-56).
#
#   sunset ---- west ============= M ============= east ---- sunrise
#               ours: opens   keeps, replays   XFRM: seals
#
# M lets nothing of the first connection through: it captures what East seals under chosen numbers,
# and West gets what inject.py replays, in the order of the test.
NFI_EAST=xfrm
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

TOP_NUMBER=10000
# what East seals, in this order: --pick counts from 0
NUMBERS=(10000 9937 9936 8977 8976 5905 5904 10001 40000)

cut_on() {
	on mid nft -f - <<- X
		table netdev nfi_cut {
			chain c { type filter hook ingress device east0 priority -400; ip protocol esp drop; }
		}
	X
}
cut_off() { on mid nft delete table netdev nfi_cut; }

# seal NUMBER: East seals one packet of Sunrise under this number
seal() {
	local state
	state=$(grep '^xfrm state add .* spi 0x00001003 ' "$(conn_file east xfrm)")
	printf 'xfrm state delete src %s dst %s proto esp spi 0x1003\n%s replay-oseq %d\n' \
		$EAST4 $WEST4 "$state" $(($1 - 1)) | ip -n "${PFX}east" -batch - || return 1
	on sunrise bash -c "echo feedfacedeadbeef > /dev/udp/$SUNSET4/5300"
}

seal_all() {
	local n
	for n in "${NUMBERS[@]}"; do seal "$n" || return 1; done
}

# state SPI PROTO: "PACKETS REPLAYS FORGERIES" that an inbound SA of West has counted
state() {
	on west ipsecctl -j sa get dst $WEST4 spi "0x$1" "$2" | tr -d ' \n' |
		awk '{ print value("packets"), value("in-replay"), value("in-auth") }
			function value(name) { return match($0, "\"" name "\":[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }'
}
state_is() { [ "$(state "$2" "$3")" = "$1" ]; }

# step NAME "PACKETS REPLAYS FORGERIES" PICKS: M replays these, and West's SA then has counted that
step() {
	inject mid replay west0 "$TMP/pcap" --src $EAST4 --pick "$3" > /dev/null || not_ok "$1: replayed"
	busywait 3 state_is "$2" 00001003 esp
	is "$1" "$2" "$(state 00001003 esp)"
}

# fresh WORDS [SPI]: West's inbound SA again, as new, with these words
fresh() {
	sed -n "/^sa add in .* spi 0x${2:-00001003} /p" "$(conn_file west ours)" |
		sed "s/^sa add/sa replace/; s/ replay 64//; s/\$/ $1/" | on west ipsecctl load -
}

# window SIZE PICK-OF-LAST-IN PICK-OF-FIRST-OUT
window() {
	check "window $1: the SA is new" fresh "replay $1"
	step "window $1: the first packet is accepted" '1 0 0' 0
	step "window $1: the same packet is dropped" '1 1 0' 0
	step "window $1: $(($1 - 1)) back, unseen, is accepted" '2 1 0' "$2"
	step "window $1: $1 back is dropped, and the one before as well" '2 3 0' "$3,$2"
	step "window $1: one number on, $(($1 - 1)) back has left the window" '3 4 0' "7,$2"
	step "window $1: a leap leaves all behind" '4 6 0' 8,7,0
}

windows() {
	window 64 1 2
	window 1024 3 4
	window 4096 5 6
	check "window 0: the SA is new" fresh "replay 0"
	step "window 0: all are accepted, whatever their order and number" '12 0 0' 0,0,1,2,8,6,6,5,4,7,8,0
}

takeover() {
	check "takeover: replaced by one that has seen up to 10000" fresh "replay 64 seq $TOP_NUMBER"
	step "takeover: 10000 is dropped, and 63 back as well" '0 2 0' 0,1
	step "takeover: 10001 is accepted, once" '1 3 0' 7,7
	check "takeover: numbers move on" on west ipsecctl sa set dst $WEST4 spi 0x1003 esp seq 39999
	step "takeover: what lies before is dropped" '1 5 0' 7,0
	step "takeover: what follows is accepted" '2 5 0' 8
	refute "takeover: numbers do not go back" on west ipsecctl sa set dst $WEST4 spi 0x1003 esp seq 39999
}

# seqs of the second connection, first of what West has sent
lows() { "$LIB/seqs.py" "$TMP/esn" | awk -v spi="$1" '$1 == spi { print $2 }' | paste -sd' '; }
seq_of() { on west ipsecctl -j sa get dst "$1" spi "$2" esp | tr -d ' \n' | sed 's/.*"seq":\([0-9]*\).*/\1/'; }

esn() {
	local wrapped
	SNIFF_DEV=west0
	sniff "$TMP/esn" esp
	is "ESN: 12 pings across 2^32, both ways" 12 \
		"$(on sunset ping -q -c 12 -i 0.05 -W 3 -p feedfacedeadbeef 11.0.1.17 | sed -n 's/.* \([0-9]*\) received.*/\1/p')"
	sniff_stop
	wrapped="$(seq -s' ' 4294967291 4294967295) $(seq -s' ' 0 6)"
	is "ESN: West's numbers at M" "$wrapped" "$(lows 00001004)"
	is "ESN: East's numbers at M" "$wrapped" "$(lows 00001005)"
	is "ESN: West's last number" 4294967302 "$(seq_of $EAST4 0x1004)"
	is "ESN: East's last number, as West knows it" 4294967302 "$(seq_of $WEST4 0x1005)"
	inject mid replay west0 "$TMP/esn" --src $EAST4 > /dev/null
	busywait 3 state_is '12 12 0' 00001005 esp
	is "ESN: all of them again, from before and behind 2^32, are dropped" '12 12 0' "$(state 00001005 esp)"
	# the upper half is sealed in: elsewhere than in their own 2^32 numbers they are forgeries
	check "ESN: replaced by one at 3 * 2^32" fresh "replay 64 seq 12884901888" 00001005
	inject mid replay west0 "$TMP/esn" --src $EAST4 > /dev/null
	busywait 3 state_is '0 6 6' 00001005 esp
	is "ESN: what is left of it is dropped, what is right of it is not authentic" '0 6 6' "$(state 00001005 esp)"
	inject mid replay east0 "$TMP/esn" --src $WEST4 > /dev/null
	is "ESN: none of West's pass at East again" 12 "$(sa_packets east 00001004)"
}

authentication_header() {
	SNIFF_DEV=west0
	sniff "$TMP/ah" ah
	check "AH: a ping" on sunset ping -c1 -W3 11.0.1.18
	sniff_stop
	inject mid replay west0 "$TMP/ah" --src $EAST4 --count 3 > /dev/null
	busywait 3 state_is '1 3 0' 00001007 ah
	is "AH: the same packet is dropped" '1 3 0' "$(state 00001007 ah)"
}

begin
topology_more 8
leak_control
conn id=1 es=$SUNRISE4 enc=aes-gcm-16
conn id=2 es=11.0.1.17 enc=aes-cbc auth=hmac-sha2-256-128 esn=1 seq=4294967290
conn id=3 es=11.0.1.18 ah=hmac-sha2-256-128
conn_make
# where East's SAs with ESN are: not on the wire, so it must be told
sed -i '/spi 0x00001004 /s/$/ replay-seq 4294967290/; /spi 0x00001005 /s/$/ replay-oseq 4294967290/' "$(conn_file east xfrm)"
load() {
	gateway_load east xfrm < "$(conn_file east xfrm)" && gateway_load west ours < "$(conn_file west ours)"
}
check "3 connections load" load || finish
on west ipsecctl monitor -j sa > "$TMP/events" &
BGS+=("$!")
cut_on
SNIFF_DEV=east0
sniff "$TMP/pcap" esp and src $EAST4
check "East seals ${#NUMBERS[@]} packets" seal_all
sniff_stop
is "M has them" "${NUMBERS[*]}" "$("$LIB/seqs.py" "$TMP/pcap" | awk '{ print $2 }' | paste -sd' ')"
is "West has none" '0 0 0' "$(state 00001003 esp)"
windows
takeover
cut_off
esn
authentication_header
check "failures were told" grep -q '"event":"error".*"reason":"in-replay"' "$TMP/events"
at_least "drops were counted in the namespace" 30 "$(drops west in-replay)"
leak_check
finish
