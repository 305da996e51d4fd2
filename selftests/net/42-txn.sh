#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Transactions under traffic: all or nothing, atomic replacement, races, owners; a peer that moves (ACC-14, ACC-22, ACC-39, ACC-91).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#               ours      sniffs     ours      11.0.1.5 and 11.0.1.17, a connection each
NFI_EAST=ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

load() { on "$1" ipsecctl load -; }
# SAs, policies, commits
census() { on west ipsecctl info | awk '/^(sas|policies|generation)/ { print $2 }' | paste -sd' '; }
# count NODE REASON...: the sum of these counters
count() { on "$1" ipsecctl stats | awk -v names=" $* " 'index(names, " " $2 " ") { n += $1 } END { print n + 0 }'; }

PINGS=$((500 * ${NFI_SLOW:-1}))
# flood: $PINGS pings through the first connection, in the background; flood_check NAME: none was lost
flood() {
	on sunset ping -q -i 0.01 -c $PINGS -W $((5 * ${NFI_SLOW:-1})) -p feedfacedeadbeef $SUNRISE4 > "$TMP/flood" 2>&1 &
	FLOOD=$!
	BGS+=("$FLOOD")
}
flooding() { kill -0 "$FLOOD" 2> /dev/null; }
flood_check() {
	wait "$FLOOD"
	is "$1: $PINGS pings, none lost" $PINGS "$(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$TMP/flood")"
}

# saved NODE SED: lines that configured a gateway, changed
saved() { sed "$2" "$TMP/$1.saved"; }
last() { on "$1" ipsecctl -j sa get dst "$2" spi "$3" esp | tr -d ' \n' | sed 's/.*"seq":\([0-9]*\).*/\1/'; }

# broken NAME TEXT LINE: a file whose last line is wrong
broken() {
	local before said
	before=$(census)
	said=$({ printf 'policy flush\nsa flush\n'; saved west "s/spi 0x0000/spi 0x0001/; s/key 0x..../key 0x4242/"; echo "$3"; } |
		load west 2>&1) && not_ok "$1: is refused"
	case $said in *"$2"*) ok "$1: the line is named" ;; *) not_ok "$1: the line is named"; remark "$said" ;; esac
	is "$1: SAs, policies and commits are as before" "$before" "$(census)"
}

all_or_nothing() {
	local line=$(($(wc -l < "$TMP/west.saved") + 3))
	flood
	broken "last line deletes what is not there" "standard input:$line:" "sa del dst $EAST4 spi 0xdead esp"
	broken "last line adds what exists" "standard input:$line:" "$(saved west '1!d; s/spi 0x0000/spi 0x0001/; s/key 0x..../key 0x4343/')"
	broken "last line has a wrong word" "standard input:$line:" "policy add out src 10.0.1.0/24 dst 11.0.1.0/24 dorp"
	broken "last line sets what lives" "it changes a live SA at once" "sa set dst $EAST4 spi 0x1002 esp tfc 64"
	flood_check "all or nothing"
}

# Everything West has is deleted and stated again, in one step: SAs with the same keys go on.
restate() {
	local number
	number=$(last west $EAST4 0x1002) || return 1
	{ printf 'policy flush\nsa flush\n'; saved west "/^sa add out/s/\$/ seq $((number + 2000))/"; } | load west
}

# other GATEWAY: the second pair of SAs for the same reqid
other() { sed -n "/^$2/s/ reqid 3 / reqid 1 /p" "$(conn_file "$1" ours)"; }

# New SAs on both sides, inbound ones first; then each side takes the new one out, with its policies, in one step.
rekey() {
	other west 'sa add in' | load west && other east 'sa add in' | load east || return 1
	{ other west 'sa add out'; echo "sa del dst $EAST4 spi 0x1002 esp"
	  saved west '/^policy add .* src 10.0.1.0.24 dst 11.0.1.0.24 /!d; s/add/replace/'; } | load west || return 1
	{ other east 'sa add out'; echo "sa del dst $WEST4 spi 0x1003 esp"
	  saved east '/^policy add .* dst 10.0.1.0.24 /!d; /11.0.1.17/d; s/add/replace/'; } | load east
}

replacement() {
	local n=0 failed=0
	flood
	while flooding && [ $n -lt 20 ]; do restate 2> "$TMP/said" || failed=1; n=$((n + 1)); done
	flood_check "West restated $n times"
	is "West restated: no refusal" "0 " "$failed $(cat "$TMP/said")"
	at_least "West restated: under traffic" 2 $n
	conn id=3 enc=aes-gcm-16
	conn_make
	flood
	check "rekeyed, policies replaced" rekey
	check "rekeyed: under traffic" flooding
	flood_check "rekeyed"
	is "rekeyed: the new SAs carry it" yes "$([ "$(sa_packets west 00001006)" -ge 1 ] && echo yes)"
	echo "sa del dst $WEST4 spi 0x1003 esp" | load west && echo "sa del dst $EAST4 spi 0x1002 esp" | load east
	check "rekeyed: without the old ones" pings sunset $SUNRISE4
}

races() {
	local before i p=() failed=0
	before=$(census | cut -d' ' -f1,2)
	flood
	for i in 1 2 3 4; do
		on west "$LIB/nltxn.py" race "$i" 250 > "$TMP/race.$i" 2>&1 &
		p+=("$!")
	done
	while flooding; do
		saved west '/^policy add .* src 10.0.1.0.24 dst 11.0.1.0.24 /!d; s/add/replace/' | load west 2> /dev/null
		sleep 0.05
	done
	flood_check "1000 changes by 4 processes"
	for i in 0 1 2 3; do wait "${p[i]}" || failed=$((failed + 1)); done
	is "1000 changes by 4 processes: the kernel says only what it should" 0 $failed
	remark "$(cat "$TMP"/race.?)"
	printf 'policy flush owner 4242\nsa flush owner 4242\n' | load west
	is "1000 changes by 4 processes: all of theirs is flushed" "$before" "$(census | cut -d' ' -f1,2)"
}

# sums OWNER: how many SAs, and policies
sums() {
	echo "$(on west ipsecctl -j sa list owner "$1" | grep -o '"spi"' | wc -l)" \
		"$(on west ipsecctl -j policy list owner "$1" | grep -o '"action"' | wc -l)"
}

owners() {
	local o e n=0 key
	for o in 5 6; do
		for e in 1 2 3; do
			n=$((n + 1))
			key=$(printf '%040x' $((o * 16 + e)))
			echo "sa add out esp src 192.0.2.1 dst 192.0.2.2 spi $((0x7000 + n)) reqid 9$n mode tunnel enc aes-gcm-16 key 0x$key owner $o epoch $e"
			echo "policy add out src 198.51.100.$n dst 198.51.100.0/24 owner $o epoch $e drop"
		done
	done | load west
	is "owners: all there" "3 3 3 3" "$(sums 5) $(sums 6)"
	printf 'sa flush owner 5 epoch-before 3\npolicy flush owner 5 epoch-before 2\n' | load west
	is "owners: what is older goes" "1 2 3 3" "$(sums 5) $(sums 6)"
	printf 'sa flush owner 6 epoch 2\npolicy flush owner 6\n' | load west
	is "owners: one epoch goes, or all" "1 2 2 0" "$(sums 5) $(sums 6)"
	printf 'sa flush owner 5\nsa flush owner 6\npolicy flush owner 5\n' | load west
	check "owners: the others stay" pings sunset $SUNRISE4
}

sockets() {
	local verdict name
	while read -r verdict name; do
		if [ "$verdict" = PASS ]; then ok "$name"; else not_ok "${name%% #*}"; remark "$name"; fi
	done < <(on west "$LIB/nltxn.py" sockets 2>&1)
}

peers() { grep -c "\"event\":\"$1\".*$2" "$TMP/peers"; }
# endpoint SPI WAY: the far address of an SA of West
endpoint() {
	on west ipsecctl -j sa list | tr -d ' \n' | sed 's/},{/}\n{/g' |
		sed -n "/\"spi\":\"0x$1\"/s/.*\"$2\":\"\([0-9.]*\)\".*/\1/p"
}

# East goes to 11.0.0.17: with follow West comes along, without it is only told.
moves() {
	check "East leaves 11.0.0.1: its SAs move" on east ipsecctl sa set dst $WEST4 spi 0x1005 esp src 11.0.0.17
	check "East leaves 11.0.0.1: both of them" on east ipsecctl sa set id "$(on east ipsecctl -j sa get dst $EAST4 spi 0x1004 esp |
		tr -d ' \n' | sed 's/.*"id":\([0-9]*\).*/\1/')" dst 11.0.0.17
	on sunrise ping -q -c 3 -i 0.3 -W 5 -p feedfacedeadbeef -I 11.0.1.17 $SUNSET4 > "$TMP/moved"
	check "West follows: answers" grep -q ' 3 received' "$TMP/moved"
	check "West follows: told" busywait 5 grep -q '"event":"moved".*"src":"11.0.0.17".*"old_src":"11.0.0.1"' "$TMP/peers"
	is "West follows: told once" 1 "$(peers moved 11.0.0.17)"
	is "West follows: both SAs" "11.0.0.17 11.0.0.17" "$(endpoint 00001005 saddr) $(endpoint 00001004 daddr)"
	check "West follows: and sends there" pings sunset 11.0.1.17
	check "East leaves 11.0.0.1 in the other connection" on east ipsecctl sa set dst $WEST4 spi 0x1007 esp src 11.0.0.18
	check "West does not follow: what comes is taken" pings sunset $SUNRISE4
	check "West does not follow: told" busywait 5 grep -q '"event":"moved".*"src":"11.0.0.18".*"old_src":"11.0.0.1"' "$TMP/peers"
	is "West does not follow: its SA stays" 11.0.0.1 "$(endpoint 00001007 saddr)"
}

unknown() {
	local before
	before=$(count west unknown-spi)
	inject mid esp west0 $EAST4 $WEST4 --spi 0x7777 --count 50 > /dev/null
	check "unknown SPI: told" busywait 5 grep -q '"event":"unknown-spi".*"src":"11.0.0.1".*"dst":"10.0.0.1".*"spi":"0x00007777"' "$TMP/peers"
	is "unknown SPI: counted" 50 $(($(count west unknown-spi) - before))
	at_least "unknown SPI: told seldom" 1 $((3 - $(peers unknown-spi 0x00007777)))
}

begin
topology_more 8
leak_control
conn id=1 enc=aes-gcm-16
conn id=2 es=11.0.1.17 enc=aes-gcm-16 saopt=follow
conn_make
for n in west east; do
	# the peer may move: policies do not say where its packets come from
	sed '/^policy/s/ mode tunnel src .*/ mode tunnel/' "$(conn_file $n ours)" > "$TMP/$n.saved"
	check "2 connections load into $n" load $n < "$TMP/$n.saved"
done
on west ipsecctl monitor -j peer > "$TMP/peers" &
BGS+=("$!")
check "the tunnel is up" pings sunset $SUNRISE4
all_or_nothing
replacement
races
owners
sockets
moves
unknown
leak_check
at_least "sealed packets were seen at M" 4000 "$(sealed_count)"
finish
