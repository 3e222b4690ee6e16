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
from torch.nn.utils.stateless import functional_call

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
    before = torch.get_rng_state()  # what follows here does not change the other files
    box, tied = draw(2, 3, 4), (draw(2, 3, 4) * 2).round() / 2
    case("sign", torch.sign, a)
    case("gelu", F.gelu, a)
    case("silu", F.silu, a)
    case("softplus", F.softplus, a)
    case("leaky_relu", F.leaky_relu, a)
    case("elu", lambda x: F.elu(x, 2), a)
    case("pow", torch.pow, positive, row)
    case("pow_whole", lambda x: x ** 3, a)
    case("maximum", torch.maximum, tied[0], tied[1])
    case("minimum", torch.minimum, tied[0], tied[1])
    case("clamp", lambda x: torch.clamp(x, -0.5, 0.75), a)
    case("where", lambda x, y: torch.where(x > y, x, 2 * y), a, b)
    case("sum_axes", lambda x: x.sum((0, 2)), box)
    case("mean_axis", lambda x: x.mean(1, keepdim=True), box)
    case("var", lambda x: x.var((0, 1)), box)
    case("var_population", lambda x: x.var(-1, unbiased=False, keepdim=True), box)
    case("max_axes", lambda x: x.amax((0, 2)), tied)
    case("min_axis", lambda x: x.amin(1, keepdim=True), tied)
    case("logsumexp", lambda x: x.logsumexp((1, 2)), box)
    case("permute", lambda x: x.permute(2, 0, 1), box)
    case("slice", lambda x: x[:, :, 1:4:2], box)
    case("flip", lambda x: x.flip(0, 2), box)
    case("repeat", lambda x: x.repeat(2, 3), row[:3])
    case("pad", lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), draw(2, 3))
    case("concat", lambda x, y: torch.cat((x, y, x, y), 1), draw(2, 3), draw(2, 1))
    case("stack", lambda x, y: torch.stack((x, y), 1), draw(2, 3), draw(2, 3))
    index = torch.tensor([[4, 0], [2, 2], [1, 1]])
    case("gather", lambda x: x.gather(1, index), a)
    case("scatter_add", lambda x, y: x.scatter_add(1, index, y), a, draw(3, 2))
    case("index_select", lambda x: x.index_select(1, torch.tensor([3, 1, 3])), a)
    case("embedding", lambda w: F.embedding(torch.tensor([[2, 0], [2, 1]]), w), draw(3, 2))
    case("matmul_batched", torch.matmul, draw(2, 2, 3), draw(2, 3, 2))
    case("matmul_transposed", lambda x, y: x.T @ y.transpose(1, 2), draw(3, 2), draw(2, 2, 3))
    case("linear_batched", F.linear, draw(2, 2, 3), draw(2, 3), draw(2))
    case("softmax_axis", lambda x: F.softmax(x, 0), a)
    case("log_softmax", lambda x: F.log_softmax(x, 1), a)
    case("conv2d_groups_dilation", pictures(lambda x, w, b: F.conv2d(
        x, w, b, padding=1, dilation=2, groups=2)), draw(1, 4, 5, 4), draw(2, 2, 3, 2), draw(2))
    case("conv2d_depthwise", pictures(lambda x, w, b: F.conv2d(
        x, w, b, stride=2, padding=1, groups=3)), draw(1, 4, 5, 3), draw(3, 3, 3, 1), draw(3))
    case("conv1d", lambda x, w, b: F.conv1d(x.mT, w.mT, b, stride=2, padding=1).mT,
         draw(2, 5, 2), draw(3, 3, 2), draw(3))
    case("conv_transpose2d", pictures(lambda x, w, b: F.conv_transpose2d(
        x, w, b, stride=2, padding=1, output_padding=1)), draw(1, 2, 3, 2), draw(2, 3, 3, 2), draw(2))
    case("conv_transpose2d_groups", pictures(lambda x, w, b: F.conv_transpose2d(
        x, w, b, groups=2, dilation=2)), draw(1, 2, 2, 4), draw(4, 2, 2, 1), draw(2))
    picture = draw(1, 5, 4, 2)
    case("avg_pool2d", pictures(lambda x: F.avg_pool2d(x, 3, 2)), picture)
    case("global_avg_pool2d", lambda x: x.mean((1, 2)), picture)
    case("global_max_pool2d", lambda x: x.amax((1, 2)), picture)
    case("upsample_nearest", pictures(lambda x: F.interpolate(x, scale_factor=2)), draw(1, 2, 3, 2))
    case("upsample_bilinear", pictures(lambda x: F.interpolate(
        x, scale_factor=3, mode="bilinear", align_corners=False)), draw(1, 2, 3, 2))
    case("layer_norm", lambda x, w, b: F.layer_norm(x, (4,), w, b), draw(3, 4), draw(4), draw(4))
    case("rms_norm", lambda x, w: x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt() * w,
         draw(3, 4), draw(4))
    case("group_norm", lambda x, w, b: nhwc(F.group_norm(nchw(x), 2, w, b)),
         draw(2, 2, 1, 4), draw(4), draw(4))
    mean, variance = torch.tensor([1, 0, -0.5]).double(), torch.tensor([1, 0.5, 2]).double()
    case("batch_norm", lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
         draw(4, 3), draw(3), draw(3))
    case("batch_norm_eval", lambda x, w, b: F.batch_norm(x, mean, variance, w, b),
         draw(4, 3), draw(3), draw(3))

    def running(x):
        mean, variance = torch.zeros(3).double(), torch.ones(3).double()
        F.batch_norm(x, mean, variance, training=True, momentum=0.25)
        return torch.stack((mean, variance)) + 0 * x.sum()
    case("batch_norm_running", running, draw(4, 3))
    weight, share = torch.tensor([1, 2, 0.5, 1, 3]).double(), torch.tensor([0.5, 0.25, 0.25, 0, 0])
    labels = torch.tensor([1, 4, 0])
    case("cross_entropy_options", lambda x: F.cross_entropy(
        x, torch.tensor([1, 4, -1]), weight, ignore_index=-1, label_smoothing=0.1), a)
    case("cross_entropy_smooth", lambda x: F.cross_entropy(x, labels, label_smoothing=0.2), a)
    case("nll_loss", lambda x: F.nll_loss(x, labels), a)
    case("bce_with_logits", F.binary_cross_entropy_with_logits, a, b)
    case("l1_loss", F.l1_loss, a, b)
    case("huber_loss", lambda x, y: F.huber_loss(x, y, delta=0.75), a, b)
    case("kl_div", lambda x: F.kl_div(F.log_softmax(x, 1), share.double().repeat(3, 1),
                                      reduction="batchmean"), a)
    query, key, value = draw(2, 2, 4), draw(2, 3, 4), draw(2, 3, 2)
    hidden = torch.tensor([[0, -np.inf, 0], [0, 0, 0]])
    attend = lambda q, k, v, mask: F.softmax(q @ k.mT / q.shape[-1] ** 0.5 + mask, -1) @ v
    case("attention", lambda q, k, v: attend(q, k, v, hidden), query, key, value)
    future = torch.triu(torch.full((3, 3), -np.inf), 1)
    case("attention_causal", lambda x: attend(x, x, x, future), key)

    def layer(name, module, call, x, *names):
        """A module as a function of x and of its parameters, in the order of our names."""
        values = dict(module.named_parameters())
        names = names or list(values)
        case(name, lambda x, *p: call(lambda *inputs: functional_call(
            module, dict(zip(names, p)), inputs), x), x, *[parameter(*values[n].shape, scale=0.5)
                                                           .detach() for n in names])

    def recurrent(name, f, gates, zeros):
        """Weights and biases of the input, then of the state; sequences with the batch first."""
        case(name, lambda x, *p: f(x, zeros, p, True, 1, 0.0, False, False, True)[0], draw(2, 3, 2),
             *[draw(gates * 3, *shape) / 2 for shape in ((2,), (3,), (), ())])

    zeros = torch.zeros(1, 2, 3).double()
    recurrent("rnn", torch.rnn_tanh, 1, zeros)
    recurrent("gru", torch.gru, 3, zeros)
    recurrent("lstm", torch.lstm, 4, (zeros, zeros))
    attention = torch.nn.MultiheadAttention(4, 2, batch_first=True).double()
    layer("multihead_attention", attention, lambda f, x: f(x, x, x)[0], draw(1, 3, 4))
    block = torch.nn.TransformerEncoderLayer(4, 2, 6, 0, F.gelu, batch_first=True, norm_first=True)
    layer("transformer_block", block.double(), lambda f, x: f(x), draw(1, 3, 4), *[
        f"{part}.{name}" for part in ("norm1", "self_attn", "norm2", "linear1", "linear2")
        for name in (("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
                     if part == "self_attn" else ("weight", "bias"))])
    torch.set_rng_state(before)
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
    for _ in range(20):
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


def parameters(shapes):
    """Drawn by name; norms near 1."""
    return {name: parameter(*shape, scale=0.3) if len(shape) > 1 or "norm" not in name
            else (parameter(*shape, scale=0.1) + 1).detach().requires_grad_()
            for name, shape in shapes.items()}


def lstm(p, x):
    zeros = torch.zeros(1, len(x), 8).double()
    weights = [p["0." + name] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    y = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, True, False, True)[0]
    return F.linear(y.flatten(1), p["2.weight"], p["2.bias"])


def transformer(block):
    hidden = torch.full((6, 6), -torch.inf).double().triu(1)

    def forward(p, x):
        own = {name: p["1." + name] for name, _ in block.named_parameters()}
        y = functional_call(block, own, (F.embedding(x.long(), p["0.weight"]), hidden))
        y = F.layer_norm(y, (8,), p["2.weight"], p["2.bias"])
        return F.linear(y.flatten(1), p["4.weight"], p["4.bias"])
    return forward


def sequences():
    adam = lambda p: torch.optim.Adam(p, lr=0.01)
    labels = torch.arange(12) % 3
    shapes = {"0.weight_ih": (32, 3), "0.weight_hh": (32, 8), "0.bias_ih": (32,),
              "0.bias_hh": (32,), "2.weight": (3, 40), "2.bias": (3,)}
    train("lstm_adam.txt", lstm, parameters(shapes), draw(12, 5, 3), labels, adam)
    block = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0, activation="gelu",
                                             batch_first=True, norm_first=True).double()
    shapes = {"0.weight": (11, 8),
              **{"1." + name: tuple(own.shape) for name, own in block.named_parameters()},
              "2.weight": (8,), "2.bias": (8,), "4.weight": (3, 48), "4.bias": (3,)}
    words = torch.randint(11, (12, 6)).double()
    # Not Adam, which makes steps of the roundings where a gradient is 0, as that of keys' biases.
    sgd = lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)
    train("transformer_sgd.txt", transformer(block), parameters(shapes), words, labels, sgd)


# --- Optimisers and schedules ---------------------------------------------------------------------
def optimizers():
    """Five steps with given gradients; learning rates of successive steps."""
    out = File("optimizers.txt")
    start, gradients = draw(6), draw(5, 6)
    out.add("start", start)
    out.add("gradients", gradients)

    def steps(name, optimizer, clip=None):
        w = start.clone().requires_grad_()
        optimizer = optimizer([w])
        for g in gradients:
            w.grad = g.clone()
            if clip:
                clip([w])
            optimizer.step()
        out.add(name, w)

    steps("nesterov", lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.01, nesterov=True))
    steps("rmsprop", lambda p: torch.optim.RMSprop(p, 0.05, weight_decay=0.01))
    steps("adagrad", lambda p: torch.optim.Adagrad(p, 0.1, weight_decay=0.01))
    steps("adamw", lambda p: torch.optim.AdamW(p, 0.02, weight_decay=0.1))
    sgd = lambda p: torch.optim.SGD(p, 0.1)
    steps("clip_norm", sgd, lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5))
    steps("clip_value", sgd, lambda p: torch.nn.utils.clip_grad_value_(p, 0.5))

    def rates(name, schedule, count):
        optimizer = sgd([torch.zeros(1, requires_grad=True)])
        scheduler, lrs = schedule(optimizer), []
        for _ in range(count):
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        out.add(name, lrs)

    from torch.optim import lr_scheduler
    rates("step", lambda o: lr_scheduler.StepLR(o, 3, 0.5), 8)
    rates("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, 8, 0.01), 9)
    rates("linear", lambda o: lr_scheduler.LinearLR(o, 0.25, total_iters=4), 7)
    rates("one_cycle", lambda o: lr_scheduler.OneCycleLR(o, 0.5, total_steps=10), 10)
    optimizer = sgd([torch.zeros(1, requires_grad=True)])
    plateau, lrs = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1), []
    measures = [3, 2, 2, 2.5, 1.9, 1.9, 1.9, 1.9, 1.9]
    for measure in measures:
        plateau.step(measure)
        lrs.append(optimizer.param_groups[0]["lr"])
    out.add("measures", measures)
    out.add("plateau", lrs)
    out.write()


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
    optimizers()
    sequences()
