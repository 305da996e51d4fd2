# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-matrix.sh: many connections at once, each to an address of its own at East or Sunrise.
#
#   matrix_add SHAPE ENC BITS AUTH [WORD=VALUE...]   one more connection; SHAPE: tunnel44 (inner, outer
#                                family), tunnel46, tunnel64, tunnel66, transport4, transport6; - for none
#   $SHAPES                      all of them, or those of the environment's NFI_SHAPES
#   matrix_load                  conn_commit, as a result
#   matrix_ping SIZES            pings both ways through each, a result for each connection and way
MATRIX_SUNSET=() MATRIX_SUNRISE=() MATRIX_WEST=() MATRIX_EAST=()
MATRIX_4=0 MATRIX_6=0 MATRIX_T4=0 MATRIX_T6=0 SHAPES=${NFI_SHAPES:-tunnel44 tunnel46 tunnel64 tunnel66 transport4 transport6}

# matrix_place SHAPE: sets near, far (the addresses that ping) and where (words for conn)
matrix_place() {
	local outer
	case $1 in
	tunnel4?) far=11.0.1.$((16 + MATRIX_4++)); near=$SUNSET4 ;;
	tunnel6?) printf -v far 'fd00:11:1::1%02x' $((MATRIX_6++)); near=$SUNSET6 ;;
	transport4) far=11.0.0.$((16 + MATRIX_T4++)); near=$WEST4; where="mode=transport eo=$far"; return ;;
	transport6) printf -v far 'fd00:11::1%02x' $((MATRIX_T6++)); near=$WEST6
		where="mode=transport wo=$WEST6 eo=$far"; return ;;
	esac
	outer=${1#tunnel?}
	where="mode=tunnel ws=$near es=$far"
	[ "$outer" = 4 ] || where+=" wo=$WEST6 eo=$EAST6"
}

matrix_add() {
	local shape=$1 enc=${2#-} bits=${3#-} auth=${4#-} near far where label
	shift 4
	matrix_place "$shape"
	label=$shape${enc:+.$enc}
	[ "${bits:-0}" = 0 ] || label+=-$bits
	[ -z "$auth" ] || label+=.$auth
	[ $# = 0 ] || label+=.$*
	label=${label// /,}
	# shellcheck disable=SC2086
	conn $where enc="$enc" keybits="$bits" auth="$auth" "$@"
	if [ "${shape%?}" = transport ]; then
		MATRIX_WEST+=("$label:out $near $far"); MATRIX_EAST+=("$label:in $far $near")
	else
		MATRIX_SUNSET+=("$label:out $near $far"); MATRIX_SUNRISE+=("$label:in $far $near")
	fi
}

matrix_load() {
	check "$CONN_N connections load into West ($WEST_IMPL) and East ($EAST_IMPL)" conn_commit
}

matrix_ping() {
	local n
	for n in sunset sunrise west east; do
		local -n jobs=MATRIX_${n^^}
		[ ${#jobs[@]} -gt 0 ] || continue
		printf "%s $1\n" "${jobs[@]}" > "$TMP/matrix.now"
		ping_all $n "$TMP/matrix.now" --window 64 --wait 8
	done
}
