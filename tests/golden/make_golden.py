#!/usr/bin/env python3
"""Writes the reference values that tests/golden_test.cpp compares with.

Run by hand when an operation or layer is added; the files are committed, tests need neither
Python nor PyTorch. Made with PyTorch 1.13.0 and NumPy 1.24.2 (Debian 12: apt-get install
python3-torch), in float64, from inputs that float32 holds exactly.

A file is a list of arrays: a line "name size size ...", then a line of numbers, row-major.
Pictures are written (n,h,w,channels), convolution weights (out,kh,kw,in): our layout.
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
torch.manual_seed(20)
torch.use_deterministic_algorithms(True)


def draw(*shape):
    """Normal numbers with few digits, exact in float32."""
    return (torch.randn(shape) * 256).round().double() / 256


class File:
    def __init__(self, name):
        self.path, self.lines = HERE / name, []

    def add(self, name, values):
        values = np.asarray(values.detach() if torch.is_tensor(values) else values, np.float64)
        self.lines.append(" ".join([name, *map(str, values.shape)]))
        self.lines.append(" ".join(f"{v:.12g}" for v in values.ravel()))

    def write(self):
        self.path.write_text("\n".join(self.lines) + "\n")


def nhwc(x):  # pictures (n,c,h,w) -> (n,h,w,c); weights (out,in,kh,kw) -> (out,kh,kw,in)
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def nchw(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


# --- Every operation: inputs x0 x1 ..., value y, gradient g of y, gradients d0 d1 ... ------------
def operations():
    out = File("operations.txt")

    def case(name, f, *inputs):
        inputs = [x.clone().requires_grad_() for x in inputs]
        y = f(*inputs)
        g = draw(*y.shape)
        y.backward(g)
        for i, x in enumerate(inputs):
            out.add(f"{name}.x{i}", x)
        out.add(f"{name}.y", y)
        out.add(f"{name}.g", g)
        for i, x in enumerate(inputs):
            out.add(f"{name}.d{i}", x.grad)

    def pictures(f):  # f works on PyTorch's layout, the file holds ours
        return lambda *inputs: nhwc(f(*[nchw(x) for x in inputs]))

    a, b, row, column = draw(3, 5), draw(3, 5), draw(5), draw(3, 1)
    positive = draw(3, 5).abs() + 0.5
    case("add", torch.add, a, b)
    case("add_row", torch.add, a, row)
    case("sub", torch.sub, a, b)
    case("sub_column", torch.sub, a, column)
    case("mul", torch.mul, a, b)
    case("mul_outer", torch.mul, row, column)
    case("div", torch.div, a, positive)
    case("div_row", torch.div, a, row.abs() + 0.5)
    case("neg", torch.neg, a)
    case("exp", torch.exp, a)
    case("log", torch.log, positive)
    case("sqrt", torch.sqrt, positive)
    case("square", torch.square, a)
    case("abs", torch.abs, a)
    case("relu", torch.relu, a)
    case("sigmoid", torch.sigmoid, a)
    case("tanh", torch.tanh, a)
    case("sum", torch.sum, a)
    case("mean", torch.mean, a)
    case("reshape", lambda x: x.reshape(5, 3), a)
    case("flatten", lambda x: x.flatten(1), draw(2, 3, 2))
    case("transpose", lambda x: x.T, a)
    case("matmul", torch.matmul, draw(3, 4), draw(4, 5))
    case("linear", F.linear, draw(4, 3), draw(5, 3), draw(5))
    case("linear_no_bias", F.linear, draw(4, 3), draw(5, 3))
    case("conv2d", pictures(F.conv2d), draw(2, 5, 6, 3), draw(4, 3, 3, 3), draw(4))
    case("conv2d_stride_padding", pictures(lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1)),
         draw(2, 6, 5, 2), draw(3, 3, 3, 2), draw(3))
    case("max_pool2d", pictures(lambda x: F.max_pool2d(x, 2)), draw(2, 5, 6, 3))
    case("max_pool2d_overlapping", pictures(lambda x: F.max_pool2d(x, 3, 2)), draw(1, 7, 7, 2))
    case("softmax", lambda x: F.softmax(x, 1), a)
    case("cross_entropy", lambda x: F.cross_entropy(x, torch.tensor([1, 4, 0])), a)
    case("mse_loss", F.mse_loss, a, b)
    out.write()


# --- Ten training steps: x, labels, parameters before, losses, parameters after ------------------
def train(name, forward, parameters, x, labels, optimizer):
    out = File(name)
    out.add("x", x)
    out.add("labels", labels)
    for key, value in parameters.items():
        out.add("before." + key, nhwc(value))
    optimizer = optimizer(list(parameters.values()))
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(parameters, x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    out.add("losses", losses)
    for key, value in parameters.items():
        out.add("after." + key, nhwc(value))
    out.write()


def parameter(*shape, scale):
    return ((draw(*shape) * scale * 4096).round() / 4096).requires_grad_()


def mlp_parameters():
    sizes, p = [2, 16, 16, 2], {}
    for i in range(3):
        p[f"{2 * i}.weight"] = parameter(sizes[i + 1], sizes[i], scale=0.5)
        p[f"{2 * i}.bias"] = parameter(sizes[i + 1], scale=0.1)
    return p


def mlp(activation):
    def forward(p, x):
        x = activation(F.linear(x, p["0.weight"], p["0.bias"]))
        x = activation(F.linear(x, p["2.weight"], p["2.bias"]))
        return F.linear(x, p["4.weight"], p["4.bias"])
    return forward


def cnn_parameters():
    return {
        "0.weight": parameter(4, 1, 3, 3, scale=0.4), "0.bias": parameter(4, scale=0.1),
        "3.weight": parameter(6, 4, 3, 3, scale=0.2), "3.bias": parameter(6, scale=0.1),
        "7.weight": parameter(3, 24, scale=0.2), "7.bias": parameter(3, scale=0.1),
    }


def cnn(p, x):
    x = F.max_pool2d(F.relu(F.conv2d(nchw(x), p["0.weight"], p["0.bias"], padding=1)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, p["3.weight"], p["3.bias"])), 2)
    return F.linear(nhwc(x).flatten(1), p["7.weight"], p["7.bias"])


def training():
    x = draw(32, 2)
    labels = (x[:, 0] * x[:, 1] > 0).long()
    adam = lambda p: torch.optim.Adam(p, lr=0.01)
    sgd = lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)
    train("mlp_relu_adam.txt", mlp(torch.relu), mlp_parameters(), x, labels, adam)
    train("mlp_tanh_sgd.txt", mlp(torch.tanh), mlp_parameters(), x, labels, sgd)
    pictures, classes = draw(8, 12, 12, 1), torch.arange(8) % 3
    train("cnn_adam.txt", cnn, cnn_parameters(), pictures, classes, adam)


# --- Least squares: x, targets, weights with the intercept last ----------------------------------
def least_squares():
    out = File("least_squares.txt")

    def solve(x, y, ridge):
        x_mean, y_mean = x.mean(0), y.mean()
        penalty = np.sqrt(ridge) * np.eye(x.shape[1])
        w, *_ = np.linalg.lstsq(np.vstack([x - x_mean, penalty]),
                                np.concatenate([y - y_mean, np.zeros(x.shape[1])]), rcond=None)
        return np.append(w, y_mean - w @ x_mean)

    for name, n, d, ridge in [("plain", 40, 3, 0), ("ridge", 25, 4, 2), ("exact", 3, 2, 0)]:
        x, y = draw(n, d).numpy(), draw(n).numpy()
        out.add(name + ".x", x)
        out.add(name + ".targets", y)
        out.add(name + ".ridge", ridge)
        out.add(name + ".weights", solve(x, y, ridge))
    x, y = draw(20, 2).numpy(), draw(20).numpy()
    x = np.column_stack([x, x[:, 0]])  # a column twice: the shortest of the solutions
    out.add("duplicate.x", x)
    out.add("duplicate.targets", y)
    out.add("duplicate.ridge", 0)
    out.add("duplicate.weights", solve(x, y, 0))
    out.write()


if __name__ == "__main__":
    print("PyTorch", torch.__version__, "NumPy", np.__version__)
    operations()
    training()
    least_squares()
