#!/usr/bin/env python3
"""Writes tests/golden/dtypes.safetensors and the files of tests/corpus/safetensors; run by hand.

An independent writer, from the format's specification, with Python's standard library alone:
tests/safetensors_test.cpp compares what our reader makes of them. With a file as argument, it reads
that file instead, independently too, and prints what is in it.
"""
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}


def pack(dtype, values):
    if dtype == "BF16":  # the upper half of a float
        return b"".join(struct.pack("<f", v)[2:] for v in values)
    return struct.pack("<%d%s" % (len(values), {"F64": "d", "F32": "f", "F16": "e"}[dtype]), *values)


def container(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def place(begin, end, shape, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def write(path):
    """Every dtype, an empty tensor, a scalar, names that need escapes, tensors out of order."""
    tensors = [
        ("half", "F16", [2, 3], [1.5, -2.0, 65504.0, 2.0**-24, -0.0, float("inf")]),
        ("brain", "BF16", [3], [1.0, -0.0078125, 2.0**100]),
        ("double", "F64", [2, 1], [0.1, -1e300]),
        ("single", "F32", [1, 2, 2], [0.25, -3.0, 1e-40, 7.0]),
        ("scalar", "F32", [], [42.0]),
        ("empty", "F32", [0, 4], []),
        ('quote" \\ tab\t ü 𝒳', "F32", [1], [1.0]),
    ]
    header, data = {"__metadata__": {"format": "pt", "title": "µ\n"}}, b""
    for name, dtype, shape, values in tensors:
        packed = pack(dtype, values)
        header[name] = place(len(data), len(data) + len(packed), shape, dtype)
        data += packed
    first = header.pop("half")  # the header's order is not that of the data
    header["half"] = first
    path.write_bytes(container(header, data))


def read(path):
    """Prints metadata, then name, dtype, shape and values of each tensor."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    assert length % 8 == 0 and content[8:9] == b"{"
    print(json.dumps(header.pop("__metadata__", {})))
    at = 0
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        count = 1
        for size in entry["shape"]:
            count *= size
        assert begin == at and end - begin == count * SIZES[entry["dtype"]], name
        at = end
        letter = {"F64": "d", "F32": "f"}[entry["dtype"]]
        print(name, entry["dtype"], entry["shape"], *struct.unpack(f"<{count}{letter}", data[begin:end]))
    assert at == len(data)


def corpus(folder):
    """What a hostile or broken file may look like."""
    folder.mkdir(parents=True, exist_ok=True)
    four = b"\0" * 16
    good = {"a": place(0, 8, [2]), "b": place(8, 16, [2])}
    whole = container(good, four)
    files = {
        "whole": whole,
        "empty": b"",
        "short_length": b"\1\2\3",
        "cut_header": whole[:40],
        "cut_data": whole[:-1],
        "longer": whole + b"\0",
        "huge_header": container(good, four, 2**63),
        "header_beyond_file": container(good, four, 5000),
        "not_object": container(b"[1,2,3]"),
        "space_first": container(b' {"a":1}'),
        "deep": container(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
        "deep_metadata": container(b'{"__metadata__":' + b'{"a":' * 5000),
        "number_metadata": container(b'{"__metadata__":{"a":1}}'),
        "twice": container(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
                           b'"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', b"\0" * 8),
        "metadata_twice": container(b'{"__metadata__":{},"__metadata__":{}}'),
        "text_twice": container(b'{"__metadata__":{"a":"1","a":"2"}}'),
        "member_twice": container(b'{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', b"\0" * 4),
        "member_unknown": container({"a": {**place(0, 4, [1]), "more": 1}}, b"\0" * 4),
        "member_missing": container({"a": {"dtype": "F32", "shape": [1]}}, b"\0" * 4),
        "overlap": container({"a": place(0, 8, [2]), "b": place(4, 12, [2])}, b"\0" * 12),
        "gap": container({"a": place(0, 8, [2]), "b": place(12, 20, [2])}, b"\0" * 20),
        "outside": container({"a": place(0, 400, [100])}, four),
        "backwards": container({"a": place(8, 0, [2])}, b"\0" * 8),
        "offset_overflow": container({"a": place(2**64 - 4, 2**64, [1])}, four),
        "shape_overflow": container({"a": place(0, 16, [2**32, 2**32, 4])}, four),
        "shape_unfit": container({"a": place(0, 16, [5])}, four),
        "shape_huge_empty": container({"a": place(0, 0, [0, 2**59])}),
        "axes": container({"a": place(0, 16, [1, 1, 1, 1, 1, 1, 4])}, four),
        "dtype": container({"a": place(0, 16, [2], "I64")}, four),
        "dtype_unknown": container({"a": place(0, 16, [2], "F3\u001b2")}, four),
        "negative": container(b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', b"\0" * 4),
        "fraction": container(b'{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}', b"\0" * 4),
        "leading_zero": container(b'{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}', b"\0" * 4),
        "three_offsets": container(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', b"\0" * 4),
        "not_utf8": container(b'{"\xff":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
        "overlong": container(b'{"\xc0\xaf":1}'),
        "half_surrogate": container(b'{"\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
        "surrogates": container(b'{"\\ud835\\udcb3":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
        "escape": container(b'{"\\x":1}'),
        "escape_cut": container(b'{"\\u00'),
        "string_cut": container(b'{"abc'),
        "control": container(b'{"a\nb":1}'),
        "nul_name": container(b'{"\\u0000":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
        "text_after": container(b'{} {}'),
        "nothing": container(b"{}"),
        "padded": container(b"{}      "),
        "long_name": container({"é" * 300: 1}),
    }
    for name, content in files.items():
        (folder / f"{name}.safetensors").write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(pathlib.Path(sys.argv[1]))
    else:
        write(HERE / "dtypes.safetensors")
        corpus(HERE.parent / "corpus" / "safetensors")
