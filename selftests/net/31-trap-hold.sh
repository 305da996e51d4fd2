#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets that wait for an SA: acquire, order, bounds, expiry, replacement.
#
#   sunset ---- west ====== M ====== east ---- sunrise
#   sends       holds               opens      listens
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

sp() { on west ipsecctl policy "$@"; }

# send FROM TO [SECONDS]: datagrams that carry their number, from Sunset
send() {
	on sunset "$PY" -c "
import socket, sys, time
a, b, gap, to = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
s = socket.socket(socket.AF_INET6 if ':' in to else socket.AF_INET, socket.SOCK_DGRAM)
for i in range(a, b + 1):
    s.sendto(b'%d' % i, (to, 5300))
    time.sleep(gap)
" "$1" "$2" "${3:-0.005}" "$TO"
}

# listen: what Sunrise gets, a number a line, in $TMP/got
listen() {
	: > "$TMP/got"
	on sunrise "$PY" -uc "
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(('::', 5300))
print('ready')
while True: print(s.recv(100).decode())
" >> "$TMP/got" &
	BGS+=("$!")
	busywait 20 grep -q ready "$TMP/got"
}
got() { grep -v ready "$TMP/got" | tr '\n' ' '; }
got_none() { [ -z "$(got)" ]; }
forget() { : > "$TMP/got"; }
numbers() { seq "$1" "$2" | tr '\n' ' '; }
got_is() { [ "$(got)" = "$1" ]; }
wait_got() { busywait 10 got_is "$1"; }

# West's SAs of the connection come and go, East has all from the start: so numbers go on, or East
# would take them for replays
SEQ=0
sas_add() {
	SEQ=$((SEQ + 10000))
	sed -n "/^sa add/{/ out /s/\$/ seq $SEQ/;p}" "$(conn_file west ours)" | on west ipsecctl load -
}
sas_del() { on west ipsecctl sa flush; }
trap_policy() { echo "policy $1 out src $WNET dst $ENET $2 esp reqid 1 mode tunnel src $WEST4 dst $EAST4" | on west ipsecctl load -; }

# monitor: acquire events, in $TMP/acquire; monitor_stop
monitor() {
	: > "$TMP/acquire"
	nsenter --net="/run/netns/${PFX}west" -- ipsecctl monitor acquire >> "$TMP/acquire" &
	MON=$!
	BGS+=("$MON")
	sleep 2
}
monitor_stop() { kill "$MON"; wait "$MON" 2> /dev/null; }
asked() { grep -c "$TO" "$TMP/acquire"; }

acquire() {
	local start=$SECONDS
	monitor
	trap_policy add trap
	send 1 20 0.15
	check "$1: an acquire comes" busywait 10 grep -q "$TO" "$TMP/acquire"
	check "$1: with addresses, port and protocol" grep -q "$FROM.*$TO.*5300" "$TMP/acquire"
	monitor_stop
	remark "$(head -n 2 "$TMP/acquire")"
	# at 0, 1, 3, 7, 15, 31 seconds
	check "$1: it is repeated seldom" test "$(asked)" -le $((2 + (SECONDS - start) / 2))
	got_none && ok "$1: nothing was delivered" || not_ok "$1: nothing was delivered"
	sas_add
	wait_got "$(numbers 1 20)"
	is "$1: the first packets are delivered in order" "$(numbers 1 20)" "$(got)"
	send 21 30
	wait_got "$(numbers 1 30)"
	is "$1: and those that follow" "$(numbers 1 30)" "$(got)"
	sas_del
	forget
}

# The sender does not stop while the SA comes: no packet may overtake those that wait.
moving() {
	on west ipsecctl ns set hold-packets 1000
	background send 1 600 0.003
	sleep 0.9
	sas_add
	wait "$BG"
	wait_got "$(numbers 1 600)"
	is "$1: in order while new ones come" "$(numbers 1 600)" "$(got)"
	on west ipsecctl ns set hold-packets 64
	sas_del
	forget
}

bounds() {
	local full expired
	full=$(drops west hold-full)
	on west ipsecctl ns set hold-packets 5
	send 1 12
	sas_add
	wait_got "$(numbers 8 12)"
	is "the newest 5 of 12 were kept" "$(numbers 8 12)" "$(got)"
	is "the others are counted" 7 $(($(drops west hold-full) - full))
	sas_del
	forget
	on west ipsecctl ns set hold-packets 0
	send 1 3
	sas_add
	sleep 1
	is "none is kept of 0" '' "$(got)"
	sas_del
	on west ipsecctl ns set hold-packets 64 hold-ms 500
	expired=$(drops west hold-expired)
	send 1 3
	sleep 2
	is "expiry is counted" 3 $(($(drops west hold-expired) - expired))
	sas_add
	sleep 1
	is "what expired is not delivered" '' "$(got)"
	sas_del
	forget
	on west ipsecctl ns set hold-ms 30000
}

replaced() {
	local purged
	monitor
	trap_policy replace hold
	send 1 4
	sleep 1
	monitor_stop
	is "hold does not ask" 0 "$(asked)"
	trap_policy replace trap
	sas_add
	wait_got "$(numbers 1 4)"
	is "held packets move over to the replacement" "$(numbers 1 4)" "$(got)"
	sas_del
	forget
	leak_start
	send 1 3
	is "they wait" 0 "$(leak_count)"
	sp replace out src $WNET dst $ENET pass
	# twice at M, in and out; and no further, for East wants them sealed
	busywait 5 eval '[ "$(leak_count)" -ge 3 ]'
	at_least "replaced by pass: they go in clear" 3 "$(leak_count)"
	leak_start
	trap_policy replace trap
	send 1 3
	sp add out src "$FROM" dst "$TO" drop
	sleep 1
	is "a more specific drop takes them" '' "$(got)"
	sp del out src "$FROM" dst "$TO"
	send 4 5
	purged=$(drops west hold-purged)
	sp del out src $WNET dst $ENET
	is "packets of a deleted policy are dropped and counted" 2 $(($(drops west hold-purged) - purged))
	leak_check
}

gone() {
	trap_policy add trap
	send 1 3
	purged=$(drops west hold-purged)
	ip -n "${PFX}west" link set out0 down
	busywait 5 eval '[ $(($(drops west hold-purged) - purged)) = 3 ]'
	is "packets for a device that went down are dropped" 3 $(($(drops west hold-purged) - purged))
	ip -n "${PFX}west" link set out0 up
	ip -n "${PFX}west" route add default via 10.0.0.254
}

begin
leak_control
listen
for w in 4 6; do
	eval "FROM=\$SUNSET$w TO=\$SUNRISE$w WNET=\$WNET$w ENET=\$ENET$w"
	conn_reset
	conn enc=aes-gcm-16 ws="$WNET" es="$ENET"
	conn_make && gateway_load east "$EAST_IMPL" < "$(conn_file east "$EAST_IMPL")" || not_ok "the peer is loaded"
	acquire "IPv$w"
	moving "IPv$w"
	[ $w = 6 ] || bounds
	[ $w = 6 ] || replaced
	on west ipsecctl policy flush
done
eval "FROM=\$SUNSET4 TO=\$SUNRISE4 WNET=\$WNET4 ENET=\$ENET4"
gone
trap_policy replace trap
send 1 3 # they wait while the namespace goes
finish
