"""A network made with Gradschool, as PyTorch code.

Takes (n, 2, 5, 5) and gives (n, 6, 40, 40). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
import torch
from torch import nn


def along_channels(kind):
    """The layer for pictures (n, channels, height, width), applied to each place's channels."""

    class Layer(kind):
        def forward(self, x):
            return super().forward(x.movedim(1, -1)).movedim(-1, 1)

    return Layer


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)


class RMSNorm(nn.Module):
    def __init__(self, features, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.eps = eps

    def forward(self, x):
        return x / torch.sqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def make_model():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=2, dilation=2),
        nn.LeakyReLU(0.1),
        nn.GroupNorm(2, 4),
        nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, groups=2),
        nn.ELU(2),
        along_channels(nn.Linear)(4, 6),
        along_channels(nn.LayerNorm)(6),
        along_channels(RMSNorm)(6, 1e-06),
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
        Residual(
            nn.Conv2d(6, 6, 3, padding=1),
            nn.Softplus(),
        ),
        nn.Upsample(scale_factor=2),
        nn.Softmax(1),
    )
