#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Our module at both ends: a cut through the transforms, every mode and family, ESN, bundles, TFC.
#
#   sunset ---- west ====== ESP, AH ====== east ---- sunrise
#               ours           M           ours
NFI_EAST=ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

begin
topology_more 60
leak_control
for shape in $SHAPES; do
	while read -r row; do
		# shellcheck disable=SC2086
		matrix_add "$shape" $row
	done <<- X
		aes-gcm-16 256 -
		aes-gcm-8 128 - esn=1
		aes-ccm-16 128 -
		chacha20-poly1305 256 -
		aes-gmac 256 -
		aes-cbc 128 hmac-sha2-256-128
		aes-cbc 256 hmac-sha2-512-256 esn=1
		aes-ctr 256 hmac-sha1-96
		null 0 aes-xcbc-96
		3des-cbc 192 hmac-md5-96
		- - - ah=hmac-sha2-256-128
		- - - ah=hmac-sha2-384-192 esn=1
		aes-gcm-16 128 - ah=aes-cmac-96
	X
done
matrix_load || finish
matrix_ping 0,57,1400,3000

serve sunrise
serve sunset
for far in 11.0.1.16 fd00:11:1::100; do
	check "1 MB both ways over TCP, sunset to $far" bulk sunset - $far
	check "UDP of several sizes, sunset to $far" udp sunset - $far 1 500 1400 4000
done
check "1 MB both ways over TCP, sunrise to sunset" bulk sunrise 11.0.1.16 $SUNSET4
at_least "sealed packets were seen at M" 1000 "$(sealed_count)"
leak_check
finish
