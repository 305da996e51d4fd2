#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Netlink: every wrong request is refused with a reason, and none does harm. No packets here.
# Each command with each attribute missing, doubled, of wrong length, out of range, unknown, not its own; broken nests; flags;
# without privilege; in a user namespace; random messages; allocations that fail (where the kernel can).
# NFI_FUZZ=messages (100000), NFI_FUZZ_SECONDS (60), NFI_SEED
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

nlstrict() { "${IN[@]}" $PY "$LIB/nlstrict.py" "$@" 2>&1; }

# results NAME: the program's lines as KTAP; NAME fails if it ended badly
results()
{
	local word rest
	while read -r word rest; do
		case $word in
		PASS) ok "$rest" ;;
		FAIL) not_ok "$rest" ;;
		END) is "$1 came to its end" 0 "$rest" ;;
		*) remark "$word $rest" ;;
		esac
	done
}
run() { results "$1" < <(nlstrict "$@"; echo "END $?"); }

load()
{
	local needed
	grep -q ^nf_ipsec /proc/modules && return
	for needed in $(modinfo -F depends "$NFI_MODULE" | tr , ' '); do modprobe -q "$needed"; done
	insmod "$NFI_MODULE"
}

load
ip netns add nl
IN=(ip netns exec nl)
run strict
run noperm
IN=(unshare -Urn)
run userns
IN=(ip netns exec nl)
run fuzz "${NFI_FUZZ:-100000}" "${NFI_FUZZ_SECONDS:-60}" "${NFI_SEED:-$RANDOM}"
if [ -e /sys/kernel/debug/failslab ] || mount -t debugfs none /sys/kernel/debug 2>/dev/null && [ -e /sys/kernel/debug/failslab ]; then
	echo N > /sys/kernel/debug/failslab/ignore-gfp-wait
	echo 0 > /sys/kernel/debug/failslab/verbose
	run failnth 400
else
	skip "failing allocations" "kernel has no failslab"
fi
IN=()
ip netns del nl
check "nothing holds the module" rmmod nf_ipsec
if [ -e /sys/kernel/debug/kmemleak ]; then
	echo scan > /sys/kernel/debug/kmemleak; sleep 6; echo scan > /sys/kernel/debug/kmemleak
	is "nothing leaked" "" "$(grep -A12 -E 'nf_ipsec|nfi_' /sys/kernel/debug/kmemleak | head -n 40)"
fi
load # for the tests that follow
finish
