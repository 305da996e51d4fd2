#!/usr/bin/python3 -SE
# SPDX-License-Identifier: GPL-2.0-or-later
"""nltxn.py: transactions, as several processes make them at once, and as their sockets end them.

race SEED COUNT     at least COUNT random additions, replacements, deletions and flushes (owner 4242) of SAs and policies
                    that no traffic uses, alone or in transactions, not counting EBUSY (another's transaction);
                    prints how often the kernel said what
sockets             "PASS name" and "FAIL name" lines: who may do what while a transaction is open
"""
import collections
import errno
import os
import random
import sys

from nlraw import E, REPLACE, Socket, nest, parse, top

OWNER = 4242
SRC, DST = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
# what others may have done a moment ago
EXPECTED = {0, errno.EEXIST, errno.ENOENT, errno.EBUSY}


def sa(rng):
    way = rng.choice((1, 2))
    return {'DIR': way, 'SPI': 0x8000 + rng.randrange(8), 'PROTO': 50, 'MODE': 1, 'SADDR': SRC, 'DADDR': DST,
            'REQID': 900 + rng.randrange(4), 'ENC_ALG': 1, 'ENC_KEY': os.urandom(20), 'OWNER': OWNER, 'EPOCH': rng.randrange(4)}


def sa_name(rng):
    return {'DADDR': DST, 'SPI': 0x8000 + rng.randrange(8), 'PROTO': 50}


def sp_name(rng):
    length, dst = rng.choice(((8, [198, 0, 0, 0]), (16, [198, 1, 0, 0]), (24, [198, 1, 0, 0]), (24, [198, 1, 1, 0])))
    return {'DIR': rng.choice((1, 2)), 'SRC': bytes([198, 0, 0, 0]), 'SRC_LEN': length, 'DST': bytes(dst), 'DST_LEN': length}


def sp(rng):
    name = sp_name(rng)
    values = {**name, 'OWNER': OWNER, 'EPOCH': rng.randrange(4), 'ACTION': rng.choice((1, 3, 5 if name['DIR'] == 2 else 1))}
    if values['ACTION'] != 3:
        values['TMPL'] = [{'PROTO': 50, 'MODE': 1, 'REQID': 900 + rng.randrange(4)}]
    return values


def change(s, rng, txn=b''):
    kind = rng.choice(('SA', 'SP'))
    what = rng.choice(('add', 'add', 'replace', 'replace', 'del', 'del', 'flush'))
    if what == 'flush':
        return s.call(f'{kind}_FLUSH', txn + nest(kind, {'OWNER': OWNER, 'EPOCH_BEFORE': rng.randrange(4)}))
    if what == 'del':
        return s.call(f'{kind}_DEL', txn + nest(kind, sa_name(rng) if kind == 'SA' else sp_name(rng)))
    values = sa(rng) if kind == 'SA' else sp(rng)
    return s.call(f'{kind}_NEW', txn + nest(kind, values), REPLACE if what == 'replace' else 0)


def begin(s):
    """(the attribute that names the transaction, 0), or (None, errno)"""
    answer = s.call('TXN_BEGIN')
    if answer.error:
        return None, answer.error
    return top('TXN', int.from_bytes(dict(parse(answer.replies[0][4:]))[E['NFI_A_TXN']], sys.byteorder)), 0


def race(seed, count):
    rng, said, done = random.Random(seed), collections.Counter(), 0
    s = Socket()
    while done < count:
        if rng.random() < 0.5:
            error = change(s, rng).error
            said[error] += 1
            done += error != errno.EBUSY
            continue
        txn, error = begin(s)
        said[error] += 1
        if not txn:
            continue
        for _ in range(rng.randrange(1, 6)):
            said[change(s, rng, txn).error] += 1
            done += 1
        if rng.random() < 0.1:
            s.close()
            s = Socket(s.family)
        else:
            said[s.call(rng.choice(('TXN_COMMIT', 'TXN_COMMIT', 'TXN_ABORT')), txn).error] += 1
    print(done, *(f'{errno.errorcode.get(e, "done")}={n}' for e, n in sorted(said.items())))
    return 0 if set(said) <= EXPECTED and said[0] > count // 4 else 1


def tell(name, good, more=''):
    print(('PASS ' if good else 'FAIL ') + name, *([] if good else ['#', more]))


def sockets():
    rng = random.Random(1)
    one, other = Socket(), Socket()
    new = {**sa(rng), 'SPI': 0x9000}
    name = {'DADDR': DST, 'SPI': 0x9000, 'PROTO': 50}
    txn, _ = begin(one)
    one.must('SA_NEW', txn + nest('SA', new))
    answer = other.call('TXN_BEGIN')
    tell('a second transaction is refused', answer.error == errno.EBUSY and 'another transaction is open' in answer.text, str(answer))
    answer = other.call('SA_FLUSH', nest('SA', {'OWNER': OWNER}))
    tell('a change beside it is refused', answer.error == errno.EBUSY and 'another transaction is open' in answer.text, str(answer))
    answer = other.call('SA_FLUSH', txn + nest('SA', {'OWNER': OWNER}))
    tell('a change in it by a stranger is refused', answer.error == errno.ENOENT and bool(answer.text), str(answer))
    answer = other.call('TXN_COMMIT', txn)
    tell('a commit by a stranger is refused', answer.error == errno.ENOENT and bool(answer.text), str(answer))
    one.close()
    answer = other.call('SA_GET', nest('SA', name))
    tell('its end with its socket leaves nothing', answer.error == errno.ENOENT, str(answer))
    txn, error = begin(other)
    tell('then another can begin', bool(txn), str(error))
    other.must('SA_NEW', txn + nest('SA', new))
    other.must('TXN_COMMIT', txn)
    answer = other.call('SA_GET', nest('SA', name))
    tell('what was committed is there', not answer.error, str(answer))
    answer = other.call('TXN_COMMIT', txn)
    tell('a transaction commits once', answer.error == errno.ENOENT, str(answer))
    other.must('SA_FLUSH', nest('SA', {'OWNER': OWNER}))


if sys.argv[1] == 'race':
    sys.exit(race(int(sys.argv[2]), int(sys.argv[3])))
sockets()
