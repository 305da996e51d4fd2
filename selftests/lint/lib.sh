# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the gates. A gate prints KTAP: one case per rule, findings as "# "
# lines. LINT_ROOT is another tree to look at (the gates' own test uses it).
set -u
LINT_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LINT_ROOT=${LINT_ROOT:-$(cd "$LINT_DIR/../.." && pwd)}
cd "$LINT_ROOT" || exit 1
LINT_TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$LINT_TMP"' EXIT
: "${LINT_CFLAGS:=-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -I. -Inl-proto -Idaemon -I/usr/include/libsmartcols}"
: "${NFI_KERNELS:=6.1 6.12}"
cases=0 failures=0

# files FOLDER... -- PATTERN...: sources below the folders, without what a build made
files() {
	local dirs=() pats=()
	while [ "$1" != -- ]; do
		[ -e "$1" ] && dirs+=("$1")
		shift
	done
	shift
	for p in "$@"; do pats+=(-o -name "$p"); done
	[ ${#dirs[@]} = 0 ] && return
	find "${dirs[@]}" \( -path ./build -o -name .git -o -name '.tmp_*' \) -prune -o \
		-type f ! -name '*.mod.c' \( "${pats[@]:1}" \) -print | sed 's|^\./||' | sort
}

user_c() { files daemon nl-proto conf firewall-hooks -- '*.c'; }

begin() { printf 'KTAP version 1\n1..%d\n' "$1"; }

# verdict CASE FINDINGS-FILE: passes if the file is empty
verdict() {
	cases=$((cases + 1))
	if [ -s "$2" ]; then
		failures=$((failures + 1))
		head -n 60 "$2" | sed 's/^/# /'
		echo "# $(wc -l <"$2") lines in all"
		echo "not ok $cases $1"
	else
		echo "ok $cases $1"
	fi
}

skip() { # CASE REASON
	cases=$((cases + 1))
	echo "ok $cases $1 # SKIP $2"
}

# need PROGRAM: a gate whose tool is missing fails, it does not skip
need() {
	command -v "$1" >/dev/null && return
	begin 1
	echo "$1 is not installed: selftests/deps lint" >"$LINT_TMP/need"
	verdict "$1 is there" "$LINT_TMP/need"
	exit 1
}

kernel_build() { # VERSION: the headers of Debian's newest kernel of that series
	find /usr/src -maxdepth 1 -name "linux-headers-$1.*-amd64" ! -name '*cloud*' ! -name '*-rt-*' | sort -V | tail -n 1
}

finish() { exit $((failures > 0)); }
