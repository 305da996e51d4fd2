#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# IKEv2 between two of ours, from one ipsec.conf that is the same at both ends, with a pre-shared key.
# Ids as ACC-01 are those of the inventory of FreeS/WAN.
#
#   sunset ---- west ==== the same file ==== east ---- sunrise
#               ours           M             ours
NFI_EAST=ours
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/net/lib-ike.sh
. "$(dirname "$0")/lib-ike.sh"
need_west

# write_files AUTO-OF-WEST AUTO-OF-EAST: all else is the same
write_files() {
	local n auto=$1
	for n in west east; do
		mkdir -p "$IKE/$n"
		cat > "$IKE/$n/ipsec.conf" << C
conn west-east
	left=$WEST4
	leftsubnet=$WNET4
	leftid=@west
	right=$EAST4
	rightsubnet=$ENET4
	rightid=@east
	authby=secret
	auto=$auto

conn six
	left=$WEST6
	leftsubnet=$WNET6
	right=$EAST6
	rightsubnet=$ENET6
	authby=secret
	auto=$auto
C
		cat > "$IKE/$n/ipsec.secrets" << C
@west @east : PSK "a secret of forty-two octets, at the least"
$WEST6 $EAST6 : PSK "another one"
C
		chmod 600 "$IKE/$n/ipsec.secrets"
		auto=$2
	done
}

passes() { check "$1" pings sunset "${2:-$SUNRISE4}"; }
count() { on "$1" ipsecctl -j "$2" list | json 'print(len(d))'; }

# ACC-01: up by command, and traffic
up() {
	write_files add add
	check "ipsecd starts on West" ike_start west
	check "ipsecd starts on East" ike_start east
	leak_start
	sniff "$TMP/up.pcap"
	check "ACC-01: up" ctl west up west-east --timeout 30 || ike_logs
	is "up at West" up "$(ike_state west west-east)"
	check "up at East" ike_until east west-east up 5
	passes "ACC-01: what is protected is answered"
	sniff_stop
	at_least "ESP was seen" 2 "$(pcap_count "$TMP/up.pcap" esp)"
	at_least "four messages of IKE were" 4 "$(pcap_count "$TMP/up.pcap" 'udp port 500 or udp port 4500')"
	leak_check "and nothing in clear"
	check "IPv6, up by the other end" ctl east up six --timeout 30 || ike_logs
	passes "IPv6: what is protected is answered" $SUNRISE6
	check "RC-04: up again says that it is up" ctl west up west-east
}

# ACC-22: new keys under traffic, nothing lost
rekey() {
	local before after ping
	before=$(ike_spis west west-east)
	on sunset ping -q -i 0.05 -c 100 -W 2 $SUNRISE4 > "$TMP/ping.out" 2>&1 &
	ping=$!
	sleep 1
	check "rekey" ctl west rekey west-east
	wait $ping
	after=$(ike_spis west west-east)
	check "ACC-22: no packet was lost" grep -q ' 0% packet loss' "$TMP/ping.out" || remark "$(tail -n 3 "$TMP/ping.out")"
	check "and the SPIs are others" [ "$before" != "$after" ]
}

down() {
	check "down" ctl west down west-east --timeout 20 || ike_logs
	is "down at West" down "$(ike_state west west-east)"
	check "down at East" ike_until east west-east down 5
	leak_start
	check "CMD-14: nothing is answered" no_pings sunset $SUNRISE4
	leak_check "CMD-14: and nothing leaves in clear, for the policies stay"
}

# a packet brings it up, and is not lost
on_demand() {
	ctl west down west-east --timeout 20 > /dev/null 2>&1
	check "CMD-15: route" ctl west route west-east
	passes "ACC-10: the first packet brings it up"
	is "ACC-10: up" up "$(ike_state west west-east)"
}

# ACC-14: the daemon goes and comes, the kernel goes on
restart() {
	local ping
	leak_start
	on sunset ping -q -i 0.1 -c 100 -W 3 $SUNRISE4 > "$TMP/ping.out" 2>&1 &
	ping=$!
	ike_stop west QUIT
	at_least "ACC-14: policies outlive ipsecd" 2 "$(count west policy)"
	ike_start west
	check "ACC-14: up again after a restart" ctl west up west-east --timeout 30 || ike_logs
	wait $ping
	passes "ACC-14: traffic after it"
	leak_check "ACC-14: nothing in clear meanwhile"
	remark "$(grep loss "$TMP/ping.out")"
}

# a wrong secret is named at the end that can know
mistakes() {
	sed -i 's/forty-two/forty-three/' "$IKE/east/ipsec.secrets"
	ctl west delete west-east > /dev/null
	ctl east delete west-east > /dev/null
	check "secrets are read again" ctl east rereadsecrets
	ctl west add west-east > /dev/null
	ctl east add west-east > /dev/null
	refute "ACC-05: a wrong secret does not come up" ctl west up west-east --timeout 30
	cp "$TMP/check.out" "$TMP/said"
	check "ACC-05: and West says that proof was refused" grep -qi "secret\|proof\|authentic" "$TMP/said"
	check "ACC-05: East says that the secrets differ" grep -q wrong-secret "$IKE/east/log" || ike_logs
	refute "RC-21: a conn that is not there" ctl west up west-eats
	cp "$TMP/check.out" "$TMP/said"
	check "RC-21: and the name that was meant" grep -q "did you mean 'west-east'" "$TMP/said"
}

ends() {
	check "shutdown of West" ctl west shutdown
	check "shutdown of East" ctl east shutdown
	busywait 10 [ ! -e "$IKE/west/ipsecd.sock" ]
	busywait 10 [ ! -e "$IKE/east/ipsecd.sock" ]
	is "no policies are left" "0 0" "$(count west policy) $(count east policy)"
	is "and no SAs" "0 0" "$(count west sa) $(count east sa)"
	passes "ordinary routing again"
}

begin
up
rekey
down
on_demand
restart
mistakes
ends
ike_logs 5
finish
