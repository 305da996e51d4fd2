# SPDX-License-Identifier: GPL-2.0-or-later
"""nlraw - netlink by hand, for messages that no library would send.

Attribute numbers, types and ranges come from nl-proto/, so the tests know every attribute there is.
"""
import errno
import os
import re
import socket
import struct

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
REQUEST, MULTI, ACK, ECHO, REPLACE, EXCL = 0x1, 0x2, 0x4, 0x8, 0x100, 0x200
DUMP = 0x300
NESTED = 0x8000
SOL_NETLINK, ADD_MEMBERSHIP, CAP_ACK, EXT_ACK = 270, 1, 10, 11
SIZE = {'U8': 1, 'U16': 2, 'U32': 4, 'U64': 8, 'BE16': 2, 'BE32': 4}
FORMAT = {'U8': '=B', 'U16': '=H', 'U32': '=I', 'U64': '=Q', 'BE16': '>H', 'BE32': '>I'}


def source(name):
    with open(os.path.join(TOP, 'nl-proto', name), encoding='utf-8') as file:
        return re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)


def enums():
    """Every enumerator and constant of the uapi header."""
    known = {'U8_MAX': 255, 'U16_MAX': 65535, 'U32_MAX': 2**32 - 1, 'S32_MAX': 2**31 - 1, 'U64_MAX': 2**64 - 1}
    text = source('nf_ipsec.h')
    for name, value in re.findall(r'^#define (NFI_\w+) ([0-9a-fx]+u?)\s*$', text, re.M):
        known[name] = int(value.rstrip('u'), 0)
    for body in re.findall(r'enum nfi_\w+ \{(.*?)\}', text, re.S):
        value = 0
        for item in re.sub(r'#.*', '', body).split(','):
            match = re.match(r'\s*(\w+)(?:\s*=\s*(\w+))?\s*$', item)
            if match:
                value = int(match[2], 0) if match[2] else value
                known[match[1]] = value
                value += 1
    return known


E = enums()


def rows():
    """{set: {attribute: (type, min, max)}} of nf_ipsec.def"""
    found = {}
    for kind, name, wire, low, high in re.findall(r'^NFI_(\w+)\((\w+), (\w+), \w+, (\w+), (\w+)\)', source('nf_ipsec.def'), re.M):
        number = [E[v] if v in E else int(v, 0) for v in (low, high)]
        found.setdefault(kind, {})[name] = (wire, *number)
    return found


ROWS = rows()


def attr(kind, payload, nested=False):
    head = struct.pack('=HH', len(payload) + 4, kind | (NESTED if nested else 0))
    return head + payload + bytes(-len(payload) % 4)


def value_of(wire, value):
    if wire in FORMAT:
        return struct.pack(FORMAT[wire], value)
    return value + b'\0' if wire == 'STR' else value


def field(kind, name, value):
    """One attribute of a set; TMPL takes a list of dicts."""
    if name == 'TMPL':
        inner = b''.join(attr(i + 1, fields('TMPL', t), True) for i, t in enumerate(value))
        return attr(E['NFI_SP_TMPL'], inner, True)
    return attr(E[f'NFI_{kind}_{name}'], value_of(ROWS[kind][name][0], value))


def fields(kind, values):
    return b''.join(field(kind, name, value) for name, value in values.items())


def nest(kind, values):
    return attr(E[f'NFI_A_{kind}'], values if isinstance(values, bytes) else fields(kind, values), True)


def top(name, value):
    wire = {'TXN': 'U32', 'SOCK_FD': 'U32', 'OWNER': 'U64'}.get(name)
    return attr(E[f'NFI_A_{name}'], struct.pack(FORMAT[wire], value) if wire else b'')


def parse(data):
    """[(type, payload)]"""
    found = []
    while len(data) >= 4:
        size, kind = struct.unpack_from('=HH', data)
        if size < 4:
            break
        found.append((kind & 0x3fff, data[4:size]))
        data = data[(size + 3) & ~3:]
    return found


class Answer:
    """error is 0 or an errno; text, offset, missing as the extended ack has them"""

    def __init__(self):
        self.error, self.text, self.offset, self.missing, self.replies = None, '', None, None, []
        self.interrupted = False

    def __str__(self):
        name = errno.errorcode.get(self.error, self.error)
        return f'{name} "{self.text}" offset {self.offset} missing {self.missing}'

    def take_ack(self, body, flags):
        self.error = -struct.unpack_from('=i', body)[0]
        if not flags & 0x200:  # NLM_F_ACK_TLVS
            return
        self.take_text(body[4 + (16 if flags & 0x100 else struct.unpack_from('=I', body, 4)[0]):])

    def take_text(self, data):
        for kind, payload in parse(data):
            if kind == 1:
                self.text = payload.rstrip(b'\0').decode()
            elif kind == 2:
                self.offset = struct.unpack('=I', payload)[0]
            elif kind == 5:
                self.missing = struct.unpack('=I', payload)[0]


class Socket:
    def __init__(self, family=None):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.bind((0, 0))
        self.sock.settimeout(10)
        self.sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        self.seq = 0
        self.groups = {}
        self.family = family or self.resolve()

    def close(self):
        self.sock.close()

    def resolve(self):
        answer = self.send(struct.pack('=BBH', 3, 1, 0) + attr(2, b'nf_ipsec\0'), REQUEST | ACK, 16)
        if not answer.replies:
            raise OSError(answer.error, f'no family nf_ipsec: {answer}')
        found = dict(parse(answer.replies[0][4:]))
        for _, group in parse(found.get(7, b'')):
            pair = dict(parse(group))
            self.groups[pair[1].rstrip(b'\0').decode()] = struct.unpack('=I', pair[2])[0]
        return struct.unpack('=H', found[1])[0]

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, self.groups[group])

    def send(self, payload, flags, kind=None, length=None):
        """Send one message, collect its answer. length: what the header says instead of the truth."""
        self.seq += 1
        size = 16 + len(payload) if length is None else length
        self.sock.send(struct.pack('=IHHII', size, kind or self.family, flags, self.seq, 0) + payload)
        answer = Answer()
        while answer.error is None:
            self.read(answer)
        return answer

    def read(self, answer):
        data = self.sock.recv(1 << 16)
        while len(data) >= 16:
            size, kind, flags, seq, _ = struct.unpack_from('=IHHII', data)
            body, data = data[16:size], data[(size + 3) & ~3:]
            if seq != self.seq:
                continue
            answer.interrupted |= bool(flags & 0x10)
            if kind == 2:
                answer.take_ack(body, flags)
            elif kind == 3:
                answer.error = -struct.unpack_from('=i', body)[0] if len(body) >= 4 else 0
                if flags & 0x200:  # NLM_F_ACK_TLVS
                    answer.take_text(body[4:])
            else:
                answer.replies.append(body)

    def call(self, command, payload=b'', flags=0):
        head = struct.pack('=BBH', E[f'NFI_CMD_{command}'], 1, 0)
        return self.send(head + payload, REQUEST | ACK | flags)

    def must(self, command, payload=b'', flags=0):
        answer = self.call(command, payload, flags)
        if answer.error:
            raise OSError(answer.error, f'{command}: {answer}')
        return answer

    def event(self):
        """The next event: (command, {top-level attribute: payload})"""
        data = self.sock.recv(1 << 16)
        return data[16], dict(parse(data[20:]))
