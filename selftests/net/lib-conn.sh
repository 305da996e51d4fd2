# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib-conn.sh: one description of a connection, two back ends (our module, in-tree XFRM).
#
#   conn_reset                   forget what was described; flush both gateways
#   conn WORD=VALUE...           describe one connection between West and East:
#     id=N                       SPIs 0x1000+2N (to East) and 0x1001+2N (to West), reqid N; default: the next
#     mode=tunnel|transport      default tunnel
#     enc=NAME keybits=N auth=NAME  algs.def names; enc= empty: no ESP
#     ah=NAME                    AH with that algorithm; together with enc: AH around ESP
#     wo=ADDR eo=ADDR            outer addresses; default 10.0.0.1 and 11.0.0.1
#     ws=PREFIX es=PREFIX        selectors behind West and East; default the inside networks
#     proto=N                    upper protocol in the selectors
#     encap=WPORT:EPORT  esn=1  replay=N (default 64)  seq=N (out)  saopt='words for our sa add'
#   conn_commit                  load all that was described into West and East, one transaction each
#   spi_out spi_in               set by conn: 8 hex digits, of the outermost SA
#   conn_key conn_akey           set by conn: hex keys of the ESP SA from West to East
#
# NFI_WEST and NFI_EAST: ours or xfrm; default ours, xfrm.
WEST_IMPL=${NFI_WEST:-ours} EAST_IMPL=${NFI_EAST:-xfrm}

# name: kind, kernel's name, octets of salt, ICV bits, key sizes
# kind: aead or enc
declare -A ENC=(
	[aes-gcm-16]='aead rfc4106(gcm(aes)) 4 128 128,192,256'
	[aes-gcm-12]='aead rfc4106(gcm(aes)) 4 96 128,192,256'
	[aes-gcm-8]='aead rfc4106(gcm(aes)) 4 64 128,192,256'
	[aes-ccm-16]='aead rfc4309(ccm(aes)) 3 128 128,192,256'
	[aes-ccm-12]='aead rfc4309(ccm(aes)) 3 96 128,192,256'
	[aes-ccm-8]='aead rfc4309(ccm(aes)) 3 64 128,192,256'
	[chacha20-poly1305]='aead rfc7539esp(chacha20,poly1305) 4 128 256'
	[aes-gmac]='aead rfc4543(gcm(aes)) 4 128 128,192,256'
	[aes-cbc]='enc cbc(aes) 0 0 128,192,256'
	[aes-ctr]='enc rfc3686(ctr(aes)) 4 0 128,192,256'
	[null]='enc ecb(cipher_null) 0 0 0'
	[3des-cbc]='enc cbc(des3_ede) 0 0 192'
)
# name: kernel's name, key octets, ICV bits
declare -A AUTH=(
	[hmac-sha2-256-128]='hmac(sha256) 32 128'
	[hmac-sha2-384-192]='hmac(sha384) 48 192'
	[hmac-sha2-512-256]='hmac(sha512) 64 256'
	[hmac-sha1-96]='hmac(sha1) 20 96'
	[aes-xcbc-96]='xcbc(aes) 16 96'
	[aes-cmac-96]='cmac(aes) 16 96'
	[hmac-md5-96]='hmac(md5) 16 96'
)
# shellcheck disable=SC2034 # used by the tests
{
ENC_ORDER='aes-gcm-16 aes-gcm-12 aes-gcm-8 aes-ccm-16 aes-ccm-12 aes-ccm-8 chacha20-poly1305 aes-gmac
	aes-cbc aes-ctr null 3des-cbc'
AUTH_ORDER='hmac-sha2-256-128 hmac-sha2-384-192 hmac-sha2-512-256 hmac-sha1-96 aes-xcbc-96 aes-cmac-96 hmac-md5-96'
}

# rand_hex OCTETS: sets HEX
rand_hex() {
	local w; HEX=''
	while [ ${#HEX} -lt $((2 * $1)) ]; do printf -v w %08x "$SRANDOM"; HEX+=$w; done
	HEX=${HEX:0:$((2 * $1))}
}

# The four words that both back ends print for one SA: sets ours and xfrm.
# alg_words ENC KEY AUTH AKEY
alg_words() {
	local e a
	ours='' xfrm=''
	if [ -n "$1" ]; then
		read -ra e <<< "${ENC[$1]}"
		ours="enc $1${2:+ key 0x$2}"
		if [ "${e[0]}" = aead ]; then xfrm="aead ${e[1]} 0x$2 ${e[3]}"; else xfrm="enc ${e[1]} ${2:+0x}${2:-\"\"}"; fi
	fi
	[ -n "$3" ] || return 0
	read -ra a <<< "${AUTH[$3]}"
	ours+=" auth $3 key 0x$4"
	xfrm+=" auth-trunc ${a[0]} 0x$4 ${a[2]}"
}

# keys_for ENC KEYBITS AUTH: sets KEY and AKEY
keys_for() {
	local f; KEY='' AKEY=''
	if [ -n "$1" ]; then
		read -ra f <<< "${ENC[$1]}"
		rand_hex $((${2:-${f[4]##*,}} / 8 + f[2])); KEY=$HEX
	fi
	[ -n "$3" ] || return 0
	read -ra f <<< "${AUTH[$3]}"
	rand_hex "${f[1]}"; AKEY=$HEX
}

conn_reset() {
	W_OURS=() W_XFRM=() E_OURS=() E_XFRM=() CONN_N=0
	gateway_flush west "$WEST_IMPL"
	gateway_flush east "$EAST_IMPL"
}

gateway_flush() {
	case $2 in
	ours) printf '%s\n' 'policy flush' 'sa flush' | on "$1" ipsecctl load - ;;
	xfrm) printf '%s\n' 'xfrm policy flush' 'xfrm state flush' | ip -n "$PFX$1" -batch - ;;
	esac
}

# sa FROM-TO PROTO SPI REQID MODE SRC DST: one SA into both lists of both gateways;
# takes ours, xfrm, and c[] of conn
sa() {
	local way=$1 proto=$2 spi=$3 o x win=${c[replay]} ports
	o="$proto src $6 dst $7 spi 0x$spi reqid $4 mode $5 $ours"
	x="xfrm state add src $6 dst $7 proto $proto spi 0x$spi reqid $4 mode $5 replay-window $win"
	[ -z "${c[esn]}" ] || { o+=' esn'; x+=' flag esn'; }
	[ "$5" != tunnel ] || x+=' flag af-unspec'
	case $ours in *3des*|*md5*) o+=' legacy' ;; esac
	x+=" $xfrm"
	if [ -n "${c[encap]}" ] && [ "$proto" = esp ]; then
		ports=${c[encap]/:/ }
		[ "$way" = we ] || ports="${c[encap]#*:} ${c[encap]%:*}"
		o+=" encap udp $ports"
		case $6 in *:*) x+=" encap espinudp $ports ::" ;; *) x+=" encap espinudp $ports 0.0.0.0" ;; esac
	fi
	local seq=${c[seq]:+ seq ${c[seq]}} more=${c[saopt]:+ ${c[saopt]}}
	if [ "$way" = we ]; then
		W_OURS+=("sa add out $o$seq$more"); E_OURS+=("sa add in $o replay $win$more")
		W_XFRM+=("$x"); E_XFRM+=("$x")
	else
		E_OURS+=("sa add out $o$seq$more"); W_OURS+=("sa add in $o replay $win$more")
		W_XFRM+=("$x"); E_XFRM+=("$x")
	fi
}

# conn_policies REQID: the two directions at each gateway, from c[]
conn_policies() {
	local m=${c[mode]} p=${c[proto]:+ proto ${c[proto]}} r=$1 ow oe xw xe tw te d am=${c[mode]}
	local sel_we="src ${c[ws]} dst ${c[es]}$p" sel_ew="src ${c[es]} dst ${c[ws]}$p"
	local we="src ${c[wo]} dst ${c[eo]}" ew="src ${c[eo]} dst ${c[wo]}"
	ow='' xw='' xe=''
	[ -z "${c[enc]}" ] || { ow=" esp reqid $r mode $m"; xw="tmpl $we proto esp reqid $r mode $m"
		xe="tmpl $ew proto esp reqid $r mode $m"; am=transport; }
	oe=$ow
	[ -z "$ow" ] || [ "$m" = transport ] || { ow+=" $we"; oe+=" $ew"; }
	if [ -n "${c[ah]}" ]; then
		tw='' te=''
		[ "$am" = transport ] || { tw=" $we"; te=" $ew"; }
		ow+=" ah reqid $r mode $am$tw"; oe+=" ah reqid $r mode $am$te"
		xw+=" tmpl $we proto ah reqid $r mode $am"; xe+=" tmpl $ew proto ah reqid $r mode $am"
	fi
	W_OURS+=("policy add out $sel_we protect$ow" "policy add in $sel_ew protect$oe")
	E_OURS+=("policy add in $sel_we protect$ow" "policy add out $sel_ew protect$oe")
	W_XFRM+=("xfrm policy add $sel_we dir out $xw"); E_XFRM+=("xfrm policy add $sel_ew dir out $xe")
	for d in in fwd; do
		[ $d = in ] || [ "$m" = tunnel ] || continue
		W_XFRM+=("xfrm policy add $sel_ew dir $d $xe"); E_XFRM+=("xfrm policy add $sel_we dir $d $xw")
	done
}

conn() {
	local -A c=([id]=$((CONN_N + 1)) [mode]=tunnel [enc]='' [keybits]='' [auth]='' [ah]='' [encap]='' [esn]=''
		[replay]=64 [seq]='' [saopt]='' [proto]='' [wo]=$WEST4 [eo]=$EAST4 [ws]=$WNET4 [es]=$ENET4)
	local w ours xfrm way mode
	for w in "$@"; do c[${w%%=*}]=${w#*=}; done
	[ "${c[mode]}" = tunnel ] || { c[ws]=${c[wo]}; c[es]=${c[eo]}; }
	CONN_N=${c[id]}
	printf -v spi_out %08x $((0x1000 + 2 * c[id])); printf -v spi_in %08x $((0x1001 + 2 * c[id]))
	for way in ew we; do
		set -- "$spi_out" "${c[wo]}" "${c[eo]}"
		[ $way = we ] || set -- "$spi_in" "${c[eo]}" "${c[wo]}"
		mode=${c[mode]}
		if [ -n "${c[enc]}" ]; then
			keys_for "${c[enc]}" "${c[keybits]}" "${c[auth]}"
			# shellcheck disable=SC2034 # results
			conn_key=$KEY conn_akey=$AKEY
			alg_words "${c[enc]}" "$KEY" "${c[auth]}" "$AKEY"
			sa $way esp "$1" "${c[id]}" "$mode" "$2" "$3"
			mode=transport
		fi
		[ -n "${c[ah]}" ] || continue
		keys_for '' '' "${c[ah]}"
		alg_words '' '' "${c[ah]}" "$AKEY"
		sa $way ah "$1" "${c[id]}" "$mode" "$2" "$3"
	done
	conn_policies "${c[id]}"
}

conn_commit() {
	local -n wl=W_${WEST_IMPL^^} el=E_${EAST_IMPL^^}
	gateway_load west "$WEST_IMPL" "${wl[@]}" && gateway_load east "$EAST_IMPL" "${el[@]}" || return 1
	W_OURS=() W_XFRM=() E_OURS=() E_XFRM=()
}

# gateway_load NODE ours|xfrm LINE...
gateway_load() {
	local n=$1 impl=$2; shift 2
	case $impl in
	ours) printf '%s\n' "$@" | on "$n" ipsecctl load - ;;
	xfrm) printf '%s\n' "$@" | ip -n "$PFX$n" -batch - ;;
	esac
}
