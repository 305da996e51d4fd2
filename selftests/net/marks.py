#!/usr/bin/python3 -SE
# SPDX-License-Identifier: GPL-2.0-or-later
"""marks.py: header fields that are seldom looked at: what a sender set, what arrived, what was around it.

send SRC DST PORT DS[,DS...] [--ttl N] [--options HEX] [--hop HEX] [--dest HEX]
             a datagram for each DS field (DSCP and ECN, as a number), which is also its content; IPv4 options;
             IPv6 hop-by-hop and destination options header (the octets behind next header and length)
each         reads lines of such commands
receive PORT prints "SRC SENT DS TTL OPTIONS" of each datagram, OPTIONS in hex or -
outer PCAP   prints "SPI DS TTL LENGTH" of the outer header of each ESP or AH packet
"""
import argparse
import select
import socket
import struct
import sys

from inject import read_pcap


def number(text):
    return int(text, 0)


def header(hexes):
    """An options header that setsockopt() takes; the kernel fills in the next header."""
    data = bytes.fromhex(hexes)
    assert len(data) % 8 == 6
    return bytes([0, len(data) // 8]) + data


def send(args):
    v6 = ":" in args.dst
    for ds in (number(d) for d in args.ds.split(",")):
        s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
        if v6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, ds)
            if args.ttl:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, args.ttl)
            if args.hop:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_HOPOPTS, header(args.hop))
            if args.dest:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, header(args.dest))
        else:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, ds)
            if args.ttl:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, args.ttl)
            if args.options:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes.fromhex(args.options))
        s.bind((args.src, 0))
        s.sendto(b"%d" % ds, (args.dst, args.port))


def listeners(port):
    s4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in 13, 12, 6:  # IP_RECVTOS, IP_RECVTTL, IP_RECVOPTS
        s4.setsockopt(socket.IPPROTO_IP, option, 1)
    s4.bind(("", port))
    s6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    for option in socket.IPV6_RECVTCLASS, socket.IPV6_RECVHOPLIMIT, socket.IPV6_RECVHOPOPTS, socket.IPV6_RECVDSTOPTS:
        s6.setsockopt(socket.IPPROTO_IPV6, option, 1)
    s6.bind(("", port))
    return s4, s6


def receive(args):
    socks = listeners(args.port)
    print("ready", flush=True)
    while True:
        for s in select.select(socks, [], [])[0]:
            data, control, _, peer = s.recvmsg(2000, 2000)
            ds = ttl = -1
            options = ""
            for level, kind, value in control:
                if (level, kind) in ((0, 1), (41, socket.IPV6_TCLASS)):
                    ds = value[0]
                elif (level, kind) in ((0, 2), (41, socket.IPV6_HOPLIMIT)):
                    ttl = struct.unpack("=i", value[:4])[0]
                elif (level, kind) in ((0, 6), (41, socket.IPV6_HOPOPTS), (41, socket.IPV6_DSTOPTS)):
                    options += value.hex()
            print(peer[0], data.decode(), ds, ttl, options or "-", flush=True)


def outer(args):
    for p in read_pcap(args.pcap):
        v6 = p[0] >> 4 == 6
        proto, off = (p[6], 40) if v6 else (p[9], (p[0] & 15) * 4)
        off += 4 if proto == 51 else 0
        if proto not in (50, 51):
            continue
        print(p[off:off + 4].hex(), (p[0] << 4 | p[1] >> 4) & 0xFF if v6 else p[1], p[7] if v6 else p[8], len(p))


def parser():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(required=True)
    c = sub.add_parser("send")
    for name in "src", "dst":
        c.add_argument(name)
    c.add_argument("port", type=int)
    c.add_argument("ds")
    c.add_argument("--ttl", type=int)
    for name in "--options", "--hop", "--dest":
        c.add_argument(name)
    c.set_defaults(run=send)
    c = sub.add_parser("receive")
    c.add_argument("port", type=int)
    c.set_defaults(run=receive)
    c = sub.add_parser("outer")
    c.add_argument("pcap")
    c.set_defaults(run=outer)
    c = sub.add_parser("each")
    c.set_defaults(run=each)
    return p


def each(_):
    p = parser()
    for line in sys.stdin:
        args = p.parse_args(line.split())
        args.run(args)


def main():
    args = parser().parse_args()
    sys.exit(args.run(args))


main()
