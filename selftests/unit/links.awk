# SPDX-License-Identifier: GPL-2.0-or-later
# Reads the head of each test program for "links: a.c b.c ..." (up to the end of
# that comment; "conf/" is all of that folder but main.c, "engine" what IKE needs without a process
# around it) and writes the make rules that link
# it. A program that links or a file of kernel/, or names "kernel", is compiled with the shim.
function done_with(f,    n, dir, obj) {
	n = f; sub(/.*\//, "", n); sub(/\.c$/, "", n)
	dir = f ~ /\/fuzz\// ? "fuzz" : f ~ /\/exchange\// ? "exchange" : "unit"
	obj = B (dir == "fuzz" ? "/fuz/" : "/san/")
	sub(/\.c$/, ".o", f)
	if (list ~ /engine/)
		sub(/engine/, engine, list)
	printf "%s/%s/%s: %s%s", B, dir, n, obj, f
	for (i = 1; i <= split(list, w, " "); i++)
		if (w[i] ~ /\/$/)
			printf " $(patsubst %%.c,%s%%.o,$(filter-out %%/main.c,$(wildcard %s*.c)))", obj, w[i]
		else if (w[i] ~ /\.c$/ && sub(/\.c$/, ".o", w[i]))
			printf " %s%s", obj, w[i]
	printf "\n"
	if (shim || list ~ /(^| )kernel/)
		printf "%s%s: INCLUDES := $(SHIM) $(INCLUDES)\n", obj, f
	list = ""; shim = 0; on = 0
}
BEGIN {
	n = split("addr arena clock datum log text mem rd reason secret secret_heap suggest timer wr", w, " ")
	for (i = 1; i <= n; i++)
		engine = engine " daemon/base/" w[i] ".c"
	engine = engine " daemon/crypto/ daemon/ike/ daemon/ike2/ daemon/pki/"
}
FNR == 1 && last { done_with(last) }
{ last = FILENAME }
/^#include ".*kernel\// { shim = 1 }
FNR <= 30 && /links:/ { on = 1; sub(/.*links:/, "") }
on {
	end = sub(/\*\/.*/, "")
	gsub(/[*,\t]/, " ")
	list = list " " $0
	if (end) on = 0
}
END { if (last) done_with(last) }
