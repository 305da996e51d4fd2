# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-conn.sh: one description of a connection, two back ends (our module, in-tree XFRM).
#
#   conn_reset                   forget what was described; flush both gateways
#   conn WORD=VALUE...           describe one connection between West and East:
#     id=N                       SPIs 0x1000+2N (to East) and 0x1001+2N (to West), reqid N; default: the next
#     mode=tunnel|transport      default tunnel; transport has the outer addresses as selectors
#     enc=NAME keybits=N auth=NAME  algs.def names (default: the longest key); without enc= no ESP
#     ah=NAME                    AH with that algorithm; together with enc: AH around ESP
#     wo=ADDR eo=ADDR            outer addresses; default 10.0.0.1 and 11.0.0.1
#     ws=PREFIX es=PREFIX        selectors behind West and East; default the inside networks
#     proto=N                    upper protocol in the selectors
#     encap=WPORT:EPORT  esn=1  replay=N (default 64)  seq=N (out)  saopt='words for our sa add'
#   spi_out spi_in               set by conn: 8 hex digits; SPIs to East and to West (ESP and AH alike)
#   conn_make                    what was described becomes files: conn_file west ours
#   conn_commit                  and is loaded into West and East, one transaction each
#   conn_key ID [we|ew] [esp|ah] "KEY AUTHKEY" in hex (- for none) of a connection that was made
#
# NFI_WEST and NFI_EAST: ours or xfrm; default ours, xfrm.
WEST_IMPL=${NFI_WEST:-ours} EAST_IMPL=${NFI_EAST:-xfrm}
CONN_N=0 CONNS=()

conn() {
	local w id=$((CONN_N + 1))
	for w in "$@"; do
		case $w in id=*) id=${w#id=} ;; esac
	done
	CONN_N=$id
	printf -v spi_out %08x $((0x1000 + 2 * id))
	printf -v spi_in %08x $((0x1001 + 2 * id))
	CONNS+=("id=$id $*")
}

conn_reset() {
	CONN_N=0 CONNS=()
	rm -rf "$TMP/conn"
	gateway_flush west "$WEST_IMPL"
	gateway_flush east "$EAST_IMPL"
}

conn_file() { echo "$TMP/conn/$1.$2"; }

conn_make() {
	mkdir -p "$TMP/conn"
	printf '%s\n' "${CONNS[@]}" | "$LIB/conn.py" "$TMP/conn" || return 1
	CONNS=()
}

conn_commit() {
	conn_make &&
		gateway_load west "$WEST_IMPL" < "$(conn_file west "$WEST_IMPL")" &&
		gateway_load east "$EAST_IMPL" < "$(conn_file east "$EAST_IMPL")"
}

conn_key() {
	awk -v id="$1" -v way="${2:-we}" -v proto="${3:-esp}" \
		'$1 == id && $2 == proto && $3 == way { key = $5 " " $6 } END { print key }' "$TMP/conn/keys"
}

# gateway_load NODE ours|xfrm: its lines from standard input, all or (ours) none
gateway_load() {
	case $2 in
	ours) on "$1" ipsecctl load - ;;
	xfrm) ip -n "$PFX$1" -batch - ;;
	esac
}

gateway_flush() {
	case $2 in
	ours) printf '%s\n' 'policy flush' 'sa flush' ;;
	xfrm) printf '%s\n' 'xfrm policy flush' 'xfrm state flush' ;;
	esac | gateway_load "$1" "$2"
}

transforms() { "$LIB/conn.py" transforms; }
auths() { "$LIB/conn.py" auths; }
