# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What run and shell have in common: options, the initramfs, the command line of QEMU.

repo=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
vm=$repo/selftests/vm

kernel=6.12 limit=300 smp=2 mem='' verbose='' count='' build=1 folder=''

die() { echo "vm: $*" >&2; exit 2; }

# vm_options ARGS...: sets the variables above and $parsed, the number of arguments used.
vm_options()
{
	local opt
	while getopts k:t:s:m:o:ivnh opt; do
		case $opt in
		k)	kernel=$OPTARG ;;
		t)	limit=$OPTARG ;;
		s)	smp=$OPTARG ;;
		m)	mem=$OPTARG ;;
		o)	folder=$OPTARG ;;
		i)	count=1 smp=1 ;;
		v)	verbose=1 ;;
		n)	build='' ;;
		*)	sed -n 's/^# usage: /usage: /p; s/^#  /  /p' "$0" >&2; exit 2 ;;
		esac
	done
	parsed=$((OPTIND - 1))
	mapfile -t found < <("$vm/kver" "$kernel")
	[ "${#found[@]}" = 4 ] || exit 2
	release=${found[0]} vmlinuz=${found[1]} modules=${found[2]}
	[ -n "$mem" ] || case $release in *-nfi-debug) mem=2560 ;; *) mem=1024 ;; esac
	command -v qemu-system-x86_64 >/dev/null || die "no qemu-system-x86_64; run selftests/deps test"
	command -v busybox >/dev/null || die "no busybox; run selftests/deps test"
}

# What in the kernel's log means that something is wrong, whatever the script says.
bad='\bWARNING\b|\bBUG\b|KASAN:|UBSAN:|\bOops\b|ODEBUG:|general protection|Kernel panic|cut here'
bad+='|possible (circular|recursive) locking|inconsistent lock state|suspicious RCU|sleeping function called|locking correctness validator'
bad+='|non-static key|refcount_t:|ref_tracker:|unregister_netdevice: waiting|unreferenced object|kmemleak: Cannot|memory leak'
bad+='|soft lockup|hard LOCKUP|blocked for more than|self-detected stall|detected stalls|workqueue lockup|rcu.*kthread starved'

# Sets $complaints, the lines of the guest's log that are such and not allowed.
vm_complaints()
{
	tr -d '\r' <"$run/console" >"$run/log"
	complaints=$(cat "$run/log" "$run/kmemleak" 2>/dev/null | grep -aE "$bad" |
		grep -avE -f <(sed 's/[[:space:]]*#.*//; /^$/d' "$vm/allow"))
	rm -f "$run/initramfs.cpio" "$run/env" "$run/build.log" "$run/console"
}

# A folder of its own for each run; what is older than two days goes.
vm_folder()
{
	mkdir -p "$repo/build/vm"
	find "$repo/build/vm" -mindepth 1 -maxdepth 1 -mtime +2 -exec rm -rf '{}' +
	if [ -n "$folder" ]; then
		mkdir -p "$folder"
		run=$(realpath "$folder")
		rm -f "$run/exit" "$run/kmemleak"
	else
		run=$(mktemp -d "$repo/build/vm/$release-XXXXXX")
	fi
	mkdir -p "$run/out"
	: >"$run/console"
}

# The module is built here, so that a run never tests an old one. Prints its path.
vm_module()
{
	[ -e "$repo/Kbuild" ] || return 0
	[ -z "$build" ] || "$repo/selftests/build-module" "$kernel" >"$run/build.log" 2>&1 ||
		{ cat "$run/build.log" >&2; die "nf_ipsec.ko does not build for $kernel"; }
	echo "$repo/build/linux-$release/nf_ipsec.ko"
}

# vm_env COMMAND...: the environment of the guest, as shell assignments.
vm_env()
{
	local module name
	module=$(vm_module) || exit 2
	for name in "${!NFI_@}"; do printf '%s=%q\n' "$name" "${!name}"; done
	printf '%s=%q\n' NFI_ROOT "$repo" NFI_RUN "$run" NFI_OUT "$run/out" NFI_KVER "$release" NFI_KERNEL "$kernel" \
		NFI_MODULES "$modules" NFI_MODULE "$module" NFI_LIMIT "$limit" NFI_COUNT "$count" NFI_SHELL "${NFI_SHELL:-}" V "${V:-}" \
		HOME /root TERM "${TERM:-dumb}" LANG C.UTF-8 \
		PATH "$repo/build:$repo/selftests/net:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	[ $# = 0 ] || { printf 'NFI_CMD=('; printf ' %q' "$@"; printf ' )\n'; }
}

# The kernel as an ELF file, which QEMU starts without emulating the decompressor. Bytes 0x1f1, 0x248 and 0x24c of a bzImage:
# sectors of set-up code; offset and length of the compressed kernel, whose last four bytes are its size (with gzip, its own).
vm_kernel()
{
	local elf=$repo/build/vm/vmlinux-$release setup offset length unpack size=4
	if [ ! -e "$elf" ] || [ "$vmlinuz" -nt "$elf" ]; then
		setup=$(od -An -tu1 -j 0x1f1 -N 1 "$vmlinuz") offset=$(od -An -tu4 -j 0x248 -N 4 "$vmlinuz")
		length=$(od -An -tu4 -j 0x24c -N 4 "$vmlinuz") offset=$(((setup + 1) * 512 + offset))
		case $(od -An -tx4 -j "$offset" -N 4 "$vmlinuz") in
		*587a37fd)	unpack=xz ;;
		*fd2fb528)	unpack=zstd ;;
		*8b1f)		unpack=gzip size=0 ;;
		*)		return ;;
		esac
		head -c $((offset + length - size)) "$vmlinuz" | tail -c +$((offset + 1)) | $unpack -qdc >"$run/vmlinux" || return
		mv "$run/vmlinux" "$elf"
	fi
	vmlinuz=$elf
}

# The initramfs: busybox, the modules for 9p and overlayfs and for AES in the order of their loading, init and what it reads.
# Without aesni_intel, which udev loads on a real machine, AES is the one in C.
vm_initramfs()
{
	local tree=$run/initramfs i=100 file
	mkdir -p "$tree"/{bin,dev,ro,rw,new,modules}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$vm/init" "$run/env" "$tree/"
	printf '%s\n' "$repo" "$run" "$modules" "$release" >"$tree/where"
	for file in $(/sbin/modprobe -d "${modules%/lib/modules/*}/" -S "$release" -a -D virtio_pci 9pnet_virtio 9p overlay virtio_console \
			aesni_intel ghash_clmulni_intel | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'); do
		i=$((i + 1))
		case $file in
		*.xz)	xz -dc "$file" >"$tree/modules/$i-$(basename "$file" .xz)" ;;
		*)	cp "$file" "$tree/modules/$i-${file##*/}" ;;
		esac
	done
	(cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) >"$run/initramfs.cpio"
	rm -r "$tree"
}

# Sets $qemu. Emulation, for the host may not be able to do better; KVM=1 asks for hardware. VAES is off as QEMU 7.2 computes
# it wrongly. The rest is there for speed, and so that a slow host does not look like a fault of the guest.
vm_qemu()
{
	local accel=tcg,thread=multi cpu=max,-vaes,-la57 clock=() options
	[ -z "${KVM:-}" ] || accel=kvm cpu=host
	[ -z "$count" ] || accel=tcg,thread=single cpu=max,-erms,-vaes,-la57 clock=(-icount shift=0,sleep=off)
	options="console=ttyS0 rdinit=/init quiet loglevel=5 panic=-1 oops=panic reboot=t"
	options+=" no_timer_check tsc=reliable mitigations=off nokaslr cryptomgr.notests"
	# a program at the address it had before finds its code translated: it starts two to four times faster
	options+=" norandmaps"
	# the debug kernel needs half a minute a device to interpret what ACPI says of interrupts
	[ "$kernel" != debug ] || options+=" pci=noacpi"
	options+=" nmi_watchdog=0 watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60 sysctl.kernel.hung_task_timeout_secs=60"
	qemu=(qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -M pc -accel "$accel" -cpu "$cpu"
		"${clock[@]}" -smp "$smp" -m "$mem" -kernel "$vmlinuz" -initrd "$run/initramfs.cpio" -append "$options"
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap
		-virtfs "local,path=$run,mount_tag=run,security_model=none,multidevs=remap"
		-device virtio-rng-pci)
}
