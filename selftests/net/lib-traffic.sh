# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-traffic.sh: what the clients send, what M forges, and what the gateways counted.
#
#   ping_all NODE FILE [OPTION...]  "LABEL SRC DST SIZE,..." lines, a result for each
#   pings NODE DST [SIZE,...]    succeeds if all are answered
#   serve NODE [PORT]            echo, bulk and page server in the background (default port 5001)
#   bulk|udp|page NODE SRC DST [ARGUMENT...]   see traffic.py; SRC - for any
#   natt_socket NODE FILE [--encap]  a UDP socket on 4500, with --encap XFRM's ear
#   inject NODE ARGUMENT...      see inject.py
#   drops NODE REASON            count of drops.def's REASON there (our module)
#   stat_xfrm NODE NAME          the same for XFRM: /proc/net/xfrm_stat
#   dropped NODE REASON          either of them, by what the gateway runs
#   sa_packets NODE SPI          packets an SA has carried; SPI in hex digits

ping_all() {
	local n=$1 f=$2 label verdict; shift 2
	while read -r label verdict; do
		if [ "$verdict" = ok ]; then ok "$label"; else not_ok "$label"; remark "$n: $verdict"; fi
	done < <(on "$n" "$LIB/traffic.py" ping "$@" < "$f")
}

pings() { printf 'p - %s %s\n' "$2" "${3:-56}" | on "$1" "$LIB/traffic.py" ping; }
no_pings() { printf 'p - %s %s\n' "$2" "${3:-56}" | on "$1" "$LIB/traffic.py" ping --wait 1 | grep -q lost; }

serve() {
	local out=$TMP/serve.$1.${2:-5001}
	: > "$out"
	on "$1" "$LIB/traffic.py" serve "${2:-5001}" > "$out" &
	BG=$!
	BGS+=("$BG")
	busywait 20 grep -q ready "$out"
}

# natt_socket NODE FILE [--encap]: a UDP socket on 4500; what it gets is in FILE, hex, a line each
natt_socket() {
	: > "$2"
	on "$1" "$LIB/natt.py" 4500 "${@:3}" > "$2" &
	BG=$!
	BGS+=("$BG")
	busywait 20 grep -q ready "$2"
}

bulk() { on "$1" "$LIB/traffic.py" bulk "$2" "$3" "${5:-5001}" "${4:-1000000}"; }
udp() { local n=$1 s=$2 d=$3; shift 3; on "$n" "$LIB/traffic.py" udp "$s" "$d" 5001 "${@:-64}"; }
page() { on "$1" "$LIB/traffic.py" page "$2" "$3" "${4:-5001}"; }
inject() { local n=$1; shift; on "$n" "$LIB/inject.py" "$@"; }

json() { "$PY" -c "import json, sys
d = json.load(sys.stdin)
$1"; }

# drops NODE REASON: the counters of the namespace, whatever the listing calls its array
drops() {
	on "$1" ipsecctl -j stats | tr -d ' \n' | awk -v RS='}' -v name="\"name\":\"$2\"" '
		index($0, name) && match($0, /"count":[0-9]+/) { n += substr($0, RSTART + 8, RLENGTH - 8) }
		END { print n + 0 }'
}

stat_xfrm() { on "$1" sed -n "s,^$2[[:space:]]*,,p" /proc/net/xfrm_stat; }

dropped() {
	local impl=$EAST_IMPL
	[ "$1" != west ] || impl=$WEST_IMPL
	[ "$impl" != ours ] || { drops "$1" "$2"; return; }
	case $2 in
	in-auth) stat_xfrm "$1" XfrmInStateProtoError ;;
	in-replay) stat_xfrm "$1" XfrmInStateSeqError ;;
	in-clear) stat_xfrm "$1" XfrmInTmplMismatch ;;
	out-no-sa) stat_xfrm "$1" XfrmOutNoStates ;;
	*) echo "no counter of XFRM for $2" >&2; return 1 ;;
	esac
}

sa_packets() {
	local n=$1 impl=$EAST_IMPL
	[ "$n" != west ] || impl=$WEST_IMPL
	if [ "$impl" = ours ]; then
		on "$n" ipsecctl -j sa list | json "
l = d if isinstance(d, list) else d.get('sas', d.get('sa', []))
print(sum(int(s.get('packets', 0)) for s in l if int(str(s['spi']), 0) == 0x$2))"
	else
		ip -n "$PFX$n" -s xfrm state list spi "0x$2" | sed -n 's/.*(bytes), \([0-9]*\)(packets).*/\1/p' |
			awk '{ n += $1 } END { print n + 0 }' # "lifetime current" of each
	fi
}
