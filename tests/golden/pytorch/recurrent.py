"""A network made with Gradschool, as PyTorch code.

Takes (n, 7) and gives (n, 4, 6). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
from torch import nn


def along_length(kind):
    """The layer for sequences (n, length, channels), which it takes as (n, channels, length)."""

    class Layer(kind):
        def forward(self, x):
            return super().forward(x.movedim(-1, 1)).movedim(1, -1)

    return Layer


class Embedding(nn.Embedding):
    """Takes indices of any type."""

    def forward(self, x):
        return super().forward(x.long())


class RNN(nn.RNN):
    """Gives the outputs of all steps and not the last state."""

    def forward(self, x):
        return super().forward(x)[0]


class GRU(nn.GRU):
    """Gives the outputs of all steps and not the last state."""

    def forward(self, x):
        return super().forward(x)[0]


def make_model():
    return nn.Sequential(
        Embedding(9, 4),
        GRU(4, 5, batch_first=True),
        along_length(nn.BatchNorm1d)(5),
        RNN(5, 4, batch_first=True),
        along_length(nn.Conv1d)(4, 6, 3, stride=2, padding=1, groups=2),
        along_length(nn.GroupNorm)(3, 6),
    )
