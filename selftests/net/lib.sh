# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh: what every test sources. Results in KTAP, waiting, the topology, cleaning up.
#
#   . "$(dirname "$0")/lib.sh"
#   begin                        namespaces up, sniffer ready (lib-leak.sh)
#   ok|not_ok NAME  skip NAME REASON
#   check NAME COMMAND...        ok if the command succeeds, else its output as a remark
#   finish                       plan, cleaning up, exit code
#
# lib-conn.sh: SAs and policies on West and East, by our module or by in-tree XFRM.
# lib-leak.sh: the sniffer at M. lib-traffic.sh: pings, bulk data, forged packets, counters.
# lib-matrix.sh: many connections at once.
set -u

LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$LIB")")
PATH=$TOP/build:$PATH:/usr/sbin:/sbin
# shellcheck disable=SC2034 # used by the tests
PY=/usr/bin/python3
export PATH
# shellcheck disable=SC1091
{
. "$LIB/topology"
. "$LIB/lib-conn.sh"
. "$LIB/lib-leak.sh"
. "$LIB/lib-traffic.sh"
. "$LIB/lib-matrix.sh"
}

TAP_N=0 TAP_BAD=0 TAP_SKIP=0 TAP_BEGUN=''
TMP=$(mktemp -d "${TMPDIR:-/tmp}/nfi.XXXXXX")

tap_head() { [ -n "$TAP_BEGUN" ] || echo 'TAP version 13'; TAP_BEGUN=y; }
ok() { tap_head; TAP_N=$((TAP_N + 1)); echo "ok $TAP_N - $*"; }
not_ok() { tap_head; TAP_N=$((TAP_N + 1)) TAP_BAD=$((TAP_BAD + 1)); echo "not ok $TAP_N - $*"; }
skip() {
	local why=$2
	tap_head; TAP_N=$((TAP_N + 1)) TAP_SKIP=$((TAP_SKIP + 1)); echo "ok $TAP_N - $1 # SKIP $why"
}
remark() { tap_head; local l; while IFS= read -r l; do echo "# $l"; done <<< "$*"; }

# check NAME COMMAND...
check() {
	local name=$1; shift
	if "$@" > "$TMP/check.out" 2>&1; then
		ok "$name"
	else
		not_ok "$name"
		remark "$* failed: $(tail -n 20 "$TMP/check.out")"
		return 1
	fi
}

# refute NAME COMMAND...: ok if the command fails
refute() {
	local name=$1; shift
	if "$@" > "$TMP/check.out" 2>&1; then not_ok "$name"; remark "$* should have failed"; return 1; fi
	ok "$name"
}

# is NAME WANTED GOT
is() {
	[ "$2" = "$3" ] && { ok "$1"; return; }
	not_ok "$1"; remark "wanted '$2', got '$3'"; return 1
}

# at_least NAME MINIMUM GOT
at_least() {
	[ "${3:-0}" -ge "$2" ] && { ok "$1"; return; }
	not_ok "$1"; remark "wanted at least $2, got '$3'"; return 1
}

# busywait SECONDS COMMAND...: until it succeeds; a machine that is NFI_SLOW times slower gets its time
busywait() {
	local end=$((SECONDS + $1 * ${NFI_SLOW:-1})); shift
	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# background COMMAND...: started by the test, ended by it; its pid is in $BG
BG='' BGS=()
background() { "$@" & BG=$!; BGS+=("$BG"); }
end_background() {
	local p
	for p in ${BGS[@]+"${BGS[@]}"}; do kill "$p" 2>/dev/null; done
	for p in ${BGS[@]+"${BGS[@]}"}; do wait "$p" 2>/dev/null; done
	BGS=()
}

skip_all() { tap_head; echo "1..0 # SKIP $*"; exit 4; }
have() { command -v "$1" > /dev/null; }

# need_west: what a test on West's implementation needs, or it is skipped as a whole
need_west() {
	[ "$WEST_IMPL" = ours ] || skip_all "needs our module on West"
}

# begin: the namespaces, with the sniffer not yet started
begin() {
	tap_head
	trap cleanup EXIT
	topology_up || { not_ok "topology"; exit 1; }
	conn_reset
}

cleanup() {
	end_background
	topology_down
	rm -rf "$TMP"
}

finish() {
	trap - EXIT
	cleanup
	tap_head
	echo "1..$TAP_N"
	[ $TAP_BAD -eq 0 ]
	exit
}
