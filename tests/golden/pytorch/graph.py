"""A network made with Gradschool, as PyTorch code.

Takes (n, 3) and gives (n, 2). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
import torch
from torch import nn


class GraphConv(nn.Linear):
    """Each node's features become a mixture of its neighbours', by the adjacency's rows."""

    def __init__(self, in_features, out_features, adjacency):
        super().__init__(in_features, out_features)
        self.register_buffer("adjacency", torch.tensor(adjacency), persistent=False)

    def forward(self, x):
        return self.adjacency @ nn.functional.linear(x, self.weight) + self.bias


def make_model():
    return nn.Sequential(
        GraphConv(
            3,
            5,
            [
                [0.5, 0.40824828, 0.0, 0.0],
                [0.4082483, 0.33333334, 0.33333334, 0.0],
                [0.0, 0.33333334, 0.33333334, 0.4082483],
                [0.0, 0.0, 0.40824828, 0.5],
            ],
        ),
        nn.ReLU(),
        GraphConv(
            5,
            2,
            [
                [0.5, 0.40824828, 0.0, 0.0],
                [0.4082483, 0.33333334, 0.33333334, 0.0],
                [0.0, 0.33333334, 0.33333334, 0.4082483],
                [0.0, 0.0, 0.40824828, 0.5],
            ],
        ),
    )
