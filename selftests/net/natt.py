#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""natt.py PORT [--encap]: listens on a UDP port, both families, and prints each datagram in hex.

With --encap the sockets are marked as UDP encapsulation of ESP (RFC 3948), which in-tree XFRM needs
to open such packets; it then gets only what is neither ESP nor a keepalive.
"""
import select
import socket
import struct
import sys

UDP_ENCAP = 100
UDP_ENCAP_ESPINUDP = 2



def bypass(sock):
    """XFRM's policies must not apply to sealed packets themselves: struct xfrm_userpolicy_info, allow."""
    v6 = sock.family == socket.AF_INET6
    for way in (0, 1):
        policy = bytearray(168)
        struct.pack_into("=H", policy, 40, sock.family)
        struct.pack_into("=B", policy, 160, way)
        sock.setsockopt(socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP, 35 if v6 else 17, bytes(policy))


port = int(sys.argv[1])
socks = []
for family in socket.AF_INET, socket.AF_INET6:
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind(("", port))
    if "--encap" in sys.argv:
        s.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
        bypass(s)
    socks.append(s)
print("ready", flush=True)
while True:
    for s in select.select(socks, [], [])[0]:
        print(s.recv(66000).hex(), flush=True)
