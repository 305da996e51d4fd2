#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""nfqueue.py NUMBER [--stall]: says "accept" to each packet of an nfnetlink queue; with --stall it never answers.

Prints "ready", then a line for each packet. Needs no library.
"""
import socket
import struct
import sys

NETLINK_NETFILTER = 12
QUEUE = 3 << 8  # NFNL_SUBSYS_QUEUE
VERDICT, CONFIG = 1, 2
CFG_CMD, CFG_PARAMS, PACKET_HDR, VERDICT_HDR = 1, 2, 1, 2
BIND, COPY_META, NF_ACCEPT = 1, 1, 1


def send(sock, number, kind, attr, value):
    body = struct.pack("=BBH", 0, 0, socket.htons(number))
    body += struct.pack("=HH", 4 + len(value), attr) + value + b"\0" * (-len(value) % 4)
    sock.send(struct.pack("=IHHII", 16 + len(body), QUEUE | kind, 1, 0, 0) + body)


def packet_ids(data):
    """Yields the id of each packet message in what was received."""
    while len(data) >= 20:
        size, kind = struct.unpack("=IH", data[:6])
        attrs = data[20:size] if kind == QUEUE else b""
        while len(attrs) >= 4:
            length, attr = struct.unpack("=HH", attrs[:4])
            if attr & 0x3FFF == PACKET_HDR:
                yield struct.unpack("!I", attrs[4:8])[0]
            attrs = attrs[(length + 3) & ~3:]
        data = data[(size + 3) & ~3:]


def main():
    number, stall = int(sys.argv[1]), "--stall" in sys.argv
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.bind((0, 0))
    send(sock, number, CONFIG, CFG_CMD, struct.pack("!BBH", BIND, 0, 0))
    send(sock, number, CONFIG, CFG_PARAMS, struct.pack("!IB", 0, COPY_META))
    print("ready", flush=True)
    while True:
        for ident in packet_ids(sock.recv(1 << 16)):
            print(ident, flush=True)
            if not stall:
                send(sock, number, VERDICT, VERDICT_HDR, struct.pack("!II", NF_ACCEPT, ident))


main()
