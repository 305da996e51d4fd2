#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A third judge: what M captured is decrypted by tshark with the keys; ICV good, pattern found (ACC-02).
# (tshark 4.0 has no ChaCha20 for ESP.)
#
#   sunset ---- west ====== ESP ====== east ---- sunrise
#               ours         M         xfrm
#                        tcpdump -> tshark
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
have tshark || skip_all "tshark is not installed"

# name of ours: tshark's encryption; authentication
declare -A TSHARK=(
	[aes-gcm-16]='AES-GCM with 16 octet ICV [RFC4106]' [aes-gcm-12]='AES-GCM with 12 octet ICV [RFC4106]'
	[aes-gcm-8]='AES-GCM with 8 octet ICV [RFC4106]'
	[aes-cbc]='AES-CBC [RFC3602]' [aes-ctr]='AES-CTR [RFC3686]' [null]='NULL' [3des-cbc]='TripleDES-CBC [RFC2451]'
	[none]='NULL' [hmac-sha2-256-128]='HMAC-SHA-256-128 [RFC4868]' [hmac-sha2-384-192]='HMAC-SHA-384-192 [RFC4868]'
	[hmac-sha2-512-256]='HMAC-SHA-512-256 [RFC4868]' [hmac-sha1-96]='HMAC-SHA-1-96 [RFC2404]'
	[hmac-md5-96]='HMAC-MD5-96 [RFC2403]'
)
ROWS='aes-gcm-16:128: aes-gcm-16:256: aes-gcm-12:256: aes-gcm-8:128:
	aes-cbc:128:hmac-sha2-256-128 aes-cbc:256:hmac-sha2-512-256 aes-cbc:192:hmac-sha2-384-192
	aes-ctr:128:hmac-sha1-96 aes-ctr:256:hmac-sha2-256-128 null:0:hmac-sha2-256-128 3des-cbc:192:hmac-md5-96'
SA_OPTS=() FARS=()

# one connection of a row, and the line for tshark that opens it
add_row() {
	local enc bits auth far i=${#FARS[@]} v=IPv4 src=$WEST4 dst=$EAST4 near=$SUNSET4 outer=''
	IFS=: read -r enc bits auth <<< "$2"
	far=11.0.1.$((16 + i))
	[ "$1" = 4 ] || { printf -v far 'fd00:11:1::1%02x' "$i"; near=$SUNSET6 v=IPv6 src=$WEST6 dst=$EAST6
		outer="wo=$src eo=$dst"; }
	# shellcheck disable=SC2086
	conn $outer ws=$near es=$far enc=$enc keybits=$bits auth=$auth
	FARS+=("$v-$enc-$bits${auth:+-$auth} $near $far $spi_out $CONN_N $v $src $dst $enc $auth")
}

# tell_tshark: the lines of its table of SAs, one for each connection
tell_tshark() {
	local line spi id v src dst enc auth key akey
	for line in "${FARS[@]}"; do
		read -r _ _ _ spi id v src dst enc auth <<< "$line"
		read -r key akey <<< "$(conn_key "$id")"
		key=0x$key akey=0x$akey
		SA_OPTS+=(-o "uat:esp_sa:\"$v\",\"$src\",\"$dst\",\"0x$spi\",\"${TSHARK[$enc]}\",\"${key#0x-}\",\"${TSHARK[${auth:-none}]}\",\"${akey#0x-}\"")
	done
}

# judge FILE: a result for each row: packets whose ICV tshark found good, and the pattern in their inside
judge() {
	local line label spi good
	tshark -r "$1" -o esp.enable_null_encryption_decode_heuristic:FALSE -o esp.enable_encryption_decode:TRUE \
		-o esp.enable_authentication_check:TRUE "${SA_OPTS[@]}" \
		-T fields -E separator='|' -E occurrence=f -e esp.spi -e esp.icv_good -e esp.icv_bad -e data.data \
		> "$TMP/fields" 2> "$TMP/tshark.err" || { not_ok "tshark reads the capture"; remark "$(cat "$TMP/tshark.err")"; }
	for line in "${FARS[@]}"; do
		read -r label _ _ spi _ <<< "$line"
		good=$(grep -ci "^0x$spi|\(1\|true\)|.*feedfacedeadbeef" "$TMP/fields")
		at_least "$label: tshark finds ICV good and the pattern inside" 3 "$good" ||
			remark "$(grep -i "^0x$spi" "$TMP/fields" | head -n 3)"
	done
}

begin
topology_more 40
leak_control
for row in $ROWS; do add_row 4 "$row"; add_row 6 "$row"; done
check "the connections load" conn_commit
sniff "$TMP/m.pcap" esp or ip6 proto 50
for line in "${FARS[@]}"; do
	read -r label near far _ <<< "$line"
	echo "$label $near $far 16,100,1000"
done > "$TMP/p"
ping_all sunset "$TMP/p"
sniff_stop
[ -z "${NFI_OUT:-}" ] || cp "$TMP/m.pcap" "$NFI_OUT/13-tshark.pcap"
tell_tshark
judge "$TMP/m.pcap"
leak_check
finish
