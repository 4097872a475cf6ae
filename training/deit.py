"""
deit-nano: a small DeiT (Touvron et al. 2021, https://arxiv.org/abs/2012.12877) behind a short convolutional stem
(Xiao et al. 2021, https://arxiv.org/abs/2106.14881). One class token, softmax attention, learnt positions.
"""

import torch
import torch.nn.functional as F
from torch import nn

SIDE = 32


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, tokens, width = x.shape
        parts = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        scores = query @ key.transpose(-2, -1) * (width // self.heads) ** -0.5
        mixed = scores.softmax(-1) @ value
        return self.projection(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def stem(width: int) -> nn.Sequential:
    """Three convolutions, stride 4 in all; the last one makes the patches."""
    half = width // 2
    return nn.Sequential(
        nn.Conv2d(3, half, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(half),
        nn.ReLU(),
        nn.Conv2d(half, half, 3, padding=1, bias=False),
        nn.BatchNorm2d(half),
        nn.ReLU(),
        nn.Conv2d(half, width, 3, stride=2, padding=1),
    )


class DeitNano(nn.Module):
    """
    [b,3,32,32] normalised -> logits [b,10]

    `grid` patches a side: at 8 the stem sees the 32 pixels as they are, at 14 it sees them enlarged to 56, so that
    the map of an explanation has DeiT's resolution while the picture holds no more detail than was trained on.
    """

    def __init__(self, grid: int, classes: int = 10, width: int = 128, depth: int = 6, heads: int = 4) -> None:
        super().__init__()
        self.grid = grid
        self.stem = stem(width)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, 1 + grid * grid, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, classes)
        nn.init.trunc_normal_(self.class_token, std=0.02)
        nn.init.trunc_normal_(self.positions, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02 if module is self.head else 0.06)
                nn.init.zeros_(module.bias)

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        side = 4 * self.grid
        if side != SIDE:
            pixel_values = F.interpolate(pixel_values, size=(side, side), mode="bilinear", align_corners=False)
        patches = self.stem(pixel_values).flatten(2).transpose(1, 2)
        tokens = torch.cat((self.class_token.expand(patches.shape[0], -1, -1), patches), 1) + self.positions
        for block in self.blocks:
            tokens = block(tokens)
        return self.head(self.norm(tokens)[:, 0])


def with_grid(state: dict[str, torch.Tensor], grid: int) -> dict[str, torch.Tensor]:
    """The weights with the patches' positions resampled to another grid."""
    positions = state["positions"]
    old = round((positions.shape[1] - 1) ** 0.5)
    if old == grid:
        return state
    table = positions[:, 1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)
    table = F.interpolate(table, size=(grid, grid), mode="bicubic", align_corners=False)
    patches = table.permute(0, 2, 3, 1).reshape(1, grid * grid, -1)
    return {**state, "positions": torch.cat((positions[:, :1], patches), 1)}
