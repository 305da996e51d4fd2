#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every AH transform, AH around ESP, every mode and family, against in-tree XFRM; a bit turned at M (ACC-55).
#
#   sunset ---- west ====== AH ====== east ---- sunrise
#               ours        M         xfrm
#                           turns a bit
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

begin
topology_more 30
leak_control
all=$(auths)
for shape in $SHAPES; do
	for auth in $all; do matrix_add "$shape" - - - ah="$auth"; done
	matrix_add "$shape" - - - ah=hmac-sha1-96 esn=1
	# in-tree XFRM cannot do a bundle of two families; 12-ours-ours.sh does
	case $shape in tunnel46|tunnel64) continue ;; esac
	matrix_add "$shape" aes-gcm-16 256 - ah=hmac-sha2-256-128
	matrix_add "$shape" aes-cbc 128 hmac-sha1-96 ah=hmac-sha2-512-256
	matrix_add "$shape" null 0 hmac-sha2-256-128 ah=aes-xcbc-96
done
matrix_load || finish
matrix_ping 0,57,1400,3000
leak_check

# ACC-55: AH hides nothing, but what is changed on the way is dropped and counted.
# flip FAR NEAR NAME: East's answer is caught at M, sent on with a bit turned, then as it was.
flip() {
	local far=$1 node=$2 name=$3 file=$TMP/flip.$3 src=$4 before
	SNIFF_DEV=east0 sniff "$file" "src host $src and proto 51"
	on mid nft 'add table inet flip; add chain inet flip f { type filter hook forward priority 0; };
		add rule inet flip f iif east0 meta l4proto ah drop'
	check "$name: the answer does not arrive while M keeps it" no_pings "$node" "$far" 100
	sniff_stop
	on mid nft delete table inet flip
	check "$name: the pattern is visible in AH" pcap_has_pattern "$file"
	before=$(dropped west in-auth)
	inject mid replay west0 "$file" --pick 0 --flip -1 > /dev/null
	busywait 5 eval '[ "$(dropped west in-auth)" -gt '"$before ]"
	is "$name: a bit turned in the data is one in-auth" $((before + 1)) "$(dropped west in-auth)"
	inject mid replay west0 "$file" --pick 0 --flip 16 > /dev/null
	busywait 5 eval '[ "$(dropped west in-auth)" -gt '"$((before + 1)) ]"
	is "$name: a bit turned in the destination or source is no success" yes \
		"$([ "$(dropped west in-auth)" -ge $((before + 1)) ] && echo yes)"
	check "$name: the connection goes on" pings "$node" "$far" 100
}

flip 11.0.1.16 sunset tunnel $EAST4
flip 11.0.0.16 west transport 11.0.0.16
finish
