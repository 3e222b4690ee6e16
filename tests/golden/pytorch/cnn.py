"""A network made with Gradschool, as PyTorch code.

Takes (n, 1, 12, 12) and gives (n, 3). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
from torch import nn


class FlattenPictures(nn.Module):
    """Flattens pictures (n, channels, height, width) in the order height, width, channels."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)


def make_model():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2),
        nn.SiLU(),
        nn.AvgPool2d(2, stride=1),
        FlattenPictures(),
        nn.Linear(24, 8),
        nn.BatchNorm1d(8),
        nn.GELU(),
        nn.Linear(8, 3),
    )
