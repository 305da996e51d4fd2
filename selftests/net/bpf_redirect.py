#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-or-later
"""bpf_redirect.py DEVICE PATH: load a program for tc that sends each packet out of DEVICE, and pin it at PATH."""
import ctypes
import os
import socket
import struct
import sys

BPF, PROG_LOAD, OBJ_PIN, SCHED_CLS, REDIRECT = 321, 5, 6, 3, 23  # the system call is x86-64's
LIBC = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    buf = ctypes.create_string_buffer(attributes, len(attributes))
    got = LIBC.syscall(BPF, command, buf, len(attributes))
    if got < 0:
        sys.exit(f"bpf({command}): {os.strerror(ctypes.get_errno())}")
    return got


def instruction(code, register, value):
    return struct.pack("<BBhi", code, register, 0, value)


def main(device, path):
    program = ctypes.create_string_buffer(instruction(0xb7, 1, socket.if_nametoindex(device)) + instruction(0xb7, 2, 0) +
                                          instruction(0x85, 0, REDIRECT) + instruction(0x95, 0, 0))
    licence, where = ctypes.create_string_buffer(b"GPL"), ctypes.create_string_buffer(path.encode())
    fd = bpf(PROG_LOAD, struct.pack("<IIQQIIQII16s", SCHED_CLS, 4, ctypes.addressof(program), ctypes.addressof(licence),
                                    0, 0, 0, 0, 0, b"redirect"))
    bpf(OBJ_PIN, struct.pack("<QI", ctypes.addressof(where), fd))


main(*sys.argv[1:])
