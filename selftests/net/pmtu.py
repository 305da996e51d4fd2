#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""pmtu.py SRC DST PORT [OPTIONS]: the path MTU that a UDP socket learns which never lets its packets be cut
(IP_PMTUDISC_DO); OPTIONS: octets of options in its IPv4 headers.

Starts with a packet of 1500 octets to an echo server and takes each smaller MTU that the kernel names, until
a packet of exactly that size is echoed. Prints "1500,MTU,...,MTU ok" or "... lost"; SRC - for any.
"""
import errno
import socket
import sys

src, dst, port, options = sys.argv[1], sys.argv[2], int(sys.argv[3]), int((sys.argv + [0])[4])
if ":" in dst:
    family, level, headers, discover, mtu = socket.AF_INET6, socket.IPPROTO_IPV6, 48, 23, 24
else:
    family, level, headers, discover, mtu = socket.AF_INET, socket.IPPROTO_IP, 28, 10, 14

s = socket.socket(family, socket.SOCK_DGRAM)
s.setsockopt(level, discover, 2)
if options:
    s.setsockopt(level, 4, b"\1" * options)
    headers += options
s.settimeout(2)
s.bind(("" if src == "-" else src, 0))
s.connect((dst, port))
seen, result = [1500], "lost"
for _ in range(8):
    try:
        s.send(b"\xfe\xed" * ((seen[-1] - headers) // 2) + b"\0" * (seen[-1] & 1))
        s.recv(66000)
        result = "ok"
        break
    except socket.timeout:
        pass
    except OSError as err:
        if err.errno != errno.EMSGSIZE:
            result = err.strerror
            break
    if s.getsockopt(level, mtu) != seen[-1]:
        seen.append(s.getsockopt(level, mtu))
print("%s %s" % (",".join(str(n) for n in seen), result))
