#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""inject.py: sends packets that nobody should send, from M (or anywhere) to a neighbour.

clear DEV SRC DST [--proto icmp|udp|tcp] [--dport N] [--sport N] [--size N]   a packet in clear, with the pattern
esp   DEV SRC DST --spi N [--seq N] [--size N] [--encap SPORT:DPORT]          ESP with a random body
ah    DEV SRC DST --spi N [--seq N] [--size N]                               AH with a random ICV
udp   DEV SRC DST --ports SPORT:DPORT --hex BYTES                            a UDP datagram of that content
replay DEV PCAP [--pick N[,N...]] [--src ADDR] [--flip N] [--cut N]           packets of a capture again; --src: only
                              from there; --flip: one bit of octet N of the packet (negative: from the end)
                              is turned; --cut: only the first N octets. Prints how many were sent.
raw   DEV --hex BYTES                                                        an IP packet as given
toobig DEV SRC DST --from ROUTER --mtu N --spi N [--proto esp|ah] [--encap SPORT:DPORT]
                              ICMP of a router to SRC: its sealed packet to DST is too big (RFC 1191, RFC 4443)

All: --count N, --mac ADDR (default: the neighbour at the other end in the topology).
"""
import argparse
import os
import socket
import struct
import sys

PATTERN = bytes.fromhex("feedfacedeadbeef")
# who is at the other end of a device of the topology
NEIGHBOUR = {
    "west0": "02:00:00:00:00:03",
    "east0": "02:00:00:00:00:06",
}
PROTO = {"icmp": 1, "tcp": 6, "udp": 17, "esp": 50, "ah": 51, "icmpv6": 58}


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def is_v6(addr):
    return ":" in addr


def packed(addr):
    return socket.inet_pton(socket.AF_INET6 if is_v6(addr) else socket.AF_INET, addr)


def pseudo(src, dst, proto, length):
    if is_v6(src):
        return packed(src) + packed(dst) + struct.pack("!IHBB", length, 0, 0, proto)
    return packed(src) + packed(dst) + struct.pack("!BBH", 0, proto, length)


def ip(src, dst, proto, body):
    if is_v6(src):
        return struct.pack("!IHBB", 6 << 28, len(body), proto, 60) + packed(src) + packed(dst) + body
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0x4242, 0, 60, proto, 0) + packed(src) + packed(dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def udp_packet(src, dst, sport, dport, data):
    body = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    total = checksum(pseudo(src, dst, 17, len(body)) + body) or 0xFFFF
    return ip(src, dst, 17, body[:6] + struct.pack("!H", total) + body[8:])


def clear_packet(args):
    data = (PATTERN * (args.size // 8 + 1))[: args.size]
    if args.proto == "udp":
        return udp_packet(args.src, args.dst, args.sport, args.dport, data)
    if args.proto == "tcp":
        body = struct.pack("!HHIIBBHHH", args.sport, args.dport, 1, 1, 0x50, 0x10, 1024, 0, 0) + data
        total = checksum(pseudo(args.src, args.dst, 6, len(body)) + body)
        return ip(args.src, args.dst, 6, body[:16] + struct.pack("!H", total) + body[18:])
    v6 = is_v6(args.src)
    proto, kind = (58, 128) if v6 else (1, 8)
    body = struct.pack("!BBHHH", kind, 0, 0, 0x4242, 1) + data
    total = checksum((pseudo(args.src, args.dst, proto, len(body)) if v6 else b"") + body)
    return ip(args.src, args.dst, proto, body[:2] + struct.pack("!H", total) + body[4:])


def esp_packet(args, seq):
    body = struct.pack("!II", args.spi, seq) + os.urandom(args.size)
    if not args.encap:
        return ip(args.src, args.dst, 50, body)
    sport, dport = (int(p) for p in args.encap.split(":"))
    return udp_packet(args.src, args.dst, sport, dport, body)


def ah_packet(args, seq):
    inner = struct.pack("!BBHHH", 8, 0, 0, 0x4242, 1) + PATTERN * 4
    icv = os.urandom(12)
    return ip(args.src, args.dst, 51, struct.pack("!BBHII", 1, 4, 0, args.spi, seq) + icv + inner)


def toobig_packet(args):
    quoted = struct.pack("!II", args.spi, 7)
    if args.encap:
        sport, dport = (int(p) for p in args.encap.split(":"))
        quoted = struct.pack("!HHHH", sport, dport, 1400, 0) + quoted
    elif args.proto == "ah":
        quoted = struct.pack("!BBH", 4, 4, 0) + quoted
    quoted = ip(args.src, args.dst, 17 if args.encap else PROTO[args.proto], quoted)
    v6 = is_v6(args.src)
    head = struct.pack("!BBHI", 2, 0, 0, args.mtu) if v6 else struct.pack("!BBHHH", 3, 4, 0, 0, args.mtu)
    proto = 58 if v6 else 1
    body = head + quoted
    total = checksum((pseudo(args.router, args.src, proto, len(body)) if v6 else b"") + body)
    return ip(args.router, args.src, proto, body[:2] + struct.pack("!H", total) + body[4:])


def read_pcap(path):
    """Yields (packet from its IP header on) of an Ethernet or raw-IP capture."""
    data = open(path, "rb").read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        yield frame[14:] if link == 1 else frame


def source_of(packet):
    if packet[:1] and packet[0] >> 4 == 6:
        return socket.inet_ntop(socket.AF_INET6, packet[8:24])
    return socket.inet_ntop(socket.AF_INET, packet[12:16])


def replayed(args):
    packets = [p for p in read_pcap(args.pcap) if len(p) >= 20 and p[0] >> 4 in (4, 6)]
    if args.src:
        packets = [p for p in packets if source_of(p) == args.src]
    if args.pick:
        packets = [packets[int(n)] for n in args.pick.split(",")]
    for p in packets:
        if args.flip is not None:
            p = bytearray(p)
            p[args.flip] ^= 1
        yield bytes(p[: args.cut] if args.cut else p)


def packets_of(args):
    if args.what == "clear":
        return [clear_packet(args)]
    if args.what == "esp":
        return [esp_packet(args, args.seq)]
    if args.what == "ah":
        return [ah_packet(args, args.seq)]
    if args.what == "udp":
        sport, dport = (int(p) for p in args.ports.split(":"))
        return [udp_packet(args.src, args.dst, sport, dport, bytes.fromhex(args.hex))]
    if args.what == "toobig":
        return [toobig_packet(args)]
    if args.what == "raw":
        return [bytes.fromhex(args.hex)]
    return replayed(args)


def send(args):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    mac = bytes.fromhex((args.mac or NEIGHBOUR[args.dev]).replace(":", ""))
    sent = 0
    for packet in packets_of(args):
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
        for _ in range(args.count):
            s.sendto(packet, (args.dev, kind, 0, 0, mac))
            sent += 1
    print(sent)


def number(text):
    return int(text, 0)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(required=True, dest="what")
    for name in ("clear", "esp", "ah", "udp", "replay", "raw", "toobig"):
        c = sub.add_parser(name)
        c.add_argument("dev")
        c.add_argument("--count", type=int, default=1)
        c.add_argument("--mac")
        if name == "replay":
            c.add_argument("pcap")
            c.add_argument("--pick")
            c.add_argument("--src")
            c.add_argument("--flip", type=int)
            c.add_argument("--cut", type=int)
        elif name != "raw":
            c.add_argument("src")
            c.add_argument("dst")
            c.add_argument("--size", type=int, default=64)
        if name == "clear":
            c.add_argument("--proto", choices=("icmp", "udp", "tcp"), default="icmp")
            c.add_argument("--sport", type=int, default=5001)
            c.add_argument("--dport", type=int, default=5001)
        if name in ("esp", "ah"):
            c.add_argument("--spi", type=number, required=True)
            c.add_argument("--seq", type=number, default=1)
            c.add_argument("--encap")
        if name == "toobig":
            c.add_argument("--from", dest="router", required=True)
            c.add_argument("--mtu", type=int, required=True)
            c.add_argument("--spi", type=number, required=True)
            c.add_argument("--proto", choices=("esp", "ah"), default="esp")
            c.add_argument("--encap")
        if name in ("udp", "raw"):
            c.add_argument("--ports")
            c.add_argument("--hex", required=True)
    args = p.parse_args()
    send(args)


if __name__ == "__main__":
    sys.exit(main())
