"""A network made with Gradschool, as PyTorch code.

Takes (n, 6) and gives (n, 6, 11). With its weights:

    model = make_model()
    weights = safetensors.torch.load_file("model.safetensors")
    model.load_state_dict(weights, strict=False)
    model.eval()
"""
import torch
from torch import nn


class Embedding(nn.Embedding):
    """Takes indices of any type."""

    def forward(self, x):
        return super().forward(x.long())


class SelfAttention(nn.MultiheadAttention):
    def __init__(self, size, heads, causal=False):
        super().__init__(size, heads, batch_first=True)
        self.causal = causal

    def forward(self, x):
        hidden = None
        if self.causal:  # from each place what comes after it
            length = x.shape[1]
            hidden = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        return super().forward(x, x, x, attn_mask=hidden, need_weights=False)[0]


class TransformerBlock(nn.Module):
    def __init__(self, size, heads, feed_forward, dropout=0.0, causal=False):
        super().__init__()
        self.norm1 = nn.LayerNorm(size)
        self.self_attn = SelfAttention(size, heads, causal)
        self.norm2 = nn.LayerNorm(size)
        self.linear1 = nn.Linear(size, feed_forward)
        self.linear2 = nn.Linear(feed_forward, size)
        self.dropout1 = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)

    def forward(self, x):
        x = x + self.dropout1(self.self_attn(self.norm1(x)))
        hidden = nn.functional.gelu(self.linear1(self.norm2(x)))
        return x + self.dropout2(self.linear2(hidden))


def make_model():
    return nn.Sequential(
        Embedding(11, 8),
        TransformerBlock(8, 2, 16, dropout=0.1, causal=True),
        TransformerBlock(8, 4, 12),
        SelfAttention(8, 2),
        nn.LayerNorm(8),
        nn.Linear(8, 11),
    )
