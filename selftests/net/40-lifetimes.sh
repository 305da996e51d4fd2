#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Limits of an SA by packets, octets, time and sequence numbers: events, the end (RFC 4301 4.4.2.1; ACC-22 lives on it).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#               ours      sniffs     XFRM      11.0.1.16 and up, a connection each
NFI_EAST=xfrm
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

# received N DST: sends N pings; prints how many are answered
received() {
	on sunset ping -q -c "$1" -i 0.02 -W 1 -p feedfacedeadbeef "$2" | sed -n 's/.* \([0-9]*\) received.*/\1/p'
}

# find_events EVENT KIND SPI [hard|soft]: the lines of the monitor
find_events() {
	grep -F "\"event\":\"$1\"" "$TMP/events" | grep -F "\"kind\":\"$2\"" | grep -F "\"spi\":\"0x$3\"" |
		case ${4:-} in hard) grep -F '"hard":true' ;; soft) grep -F '"hard":false' ;; *) cat ;; esac
}
events() { find_events "$@" | wc -l; }
# stamp EVENT KIND SPI [hard|soft]: milliseconds of the first
stamp() { find_events "$@" | sed -n '1s/.*"time":\([0-9]*\)\.\([0-9]\{3\}\).*/\1\2/p'; }
has_event() { [ "$(events "$@")" -gt 0 ]; }

# count REASON...: the sum of these counters of West
count() { on west ipsecctl stats | awk -v names=" $* " 'index(names, " " $2 " ") { n += $1 } END { print n + 0 }'; }
# what an outbound SA that is no more costs: the reason depends on how far its removal has come
refused() { count out-no-sa out-seq-end out-expired; }
listed() { on west ipsecctl -j sa list | grep -c "\"0x$1\""; }
gone() { [ "$(listed "$1")" = 0 ]; }
numbers() { awk -v spi="$1" '$1 == spi { print $2 }' "$TMP/seqs" | paste -sd' '; }

# over NAME KIND SPI: one soft and one hard event, and the SA is removed
over() {
	check "$1: the end is told" busywait 10 has_event expire "$2" "$3" hard
	check "$1: the SA is removed" busywait 10 gone "$3"
	check "$1: its removal is told" busywait 10 has_event sa deleted "$3"
	is "$1: events, one of each" "1 1" "$(events expire "$2" "$3" soft) $(events expire "$2" "$3" hard)"
}

# runs_out NAME KIND ID ANSWERS NUMBERS: pings until the outbound SA is at its end, and 3 more
runs_out() {
	local before dst=11.0.1.$((15 + $3)) spi
	printf -v spi %08x $((0x1000 + 2 * $3))
	before=$(refused)
	is "$1: answers" "$4" "$(received $(($4 + 3)) "$dst")"
	over "$1" "$2" "$spi"
	is "$1: dropped and counted" 3 $(($(refused) - before))
	WANTED+=("$1|$spi|$5")
}

describe() {
	conn id=1 es=11.0.1.16 enc=aes-gcm-16 saopt='soft-packets 5 hard-packets 9'
	conn id=2 es=11.0.1.17 enc=aes-cbc auth=hmac-sha2-256-128 saopt='soft-bytes 500 hard-bytes 1000'
	conn id=3 es=11.0.1.18 enc=aes-gcm-16 saopt='soft-add 3 hard-add 6'
	conn id=4 es=11.0.1.19 enc=aes-gcm-16 saopt='soft-use 3 hard-use 6'
	conn id=5 es=11.0.1.20 enc=aes-gcm-16 seq=4294967288
	conn id=6 es=11.0.1.21 enc=aes-gcm-16 seq=3865470563
	conn id=7 es=11.0.1.22 enc=aes-gcm-16 esn=1 seq=18446744073709551607
	conn id=8 es=11.0.1.23 ah=hmac-sha2-256-128 seq=4294967292
	conn id=9 es=11.0.1.24 enc=aes-gcm-16
	conn id=10 es=11.0.1.25 enc=chacha20-poly1305 saopt='soft-packets 3'
	conn_make || return 1
	# East must be where West is: ESN are not on the wire
	sed -i '/spi 0x0000100e /s/$/ replay-seq-hi 0xffffffff replay-seq 0xfffffff7/' "$(conn_file east xfrm)"
	gateway_load east xfrm < "$(conn_file east xfrm)" || return 1
	LOADED=$(now)
	gateway_load west ours < "$(conn_file west ours)"
}

packets_and_octets() {
	local before
	runs_out "packets" packets 1 9 '1 2 3 4 5 6 7 8 9'
	over "packets, inbound" packets 00001003
	before=$(count unknown-spi)
	refute "packets, inbound: what comes later is not opened" on sunrise ping -c2 -i 0.2 -W1 -I 11.0.1.16 $SUNSET4
	at_least "packets, inbound: and counted" 2 $(($(count unknown-spi) - before))
	# 84 octets each
	runs_out "octets" bytes 2 12 '1 2 3 4 5 6 7 8 9 10 11 12'
	over "octets, inbound" bytes 00001005
}

moved_limit() {
	is "a soft limit: answers" 5 "$(received 5 11.0.1.25)"
	check "a soft limit is told" busywait 5 has_event expire packets 00001014 soft
	is "once" 1 "$(events expire packets 00001014 soft)"
	check "it is moved" on west ipsecctl sa set dst $EAST4 spi 0x1014 esp soft-packets 8
	is "a moved soft limit: answers" 5 "$(received 5 11.0.1.25)"
	sleep 1
	is "a moved soft limit is told again" 2 "$(events expire packets 00001014 soft)"
	is "and the SA lives on" 1 "$(listed 00001014)"
}

sequence() {
	runs_out "sequence numbers" sequence 5 7 "$(seq -s' ' 4294967289 4294967295)"
	is "sequence numbers: the inbound SA lives on" 1 "$(listed 0000100b)"
	runs_out "extended sequence numbers" sequence 7 8 "$(seq -s' ' 4294967288 4294967295)"
	runs_out "sequence numbers of AH" sequence 8 3 "$(seq -s' ' 4294967293 4294967295)"
	is "below 90 % of the numbers: answers" 2 "$(received 2 11.0.1.21)"
	sleep 1
	is "below 90 % of the numbers: no event" 0 "$(events expire sequence 0000100c)"
	is "at 90 % of the numbers: answers" 5 "$(received 5 11.0.1.21)"
	check "at 90 % of the numbers: told" busywait 5 has_event expire sequence 0000100c soft
	is "at 90 % of the numbers: once" 1 "$(events expire sequence 0000100c soft)"
}

now() { date +%s%3N; }

# seconds NAME KIND SPI SINCE: soft after 3 seconds and hard after 6, never before
seconds() {
	local name=$1 kind=$2 spi=$3 soft hard
	check "$name: the end is told" busywait 15 has_event expire "$kind" "$spi" hard
	check "$name: the SA is removed" busywait 5 gone "$spi"
	is "$name: events, one of each" "1 1" "$(events expire "$kind" "$spi" soft) $(events expire "$kind" "$spi" hard)"
	soft=$(($(stamp expire "$kind" "$spi" soft) - $4)) hard=$(($(stamp expire "$kind" "$spi" hard) - $4))
	remark "$name: soft after $soft ms, hard after $hard ms"
	at_least "$name: soft limit is not early" 3000 "$soft"
	at_least "$name: hard limit is not early" 6000 "$hard"
	check "$name: both come in time" test "$soft" -lt 12000 -a "$hard" -lt 15000
}

# again SED: West's outbound SA of connection 9 with changes; denied TEXT SED NAME: that is refused with this text
again() { sed -n '/^sa add out .* spi 0x00001012 /p' "$(conn_file west ours)" | sed "$1"; }
denied() {
	local said
	said=$(again "$2" | on west ipsecctl load - 2>&1) && { not_ok "$3"; return; }
	case $said in *"$1"*) ok "$3" ;; *) not_ok "$3"; remark "$said" ;; esac
}
# the last number it used
last() { on west ipsecctl -j sa get dst $EAST4 spi 0x1012 esp | sed -n 's/.*"seq": *\([0-9]*\).*/\1/p'; }

# Two senders on one SA, which is replaced under them: a number never comes twice.
no_number_twice() {
	local i a b failed=0
	is "unused use time does not run" 0 "$(events expire use-time 00001008)"
	on sunset ping -q -f -c 300 -W 1 11.0.1.24 > "$TMP/a" & a=$!
	on sunset ping -q -f -c 300 -W 1 11.0.1.24 > "$TMP/b" & b=$!
	for i in 1 2 3 4 5; do
		again "s/sa add/sa replace/; s/\$/ seq $(($(last) + 1000))/" | on west ipsecctl load - || failed=$i
	done
	wait $a $b
	is "the SA is replaced under traffic" 0 $failed
	ANSWERED=$(($(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$TMP/a" "$TMP/b" | paste -sd+)))
	at_least "the senders were answered" 550 $ANSWERED
	denied "numbers would be used twice" 's/0x00001012/0x00002012/' "another SA with the same key is refused"
	denied "SEQ must go beyond" 's/sa add/sa replace/' "replacing an SA without going on is refused"
	case $(on west ipsecctl sa set dst $EAST4 spi 0x1012 esp seq 1 2>&1) in
	*'only go forward'*) ok "numbers do not go back" ;;
	*) not_ok "numbers do not go back" ;;
	esac
}

begin
topology_more 16
leak_control
on west ipsecctl monitor -j -t sa > "$TMP/events" &
BGS+=("$!")
sniff "$TMP/pcap" -s 200 -B 8192 esp or ah # all of them, though it is a flood
sleep 1
WANTED=()
check "10 connections load" describe || finish
packets_and_octets
moved_limit
no_number_twice
USED=$(now)
is "the first packet starts the use time" 1 "$(received 1 11.0.1.19)"
sequence
seconds "add time" add-time 00001006 "$LOADED"
seconds "use time" use-time 00001008 "$USED"
sniff_stop
"$LIB/seqs.py" "$TMP/pcap" > "$TMP/seqs"
for row in "${WANTED[@]}"; do
	IFS='|' read -r name spi wanted <<< "$row"
	is "$name: the numbers at M" "$wanted" "$(numbers "$spi")"
done
at_least "numbers at M of two senders" $ANSWERED "$(grep -c ^00001012 "$TMP/seqs")"
is "no number was seen twice at M" '' "$(grep again "$TMP/seqs" | head -n 3 | paste -sd' ')"
leak_check
finish
