#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Namespace, device and module go away under traffic, with SAs, held and queued packets (ACC-75, issue C.7).
#
#   sunset ---- west ====== M ====== east ---- sunrise
#               ours                 ours
#
# The module is loaded again at the end, whatever happens: run_all expects it.
NFI_EAST=ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west
[ -n "${NFI_MODULE:-}" ] || skip_all "needs NFI_MODULE to load the module again"
[ -d /sys/module/nf_ipsec ] || skip_all "the module is not loaded"

loaded() { [ -d /sys/module/nf_ipsec ]; }
unloaded() { ! loaded; }
users() { cat /sys/module/nf_ipsec/refcnt; }
unused() { [ "$(users)" = 0 ]; }
unload() { timeout -k 5 60 rmmod nf_ipsec; }
reload() { loaded || insmod "$NFI_MODULE"; }

# A complaint of the kernel since the last look; vm/run looks for more at the end.
LOOK=0
look() { LOOK=$((LOOK + 1)); echo "nfi test: look $$.$LOOK" > /dev/kmsg; }
complaints() {
	dmesg | sed "1,/nfi test: look $$\\.$LOOK\$/d" |
		grep -E 'WARNING|\<BUG\>|Oops|KASAN|unregister_netdevice: waiting|refcount|suspicious RCU|circular locking'
	look
}
quiet() { is "$1: the kernel does not complain" '' "$(complaints | head -3)"; }

connect() {
	conn_reset
	conn ws=$WNET4 es=$ENET4 enc=aes-gcm-16
	conn ws=$WNET6 es=$ENET6 enc=aes-cbc auth=hmac-sha2-256-128
	conn_commit || not_ok "connections"
	# what nobody answers for waits
	on west ipsecctl policy add out src $WNET4 dst 11.0.2.0/24 trap esp reqid 9 mode tunnel
}

on_now() { exec nsenter --net="/run/netns/$PFX$1" -- "${@:2}"; }

# Pings both ways and families, quick ones, large ones, held ones; until end_background.
traffic() {
	background on_now sunset ping -q -i 0.02 $SUNRISE4
	background on_now sunset ping -q -i 0.05 -s 3000 $SUNRISE6
	background on_now sunrise ping -q -i 0.02 -s 1400 $SUNSET4
	background on_now sunrise ping -q -i 0.05 $SUNSET6
	background on_now sunset ping -q -i 0.02 11.0.2.2
	background on_now west ping -q -i 0.1 10.0.0.254 # no policy: in clear, and not from inside
	WEST_PING=$BG
} > /dev/null 2>&1

flows() { local n; n=$(sealed_count); busywait 60 more_sealed $((n + 200)); }
more_sealed() { [ "$(sealed_count)" -gt "$1" ]; }
held() { on west ipsecctl -j policy list | grep -qE '"held": *"?[1-9]'; }

# the topology anew, SAs and traffic in it
scene() {
	end_background
	topology_down
	topology_up || not_ok "topology"
	leak_start
	connect
	traffic
	check "$1: traffic flows" flows
	check "$1: packets are held" busywait 30 held
}

gone() { ! ip -n "${PFX}sunset" link show eth0; }

namespace() {
	local n
	for n in west east; do
		scene "namespace of $n"
		kill "$WEST_PING" # a process in it would keep it
		wait "$WEST_PING" 2> /dev/null
		check "namespace of $n: deleted" timeout 30 ip netns del "$PFX$n"
		# its end of the cable to the client goes with it
		case $n in
		west) check "namespace of $n: cleaned up" busywait 30 gone ;;
		east) check "namespace of $n: cleaned up" busywait 30 eval '! ip -n "${PFX}sunrise" link show eth0' ;;
		esac
		end_background
		is "namespace of $n: the module is not in use" 0 "$(users)"
		quiet "namespace of $n"
	done
}

# Who asked for the guard of tc does not lose it silently; it goes with its device.
classifier() {
	on west tc qdisc add dev out0 clsact
	check "tc filter: is taken under traffic" on west tc filter add dev out0 egress protocol all nf_ipsec
	at_least "tc filter: the module is in use" 1 "$(users)"
	refute "tc filter: the module cannot be removed" unload
	check "tc filter: traffic flows" flows
}

device() {
	scene "outside device"
	classifier
	check "outside device: deleted" timeout 30 ip -n "${PFX}west" link del out0
	sleep 1
	refute "outside device: has gone" ip -n "${PFX}west" link show out0
	check "outside device: its tc filter has gone too" busywait 30 unused
	is "outside device: the SAs are there still" 4 "$(on west ipsecctl -j sa list | grep -o '"spi"' | wc -l)"
	# the namespace works on: a new device, the same SAs
	link west out0 03 mid west0 04
	{ addr out0 $WEST4/24 $WEST6/64; echo "route add default via 10.0.0.254"; echo "route add default via fd00:10::fe"; } | node west
	{ addr west0 10.0.0.254/24 fd00:10::fe/64; via $WNET4 $WEST4 $WNET6 $WEST6; } | node mid
	check "outside device: a new one, the same SAs" busywait 60 pings sunset $SUNRISE4
	end_background
	on west ip link set in0 down
	check "inside device: deleted" timeout 30 ip -n "${PFX}west" link del in0
	quiet "devices"
}

# Packets in three places: in the hold queue, in nfnetlink's queue behind us, delayed behind the opening
module() {
	local queue
	scene "module"
	background on_now west "$LIB/nfqueue.py" 5 --stall > "$TMP/queue"
	queue=$BG
	busywait 60 grep -q ready "$TMP/queue"
	# Six chains behind the queue: when hooks before it go, Linux before 6.10 warns about queued
	# packets if fewer hooks are left than their place in the list ("drop bogus WARN_ON" mended it).
	{ echo 'table inet nfi_queue { chain post { type filter hook postrouting priority 120; ip protocol icmp oifname "out0" meta length 100-2000 queue num 5; };'
	  printf 'chain c%d { type filter hook postrouting priority 121; };' 1 2 3 4 5 6
	  echo '}'; } | on west nft -f - || not_ok "module: queue"
	on west tc qdisc add dev in0 root netem delay 300ms || remark "no netem"
	check "module: packets are queued" busywait 30 eval '[ "$(wc -l < "$TMP/queue")" -gt 3 ]'
	check "module: removed under traffic" unload
	refute "module: has gone" loaded
	kill "$queue" # while the hooks of its packets are there
	wait "$queue" 2> /dev/null
	on west nft delete table inet nfi_queue
	quiet "module"
	check "module: without it packets pass" pings sunset $SUNRISE4
	check "module: loads again under traffic" reload
	is "module: nothing is left of its policies" '' "$(on west ipsecctl policy list)"
	connect
	leak_start
	check "module: works again" flows
	check "module: works again, a whole ping" pings sunset $SUNRISE4
	leak_check "module: works again, nothing in clear"
	end_background
}

again() {
	local i
	scene "five times"
	for i in $(seq 5); do
		unload || break
		reload || break
		connect
	done
	is "five times removed and loaded under traffic" 5 "$i"
	check "five times: works" flows
	end_background
	is "five times: the module is not in use" 0 "$(users)"
	quiet "five times"
}

locked() {
	scene "locked"
	on west ipsecctl ns set locked on
	at_least "locked: the module is in use" 1 "$(users)"
	refute "locked: cannot be removed" unload
	check "locked: still loaded" loaded
	check "locked: traffic flows" flows
	on west ipsecctl ns set locked off
	is "locked off: not in use" 0 "$(users)"
	on west ipsecctl ns set locked on
	end_background
	topology_down
	check "locked: goes with its namespace" busywait 30 unused
	topology_up
	check "unlocked: can be removed" unload
	check "unlocked: loads again" reload
	connect
	check "unlocked: works" pings sunset $SUNRISE4
	quiet "locked"
}

begin
trap 'cleanup; reload' EXIT
leak_control
look
namespace
device
module
again
locked
end_background
is "the module is loaded and not in use" 0 "$(users)"
check "the module is loaded" reload
finish
