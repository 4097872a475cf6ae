"""
deit-nano: a small DeiT (Touvron et al. 2021, https://arxiv.org/abs/2012.12877) behind a short convolutional stem
(Xiao et al. 2021, https://arxiv.org/abs/2106.14881). One class token, softmax attention, learnt positions.
"""

import torch
import torch.nn.functional as F
from torch import nn

from convnet import ConvNetNano

STEM_BLOCKS = 3


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


def stem() -> nn.Sequential:
    """The first three convolutions of convnet-nano: 32 pixels -> 64 channels of 16x16."""
    return ConvNetNano().features[:STEM_BLOCKS]


class DeitNano(nn.Module):
    """
    [b,3,32,32] normalised -> logits [b,10]

    `grid` patches a side. At 8 the convolution that makes the patches goes over the stem's 16x16 cells in steps of
    two; at 14 it goes over every cell of the same map resampled to 14x14, so that the map of an explanation has
    DeiT's resolution while the picture holds no more detail than was trained on.
    """

    def __init__(self, grid: int, classes: int = 10, width: int = 128, depth: int = 6, heads: int = 4) -> None:
        super().__init__()
        self.grid = grid
        # The stem is taken over from the teacher and never trained here.
        self.stem = stem().eval().requires_grad_(False)
        self.patches = nn.Conv2d(64, width, 3, stride=2 if grid == 8 else 1, padding=1)
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

    def take_stem(self, teacher: ConvNetNano) -> None:
        self.stem.load_state_dict(teacher.features[:STEM_BLOCKS].state_dict())

    def train(self, mode: bool = True) -> "DeitNano":
        super().train(mode)
        self.stem.eval()
        return self

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.from_stem(self.stem(pixel_values))

    def from_stem(self, features: torch.Tensor, kept: torch.Tensor | None = None) -> torch.Tensor:
        """`kept` [b,k]: numbers of the patches that are looked at; all of them when it is left out."""
        if self.grid != 8:
            features = F.interpolate(features, size=(self.grid, self.grid), mode="bilinear", align_corners=False)
        patches = self.patches(features).flatten(2).transpose(1, 2) + self.positions[:, 1:]
        if kept is not None:
            patches = patches.gather(1, kept[:, :, None].expand(-1, -1, patches.shape[2]))
        first = (self.class_token + self.positions[:, :1]).expand(patches.shape[0], -1, -1)
        tokens = torch.cat((first, patches), 1)
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
