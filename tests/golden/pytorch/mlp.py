"""A network made with Gradschool, as PyTorch code.

Takes (n, 4) and gives (n, 3). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
from torch import nn


def make_model():
    return nn.Sequential(
        nn.Linear(4, 8),
        nn.ReLU(),
        nn.Dropout(0.25),
        nn.Linear(8, 8, bias=False),
        nn.Tanh(),
        nn.Linear(8, 3),
        nn.Softmax(1),
    )
