#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual keying: the same ipsec.conf on both gateways, brought up and down by "ipsec manual" and "ipsec setup".
# Ids as MAN-12 and ACC-52 are those of the inventory of FreeS/WAN.
#
#   sunset ---- west ==== the same file ==== east ---- sunrise
#               ours           M             ours
NFI_EAST=ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need_west

F=$TMP/ipsec.conf
ipsec_on() { local n=$1; shift; on "$n" ipsec "$@"; }
manual() { local n=$1; shift; on "$n" ipsec manual --config "$F" "$@"; }
both() { manual west "$@" && manual east "$@"; }
passes() { check "$1" pings sunset "$2"; }
stops() { check "$1" no_pings sunset "$2"; }
rises() { # NAME NODE REASON BEFORE
	local now
	now=$(drops "$2" "$3")
	if [ "$now" -gt "$4" ]; then ok "$1"; else not_ok "$1"; remark "$3 on $2: $4, then $now"; fi
}
ids() { on west ipsecctl -j sa list | json 'print(*sorted(s["id"] for s in d))'; }
objects() { on "$1" ipsecctl -j sa list | json 'print(len(d))'; on "$1" ipsecctl -j policy list | json 'print(len(d))'; }
hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# key names are the algorithms they are for
des=0x$(hex 24) md5=0x$(hex 16) sha1=0x$(hex 20) gcm_left=0x$(hex 20) gcm_right=0x$(hex 20) other=0x$(hex 20)

ends="	left=$WEST4
	right=$EAST4"
nets="$ends
	leftsubnet=$WNET4
	rightsubnet=$ENET4"

write_file() {
	cat > "$F" << X
config setup
	manualstart=legacy

conn aead
$nets
	spi=0x200
	esp=aes-gcm-16
	leftespenckey=$gcm_left
	rightespenckey=$gcm_right
	espreplay_window=64

conn legacy
$nets
	spibase=0x300
	esp=3des-md5-96
	espenckey=$des
	espauthkey=$md5

conn readable
$nets
	spi=0x400
	ah=hmac-sha1-96
	ahkey=$sha1

conn bundle
$nets
	spibase=0x500
	esp=aes128gcm16
	leftespenckey=$gcm_left
	rightespenckey=$gcm_right
	ah=hmac-sha1-96
	ahkey=$sha1

conn ends
	type=transport
$ends
	spi=0x600
	esp=aes-gcm-16
	leftespenckey=$gcm_left
	rightespenckey=$gcm_right

conn six
	left=$WEST6
	leftsubnet=$WNET6
	right=$EAST6
	rightsubnet=$ENET6
	spi=0x700
	esp=aes-gcm-16
	leftespenckey=$gcm_left
	rightespenckey=$gcm_right

conn hole
	type=passthrough
$ends
	leftsubnet=$WNET4
	rightsubnet=11.0.1.16/32
	auto=manual

conn wall
	type=drop
$ends
	leftsubnet=$WNET4
	rightsubnet=11.0.1.17/32

conn sign
	type=reject
$ends
	leftsubnet=$WNET4
	rightsubnet=11.0.1.18/32
X
	chmod 600 "$F"
}

# LIT-23 with today's algorithm, ACC-52, CMD-30, CMD-37
up_and_down() {
	local before after n
	leak_start
	sniff "$TMP/aead.pcap"
	check "up on both gateways" both --up aead
	passes "ACC-52: what is protected is answered" $SUNRISE4
	sniff_stop
	at_least "ACC-52: ESP of SPI 0x200 was seen" 2 "$(pcap_count "$TMP/aead.pcap" 'esp and ip[20:4] = 0x200')"
	is "ACC-52: no IKE was" 0 "$(pcap_count "$TMP/aead.pcap" 'udp port 500 or udp port 4500')"
	leak_check "and nothing in clear"
	check "CMD-37: look has the eroute, with its counter" grep -Eq \
		"^10.0.1.0/24 +-> 11.0.1.0/24 +=> tun@11.0.0.1 esp0x200@11.0.0.1 \([1-9]" <(ipsec_on west look)
	check "CMD-37: and the SA with its packets" grep -Eq \
		"^esp0x200@11.0.0.1 ESP_AES_GCM_16: dir=out src=10.0.0.1 .*packets\([1-9]" <(ipsec_on west look)
	before=$(ids)
	check "CMD-30: up again" manual west --up aead
	is "CMD-30: changes nothing" "$before" "$(ids)"

	# the file of an SA that is up changes; down must find what up made
	sed -i "s/spi=0x200/spi=0x201/" "$F"
	n=$(drops west out-no-sa)
	leak_start
	check "CMD-30: down after the file has changed" manual west --down aead
	is "CMD-30: the SAs are gone" 0 "$(on west ipsecctl -j sa list | json 'print(len(d))')"
	stops "LIF-06: packets are dropped" $SUNRISE4
	rises "LIF-06: and counted" west out-no-sa "$n"
	leak_check "LIF-06: none left in clear"
	check "down again is nothing" manual west --down aead
	check "up with the new number" both --up aead
	passes "which the other gateway took over, too" $SUNRISE4
	is "and the old one is not there" 0 "$(on east ipsecctl -j sa list | json 'print(sum(s["spi"] == "0x00000200" for s in d))')"
	refute "RC-26: unroute of what is up" manual west --unroute aead
	both --down aead
	check "LIF-08: unroute" both --unroute aead
	after="$(objects west) $(objects east)"
	is "LIF-08: nothing is left" "0 0 0 0" "$(echo $after)"
	passes "LIF-08: ordinary routing again" $SUNRISE4
	refute "a name that is in no file" manual west --up aed
	refute "and was never up" manual west --down aed
}

# LIF-02 before 1.91: routed without SAs is closed
route_first() {
	local n
	n=$(drops west out-no-sa)
	leak_start
	check "route without SAs" manual west --route legacy
	stops "LIF-02: drops" $SUNRISE4
	rises "LIF-02: and counts" west out-no-sa "$n"
	leak_check "LIF-02: nothing left in clear"
	check "up after route" both --up legacy
	sniff "$TMP/legacy.pcap"
	passes "LIT-23: 3des-md5-96" $SUNRISE4
	sniff_stop
	at_least "ACC-53: even to the right" 1 "$(pcap_count "$TMP/legacy.pcap" "src $WEST4 and esp and ip[20:4] = 0x302")"
	at_least "ACC-53: odd to the left" 1 "$(pcap_count "$TMP/legacy.pcap" "src $EAST4 and esp and ip[20:4] = 0x303")"
	check "DIF-05: legacy is warned of once" test "$(manual west --up legacy 2>&1 | grep -c 'legacy algorithms')" = 1
	leak_check "nothing in clear"
	away legacy
}

away() { both --down "$1" && both --unroute "$1"; }

# ACC-55: an answer of East is kept at M, sent on with a bit of its data turned, and then as it was.
turned_bit() {
	local n
	SNIFF_DEV=east0 sniff "$TMP/turned.pcap" "src host $EAST4 and proto 51"
	on mid nft 'add table inet keep; add chain inet keep f { type filter hook forward priority 0; };
		add rule inet keep f iif east0 meta l4proto ah drop'
	stops "ACC-55: no answer while M keeps it" $SUNRISE4
	sniff_stop
	on mid nft delete table inet keep
	n=$(drops west in-auth)
	inject mid replay west0 "$TMP/turned.pcap" --pick 0 --flip -1 > /dev/null
	busywait 5 eval '[ "$(drops west in-auth)" -gt '"$n ]"
	is "ACC-55: a bit turned at M is one in-auth" $((n + 1)) "$(drops west in-auth)"
	check "ACC-55: spi shows it as auth_errs" grep -q '^ah.*dir=in.*auth_errs=1' <(ipsec_on west spi)
	passes "ACC-55: and the connection goes on" $SUNRISE4
}

other_forms() {
	check "AH only" both --up readable
	sniff "$TMP/ah.pcap" ah
	check "ACC-55: an AH tunnel is answered" on sunset ping -c2 -W5 -p feedfacedeadbeef $SUNRISE4
	sniff_stop
	check "ACC-55: the pattern is readable at M" pcap_has_pattern "$TMP/ah.pcap"
	turned_bit
	away readable
	leak_start
	check "AH around ESP, spelled as strongSwan does" both --up bundle
	passes "MAN-02: a bundle is answered" $SUNRISE4
	check "PRC-03: spigrp lists it from the inside" grep -q \
		"^tun@11.0.0.1 esp0x502@11.0.0.1 ah0x504@11.0.0.1" <(ipsec_on west spigrp)
	away bundle
	check "transport mode between the gateways" both --up ends
	check "which is answered" pings west $EAST4
	away ends
	check "IPv6, which MAN-13 did not have" both --up six
	passes "IPv6 is answered" $SUNRISE6
	leak_check "none of these in clear"
	away six
}

# ACC-92
shunts() {
	both --up aead; both --up hole; both --up wall; both --up sign
	leak_start
	passes "ACC-92: what is neither is protected" $SUNRISE4
	leak_check "ACC-92: and not in clear"
	check "ACC-92: passthrough is answered" pings sunset 11.0.1.16
	check "ACC-92: in clear" test "$(leak_count)" -gt 0
	leak_start
	stops "ACC-92: drop" 11.0.1.17
	check "SHU-03: reject tells the sender" grep -qi 'filtered\|prohibited' <(on sunset ping -c1 -W2 11.0.1.18 2>&1)
	leak_check "neither in clear"
	check "eroute lists shunts" test "$(ipsec_on west eroute | grep -c '%pass\|%drop\|%reject')" = 3
	both --down hole; both --down wall
	leak_start
	passes "down of passthrough: the wider connection has it" 11.0.1.16
	leak_check "protected"
	stops "down of drop: still dropped" 11.0.1.17
	both --unroute wall
	passes "unroute of drop" 11.0.1.17
	both --down sign; both --unroute sign; both --unroute hole; away aead
}

# MAN-04: a wrong key
wrong_key() {
	local n
	both --up aead
	sed "s/rightespenckey=.*/rightespenckey=$other/" "$F" > "$TMP/wrong.conf"
	chmod 600 "$TMP/wrong.conf"
	check "another key at East" on east ipsec manual --config "$TMP/wrong.conf" --up aead
	n=$(drops east in-auth)
	leak_start
	stops "MAN-04: no traffic" $SUNRISE4
	rises "MAN-04: counted as in-auth" east in-auth "$n"
	check "MAN-04: spi shows it as auth_errs" grep -q 'auth_errs=[1-9]' <(ipsec_on east spi)
	leak_check "nothing in clear"
	away aead
}

# CMD-31, SET-08, ACC-51
setup() {
	is "CMD-31: stopped at first" "IPsec stopped" "$(ipsec_on west setup --status)"
	check "CMD-31: start" ipsec_on west setup --start --config "$F"
	check "start on East" ipsec_on east setup start config "$F"
	is "CMD-31: running" "IPsec running" "$(ipsec_on west setup status | head -1)"
	is "CMD-31: manualstart= and auto=manual are up" "2 manual connections, 2 SAs, 4 policies" \
		"$(ipsec_on west setup status | tail -1)"
	passes "SET-08: what manualstart= names is up" $SUNRISE4
	refute "CMD-31: a second start" ipsec_on west setup --start --config "$F"
	check "CMD-31: restart" ipsec_on west setup restart config "$F"
	passes "and up again" $SUNRISE4
	check "CMD-31: stop" ipsec_on west setup --stop
	is "LIF-09: all is cleared" "0 0" "$(echo $(objects west))"
	refute "CMD-31: stop when stopped says so" ipsec_on west setup --stop
	ipsec_on east setup --stop
	refute "auto needs the daemon" ipsec_on west auto --up aead
}

# CMD-50, CMD-51
utilities() {
	check "eroute --add %drop" ipsec_on west eroute --add --eraf inet --src $WNET4 --dst $ENET4 --said %drop
	stops "CMD-50: drops" $SUNRISE4
	check "eroute --replace %pass" ipsec_on west eroute --replace --src=$WNET4 --dst=$ENET4 --said %pass
	passes "CMD-50: passes" $SUNRISE4
	check "eroute --del" ipsec_on west eroute --del --src $WNET4 --dst $ENET4
	refute "CMD-50: which is gone" ipsec_on west eroute --del --src $WNET4 --dst $ENET4
	check "spi --esp" ipsec_on west spi --said "esp0x250@$EAST4" --src $WEST4 --esp 3des-md5-96 \
		--enckey "$des" --authkey "$md5" --mode tunnel
	check "eroute to it" ipsec_on west eroute --add --src $WNET4 --dst $ENET4 --said "esp.250@$EAST4"
	check "CMD-50: is listed with its SA" grep -q 'esp0x250@11.0.0.1' <(ipsec_on west eroute)
	check "CMD-50: and by edst, spi and proto, for a port" ipsec_on west eroute --add --src $WNET4 --dst $ENET4 \
		--transport-proto 6 --dst-port 80 --af inet --edst $EAST4 --spi 0x250 --proto esp
	check "CMD-51: spi with lives" ipsec_on west spi --said "esp0x251@$EAST4" --src $WEST4 --esp 3des-md5-96 \
		--enckey "$des" --authkey "$md5" --mode tunnel --life soft-bytes=1000000,hard-addtime=3600
	check "CMD-51: which it lists" grep -q '^esp0x251.*life(c,s,h)=.*1000000' <(ipsec_on west spi)
	check "spi --del" ipsec_on west spi --del --said "esp0x251@$EAST4"
	check "spi --del" ipsec_on west spi --del --said "esp0x250@$EAST4"
	check "eroute --clear" ipsec_on west eroute --clear
	is "nothing is left" "0 0" "$(echo $(objects west))"
}

# no NAME COMMAND...: it fails, and says no key
no() {
	local name=$1
	refute "$@" || return
	! grep -q "${des#0x}\|${gcm_left#0x}\|${md5#0x}" "$TMP/check.out" || { not_ok "$name: a key was said"; return; }
}

# ACC-54: refused before anything is touched
refused() {
	local f=$TMP/bad.conf
	sed "s/spibase=0x300/spi=0x80/" "$F" > "$f"; chmod 600 "$f"
	no "ACC-54: an SPI that is too small" on west ipsec manual --config "$f" --up legacy
	sed "s/esp=3des-md5-96/esp=3des/" "$F" > "$f"
	no "ACC-54, CMP-22: ESP without authentication" on west ipsec manual --config "$f" --up legacy
	sed "s/espauthkey=$md5/espauthkey=${md5}00/" "$F" > "$f"
	no "ACC-54: a key of another length" on west ipsec manual --config "$f" --up legacy
	sed "s/spibase=0x300/spi=0x600/" "$F" > "$f"
	no "ACC-54, CMP-21: the second of two with one SPI" on west ipsec manual --config "$f" --up ends
	chmod 644 "$f"
	no "SEC-01: keys in a file that others may read" on west ipsec manual --config "$f" --up legacy
	is "nothing was touched" "0 0" "$(echo $(objects west))"
}

begin
topology_more 4
leak_control
write_file
up_and_down
route_first
other_forms
shunts
wrong_key
setup
utilities
refused
finish
