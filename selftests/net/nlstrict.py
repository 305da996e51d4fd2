#!/usr/bin/python3 -SE
# SPDX-License-Identifier: GPL-2.0-or-later
"""nlstrict strict|noperm|userns|fuzz|failnth: what the module says to requests that are wrong.

Prints "PASS name" and "FAIL name" lines, remarks with "# ".
"""
import ctypes
import errno
import os
import random
import socket
import struct
import sys
import time

from nlraw import (ACK, Answer, DUMP, E, ECHO, EXCL, NESTED, REPLACE, REQUEST, ROWS, SIZE, Socket, attr, field, fields, nest, parse, top,
                   value_of)

A, B = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
KEY = bytes(range(20))
SA = {'DIR': 2, 'SPI': 0x1000, 'PROTO': 50, 'MODE': 1, 'SADDR': A, 'DADDR': B, 'REQID': 7, 'ENC_ALG': 1, 'ENC_KEY': KEY}
SP = {'DIR': 2, 'ACTION': 1, 'SRC': bytes([10, 0, 1, 0]), 'SRC_LEN': 24, 'DST': bytes([10, 0, 2, 0]), 'DST_LEN': 24,
      'TMPL': [{'PROTO': 50, 'MODE': 1, 'REQID': 7}]}
# another one to add: the module takes no key twice
NEW = {**SA, 'SPI': 0x5000, 'ENC_KEY': KEY[::-1]}
NAME = {'DADDR': B, 'SPI': 0x1000, 'PROTO': 50}
SP_NAME = {k: SP[k] for k in ('DIR', 'SRC', 'SRC_LEN', 'DST', 'DST_LEN')}

# command: set, valid values, required ones, all that it takes, flags that make it work twice
LIFE = [f'{a}_{b}' for a in ('SOFT', 'HARD') for b in ('BYTES', 'PACKETS', 'ADD', 'USE')]
REPLY_ONLY = {'SA': ('MTU', 'STATE', 'BYTES', 'PACKETS', 'ADD_TIME', 'USE_TIME'),
              'SP': ('BYTES', 'PACKETS', 'USE_TIME', 'HELD'), 'NS': ('EXEMPT',)}
SA_FILTER = ['OWNER', 'EPOCH', 'DIR', 'SADDR', 'DADDR', 'PROTO', 'REQID']
SP_FILTER = ['OWNER', 'EPOCH', 'DIR', 'REQID', 'ACTION', 'SRC', 'SRC_LEN', 'DST', 'DST_LEN']
SELECT = ['SRC', 'SRC_LEN', 'DST', 'DST_LEN', 'PROTO', 'SPORT_MIN', 'SPORT_MAX', 'DPORT_MIN', 'DPORT_MAX', 'MARK', 'MARK_MASK']
NESTS = {
    'NS_SET': ('NS', {'MSS': 1}, [], [r for r in ROWS['NS'] if r != 'EXEMPT'], 0),
    'SA_NEW': ('SA', NEW, ['DIR', 'SPI', 'PROTO', 'MODE', 'SADDR', 'DADDR', 'REQID'],
               [r for r in ROWS['SA'] if r not in REPLY_ONLY['SA'] and r not in ('ID', 'EPOCH_BEFORE', 'SPI_MIN', 'SPI_MAX')], REPLACE),
    'SA_SET': ('SA', {**NAME, 'MARK': 1}, [],
               ['ID', 'SADDR', 'DADDR', 'SPI', 'PROTO', 'ENCAP', 'ENCAP_SPORT', 'ENCAP_DPORT', 'SEQ', 'MARK', 'TFC', 'EPOCH', *LIFE], 0),
    'SA_DEL': ('SA', NAME, [], ['ID', 'DADDR', 'SPI', 'PROTO'], 0),
    'SA_GET': ('SA', NAME, [], ['ID', 'DADDR', 'SPI', 'PROTO'], 0),
    'SA_GET dump': ('SA', {'DIR': 2}, [], SA_FILTER, 0),
    'SA_FLUSH': ('SA', {'OWNER': 999}, [], [*SA_FILTER, 'EPOCH_BEFORE'], 0),
    'SA_ALLOCSPI': ('SA', {'DADDR': B, 'PROTO': 50, 'SPI_MIN': 0x2000, 'SPI_MAX': 0x20ff},
                    ['DADDR', 'PROTO', 'SPI_MIN', 'SPI_MAX'], ['OWNER'], 0),
    'SP_NEW': ('SP', SP, ['DIR', 'ACTION', 'SRC', 'SRC_LEN', 'DST', 'DST_LEN'],
               [*SELECT, 'DIR', 'ACTION', 'PRIO', 'FLAGS', 'TMPL', 'OWNER', 'EPOCH', 'NAME'], REPLACE),
    'SP_DEL': ('SP', SP_NAME, [], ['ID', 'DIR', 'PRIO', *SELECT], 0),
    'SP_GET': ('SP', SP_NAME, [], ['ID', 'DIR', 'PRIO', *SELECT], 0),
    'SP_GET dump': ('SP', {'DIR': 2}, [], SP_FILTER, 0),
    'SP_FLUSH': ('SP', {'OWNER': 999}, [], [*SP_FILTER, 'EPOCH_BEFORE'], 0),
}
PLAIN = ['INFO_GET', 'NS_GET', 'TXN_BEGIN', 'ALG_GET dump', 'STATS_GET dump']
COMMANDS = [c[8:] for c in E if c.startswith('NFI_CMD_') and not c.endswith(('_NTF', 'UNSPEC', 'MAX'))]


class Report:
    def __init__(self, name):
        self.name, self.cases, self.bad = name, 0, []

    def refused(self, what, answer):
        """must be an error with text"""
        self.cases += 1
        if not answer.error:
            self.bad.append(f'{what}: was taken')
        elif not answer.text:
            self.bad.append(f'{what}: no text: {answer}')

    def says(self, what, true):
        self.cases += 1
        if not true:
            self.bad.append(what)

    def close(self):
        print(f'{"FAIL" if self.bad else "PASS"} {self.name} ({self.cases} cases)')
        for line in self.bad[:20]:
            print('# ' + line)
        sys.stdout.flush()


def split(command):
    name, _, dump = command.partition(' ')
    return name, DUMP if dump else 0


def prepare(s):
    """one SA and one policy, for the commands that want them"""
    s.must('SA_FLUSH')
    s.must('SP_FLUSH')
    s.must('SA_NEW', nest('SA', SA))
    s.must('SP_NEW', nest('SP', SP))


def sample(kind, name):
    if name == 'TMPL':
        return SP['TMPL']
    wire, low, high = ROWS[kind][name]
    if wire in SIZE:
        return low
    return {'ADDR': A, 'KEY': KEY, 'STR': b'x'}[wire] if high else b''


def bad_payloads(wire, low, high):
    """(what, payload) that the row must refuse"""
    if wire in SIZE:
        size = SIZE[wire]
        good = value_of(wire, low)
        yield 'no octets', b''
        yield 'an octet less', good[:-1]
        yield 'an octet more', good + b'\0'
        if low:
            yield 'below the range', value_of(wire, low - 1)
        if high < 256 ** size - 1:
            yield 'above the range', value_of(wire, high + 1)
            yield 'far above the range', b'\xff' * size
    elif wire == 'ADDR':
        for size in (0, 1, 3, 5, 8, 15, 17, 64):
            yield f'{size} octets', bytes(size)
    elif wire == 'KEY':
        yield 'too long', bytes(high + 1)
        yield 'much too long', bytes(4096)
        if low:
            yield 'empty', b''
    elif wire == 'STR':
        yield 'too long', b'x' * (high + 1) + b'\0'
        yield 'not terminated', b'x' * high
        yield 'empty', b'\0'
        yield 'nothing', b''


def try_attributes(s, r, command, flags):
    kind, valid, need, may, _ = NESTS[command]
    name, dump = split(command)
    numbers = {a: E[f'NFI_{kind}_{a}'] for a in [*ROWS[kind], *(['TMPL'] if kind == 'SP' else ['DROPS'] if kind == 'SA' else [])]}

    def send(what, payload):
        r.refused(f'{command} {what}', s.call(name, payload, flags | dump))

    for a, number in numbers.items():
        if a in ('TMPL', 'DROPS'):
            continue
        rest = {k: v for k, v in valid.items() if k != a}
        for what, payload in bad_payloads(*ROWS[kind][a]):
            send(f'{a} {what}', nest(kind, fields(kind, rest) + attr(number, payload)))
        one = field(kind, a, valid.get(a, sample(kind, a)))
        send(f'{a} twice', nest(kind, fields(kind, rest) + one + one))
        send(f'{a} with the nested flag', nest(kind, fields(kind, rest) + attr(number | NESTED, one[4:])))
        if a not in may and a not in need and a not in valid:
            send(f'{a}, not of this command', nest(kind, {**valid, a: sample(kind, a)}))
    for a in need:
        answer = s.call(name, nest(kind, {k: v for k, v in valid.items() if k != a}), flags | dump)
        r.refused(f'{command} without {a}', answer)
        r.says(f'{command} without {a}: missing is {answer.missing}', answer.missing == numbers[a])
    for number in (0, 1, max(numbers.values()) + 1, 63, 64, 255, 0x3fff):
        if number not in numbers.values():
            send(f'attribute {number}', nest(kind, fields(kind, valid) + attr(number, bytes(4))))


def try_shapes(s, r, command, flags):
    kind, valid, need, _, _ = NESTS[command]
    name, dump = split(command)
    body = fields(kind, valid)
    top_number = E[f'NFI_A_{kind}']

    def send(what, payload, extra=0):
        r.refused(f'{command} {what}', s.call(name, payload, flags | dump | extra))

    send('nest twice', nest(kind, valid) * 2)
    send('nest without its flag', attr(top_number, body))
    send('octets behind the nest', nest(kind, valid) + b'\x01\x02\x03\x04')
    send('octets in the nest', nest(kind, body + b'\x01\x00\x00\x00'))
    send('attribute longer than its nest', nest(kind, body + b'\xff\x00' + E[f'NFI_{kind}_ID' if kind != 'NS' else 'NFI_NS_TAP'].to_bytes(2, 'little')))
    send('nest longer than the message', (len(body) + 64).to_bytes(2, 'little') + (top_number | NESTED).to_bytes(2, 'little') + body)
    send('nest of length 3', b'\x03\x00' + (top_number | NESTED).to_bytes(2, 'little'))
    for other in (0, E['NFI_A_PAD'], E['NFI_A_STAT'], E['NFI_A_INFO'], E['NFI_A_EVENT'], E['NFI_A_MAX'] if 'NFI_A_MAX' in E else 13, 200):
        send(f'top-level attribute {other}', nest(kind, valid) + attr(other, b''))
    for bit in (0x2, 0x10, 0x100, 0x200, 0x400, 0x800, 0x4000):
        if name.endswith('_NEW') and bit in (0x100, 0x200, 0x400) or dump:
            continue
        send(f'message flag {bit:#x}', nest(kind, valid), bit)
    if need:
        send('no nest', b'')
        send('empty nest', nest(kind, b''))
    if command == 'SP_NEW':
        t = SP['TMPL'][0]
        rest = {k: v for k, v in SP.items() if k != 'TMPL'}
        number = E['NFI_SP_TMPL']
        for what, inner in (('empty', b''), ('of number 2', attr(2, fields('TMPL', t), True)),
                            ('number 0', attr(0, fields('TMPL', t), True)), ('twice', attr(1, fields('TMPL', t), True) * 2),
                            ('four', b''.join(attr(i + 1, fields('TMPL', t), True) for i in range(4))),
                            ('flat', fields('TMPL', t)), ('without flag', attr(1, fields('TMPL', t)))):
            send(f'templates {what}', nest('SP', fields('SP', rest) + attr(number, inner, True)))
        for a in t:
            send(f'template without {a}', nest('SP', {**SP, 'TMPL': [{k: v for k, v in t.items() if k != a}]}))
            for what, payload in bad_payloads(*ROWS['TMPL'][a]):
                inner = fields('TMPL', {k: v for k, v in t.items() if k != a}) + attr(E[f'NFI_TMPL_{a}'], payload)
                send(f'template {a} {what}', nest('SP', fields('SP', rest) + attr(number, attr(1, inner, True), True)))


def try_plain(s):
    r = Report('commands without a nest')
    for command in PLAIN:
        name, dump = split(command)
        for number in range(0, 16):
            r.refused(f'{command} with attribute {number}', s.call(name, attr(number, bytes(4)), dump))
        r.refused(f'{command} with octets behind', s.call(name, b'\x01\x02\x03\x04', dump))
    for command, a in (('TXN_COMMIT', 'TXN'), ('TXN_ABORT', 'TXN'), ('SOCK_EXEMPT', 'SOCK_FD'), ('OWNER_CLAIM', 'OWNER')):
        number = E[f'NFI_A_{a}']
        good = top(a, 4711)
        answer = s.call(command)
        r.refused(f'{command} without {a}', answer)
        r.says(f'{command}: names the missing {a}', answer.missing == number)
        for what, payload in (('nothing', b''), ('three octets', bytes(3)), ('zero', bytes(len(good) - 4)), ('sixteen', bytes(16))):
            r.refused(f'{command} {a} {what}', s.call(command, attr(number, payload)))
        r.refused(f'{command} {a} twice', s.call(command, good + good))
    r.refused('reserved octets of the header', s.send(bytes([E['NFI_CMD_INFO_GET'], 1, 1, 0]), REQUEST | ACK))
    r.refused('COMMIT of nothing', s.call('TXN_COMMIT', top('TXN', 4711)))
    r.refused('ABORT of nothing', s.call('TXN_ABORT', top('TXN', 4711)))
    r.refused('SA_FLUSH in no transaction', s.call('SA_FLUSH', top('TXN', 4711)))
    r.refused('SA_FLUSH in transaction 0', s.call('SA_FLUSH', attr(E['NFI_A_TXN'], bytes(4))))
    for number in (0, E['NFI_CMD_ACQUIRE_NTF'], 200):
        answer = s.send(bytes([number, 1, 0, 0]), REQUEST | ACK)
        r.says(f'command {number}: {answer}', answer.error == errno.EOPNOTSUPP)
    r.close()


def try_sockets(s):
    r = Report('exempt sockets')
    for what, sock in (('tcp', socket.socket()), ('unix', socket.socket(socket.AF_UNIX)),
                       ('raw', socket.socket(socket.AF_INET, socket.SOCK_RAW, 17))):
        r.refused(what, s.call('SOCK_EXEMPT', top('SOCK_FD', sock.fileno())))
        sock.close()
    with open('/dev/null', 'rb') as file:
        r.refused('no socket', s.call('SOCK_EXEMPT', top('SOCK_FD', file.fileno())))
    r.refused('no descriptor', s.call('SOCK_EXEMPT', top('SOCK_FD', 2**31 - 1)))
    r.refused('beyond int', s.call('SOCK_EXEMPT', top('SOCK_FD', 2**31)))
    before = exempt(s)
    socks = [socket.socket(f, socket.SOCK_DGRAM) for f in (socket.AF_INET, socket.AF_INET6)]
    for sock in socks * 2:
        r.says('udp socket', s.call('SOCK_EXEMPT', top('SOCK_FD', sock.fileno())).error == 0)
    r.says(f'count is {exempt(s)}', exempt(s) == before + 2)
    for sock in socks:
        sock.close()
    r.says(f'count after close is {exempt(s)}', exempt(s) == before)
    many = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(65)]
    answers = [s.call('SOCK_EXEMPT', top('SOCK_FD', m.fileno())) for m in many]
    r.refused('one too many', answers[-1])
    r.says('all but one', not any(a.error for a in answers[:64 - before]))
    for sock in many:
        sock.close()
    r.close()


def get(s, command, kind, payload=b''):
    body = s.must(command, payload).replies[0][4:]
    return dict(parse(dict(parse(body))[E[f'NFI_A_{kind}']]))


def exempt(s):
    return int.from_bytes(get(s, 'NS_GET', 'NS')[E['NFI_NS_EXEMPT']], sys.byteorder)


def try_claims(s):
    r = Report('owners and transactions')
    other = Socket(s.family)
    r.says('claim', s.call('OWNER_CLAIM', top('OWNER', 5)).error == 0)
    r.says('claim again', s.call('OWNER_CLAIM', top('OWNER', 5)).error == 0)
    r.refused('claim of another', other.call('OWNER_CLAIM', top('OWNER', 5)))
    r.says('another claim', other.call('OWNER_CLAIM', top('OWNER', 6)).error == 0)
    txn = int.from_bytes(dict(parse(other.must('TXN_BEGIN').replies[0][4:]))[E['NFI_A_TXN']], sys.byteorder)
    r.refused('second transaction', s.call('TXN_BEGIN'))
    r.refused('change beside it', s.call('SA_FLUSH', nest('SA', {'OWNER': 999})))
    r.refused('commit by a stranger', s.call('TXN_COMMIT', top('TXN', txn)))
    r.says('flush in it', other.call('SA_FLUSH', top('TXN', txn) + nest('SA', {'REQID': 7})).error == 0)
    other.close()
    r.says('closing aborts', s.call('SA_GET', nest('SA', NAME)).error == 0)
    r.says('and frees the place', s.call('SA_FLUSH', nest('SA', {'OWNER': 999})).error == 0)
    r.says('and the claim', s.call('OWNER_CLAIM', top('OWNER', 6)).error == 0)
    r.close()


def try_replies(s):
    r = Report('replies')
    r.says('info', 'NFI_INFO_VERSION' in E and E['NFI_INFO_VERSION'] in get(s, 'INFO_GET', 'INFO'))
    sa = get(s, 'SA_GET', 'SA', nest('SA', NAME))
    r.says('no key unasked', E['NFI_SA_ENC_KEY'] not in sa)
    sa = get(s, 'SA_GET', 'SA', nest('SA', NAME) + top('SECRETS', 0))
    r.says('key when asked', sa.get(E['NFI_SA_ENC_KEY']) == KEY)
    r.says('its ID', E['NFI_SA_ID'] in sa)
    echo = s.must('SA_NEW', nest('SA', {**SA, 'ENC_KEY': KEY[::-1]}), REPLACE | ECHO)
    r.says('echo', len(echo.replies) == 1 and KEY[::-1] not in echo.replies[0])
    r.refused('replacement with the same key', s.call('SA_NEW', nest('SA', {**SA, 'ENC_KEY': KEY[::-1]}), REPLACE))
    s.must('SA_NEW', nest('SA', SA), REPLACE)
    answer = s.must('SP_NEW', nest('SP', SP), REPLACE | ECHO)
    r.says('echo of a policy', len(answer.replies) == 1)
    r.refused('SA again', s.call('SA_NEW', nest('SA', SA)))
    r.refused('SA again, exclusively', s.call('SA_NEW', nest('SA', SA), EXCL))
    r.refused('policy again', s.call('SP_NEW', nest('SP', SP)))
    r.says('counters', len(s.must('STATS_GET', b'', DUMP).replies) > 40)
    r.says('algorithms', len(s.must('ALG_GET', b'', DUMP).replies) == 19)
    r.says('filter', not s.must('SA_GET', nest('SA', {'OWNER': 77}), DUMP).replies)
    r.says('dump', len(s.must('SA_GET', b'', DUMP).replies) == 1)
    r.says('dump with keys', any(KEY in x for x in s.must('SA_GET', top('SECRETS', 0), DUMP).replies))
    old = get(s, 'NS_GET', 'NS')
    s.must('NS_SET', nest('NS', {'HOLD_MS': 1000, 'NATT_PORT': 0}))
    new = get(s, 'NS_GET', 'NS')
    r.says('settings', new[E['NFI_NS_HOLD_MS']] == value_of('U32', 1000) and new[E['NFI_NS_NATT_PORT']] == bytes(2))
    s.must('NS_SET', nest('NS', b''.join(attr(k, v) for k, v in old.items() if k != E['NFI_NS_EXEMPT'])))
    r.says('settings back', get(s, 'NS_GET', 'NS') == old)
    r.close()


def try_events(s):
    r = Report('events')
    listener = Socket(s.family)
    listener.groups = s.groups
    for group in s.groups:
        listener.join(group)
    s.must('SA_NEW', nest('SA', {**NEW, 'SPI': 0x3000}))
    s.must('SA_DEL', nest('SA', {**NAME, 'SPI': 0x3000}))
    seen = []
    for _ in range(2):
        command, tops = listener.event()
        event = dict(parse(tops[E['NFI_A_EVENT']]))
        sa = dict(parse(tops[E['NFI_A_SA']]))
        seen.append((command, event[E['NFI_EV_KIND']][0], int.from_bytes(event[E['NFI_EV_SEQ']], sys.byteorder)))
        r.says('no key in an event', E['NFI_SA_ENC_KEY'] not in sa)
    r.says(f'added, deleted: {seen}', [x[:2] for x in seen] == [(E['NFI_CMD_SA_NTF'], 1), (E['NFI_CMD_SA_NTF'], 3)])
    r.says('numbered', seen[1][2] == seen[0][2] + 1)
    listener.close()
    r.close()


def try_big(s, count=3000):
    r = Report(f'dump of {count} policies')
    other = Socket(s.family)
    txn = top('TXN', int.from_bytes(dict(parse(s.must('TXN_BEGIN').replies[0][4:]))[E['NFI_A_TXN']], sys.byteorder))
    for i in range(count):
        s.must('SP_NEW', txn + nest('SP', {**SP, 'DST': bytes([172, 16, i >> 8, i & 255]), 'DST_LEN': 32, 'OWNER': 8}))
    ours = nest('SP', {'OWNER': 8})
    r.says('nothing before the commit', not other.must('SP_GET', ours, DUMP).replies)
    s.must('TXN_COMMIT', txn)
    answer = other.must('SP_GET', ours, DUMP)
    ids = [dict(parse(dict(parse(x[4:]))[E['NFI_A_SP']]))[E['NFI_SP_ID']] for x in answer.replies]
    r.says(f'{len(ids)} came', len(ids) == count and len(set(ids)) == count)
    r.says('undisturbed', not answer.interrupted)
    # now a commit between two messages of it
    answer = Answer()
    other.seq += 1
    other.sock.send(struct.pack('=IHHII', 20, other.family, REQUEST | DUMP, other.seq, 0) + bytes([E['NFI_CMD_SP_GET'], 1, 0, 0]))
    other.read(answer)
    s.must('SP_FLUSH', ours)
    while answer.error is None:
        other.read(answer)
    r.says('a commit in between is told', answer.interrupted)
    r.says('flushed', not s.must('SP_GET', ours, DUMP).replies)
    other.close()
    r.close()


def strict():
    s = Socket()
    prepare(s)
    for command, row in NESTS.items():
        prepare(s)
        r = Report(f'{command}: nothing wrong')
        name, dump = split(command)
        answer = s.call(name, nest(row[0], row[1]), row[4] | dump)
        r.says(f'{answer}', answer.error == 0)
        r.close()
        prepare(s)
        r = Report(f'{command}: wrong attributes')
        try_attributes(s, r, command, row[4])
        r.close()
        r = Report(f'{command}: wrong shapes')
        try_shapes(s, r, command, row[4])
        r.close()
    r = Report('commands that name an object')
    for command in ('SA_SET', 'SA_DEL', 'SA_GET', 'SP_DEL', 'SP_GET'):
        r.refused(f'{command} of nothing', s.call(command, nest(NESTS[command][0], b'')))
        r.refused(f'{command} without nest', s.call(command))
        r.refused(f'{command} of an unknown one', s.call(command, nest(NESTS[command][0], {'ID': 2**32 - 1})))
    r.close()
    r = Report('nothing of it did anything')
    r.says('one SA', len(s.must('SA_GET', b'', DUMP).replies) == 1)
    r.says('one policy', len(s.must('SP_GET', b'', DUMP).replies) == 1)
    r.close()
    try_plain(s)
    try_sockets(s)
    try_claims(s)
    try_replies(s)
    try_events(s)
    try_big(s)


def everything():
    """(command, payload, flags) of each command, valid ones"""
    for command in COMMANDS:
        if command in NESTS:
            yield command, nest(NESTS[command][0], NESTS[command][1]), NESTS[command][4]
        elif command in ('ALG_GET', 'STATS_GET'):
            yield command, b'', DUMP
        elif command.startswith('TXN_') and command != 'TXN_BEGIN':
            yield command, top('TXN', 1), 0
        elif command == 'SOCK_EXEMPT':
            yield command, top('SOCK_FD', 0), 0
        elif command == 'OWNER_CLAIM':
            yield command, top('OWNER', 9), 0
        else:
            yield command, b'', 0
    yield 'SA_GET', b'', DUMP
    yield 'SP_GET', b'', DUMP


def noperm():
    """as nobody"""
    s = Socket()
    r = Report('nobody may do nothing')
    for command, payload, flags in everything():
        answer = s.call(command, payload, flags)
        r.says(f'{command}: {answer}', answer.error == errno.EPERM)
    for group in s.groups:
        try:
            s.join(group)
            r.says(f'joined {group}', False)
        except PermissionError:
            r.says('', True)
    r.close()


def userns():
    """as root of a user namespace with a network namespace of its own"""
    s = Socket()
    r = Report('root of a user namespace may, but see no keys')
    prepare(s)
    for command, payload, flags in everything():
        if command in ('TXN_BEGIN', 'TXN_COMMIT', 'TXN_ABORT', 'SOCK_EXEMPT'):
            continue
        prepare(s)
        answer = s.call(command, payload, flags)
        r.says(f'{command}: {answer}', answer.error == 0)
    prepare(s)
    r.refused('keys of one', s.call('SA_GET', nest('SA', NAME) + top('SECRETS', 0)))
    r.refused('keys of all', s.call('SA_GET', top('SECRETS', 0), DUMP))
    for group in s.groups:
        s.join(group)
    r.close()


def mutate(rng, message):
    data = bytearray(message)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 8))):
        at = rng.randrange(len(data)) if data else 0
        how = rng.randrange(6)
        if how == 0 and data:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1 and data:
            data[at] = rng.choice((0, 1, 2, 3, 4, 0x7f, 0x80, 0xff))
        elif how == 2:
            data[at:at] = rng.randbytes(rng.choice((1, 4, 8, 20)))
        elif how == 3:
            del data[at:at + rng.choice((1, 4, 8))]
        elif how == 4 and data:
            end = rng.randrange(at, len(data)) + 1
            data[at:at] = data[at:end]
        elif how == 5:
            del data[at:]
    return bytes(data)


def random_message(rng, kind):
    """a nest of random attributes of the right sizes"""
    body = b''
    for _ in range(rng.randrange(12)):
        name = rng.choice(list(ROWS[kind]))
        wire, low, high = ROWS[kind][name]
        if wire in SIZE:
            payload = value_of(wire, rng.choice((low, high, rng.randint(low, high))))
        else:
            payload = rng.randbytes(rng.choice((4, 16, 20, high)))
        body += attr(E[f'NFI_{kind}_{name}'], payload)
    return nest(kind, body)


def fuzz(count, seconds, seed):
    rng = random.Random(seed)
    s = Socket()
    prepare(s)
    valid = list(everything())
    end = time.monotonic() + seconds
    r = Report(f'random messages, seed {seed}')
    errors, silent, done = {}, {}, 0
    while done < count and time.monotonic() < end:
        command, payload, flags = rng.choice(valid)
        number = E[f'NFI_CMD_{command}']
        if rng.random() < 0.3 and command in NESTS:
            payload = {**NESTS[command][1]}
            for _ in range(rng.randrange(4)):
                name = rng.choice(NESTS[command][3] or ['ID'])
                payload[name] = sample(NESTS[command][0], name)
            payload = nest(NESTS[command][0], payload)
        elif rng.random() < 0.2:
            payload = random_message(rng, rng.choice(('SA', 'SP', 'NS')))
        else:
            payload = mutate(rng, payload)
        if rng.random() < 0.1:
            flags = rng.randrange(1 << 12) & ~0x8
        if rng.random() < 0.02:
            s.close()  # with what it has open
            s = Socket(s.family)
        answer = s.send(bytes([number, 1, 0, 0]) + payload, REQUEST | ACK | flags)
        done += 1
        errors[answer.error] = errors.get(answer.error, 0) + 1
        # the core refuses dumps and commands that are not there without a word
        if answer.error and not answer.text and answer.error not in (errno.EOPNOTSUPP,):
            silent[(command, errno.errorcode.get(answer.error))] = payload.hex()
    r.cases = done
    for key, payload in list(silent.items())[:10]:
        r.bad.append(f'{key}: no text: {payload[:160]}')
    print('# ' + ' '.join(f'{errno.errorcode.get(k, k)}:{v}' for k, v in sorted(errors.items())))
    s.close()
    s = Socket()
    s.must('NS_SET', nest('NS', {'LOCKED': 0, 'GUARD': 0, 'INPUT': 0, 'DEFAULT': 2}))
    s.must('SA_FLUSH')
    s.must('SP_FLUSH')
    r.says('still works', not s.must('SA_GET', b'', DUMP).replies)
    r.close()


def failnth(limit):
    """every allocation of every command fails once; what fails must change nothing and leak nothing"""
    with open('/proc/thread-self/fail-nth', 'r+b', buffering=0) as nth:
        for command, payload, flags in list(everything()):
            if command == 'SOCK_EXEMPT':
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                payload = top('SOCK_FD', sock.fileno())
            r = Report(f'{command} {"dump " if flags & DUMP else ""}with failing allocations')
            for n in range(1, limit):
                s = Socket()
                if command.startswith(('SA', 'SP')):
                    prepare(s)
                injected = fail_once(s, nth, n, (command, payload, flags), r)
                s.close()
                if not injected:
                    break
            r.says(f'ended at {n}', n < limit - 1)
            r.close()


def fail_once(s, nth, n, request, r):
    head = bytes([E[f'NFI_CMD_{request[0]}'], 1, 0, 0])
    os.pwrite(nth.fileno(), b'%d' % n, 0)
    try:
        answer = s.send(head + request[1], REQUEST | ACK | request[2])
        error = answer.error
    except TimeoutError:
        error = errno.ETIMEDOUT
    except OSError as e:
        error = e.errno
    left = int(os.pread(nth.fileno(), 16, 0).strip(b'\0\n ') or b'0')
    os.pwrite(nth.fileno(), b'0', 0)
    r.says(f'allocation {n}: {errno.errorcode.get(error, error)}',
           error in (0, errno.ENOMEM, errno.ENOBUFS, errno.ETIMEDOUT, errno.ENOENT, errno.EINVAL, errno.EBUSY))
    return left == 0


def main():
    mode, args = sys.argv[1], sys.argv[2:]
    if mode == 'noperm':
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    if mode == 'fuzz':
        fuzz(int(args[0]), float(args[1]), int(args[2]))
    elif mode == 'failnth':
        failnth(int(args[0]))
    else:
        {'strict': strict, 'noperm': noperm, 'userns': userns}[mode]()


if __name__ == '__main__':
    main()
