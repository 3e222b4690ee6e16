#!/usr/bin/env python3
"""Compares models written for PyTorch with the engine's own results; run by hand.

    build/native/export_models FOLDER && python3 tests/golden/check_pytorch.py FOLDER

Runs each FOLDER/NAME.py, loads NAME.safetensors into the model that it makes, and compares its
output for the input in NAME.values with the output there. Needs Debian's python3-torch (1.13).
"""
import json
import pathlib
import struct
import sys

import torch


def load_file(path):
    """A safetensors file of float32, read by its specification."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", name
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        numbers = torch.frombuffer(bytearray(content[begin:end]), dtype=torch.float32)
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


def compare(path):
    scope = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    model = scope["make_model"]()
    fit = model.load_state_dict(load_file(path.with_suffix(".safetensors")), strict=False)
    assert not fit.unexpected_keys, fit.unexpected_keys
    missing = [key for key in fit.missing_keys if not key.endswith("num_batches_tracked")]
    assert not missing, missing
    values = load_file(path.with_suffix(".values"))
    with torch.no_grad():
        theirs = model.eval()(values["x"])
    assert theirs.shape == values["y"].shape, (theirs.shape, values["y"].shape)
    return float((theirs - values["y"]).abs().max() / values["y"].abs().max())


if __name__ == "__main__":
    worst = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
        error = compare(path)
        worst = max(worst, error)
        print(f"{path.stem:14} largest relative difference {error:.1e}")
    sys.exit(worst > 1e-5)
