#!/usr/bin/env python3
"""Writes the reference values that tests/metrics_test.cpp compares with: metrics.txt.

Run by hand when a metric is added; the file is committed, tests need neither Python nor
scikit-learn. Made with scikit-learn 1.2.1 and NumPy 1.24.2 (Debian 12: apt-get install
python3-sklearn) from inputs that float32 holds exactly. The format is that of make_golden.py.
"""
import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

from make_classic import File

rng = np.random.RandomState(11)
out = File("metrics.txt")

# Three classes, of which the last is never predicted.
truth, predicted = rng.randint(0, 4, 60), rng.randint(0, 3, 60)
predicted[:25] = np.minimum(truth[:25], 2)
out.add("classes.truth", truth)
out.add("classes.predicted", predicted)
out.add("classes.accuracy", metrics.accuracy_score(truth, predicted))
out.add("classes.confusion", metrics.confusion_matrix(truth, predicted))
for name in ["precision", "recall", "f1"]:
    score = getattr(metrics, name + "_score")
    out.add("classes." + name, score(truth, predicted, average=None, zero_division=0))
out.add("classes.macro_f1", metrics.f1_score(truth, predicted, average="macro"))

# Two classes, with scores of which many are equal.
truth = rng.randint(0, 2, 80)
score = np.round((truth * 0.4 + rng.rand(80)) * 16) / 32
false, true, threshold = metrics.roc_curve(truth, score, drop_intermediate=False)
out.add("two.truth", truth)
out.add("two.score", score)
out.add("two.roc.false", false)
out.add("two.roc.true", true)
out.add("two.auc", metrics.roc_auc_score(truth, score))
share, mean = calibration_curve(truth, score, n_bins=10)
out.add("two.calibration.share", share)
out.add("two.calibration.mean", mean)

# Probabilities that are exact and add up to 1; one is 0 where it should not be.
truth = rng.randint(0, 3, 20)
p = rng.randint(1, 20, (20, 3)).astype(np.float64)
p[:, 2] = 64 - p[:, 0] - p[:, 1]
p[0] = [64, 0, 0]
truth[0] = 1
p = np.float32(p / 64)
out.add("loss.truth", truth)
out.add("loss.p", p)
out.add("loss.value", metrics.log_loss(truth, p, labels=[0, 1, 2]))
out.add("loss.auc", metrics.roc_auc_score(truth, p, multi_class="ovr"))

target = np.round(rng.randn(30) * 64) / 64
guess = np.round((target + 0.5 * rng.randn(30)) * 64) / 64
out.add("numbers.target", target)
out.add("numbers.predicted", guess)
out.add("numbers.mse", metrics.mean_squared_error(target, guess))
out.add("numbers.mae", metrics.mean_absolute_error(target, guess))
out.add("numbers.r2", metrics.r2_score(target, guess))

if __name__ == "__main__":
    out.write()
