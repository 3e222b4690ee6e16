#!/usr/bin/env python3
"""Writes the reference values that tests/classic_golden_test.cpp compares with: classic.txt.

Run by hand when a classical model is added; the file is committed, tests need neither Python nor
scikit-learn. Made with scikit-learn 1.2.1 and NumPy 1.24.2 (Debian 12: apt-get install
python3-sklearn) from inputs that float32 holds exactly. The format is that of make_golden.py.
"""
import pathlib

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.linear_model import LogisticRegression, Perceptron, Ridge
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities
from sklearn.metrics import log_loss, pairwise_distances
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HERE = pathlib.Path(__file__).resolve().parent
rng = np.random.RandomState(5)


class File:
    def __init__(self, name):
        self.path, self.lines = HERE / name, []

    def add(self, name, values):
        values = np.asarray(values, np.float64)
        self.lines.append(" ".join([name, *map(str, values.shape)]))
        self.lines.append(" ".join(f"{v:.9g}" for v in values.ravel()))

    def write(self):
        self.path.write_text("\n".join(self.lines) + "\n")


out = File("classic.txt")


def draw(*shape):
    return np.round(rng.randn(*shape) * 256) / 256


def clouds(name, train, test, features, classes, spread):
    """Overlapping normal clouds, about random centres; written as NAME.x, .y, .test."""
    centres = draw(classes, features) * spread
    parts = []
    for n in (train, test):
        y = np.arange(n) % classes
        parts += [centres[y] + draw(n, features), y]
    x, y, test_x, _ = parts
    out.add(name + ".x", x)
    out.add(name + ".y", y)
    out.add(name + ".test", test_x)
    return x, y, test_x


def features():
    x = draw(6, 3)
    x[:, 1] = 2.5
    out.add("standardizer.x", x)
    out.add("standardizer.z", StandardScaler().fit_transform(x))
    x = draw(3, 3)
    out.add("polynomial.x", x)
    out.add("polynomial.all", PolynomialFeatures(3, include_bias=False).fit_transform(x))
    out.add("polynomial.products",
            PolynomialFeatures(3, interaction_only=True, include_bias=False).fit_transform(x))


def perceptron():
    x, y, _ = clouds("perceptron", 24, 1, 2, 2, 1)
    model = Perceptron(shuffle=False, tol=None, max_iter=6).fit(x, y)
    out.add("perceptron.weights", np.append(model.coef_[0], model.intercept_))
    # Averaged, as its definition says: the mean of the weights after every example.
    w, mean, signs = np.zeros(3), np.zeros(3), 2 * y - 1
    for _ in range(6):
        for row, sign in zip(np.column_stack([x, np.ones(len(x))]), signs):
            if sign * (w @ row) <= 0:
                w = w + sign * row
            mean += w
    assert np.allclose(w, out_weights := np.append(model.coef_[0], model.intercept_)), out_weights
    out.add("perceptron.averaged", mean / (6 * len(x)))


def linear_models():
    for name, classes in [("two", 2), ("three", 3)]:
        x, y, test = clouds(name, 60, 30, 4, classes, 1)
        for c in [1, 0.1]:
            model = LogisticRegression(C=c, tol=1e-10, max_iter=10000).fit(x, y)
            key = f"{name}.logistic_{c:g}"
            out.add(key + ".weights", np.column_stack([model.coef_, model.intercept_]))
            out.add(key + ".p", model.predict_proba(test))
        for loss in ["hinge", "squared_hinge"]:
            model = LinearSVC(loss=loss, tol=1e-10, max_iter=1000000).fit(x, y)
            out.add(f"{name}.linear_svm_{loss}.weights",
                    np.column_stack([model.coef_, model.intercept_]))
        model = SVC(C=2, gamma=0.3, tol=1e-9).fit(x, y)
        out.add(name + ".kernel_svm.predicted", model.predict(test))
        out.add(name + ".kernel_svm.support", len(model.support_))
        if classes == 2:
            out.add(name + ".kernel_svm.decision", model.decision_function(test))
        model = GaussianNB().fit(x, y)
        out.add(name + ".bayes.variances", model.var_)
        out.add(name + ".bayes.p", model.predict_proba(test))


def neighbours():
    for name, d in [("few", 3), ("many", 20)]:
        x, y, test = clouds(name, 60, 20, d, 3, 0.5)
        model = KNeighborsClassifier(5).fit(x, y)
        out.add(name + ".neighbors", model.kneighbors(test)[1])
        out.add(name + ".p", model.predict_proba(test))


def tree():
    x, y, test = clouds("tree", 120, 40, 3, 3, 1)
    fit = lambda seed: DecisionTreeClassifier(max_depth=3, min_samples_leaf=5,
                                              random_state=seed).fit(x, y)
    models = [fit(seed) for seed in range(20)]  # its ties are broken by chance: there must be none
    assert all((m.tree_.feature == models[0].tree_.feature).all() for m in models)
    out.add("tree.p", models[0].predict_proba(test))
    out.add("tree.importances", models[0].feature_importances_)
    out.add("tree.leaves", models[0].get_n_leaves())


def without_labels():
    x, y, _ = clouds("k_means", 60, 1, 2, 3, 2)
    model = KMeans(3, init=x[:3], n_init=1, algorithm="lloyd", tol=0).fit(x)
    out.add("k_means.centres", model.cluster_centers_)
    out.add("k_means.assignment", model.labels_)
    out.add("k_means.inertia", model.inertia_)
    out.add("k_means.iterations", model.n_iter_)
    for name, d, k in [("pca_few", 4, 4), ("pca_many", 24, 3)]:
        x = draw(50, d) @ np.diag(np.round(256 * 0.75 ** np.arange(d)) / 256)
        x = np.float32(x).astype(np.float64)
        model = PCA(k, svd_solver="full").fit(x)
        # Our sign: the number of largest size is positive.
        rows = model.components_
        signs = np.sign(rows[np.arange(k), np.abs(rows).argmax(1)])
        out.add(name + ".x", x)
        out.add(name + ".components", rows * signs[:, None])
        out.add(name + ".variances", model.explained_variance_)
        out.add(name + ".shares", model.explained_variance_ratio_)
        out.add(name + ".coordinates", model.transform(x[:5]) * signs)


def neighbour_embedding():
    """In a file of its own, drawn from a generator of its own."""
    local, file = np.random.RandomState(6), File("tsne.txt")
    y = np.arange(150) % 3
    x = np.round((local.randn(3, 10) * 3)[y] * 16 + local.randn(150, 10) * 16) / 16
    file.add("x", x)
    file.add("y", y)
    distances = pairwise_distances(x, metric="sqeuclidean").astype(np.float32)
    for perplexity in [5, 30]:
        condensed = _joint_probabilities(distances, perplexity, 0)
        joint = np.zeros((150, 150))
        joint[np.triu_indices(150, 1)] = condensed
        file.add(f"joint_{perplexity}", (joint + joint.T)[:12])
    model = TSNE(perplexity=15, method="exact", init="pca", learning_rate="auto", random_state=1)
    model.fit(x)
    file.add("divergence", model.kl_divergence_)
    file.write()


def numbers():
    """In a file of its own, drawn from a generator of its own."""
    local, file = np.random.RandomState(7), File("regression.txt")

    def sample(n):
        x = np.round(local.rand(n, 5) * 256) / 256
        y = 3 * x[:, 0] * x[:, 1] + np.where(x[:, 2] > 0.5, 2, 0) + x[:, 3] ** 2
        return x, np.round((y + local.randn(n) / 5) * 4096) / 4096

    (x, y), (test, test_y) = sample(400), sample(200)
    for name, values in [("x", x), ("y", y), ("test", test), ("test_y", test_y)]:
        file.add(name, values)
    for alpha in [0, 2]:
        model = Ridge(alpha).fit(x, y)
        file.add(f"ridge_{alpha}.weights", np.append(model.coef_, model.intercept_))
    fit = lambda seed: DecisionTreeRegressor(max_depth=5, min_samples_leaf=4,
                                             random_state=seed).fit(x, y)
    models = [fit(seed) for seed in range(20)]  # its ties are broken by chance: there must be none
    assert all((m.tree_.feature == models[0].tree_.feature).all() for m in models)
    file.add("tree.predicted", models[0].predict(test))
    file.add("tree.importances", models[0].feature_importances_)
    model = HistGradientBoostingRegressor(max_iter=40, early_stopping=False).fit(x, y)
    file.add("boosted.predicted", model.predict(test))
    forest = [RandomForestRegressor(100, random_state=s, oob_score=True).fit(x, y)
              for s in range(5)]
    file.add("forest.r2", np.mean([m.score(test, test_y) for m in forest]))
    file.add("forest.out_of_bag", np.mean([m.oob_score_ for m in forest]))
    file.add("forest.importances", np.mean([m.feature_importances_ for m in forest], axis=0))
    file.write()


# --- Models with chance: accuracy on data that the test makes by the same rule -------------------
def split_mix(seed):
    """Rng::uniform of src/tensor/rng.h: SplitMix64, 24 bits."""
    state, mask = seed, (1 << 64) - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield ((z ^ (z >> 31)) >> 40) * 2.0**-24


def rule_set(seed, n, features=10):
    """Three classes by a product, a square and a step; one label in ten drawn anew. Few distinct
    numbers, so that everyone's histograms have the same bins."""
    uniform, x, y = split_mix(seed), [], []
    for _ in range(n):
        row = [int(128 * next(uniform)) / 128 for _ in range(features)]
        score = row[0] * row[1] + row[2] * row[2] + (0.5 if row[3] > 0.5 else 0.0) - 0.5 * row[4]
        label = 0 if score < 0.35 else 1 if score < 0.75 else 2
        if next(uniform) < 0.1:
            label = int(3 * next(uniform))
        x.append(row)
        y.append(label)
    return np.array(x), np.array(y)


def with_chance():
    x, y = rule_set(1, 1500)
    test, test_y = rule_set(2, 4000)
    forest = [RandomForestClassifier(100, random_state=s, oob_score=True).fit(x, y)
              for s in range(5)]
    out.add("rule.forest.accuracy", np.mean([m.score(test, test_y) for m in forest]))
    out.add("rule.forest.out_of_bag", np.mean([m.oob_score_ for m in forest]))
    out.add("rule.forest.importances",
            np.mean([m.feature_importances_ for m in forest], axis=0))
    boosted = HistGradientBoostingClassifier(max_iter=60, early_stopping=False).fit(x, y)
    out.add("rule.boosted.accuracy", boosted.score(test, test_y))
    out.add("rule.boosted.loss", log_loss(test_y, boosted.predict_proba(test)))
    out.add("rule.boosted.p", boosted.predict_proba(test[:50]))
    pair, pair_test = y > 0, test_y > 0
    boosted = HistGradientBoostingClassifier(max_iter=60, early_stopping=False).fit(x, pair)
    out.add("rule.boosted_two.accuracy", boosted.score(test, pair_test))
    out.add("rule.boosted_two.loss", log_loss(pair_test, boosted.predict_proba(test)))
    out.add("rule.boosted_two.p", boosted.predict_proba(test[:50]))
    seeds = [KMeans(12, n_init=10, random_state=s).fit(x[:, :2]).inertia_ for s in range(5)]
    out.add("rule.k_means.inertia", np.mean(seeds))


if __name__ == "__main__":
    features()
    perceptron()
    linear_models()
    neighbours()
    tree()
    without_labels()
    with_chance()
    neighbour_embedding()
    numbers()
    out.write()
