#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""conn.py: descriptions of connections (lib-conn.sh says which words) to what configures the gateways.

conn.py DIR < DESCRIPTIONS   one connection a line; writes DIR/west.ours, west.xfrm, east.ours, east.xfrm
                             (input of "ipsecctl load" and of "ip -batch") and DIR/keys:
                             "ID PROTO DIRECTION SPI KEY AUTHKEY", direction we (west to east) or ew
conn.py transforms           every pair "ENC KEYBITS AUTH" of nl-proto/algs.def; AUTH - for AEADs
conn.py auths                the authentication algorithms

What algs.def says about the kernel's names, salt and ICV is what XFRM is told.
"""
import os
import re
import sys

DEFS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../nl-proto/algs.def")
DEFAULTS = dict(mode="tunnel", enc="", keybits="", auth="", ah="", encap="", esn="", replay="64", seq="", saopt="", proto="",
                wo="10.0.0.1", eo="11.0.0.1", ws="10.0.1.0/24", es="11.0.1.0/24")


class Enc:
    def __init__(self, row):
        self.name, self.kernel = row[2].strip('"'), row[3].strip('"')
        self.bits = [int(b) for b in re.findall(r"NFI_K(\d+)", row[5])]
        self.salt, self.icv = int(row[6]), 8 * int(row[9])
        self.aead, self.legacy = "AEAD" in row[10], "LEGACY" in row[10]


class Auth:
    def __init__(self, row):
        self.name, self.kernel = row[2].strip('"'), row[3].strip('"')
        self.octets, self.icv, self.legacy = int(row[5]), 8 * int(row[6]), "LEGACY" in row[7]


def split_row(text):
    """The columns of a row; commas within quotes belong to them."""
    return [c.strip() for c in re.findall(r'(?:"[^"]*"|[^,"])+', text)]


def read_defs():
    text = open(DEFS).read()
    enc = [Enc(split_row(r)) for r in re.findall(r"^NFI_ENC\((.*)\)$", text, re.M)]
    auth = [Auth(split_row(r)) for r in re.findall(r"^NFI_AUTH\((.*)\)$", text, re.M)]
    return {e.name: e for e in enc}, {a.name: a for a in auth}


ENC, AUTH = read_defs()


class Sa:
    """One SA of a connection: addresses, SPI and freshly made keys."""

    def __init__(self, c, proto, way, mode):
        self.c, self.proto, self.way, self.mode = c, proto, way, mode
        self.spi = 0x1000 + 2 * int(c["id"]) + (way == "ew")
        self.src, self.dst = (c["wo"], c["eo"]) if way == "we" else (c["eo"], c["wo"])
        self.enc = ENC[c["enc"]] if proto == "esp" else None
        auth = c["auth"] if proto == "esp" else c["ah"]
        self.auth = AUTH[auth] if auth else None
        bits = int(c["keybits"] or (self.enc.bits[-1] if self.enc and self.enc.bits else 0))
        self.key = os.urandom(bits // 8 + self.enc.salt).hex() if self.enc and bits else ""
        self.akey = os.urandom(self.auth.octets).hex() if self.auth else ""

    def encap(self):
        if not self.c["encap"] or self.proto != "esp":
            return ""
        west, east = self.c["encap"].split(":")
        return "%s %s" % ((west, east) if self.way == "we" else (east, west))

    def ours(self, node):
        out = (node == "west") == (self.way == "we")
        words = "sa add %s %s src %s dst %s spi 0x%08x reqid %s mode %s" % (
            "out" if out else "in", self.proto, self.src, self.dst, self.spi, self.c["id"], self.mode)
        if self.enc:
            words += " enc " + self.enc.name + (" key 0x" + self.key if self.key else "")
        if self.auth:
            words += " auth %s key 0x%s" % (self.auth.name, self.akey)
        if self.c["esn"]:
            words += " esn"
        if (self.enc and self.enc.legacy) or (self.auth and self.auth.legacy):
            words += " legacy"
        if self.encap():
            words += " encap udp " + self.encap()
        if out and self.c["seq"]:
            words += " seq " + self.c["seq"]
        if not out:
            words += " replay " + self.c["replay"]
        return words + (" " + self.c["saopt"] if self.c["saopt"] else "")

    def xfrm(self):
        words = "xfrm state add src %s dst %s proto %s spi 0x%08x reqid %s mode %s replay-window %s" % (
            self.src, self.dst, self.proto, self.spi, self.c["id"], self.mode, self.c["replay"])
        words += " flag esn" if self.c["esn"] else ""
        words += " flag af-unspec" if self.mode == "tunnel" else ""
        words += " flag align4" if self.proto == "ah" and ":" not in self.src else ""  # RFC 4302 3.3.3.2.1
        if self.enc and self.enc.aead:
            words += " aead %s 0x%s %d" % (self.enc.kernel, self.key, self.enc.icv)
        elif self.enc:
            words += " enc %s %s" % (self.enc.kernel, "0x" + self.key if self.key else '""')
        if self.auth:
            words += " auth-trunc %s 0x%s %d" % (self.auth.kernel, self.akey, self.auth.icv)
        if self.encap():
            words += " encap espinudp %s %s" % (self.encap(), "::" if ":" in self.src else "0.0.0.0")
        return words


def policies(c, sas, put):
    """The policies of a connection; sas: innermost first, of one direction."""
    proto = " proto " + c["proto"] if c["proto"] else ""
    for way, src, dst, outer in (("we", c["ws"], c["es"], (c["wo"], c["eo"])), ("ew", c["es"], c["ws"], (c["eo"], c["wo"]))):
        selector = "src %s dst %s%s" % (src, dst, proto)
        ours = xfrm = ""
        for sa in sas:
            ours += " %s reqid %s mode %s" % (sa.proto, c["id"], sa.mode)
            ours += " src %s dst %s" % outer if sa.mode == "tunnel" else ""
            xfrm += " tmpl src %s dst %s proto %s reqid %s mode %s" % (outer + (sa.proto, c["id"], sa.mode))
        for node in "west", "east":
            out = (node == "west") == (way == "we")
            put(node, "ours", "policy add %s %s protect%s" % ("out" if out else "in", selector, ours))
            for direction in ["out"] if out else ["in", "fwd"] if c["mode"] == "tunnel" else ["in"]:
                put(node, "xfrm", "xfrm policy add %s dir %s%s" % (selector, direction, xfrm))


def connection(c, put, keys):
    if c["mode"] == "transport":
        c["ws"], c["es"] = c["wo"], c["eo"]
    if c["auth"] == "-":
        c["auth"] = ""
    for way in "ew", "we":
        sas, mode = [], c["mode"]
        for proto in [p for p, wanted in (("esp", c["enc"]), ("ah", c["ah"])) if wanted]:
            sas.append(Sa(c, proto, way, mode))
            mode = "transport"
        for sa in sas:
            keys.write("%s %s %s %08x %s %s\n" % (c["id"], sa.proto, way, sa.spi, sa.key or "-", sa.akey or "-"))
            for node in "west", "east":
                put(node, "ours", sa.ours(node))
                put(node, "xfrm", sa.xfrm())
    policies(c, sas, put)


def words_of(line):
    """WORD=VALUE pairs; a value goes on until the next word, so that saopt= may hold several."""
    c = dict(DEFAULTS)
    for name, value in re.findall(r"(\w+)=((?:(?!\s\w+=).)*)", line):
        if name not in c and name != "id":
            sys.exit("conn: %s= is not a word of a connection: %s" % (name, line))
        c[name] = value.strip()
    return c


def main():
    if sys.argv[1] == "transforms":
        for e in ENC.values():
            for bits in e.bits or [0]:
                for auth in ["-"] if e.aead else AUTH:
                    print(e.name, bits, auth)
        return
    if sys.argv[1] == "auths":
        print("\n".join(AUTH))
        return
    lines = {}
    with open(os.path.join(sys.argv[1], "keys"), "a") as keys:
        for line in sys.stdin:
            connection(words_of(line), lambda node, impl, text: lines.setdefault(node + "." + impl, []).append(text), keys)
    for name, texts in lines.items():
        with open(os.path.join(sys.argv[1], name), "w") as f:
            f.write("\n".join(texts) + "\n")


main()
