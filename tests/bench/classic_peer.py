#!/usr/bin/env python3
"""scikit-learn, one job, on the cases of native_classic.cpp: the same lines.

Run: classic_peer.py images.idx labels.idx [case], the files being MNIST's, unzipped.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC


def read(path, header, width):
    return np.fromfile(path, np.uint8)[header:].reshape(-1, width)


x = read(sys.argv[1], 16, 784).astype(np.float32) / 255
y = read(sys.argv[2], 8, 1)[:, 0]
pictures = x[:4000], y[:4000], x[4000:5000], y[4000:5000]
rng = np.random.RandomState(2)
x = rng.randn(12000, 20).astype(np.float32)
y = x[:, 0] * x[:, 1] + x[:, 2] + x[:, 3] ** 2 - 1 + rng.randn(12000) / 2 > 0
table = x[:10000], y[:10000], x[10000:], y[10000:]


def case(name, make, sets, predict=False):
    if len(sys.argv) > 3 and not name.startswith(sys.argv[3]):
        return
    train_x, train_y, test_x, test_y = sets
    times, right = [], 0
    for seed in range(3):
        model = make(seed)
        start = time.process_time()
        model.fit(train_x, train_y)
        if predict:
            start = time.process_time()
            model.predict(test_x)
        times.append(1000 * (time.process_time() - start))
        right += model.score(test_x, test_y) / 3 if hasattr(model, "predict") else 0
    print(json.dumps({"case": name, "engine": "scikit-learn", "host": "native", "threads": 1,
                      "median_ms": round(sorted(times)[1], 1), "accuracy": round(right, 4)}))


case("forest-100-784", lambda s: RandomForestClassifier(100, random_state=s), pictures)
case("boosted-100-20", lambda s: HistGradientBoostingClassifier(early_stopping=False), table)
case("forest-100-20", lambda s: RandomForestClassifier(100, random_state=s), table)
case("knn-784", lambda s: KNeighborsClassifier(5), pictures, predict=True)
case("kernel-svm-784", lambda s: SVC(C=5), pictures)
case("logistic-784", lambda s: LogisticRegression(max_iter=200), pictures)
case("pca-50-784", lambda s: PCA(50), pictures)
