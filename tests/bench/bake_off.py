#!/usr/bin/env python3
"""Models of this project beside scikit-learn's and PyTorch's, on one split of pictures.

Run: bake_off.py GRADSCHOOL IMAGES LABELS [--seeds 5] [--train 4000] [--test 1000] [MODEL...]
with MNIST's IDX files (gzipped or not) and the native program; --seeds is how many, or the first
and the last, as 4-5. Each seed draws a split with NumPy and is told on standard error when it is
done; both sides get the same pictures, scaled to 0 … 1, the same options and one thread. Seconds
are of the processor, so that other work on the machine hardly counts; both sides alternate. Needs
scikit-learn and PyTorch (Debian: python3-sklearn, python3-torch).
"""
import argparse
import gzip
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from torch import nn

torch.set_num_threads(1)


def read_idx(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        data = file.read()
    axes = data[3]
    sizes = struct.unpack(f">{axes}I", data[4:4 + 4 * axes])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(sizes)


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    pathlib.Path(path).write_bytes(header + np.ascontiguousarray(array).tobytes())


class Network:
    """A PyTorch model behind scikit-learn's interface, trained as src/models/network.h does."""

    def __init__(self, build, epochs, seed, batch=32, lr=1e-3):
        torch.manual_seed(seed)
        self.model, self.epochs, self.batch, self.lr = build(), epochs, batch, lr
        self.generator = np.random.RandomState(seed)

    def fit(self, x, y):
        x, y = torch.tensor(x).reshape(-1, 1, 28, 28), torch.tensor(y, dtype=torch.long)
        optimizer = torch.optim.Adam(self.model.parameters(), self.lr)
        for _ in range(self.epochs):
            order = torch.tensor(self.generator.permutation(len(x)))
            for at in range(0, len(x), self.batch):
                rows = order[at:at + self.batch]
                optimizer.zero_grad()
                nn.functional.cross_entropy(self.model(x[rows]), y[rows]).backward()
                optimizer.step()
        return self

    def predict(self, x):
        with torch.no_grad():
            return self.model(torch.tensor(x).reshape(-1, 1, 28, 28)).argmax(1).numpy()


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10))


# Name: the peer, and options of ours that differ from our defaults.
MODELS = {
    "forest": (lambda seed: RandomForestClassifier(100, random_state=seed), []),
    # Few rounds with large steps: a tree for each of ten classes and 784 features takes its time.
    "boosted": (lambda seed: HistGradientBoostingClassifier(max_iter=20, learning_rate=0.3,
                                                            early_stopping=False),
                ["rounds=20", "rate=0.3"]),
    "knn": (lambda seed: KNeighborsClassifier(5), []),
    "logistic": (lambda seed: LogisticRegression(max_iter=200), []),
    "svm": (lambda seed: SVC(C=5), ["c=5"]),
    "mlp": (lambda seed: Network(mlp, 20, seed), []),
    "cnn": (lambda seed: Network(cnn, 10, seed), []),
}


def ours(program, name, options, folder, seed):
    command = [program, "fit", "--model", name, "--seed", str(seed), "--json",
               "--images", f"{folder}/train.idx", "--labels", f"{folder}/train_labels.idx",
               "--test-images", f"{folder}/test.idx", "--test-labels", f"{folder}/test_labels.idx"]
    if options:
        command += ["--set", *options]
    result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return (result["on_test"]["accuracy"], result["fit_processor_seconds"],
            result["predict_processor_seconds"])


def theirs(make, seed, train_x, train_y, test_x, test_y):
    start = time.process_time()
    model = make(seed).fit(train_x, train_y)
    fitted = time.process_time()
    predicted = model.predict(test_x)
    return np.mean(predicted == test_y), fitted - start, time.process_time() - fitted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("images")
    parser.add_argument("labels")
    parser.add_argument("--seeds", default="5")
    parser.add_argument("--train", type=int, default=4000)
    parser.add_argument("--test", type=int, default=1000)
    parser.add_argument("models", nargs="*", default=list(MODELS))
    given = parser.parse_intermixed_args()
    first, _, last = given.seeds.rpartition("-")
    images, labels = read_idx(given.images), read_idx(given.labels)

    print("| model | accuracy | peer's | fit (s) | peer's | ratio | prediction (s) | peer's |")
    print("|---|---|---|---|---|---|---|---|")
    for name in given.models:
        make, options = MODELS[name]
        rows = []
        for seed in range(int(first or 1), int(last) + 1):
            order = np.random.RandomState(seed).permutation(len(images))
            train, test = order[:given.train], order[given.train:given.train + given.test]
            with tempfile.TemporaryDirectory() as folder:
                for part, rows_of in (("train", train), ("test", test)):
                    write_idx(f"{folder}/{part}.idx", images[rows_of])
                    write_idx(f"{folder}/{part}_labels.idx", labels[rows_of])
                own = ours(given.program, name, options, folder, seed)
            flat = [images[r].reshape(len(r), -1).astype(np.float32) / 255 for r in (train, test)]
            peer = theirs(make, seed, flat[0], labels[train].astype(np.int64), flat[1],
                          labels[test])
            rows.append(own + peer)
            print(name, seed, *(f"{value:.4g}" for value in rows[-1]), file=sys.stderr, flush=True)
        a, fit, predict, peer_a, peer_fit, peer_predict = zip(*rows)

        def accuracy(values):
            spread = statistics.stdev(values) if len(values) > 1 else 0
            return f"{100 * statistics.mean(values):.2f} ± {100 * spread:.2f}"

        def seconds(values):
            return f"{statistics.median(values):.3g}"

        ratio = statistics.median(f / p for f, p in zip(fit, peer_fit) if p > 0)
        print(f"| {name} | {accuracy(a)} | {accuracy(peer_a)} | {seconds(fit)} | "
              f"{seconds(peer_fit)} | {ratio:.2f} | {seconds(predict)} | "
              f"{seconds(peer_predict)} |", flush=True)


if __name__ == "__main__":
    main()
