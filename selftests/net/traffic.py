#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""traffic.py: what the clients of the tests send, many connections in one process.

ping [--window N] [--wait S]  reads "LABEL SRC DST SIZE[,SIZE...]" lines (SRC - for any), sends echo requests
                              with the pattern feedfacedeadbeef, prints "LABEL ok" or "LABEL lost SIZE,..."
serve PORT                    TCP and UDP, both families: echoes UDP, takes and gives bulk data, serves a page
bulk SRC DST PORT BYTES       BYTES up and down over TCP, contents compared; prints the seconds
udp SRC DST PORT SIZE...      a datagram of each size, echoed; prints "ok" or "lost SIZE..."
page SRC DST PORT             prints the page
"""
import argparse
import errno
import hashlib
import ipaddress
import os
import select
import socket
import struct
import sys
import threading
import time

PATTERN = bytes.fromhex("feedfacedeadbeef")
SLOW = int(os.environ.get("NFI_SLOW", 1))
LEARN = 1200  # octets; what is larger may meet a path MTU that is not known yet
PAGE = b"<html><body>feedfacedeadbeef: hello from Sunrise" + b" " * 400 + PATTERN + b"</body></html>\n"
IPV6_RECVPKTINFO, IPV6_PKTINFO = 49, 50


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def filler(size):
    return (PATTERN * (size // 8 + 1))[:size]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Pinger:
    """Echo requests and replies of both families over raw sockets."""

    def __init__(self):
        self.sock = {
            socket.AF_INET: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
            socket.AF_INET6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
        }
        for s in self.sock.values():
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)

    def send(self, job, src, dst, size):
        fam = family(dst)
        ident, seq = job & 0xFFFF, size & 0xFFFF
        head = struct.pack("!BBHHH", 128 if fam == socket.AF_INET6 else 8, 0, 0, ident, seq)
        body = filler(size)
        control = []
        if fam == socket.AF_INET:
            head = head[:2] + struct.pack("!H", checksum(head + body)) + head[4:]
            if src != "-":
                control = [(socket.IPPROTO_IP, 8, struct.pack("=i4s4s", 0, socket.inet_aton(src), b"\0" * 4))]
        elif src != "-":
            control = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, socket.inet_pton(fam, src) + struct.pack("=i", 0))]
        self.sock[fam].sendmsg([head + body], control, 0, (dst, 0))

    def receive(self, wait):
        """Yields (job, size, source) of good replies that are there within wait seconds."""
        ready, _, _ = select.select(list(self.sock.values()), [], [], wait)
        for s in ready:
            while True:
                try:
                    data, peer = s.recvfrom(66000, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    break
                if s.family == socket.AF_INET:
                    data = data[(data[0] & 15) * 4:]
                if len(data) < 8 or data[0] not in (0, 129) or (data[0] == 0) != (s.family == socket.AF_INET):
                    continue
                _, _, _, ident, seq = struct.unpack("!BBHHH", data[:8])
                if data[8:] == filler(seq):
                    yield ident, seq, peer[0]


def send_one(pinger, jobs, key, tries, open_, lost, wait):
    """Large ones are sent again, soon: their first packet may only teach the path MTU."""
    job, size = key
    try:
        pinger.send(job, jobs[job][1], jobs[job][2], size)
        open_[key] = time.monotonic() + (min(wait, 1) if size > LEARN and tries < 5 else wait), tries
    except OSError as err:
        if err.errno == errno.EMSGSIZE and tries < 2:  # a local sender learns so; it knows from now on
            send_one(pinger, jobs, key, tries + 1, open_, lost, wait)
            return
        lost.setdefault(job, []).append("%d(%s)" % (size, err.strerror.replace(" ", "_")))


def ping(args):
    jobs, todo = [], []
    for line in sys.stdin:
        label, src, dst, sizes = line.split()
        sizes = [int(s) for s in sizes.split(",")]
        jobs.append((label, src, str(ipaddress.ip_address(dst)), sizes))
        todo += [(len(jobs) - 1, size) for size in sizes]
    pinger, open_, lost, todo = Pinger(), {}, {}, todo[::-1]
    while todo or open_:
        while todo and len(open_) < args.window:
            send_one(pinger, jobs, todo.pop(), 1, open_, lost, args.wait * SLOW)
        for job, size, peer in pinger.receive(0.1):
            if job < len(jobs) and jobs[job][2] == str(ipaddress.ip_address(peer.split("%")[0])):
                open_.pop((job, size), None)
        now = time.monotonic()
        for key, tries in [(k, n) for k, (end, n) in open_.items() if end < now]:
            del open_[key]
            if key[1] > LEARN and tries < 5:
                send_one(pinger, jobs, key, tries + 1, open_, lost, args.wait * SLOW)
            else:
                lost.setdefault(key[0], []).append(str(key[1]))
    for i, (label, _, _, _) in enumerate(jobs):
        print(label, "lost " + ",".join(lost[i]) if i in lost else "ok")
    return 1 if lost else 0


def read_exactly(conn, size):
    chunks = []
    while size:
        chunk = conn.recv(min(size, 1 << 16))
        if not chunk:
            raise ConnectionError("connection ended early")
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def serve_one(conn):
    with conn:
        conn.settimeout(60 * SLOW)
        head = read_exactly(conn, 8)
        if head.startswith(b"GET "):
            while b"\r\n\r\n" not in head and b"\n\n" not in head:
                head += conn.recv(4096)
            conn.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)
            return
        data = read_exactly(conn, struct.unpack("!Q", head)[0])
        conn.sendall(hashlib.sha256(data).digest() + data)


def serve(args):
    tcp = socket.create_server(("::", args.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    udp.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
    udp.bind(("::", args.port))
    print("ready", flush=True)
    while True:
        for s in select.select([tcp, udp], [], [])[0]:
            if s is udp:
                # answer from the address that was asked: only that is protected
                data, info, _, peer = udp.recvmsg(66000, 64)
                udp.sendmsg([data], [(lvl, IPV6_PKTINFO, d[:16] + bytes(4)) for lvl, _, d in info], 0, peer)
            else:
                threading.Thread(target=serve_one, args=(tcp.accept()[0],), daemon=True).start()


def connect(args):
    return socket.create_connection((args.dst, args.port), 30 * SLOW, None if args.src == "-" else (args.src, 0))


def bulk(args):
    data = (hashlib.sha256(b"bulk").digest() * (args.bytes // 32 + 1))[: args.bytes]
    start = time.monotonic()
    with connect(args) as conn:
        conn.sendall(struct.pack("!Q", len(data)) + data)
        reply = read_exactly(conn, 32 + len(data))
    if reply != hashlib.sha256(data).digest() + data:
        sys.exit("data came back changed")
    print("%.2f" % (time.monotonic() - start))


def udp(args):
    s = socket.socket(family(args.dst), socket.SOCK_DGRAM)
    s.settimeout(3 * SLOW)
    s.bind(("" if args.src == "-" else args.src, 0))
    lost = []
    for size in args.sizes:
        for tries in range(5 if size > LEARN else 1):
            try:
                s.sendto(filler(size), (args.dst, args.port))
                if s.recv(66000) != filler(size):
                    lost.append("%d(changed)" % size)
                break
            except OSError:
                pass
        else:
            lost.append(str(size))
    print("lost " + " ".join(lost) if lost else "ok")
    return 1 if lost else 0


def page(args):
    with connect(args) as conn:
        conn.sendall(b"GET / HTTP/1.0\r\n\r\n")
        reply = b""
        while chunk := conn.recv(65536):
            reply += chunk
    sys.stdout.buffer.write(reply.partition(b"\r\n\r\n")[2])
    return 0 if reply.endswith(PAGE) else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(required=True)
    c = sub.add_parser("ping")
    c.add_argument("--window", type=int, default=16)
    c.add_argument("--wait", type=float, default=3)
    c.set_defaults(run=ping)
    c = sub.add_parser("serve")
    c.add_argument("port", type=int)
    c.set_defaults(run=serve)
    for name, run in (("bulk", bulk), ("udp", udp), ("page", page)):
        c = sub.add_parser(name)
        c.add_argument("src")
        c.add_argument("dst")
        c.add_argument("port", type=int)
        c.set_defaults(run=run)
        if name == "bulk":
            c.add_argument("bytes", type=int)
        elif name == "udp":
            c.add_argument("sizes", type=int, nargs="+")
    args = p.parse_args()
    sys.exit(args.run(args))


main()
