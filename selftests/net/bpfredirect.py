#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfredirect.py DEVICE PATH: loads a tc program that redirects what it sees to DEVICE, and pins it at PATH.

PATH is on a bpf file system; "tc filter ... bpf da object-pinned PATH" attaches it. Needs no compiler.
"""
import ctypes
import os
import platform
import socket
import struct
import sys

PROG_LOAD, OBJ_PIN, SCHED_CLS, REDIRECT = 5, 6, 3, 23
SYSCALL = {"x86_64": 321, "aarch64": 280}[platform.machine()]


def bpf(command, attr):
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(attr, 128)
    got = libc.syscall(SYSCALL, command, buffer, 128)
    if got < 0:
        sys.exit("bpf(%d): %s" % (command, os.strerror(ctypes.get_errno())))
    return got


def main():
    instructions = b"".join(struct.pack("=BBhi", *i) for i in (
        (0xB7, 1, 0, socket.if_nametoindex(sys.argv[1])),  # r1 = the device
        (0xB7, 2, 0, 0),  # r2 = 0: egress
        (0x85, 0, 0, REDIRECT),  # r0 = bpf_redirect(r1, r2)
        (0x95, 0, 0, 0),  # return r0
    ))
    code, licence = ctypes.create_string_buffer(instructions), ctypes.create_string_buffer(b"GPL")
    path = ctypes.create_string_buffer(sys.argv[2].encode())
    prog = bpf(PROG_LOAD, struct.pack("=IIQQ", SCHED_CLS, len(instructions) // 8,
                                      ctypes.addressof(code), ctypes.addressof(licence)))
    bpf(OBJ_PIN, struct.pack("=QI", ctypes.addressof(path), prog))


main()
