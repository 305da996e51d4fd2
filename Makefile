# SPDX-License-Identifier: GPL-2.0-or-later
# nf-ipsec: builds the user programs, calls the module's build, runs the tests.
# The module itself is described by Kbuild; everything made here is in build/.

B := build
K ?= 6.1
KERNELS := 6.1 6.12
SECS ?= 10
PREFIX ?= /usr
CLANG ?= clang
SUMMARY := selftests/ktap-summary
TAP := $(B)/ktap
DEPS := build test
SUB = $(MAKE) --no-print-directory
quiet = $(if $(V),,@printf '  %-5s %s\n' $1 $@;)	# V=1 shows the commands

PKGS := libmnl jansson smartcols gnutls hogweed nettle gmp libcap-ng
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# libev has no pkg-config file
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null || echo -lmnl -ljansson -lsmartcols -lgnutls -lhogweed -lnettle -lgmp -lcap-ng) -lev

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wcast-qual -Wformat=2 -Wvla -Wimplicit-fallthrough -Wundef
INCLUDES := -I. -Inl-proto -Idaemon
CFLAGS ?= -O2 -g
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
SAN := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
BASE = -std=gnu11 -D_GNU_SOURCE $(WARN) $(INCLUDES) $(PKG_CFLAGS) -MMD -MP
# the module's pure files in user space: fake linux/*.h come first
SHIM := -Iselftests/kernel -Ikernel -DNFI_USERSPACE

LIB_C := $(wildcard daemon/base/*.c daemon/crypto/*.c daemon/pki/*.c daemon/net/*.c daemon/ike/*.c daemon/ike2/*.c \
	daemon/kern/*.c daemon/keys/*.c daemon/conn/*.c daemon/ctl/*.c conf/*.c nl-proto/*.c)
CTL_C := $(wildcard daemon/ctl/ipsecctl/*.c)
IKED_C := daemon/main.c daemon/start/options.c
UNITS := $(patsubst selftests/unit/%.c,%,$(wildcard selftests/unit/*.c))
EXCHANGES := $(patsubst selftests/exchange/%.c,%,$(wildcard selftests/exchange/*.c))
FUZZES := $(patsubst selftests/fuzz/%.c,%,$(wildcard selftests/fuzz/*.c))
GATES := sizes layers headers spdx tables ids netlink-spec sparse checkpatch clang-tidy cppcheck \
	format shell words selftest
# check leaves out the proof of the gates, which is slow
CHECKED := $(filter-out selftest,$(GATES))
PROGS := $(B)/ipsecctl $(B)/ipsec $(B)/ipsecd

SUITES_BUILD := build.programs $(KERNELS:%=build.module-%)
SUITES_QUICK := $(UNITS:%=unit.%) $(EXCHANGES:%=exchange.%) $(FUZZES:%=fuzz.%) $(CHECKED:%=lint.%)
SUITES_NET := $(KERNELS:%=net.%)
SUITES_DEBUG := net.debug-1 net.debug-2
taps = $(1:%=$(TAP)/%.tap)

export LINT_CFLAGS := -std=gnu11 -D_GNU_SOURCE $(WARN) $(INCLUDES) $(PKG_CFLAGS)
export NFI_KERNELS := $(KERNELS)

all: $(PROGS)	## build the user programs into build/

# each program takes from the archive what it needs
$(B)/libnfi.a: $(patsubst %.c,$(B)/obj/%.o,$(LIB_C))
	@rm -f $@
	$(call quiet,AR)$(AR) crs $@ $^
$(B)/ipsecctl: $(patsubst %.c,$(B)/obj/%.o,$(CTL_C)) $(B)/libnfi.a
$(B)/ipsecd: $(patsubst %.c,$(B)/obj/%.o,$(IKED_C)) $(B)/libnfi.a
$(B)/ipsecctl $(B)/ipsecd:
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)
$(B)/ipsec: $(B)/ipsecctl
	@ln -f $< $@
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(BASE) $(CFLAGS) $(HARDEN) -c -o $@ $<
$(B)/san/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(BASE) $(SAN) -fsanitize=address,undefined -c -o $@ $<
$(B)/fuz/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CLANG) $(BASE) $(SAN) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<
$(B)/san/kernel/%.o $(B)/fuz/kernel/%.o: INCLUDES := $(SHIM) $(INCLUDES)

# "links: a.c b.c" in the first lines of a test names what it is linked with;
# a test that links a file of kernel/, or says "kernel", sees the shim.
$(B)/links.mk: $(wildcard selftests/unit/*.c selftests/exchange/*.c selftests/fuzz/*.c) selftests/unit/links.awk
	@mkdir -p $(@D)
	@awk -f selftests/unit/links.awk B=$(B) $(filter %.c,$^) > $@
-include $(B)/links.mk

$(B)/unit/conf_size: | $(B)/ipsecctl	# which it runs
$(UNITS:%=$(B)/unit/%) $(EXCHANGES:%=$(B)/exchange/%):
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(SAN) -fsanitize=address,undefined -Wl,--as-needed -o $@ $(filter %.o,$^) -lcmocka $(PKG_LIBS)
$(FUZZES:%=$(B)/fuzz/%):
	@mkdir -p $(@D)
	$(call quiet,LD)$(CLANG) $(SAN) -fsanitize=fuzzer,address,undefined -Wl,--as-needed -o $@ $(filter %.o,$^) $(PKG_LIBS)

modules:	## build nf_ipsec.ko for both kernels
	set -e; for k in $(KERNELS); do selftests/build-module $$k; done
deps:		## install the Debian packages that building and testing need
	@selftests/deps $(DEPS)
check: DEPS := build test lint
bench: DEPS := build test bench
check-debug: DEPS := build test debug
demo: deps	## build, boot, and watch Sunset talk to Sunrise
	@$(SUB) all modules
	@selftests/demo/demo
vm-shell: deps	## a shell in the test machine (K=6.1 or 6.12), module and topology up
	@$(SUB) all modules
	@selftests/vm/shell -k $(K)
.PHONY: all modules deps demo vm-shell

# Suites record their KTAP in build/ktap and never stop make; the summary judges.
$(TAP)/build.programs.tap: all FORCE
	@$(SUMMARY) -x $@ "ipsecctl and ipsecd build" -- test -x $(B)/ipsecctl -a -x $(B)/ipsecd
$(TAP)/build.module-%.tap: FORCE
	@$(SUMMARY) -x $@ "nf_ipsec.ko builds for $*" -- selftests/build-module $*
$(UNITS:%=$(TAP)/unit.%.tap): $(TAP)/unit.%.tap: $(B)/unit/% FORCE
	@CMOCKA_MESSAGE_OUTPUT=TAP $(SUMMARY) -r $@ -- $<
$(EXCHANGES:%=$(TAP)/exchange.%.tap): $(TAP)/exchange.%.tap: $(B)/exchange/% FORCE
	@CMOCKA_MESSAGE_OUTPUT=TAP $(SUMMARY) -r $@ -- $<
$(FUZZES:%=$(TAP)/fuzz.%.tap): $(TAP)/fuzz.%.tap: $(B)/fuzz/% FORCE
	@mkdir -p $(B)/corpus/$*; $(SUMMARY) -x $@ "$* for $(SECS) s" -- \
	$< -max_total_time=$(SECS) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
	-artifact_prefix=$(B)/corpus/$*- $(B)/corpus/$* $(wildcard selftests/fuzz/corpus/$*)
$(GATES:%=$(TAP)/lint.%.tap): $(TAP)/lint.%.tap: FORCE
	@$(SUMMARY) -r $@ -- selftests/lint/$*
$(TAP)/lint.selftest.tap: | $(KERNELS:%=$(TAP)/build.module-%.tap)
$(SUITES_NET:%=$(TAP)/%.tap): $(TAP)/net.%.tap: FORCE
	@$(SUMMARY) -r $@ -v -- selftests/vm/run -k $* -s 1 -t 2900 -- selftests/net/run_all
$(SUITES_DEBUG:%=$(TAP)/%.tap): $(TAP)/net.debug-%.tap: FORCE
	@$(SUMMARY) -r $@ -v -- selftests/vm/run -n -k debug -s 2 -t 14000 -- selftests/net/run_all -p $*/2
$(TAP)/build.module-debug.tap: FORCE
	@selftests/vm/debug-kernel
	@$(SUMMARY) -x $@ "nf_ipsec.ko builds for the debug kernel" -- selftests/build-module debug
FORCE:
.PHONY: FORCE

# judge SUITES[,FIRST]: FIRST is built before the rest
judge = @rm -f $(call taps,$2 $1); $(if $2,$(SUB) -k $(call taps,$2);) \
	$(SUB) -k -j$(shell nproc) $(call taps,$1); $(SUMMARY) $(call taps,$2 $1)
# The guests leave a third of a processor idle: the quick suites run in it, and give way to them.
check: deps		## everything: build, units, fuzz, lint, both kernels
	@rm -f $(call taps,$(SUITES_BUILD) $(SUITES_QUICK) $(SUITES_NET)); $(SUB) -k -j2 $(call taps,$(SUITES_BUILD)); \
	nice -n 19 $(SUB) -k -j$(shell nproc) SECS=5 $(call taps,$(SUITES_QUICK)) & \
	$(SUB) -k -j2 $(call taps,$(SUITES_NET)); wait; \
	$(SUMMARY) $(call taps,$(SUITES_BUILD) $(SUITES_QUICK) $(SUITES_NET))
check-unit:		## the unit programs, under ASan and UBSan
	$(call judge,$(UNITS:%=unit.%))
check-exchange:		## two engines of IKE in one program, under ASan and UBSan
	$(call judge,$(EXCHANGES:%=exchange.%))
fuzz:			## each fuzz target for SECS seconds
	$(call judge,$(FUZZES:%=fuzz.%))
lint:			## style and static analysis
	$(call judge,$(GATES:%=lint.%))
lint-%:			## one gate of lint, as in lint-sizes
	$(call judge,lint.$*)
check-net:		## the network tests in a virtual machine, K=6.1 or 6.12
	$(call judge,net.$(K),build.programs build.module-$(K))
check-debug: deps	## the network tests on a kernel with KASAN and lockdep
	$(call judge,$(SUITES_DEBUG),build.programs build.module-debug)
bench: deps		## measure against in-tree XFRM
	@$(SUB) all modules
	@selftests/bench/run
.PHONY: check check-unit check-exchange fuzz lint check-net check-debug bench

install: all	## programs and manual pages under DESTDIR
	install -Dm755 $(B)/ipsecctl $(DESTDIR)$(PREFIX)/sbin/ipsecctl
	install -Dm755 $(B)/ipsecd $(DESTDIR)$(PREFIX)/sbin/ipsecd
	ln -sf ipsecctl $(DESTDIR)$(PREFIX)/sbin/ipsec
	install -Dm644 nl-proto/nf_ipsec.h $(DESTDIR)$(PREFIX)/include/linux/nf_ipsec.h
	for m in $(wildcard Documentation/man/*.[58]); do install -Dm644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/} || exit; done
clean:		## remove build/
	rm -rf $(B)
help:		## this list
	@sed -n 's/^\([a-z%-]*\):[^#]*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t 14
.PHONY: install clean help

-include $(shell find $(B) -name '*.d' 2>/dev/null)
