#!/usr/bin/python3 -SE
# SPDX-License-Identifier: GPL-2.0-or-later
"""seqs.py: the sequence numbers of sealed packets in a capture (the low 32 bits, as they are on the wire).

seqs.py PCAP      "SPI NUMBER" of each, in order; " again" follows if this number of this SA was there before
"""
import struct
import sys

from inject import read_pcap


def sealed(packet):
    """(destination, SPI, number) of ESP, AH and UDP-encapsulated ESP over IPv4 and IPv6 without options, or None"""
    if len(packet) < 20:
        return None
    v6 = packet[0] >> 4 == 6
    proto, dst, body = (packet[6], packet[24:40], packet[40:]) if v6 else (packet[9], packet[16:20], packet[20:])
    if not v6 and struct.unpack("!H", packet[6:8])[0] & 0x1FFF:
        return None
    if proto == 17 and len(body) >= 16 and 4500 in struct.unpack("!HH", body[:4]):
        proto, body = 50, body[8:]
    at = {50: 0, 51: 4}.get(proto)
    if at is None or len(body) < at + 8:
        return None
    spi, number = struct.unpack("!II", body[at:at + 8])
    return (dst, spi, number) if spi else None


def main():
    seen = set()
    for packet in filter(None, map(sealed, read_pcap(sys.argv[1]))):
        print("%08x %d%s" % (packet[1:] + (" again" if packet in seen else "",)))
        seen.add(packet)


main()
