#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every ESP transform of algs.def, every mode and family, West ours against East in-tree XFRM.
# ACC-01 (ping both ways, M sees only ESP), ACC-02 (pattern never at M), ACC-52 (manual SAs).
#
#   sunset ---- west ====== ESP ====== east ---- sunrise
#               ours         M         xfrm
#
# All connections live at once, each to another address at Sunrise (tunnel) or East (transport).
# NFI_WEST=xfrm tests this test.
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

begin
topology_more 170
leak_control
mapfile -t rows < <(transforms)
for shape in $SHAPES; do
	for row in "${rows[@]}"; do matrix_add "$shape" $row; done
	matrix_add "$shape" aes-gcm-16 128 - esn=1
	matrix_add "$shape" aes-cbc 256 hmac-sha2-512-256 esn=1
done
matrix_load || finish
matrix_ping 0,57,1400,3000

serve sunrise
serve sunset
serve east
for i in 0 36 77; do # the first, a middle and the last transform
	for far in 11.0.1.$((16 + i)) "$(printf 'fd00:11:1::1%02x' $i)"; do
		near=$SUNSET4; [ "$far" = "${far#*:}" ] || near=$SUNSET6
		check "1 MB both ways over TCP, sunset to $far" bulk sunset "$near" "$far"
		check "UDP of several sizes, sunset to $far" udp sunset "$near" "$far" 1 500 1400 4000
	done
	check "1 MB both ways over TCP, west to 11.0.0.$((16 + i))" bulk west $WEST4 11.0.0.$((16 + i))
done
check "1 MB both ways over TCP, sunrise to sunset" bulk sunrise 11.0.1.16 $SUNSET4
at_least "sealed packets were seen at M" 5000 "$(sealed_count)"
leak_check
finish
