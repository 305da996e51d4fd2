# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for ipsecctl, printed by: ipsecctl --completion bash
_ipsecctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} list=
	local verb="${COMP_WORDS[*]:1:COMP_CWORD-1} "
	if [ "$COMP_CWORD" = 2 ] && [[ ${COMP_WORDS[1]} =~ ^(load|check|import)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	case $before in
	mode) list='tunnel transport ' ;;
	enc) list='aes-gcm-16 aes-gcm-12 aes-gcm-8 aes-ccm-16 aes-ccm-12 aes-ccm-8 chacha20-poly1305 aes-gmac aes-cbc aes-ctr null 3des-cbc ' ;;
	auth) list='hmac-sha2-256-128 hmac-sha2-384-192 hmac-sha2-512-256 hmac-sha1-96 aes-xcbc-96 aes-cmac-96 hmac-md5-96 ' ;;
	encap) list='udp ' ;;
	df) list='copy set clear ' ;;
	proto) list='tcp udp icmp icmpv6 sctp ' ;;
	input) list='fast filtered ' ;;
	default) list='pass drop ' ;;
	secpath) list='on off ' ;;
	tap) list='on off ' ;;
	track) list='on off ' ;;
	guard) list='on off ' ;;
	locked) list='on off ' ;;
	mss) list='on off ' ;;
	esac
	[ -n "$list" ] || case $verb in
	'sa add'*) list='in out esp ah src dst spi reqid mode enc auth esn legacy replay seq encap df hidetos dscp no-ecn decap-dscp follow any-inner frag-outer no-pmtu ttl tfc mark oif soft-bytes hard-bytes soft-packets hard-packets soft-add hard-add soft-use hard-use owner epoch name key --check --help' ;;
	'sa replace'*) list='in out esp ah src dst spi reqid mode enc auth esn legacy replay seq encap df hidetos dscp no-ecn decap-dscp follow any-inner frag-outer no-pmtu ttl tfc mark oif soft-bytes hard-bytes soft-packets hard-packets soft-add hard-add soft-use hard-use owner epoch name key --check --help' ;;
	'sa set'*) list='esp ah id src dst spi seq encap tfc mark soft-bytes hard-bytes soft-packets hard-packets soft-add hard-add soft-use hard-use --check --help' ;;
	'sa del'*) list='esp ah id dst spi --check --help' ;;
	'sa get'*) list='esp ah id dst spi --json --secrets --help' ;;
	'sa list'*) list='in out esp ah src dst reqid owner epoch --json --secrets --ipv4 --ipv6 --help' ;;
	'sa flush'*) list='in out esp ah src dst reqid owner epoch epoch-before --check --help' ;;
	'sa allocspi'*) list='esp ah dst owner min max --json --help' ;;
	'policy add'*) list='in out src dst proto sport dport icmp-type code mark prio nat-apply icmp-errors optional owner epoch name protect pass drop reject trap hold esp ah reqid mode --check --help' ;;
	'policy replace'*) list='in out src dst proto sport dport icmp-type code mark prio nat-apply icmp-errors optional owner epoch name protect pass drop reject trap hold esp ah reqid mode --check --help' ;;
	'policy del'*) list='in out id src dst proto sport dport icmp-type code mark prio --check --help' ;;
	'policy get'*) list='in out id src dst proto sport dport icmp-type code mark prio --json --help' ;;
	'policy list'*) list='in out reqid owner epoch protect pass drop reject trap hold --json --ipv4 --ipv6 --help' ;;
	'policy flush'*) list='in out reqid owner epoch epoch-before protect pass drop reject trap hold --check --help' ;;
	'load'*) list='--check --help' ;;
	'import'*) list='--json --secrets --from --table --help' ;;
	'dump'*) list='--secrets --help' ;;
	'monitor'*) list='acquire sa policy peer --json --timestamp --count --timeout --help' ;;
	'stats'*) list='--json --all --nonzero --help' ;;
	'ns get'*) list='--json --help' ;;
	'ns set'*) list='input default secpath tap track guard locked mss hold-packets hold-ms natt-port --check --help' ;;
	'algs'*) list='--json --help' ;;
	'info'*) list='--json --help' ;;
	'check'*) list='--json --strict --lenient --help' ;;
	'config show'*) list='--json --secrets --strict --lenient --effective --file --help' ;;
	'ranbits'*) list='--bytes --continuous --help' ;;
	'rsasigkey'*) list='--bits --exponent --hostname --force --verbose --help' ;;
	'newhostkey'*) list='--bits --type --hostname --output --force --verbose --quiet --help' ;;
	'showhostkey'*) list='--type --hostname --file --id --left --right --key --txt --ipseckey --gateway --pem --list --verbose --help' ;;
	'showdefaults'*) list='--ipv4 --ipv6 --help' ;;
	'manual'*) list='up down route unroute show showonly union config iam other --help' ;;
	'setup start'*) list='config --help' ;;
	'setup stop'*) list='config --help' ;;
	'setup restart'*) list='config --help' ;;
	'setup status'*) list='config --json --help' ;;
	'look'*) list='--json --help' ;;
	'eroute'*) list='add replace del clear src dst said --json --help' ;;
	'spi'*) list='del clear said src esp ah enckey authkey replay_window mode dir --json --help' ;;
	'spigrp'*) list='--json --help' ;;
	'tncfg'*) list='--json --help' ;;
	'klipsdebug'*) list='--json --all --help' ;;
	'up'*) list='--json --timeout --help' ;;
	'down'*) list='--json --timeout --help' ;;
	'rekey'*) list='--json --help' ;;
	'route'*) list='--json --help' ;;
	'unroute'*) list='--json --help' ;;
	'add'*) list='--json --help' ;;
	'replace'*) list='--json --help' ;;
	'delete'*) list='--json --help' ;;
	'status'*) list='--json --help' ;;
	'why'*) list='--json --help' ;;
	'events'*) list='--json --timeout --help' ;;
	'reload'*) list='--json --help' ;;
	'rereadsecrets'*) list='--json --help' ;;
	'ready'*) list='--json --help' ;;
	'shutdown'*) list='--json --help' ;;
	'auto'*) list='--json --help' ;;
	'whack'*) list='--help' ;;
	'pluto'*) list='--help' ;;
	'barf'*) list='--help' ;;
	'verify'*) list='--help' ;;
	'mailkey'*) list='--help' ;;
	'ikeping'*) list='--help' ;;
	'send-pr'*) list='--help' ;;
	'sa '*) list='add replace set del get list flush allocspi ' ;;
	'policy '*) list='add replace del get list flush ' ;;
	'ns '*) list='get set ' ;;
	'config '*) list='show ' ;;
	'setup '*) list='start stop restart status ' ;;
	*) list='sa policy load import dump monitor stats ns algs info check config ranbits rsasigkey newhostkey showhostkey showdefaults manual setup look eroute spi spigrp tncfg klipsdebug up down rekey route unroute add replace delete status why events reload rereadsecrets ready shutdown auto whack pluto barf verify mailkey ikeping send-pr --help --version' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
}
complete -F _ipsecctl ipsecctl ipsec
