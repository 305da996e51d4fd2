#!/usr/bin/python3 -SE
# SPDX-License-Identifier: GPL-2.0-or-later
"""forge.py: ESP packets that are wrong in one way each, most with a good ICV; sent from M to West.

cases DEV SRC DST SPI KEY ISRC IDST FOREIGN AHSPI AHKEY   two SAs: tunnels, NULL encryption or AH, HMAC-SHA-256-128,
             keys in hex; policy of the first: ISRC to IDST; FOREIGN: an inner source of another SA's policy. Prints
             "REASON COUNT" (drops.def) of what West must say, "accepted COUNT" of what it must take, and "sum COUNT"
cut DEV PCAP                                  each packet of a capture, cut at each length, with a sound IP header;
             prints how many
"""
import hashlib
import hmac
import socket
import struct
import sys

from inject import NEIGHBOUR, checksum, ip, packed, read_pcap, udp_packet

ESP, AH, UDP = 50, 51, 17


class Wire:
    def __init__(self, dev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
        self.dev, self.mac, self.sent = dev, bytes.fromhex(NEIGHBOUR[dev].replace(":", "")), 0

    def send(self, packet):
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
        self.sock.sendto(packet, (self.dev, kind, 0, 0, self.mac))
        self.sent += 1


class Forger:
    def __init__(self, argv):
        self.wire = Wire(argv[0])
        self.src, self.dst, self.spi, self.key = argv[1], argv[2], int(argv[3], 16), bytes.fromhex(argv[4])
        self.isrc, self.idst, self.foreign = argv[5:8]
        self.ah_spi, self.ah_key = int(argv[8], 16), bytes.fromhex(argv[9])
        self.seq, self.ah_seq, self.want = 1000, 1000, {}

    def esp(self, body, good=True):
        """ESP around body, which has its padding and trailer."""
        self.seq += 1
        text = struct.pack("!II", self.spi, self.seq) + body
        icv = hmac.new(self.key if good else b"?", text, hashlib.sha256).digest()[:16]
        return text + icv

    def sealed(self, payload, nexthdr=4, good=True, pad=None):
        if pad is None:
            pad = bytes(range(1, 1 + (-len(payload) - 2) % 4))
            pad += bytes([len(pad)])
        return self.esp(payload + pad + bytes([nexthdr]), good)

    def ah(self, payload, nexthdr):
        """An IPv4 packet with AH around payload. What changes on the way (RFC 4302 3.3.3.1.1) counts as zero."""
        self.ah_seq += 1
        head = struct.pack("!BBHII", nexthdr, 5, 0, self.ah_spi, self.ah_seq)
        packet = ip(self.src, self.dst, AH, head + bytes(16) + payload)
        cover = packet[:8] + b"\0" + packet[9:10] + b"\0\0" + packet[12:]
        return packet[:32] + hmac.new(self.ah_key, cover, hashlib.sha256).digest()[:16] + packet[48:]

    def put(self, reason, packet, tos=0):
        if tos:
            packet = packet[:1] + bytes([tos]) + packet[2:10] + b"\0\0" + packet[12:]
            packet = packet[:10] + struct.pack("!H", checksum(packet[:20])) + packet[12:]
        self.wire.send(packet)
        self.want[reason] = self.want.get(reason, 0) + 1

    def esp_put(self, reason, *args, tos=0, **words):
        self.put(reason, ip(self.src, self.dst, ESP, self.sealed(*args, **words)), tos)

    def inner(self, src=None, dst=None):
        return udp_packet(src or self.isrc, dst or self.idst, 5003, 5003, b"forged")


def next_headers(f):
    for n in range(256):
        reason = {4: "in-inner", 41: "in-inner", 59: "in-dummy"}.get(n, "in-mode")
        f.esp_put(reason, bytes(40), n)


def lengths(f):
    for n in range(18):
        f.put("in-malformed", ip(f.src, f.dst, ESP, struct.pack("!II", f.spi, f.seq + 1) + bytes(n)))
    for n in 0, 1, 19:
        f.esp_put("in-inner", f.inner()[:n], 4)
        f.esp_put("in-inner", b"\x60" * n, 41)


def padding(f):
    body = f.inner()
    f.esp_put("in-padding", body, pad=b"\xff")
    f.esp_put("in-padding", body, pad=bytes([len(body) + 1]))
    f.esp_put("in-padding", b"", pad=b"\x01")
    f.esp_put("in-padding", body, pad=b"\x01\x02\x04\x03")
    f.esp_put("in-padding", body, pad=b"\x00\x00\x02")
    f.esp_put("in-padding", body, pad=bytes(255) + b"\xff")


def inner_headers(f):
    good = f.inner()
    for at, value in ((10, good[10] ^ 1), (0, 0x44), (3, len(good) + 1), (3, 19), (0, 0x4F), (0, 0x65)):
        bad = bytearray(good)
        bad[at] = value
        if at != 10:
            bad[10:12] = b"\0\0"
            bad[10:12] = struct.pack("!H", checksum(bytes(bad[:20])))
        f.esp_put("in-inner", bytes(bad))
    for src, dst in (("::1", "fd00::1"), ("ff02::1", "fd00::1"), ("fd00::1", "::1"), ("fd00::1", "ff01::1")):
        f.esp_put("in-inner", ip(src, dst, UDP, bytes(8)), 41)
    f.esp_put("in-inner", struct.pack("!IHBB", 6 << 28, 9, UDP, 9) + packed("fd00::1") + packed("fd00::2") + bytes(8), 41)


def policy(f):
    f.esp_put("in-selector", f.inner(src="9.9.9.9"))
    f.esp_put("in-selector", f.inner(dst="9.9.9.9"))
    f.esp_put("in-selector", ip("fd00::1", "fd00::2", UDP, bytes(8)), 41)
    f.esp_put("in-template", f.inner(src=f.foreign))
    f.esp_put("in-ecn", f.inner(), tos=3)


def depth(f):
    packet = f.inner()
    for _ in range(6):
        packet = ip(f.src, f.dst, ESP, f.sealed(packet))
    f.put("in-depth", packet)


def others(f):
    for _ in range(5):
        f.esp_put("in-auth", f.inner(), good=False)
    f.put("in-encap", udp_packet(f.src, f.dst, 4500, 4500, f.sealed(f.inner())))
    packet = ip(f.src, f.dst, ESP, f.sealed(f.inner()))
    f.put("accepted", packet)
    for _ in range(3):
        f.put("in-replay", packet)
    packet = ip(f.src, f.dst, ESP, f.sealed(f.inner()))
    f.seq += 200
    f.esp_put("accepted", f.inner())
    f.put("in-replay", packet)


def used_up(f):
    """Whatever has a good ICV uses its number up and moves the window, be it a dummy or nonsense (RFC 4303 3.4.3)."""
    body = f.inner()
    for reason, sealed, tos in (("in-padding", f.sealed(body, pad=b"\xff"), 0), ("in-dummy", f.sealed(body, 59), 0),
                                ("in-mode", f.sealed(body, 17), 0), ("in-inner", f.sealed(b"", 4), 0),
                                ("in-ecn", f.sealed(body), 3)):
        packet = ip(f.src, f.dst, ESP, sealed)
        f.put(reason, packet, tos)
        f.put("in-replay", packet, tos)
    late = ip(f.src, f.dst, ESP, f.sealed(body))
    f.seq += 200
    f.esp_put("in-dummy", body, 59)
    f.put("in-replay", late)
    for reason, nexthdr in (("in-dummy", 59), ("in-mode", 17)):
        packet = f.ah(body, nexthdr)
        f.put(reason, packet)
        f.put("in-replay", packet)
    late = f.ah(body, 4)
    f.ah_seq += 200
    f.put("in-dummy", f.ah(body, 59))
    f.put("in-replay", late)


def cases(argv):
    f = Forger(argv)
    for part in next_headers, lengths, padding, inner_headers, policy, depth, others, used_up:
        part(f)
    for reason, count in f.want.items():
        print(reason, count)
    print("sum", f.wire.sent)


def cut_to(packet, n):
    if packet[0] >> 4 == 6:
        return packet[:4] + struct.pack("!H", n - 40) + packet[6:n]
    p = packet[:2] + struct.pack("!H", n) + packet[4:10] + b"\0\0" + packet[12:n]
    return p[:10] + struct.pack("!H", checksum(p[:20])) + p[12:]


def cut(argv):
    wire, seq = Wire(argv[0]), 100000
    for packet in read_pcap(argv[1]):
        head, proto = (40, packet[6]) if packet[0] >> 4 == 6 else (20, packet[9])
        at = head + {ESP: 4, UDP: 12, AH: 8}[proto]
        for n in range(head, len(packet)):
            seq += 1  # a new one, or it is but a replay
            wire.send(cut_to(packet[:at] + struct.pack("!I", seq) + packet[at + 4:], n))
    print(wire.sent)


{"cases": cases, "cut": cut}[sys.argv[1]](sys.argv[2:])
