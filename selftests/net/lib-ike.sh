# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-ike.sh: ipsecd on the gateways. A test sources it after lib.sh.
#
#   ike_files NODE               its folder: $IKE/NODE with ipsec.conf, ipsec.secrets, log
#   ike_start NODE [OPTION...]   ipsecd, until it listens
#   ike_stop NODE [SIGNAL]       TERM: SAs and policies go; QUIT, KILL: they stay
#   ctl NODE ARGUMENT...         ipsecctl to its ipsecd
#   ike_state NODE CONN          the state of a conn, as in status
#   ike_until NODE CONN STATE [SECONDS]
#   ike_spis NODE CONN           inbound SPIs of its CHILD_SAs
#   ike_logs                     the last lines of all logs, as remarks
IKE=$TMP/ike
declare -A IKE_PID=()

ike_env() { local n=$1; shift; on "$n" env IPSEC_RUN="$IKE/$n" "$@"; }
ctl() { local n=$1; shift; ike_env "$n" ipsecctl "$@"; }

ike_start() {
	local n=$1 dir=$IKE/$1; shift
	mkdir -p "$dir"
	# not by on(): what gets the signals must be ipsecd itself, not a shell around it
	nsenter --net="/run/netns/$PFX$n" -- env IPSEC_RUN="$dir" ipsecd --config "$dir/ipsec.conf" --secrets "$dir/ipsec.secrets" "$@" >> "$dir/log" 2>&1 &
	IKE_PID[$n]=$!
	BGS+=("${IKE_PID[$n]}")
	busywait 20 ctl "$n" status
}

ike_stop() {
	kill "-${2:-TERM}" "${IKE_PID[$1]}" 2>/dev/null
	wait "${IKE_PID[$1]}" 2>/dev/null
}

ike_state() { ctl "$1" status "$2" | awk 'NR == 1 { print $2 }'; }
in_state() { [ "$(ike_state "$1" "$2")" = "$3" ]; }
ike_until() { busywait "${4:-20}" in_state "$1" "$2" "$3"; }
ike_spis() { ctl "$1" status "$2" | grep -o 'in 0x[0-9a-f]*' | sort | tr '\n' ' '; }

ike_logs() {
	local n
	for n in west east; do
		[ ! -e "$IKE/$n/log" ] || remark "log of $n: $(tail -n "${1:-15}" "$IKE/$n/log")"
	done
}
