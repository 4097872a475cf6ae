"""convnet-nano: a small residual network for 32x32 pictures whose last feature map is 8x8, fine enough to explain."""

import torch
from torch import nn


def block(inputs: int, outputs: int, pool: bool = False) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)]
    # Pooling before the normalisation costs a quarter of what it costs behind it.
    if pool:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(block(width, width), block(width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.branch(x)


class ConvNetNano(nn.Module):
    """[b,3,32,32] normalised -> logits [b,10]"""

    def __init__(self, classes: int = 10, width: int = 256) -> None:
        super().__init__()
        self.features = nn.Sequential(
            block(3, 32),
            block(32, 64, pool=True),
            block(64, 64),
            block(64, width, pool=True),
            block(width, width),
            Residual(width),
        )
        self.head = nn.Linear(width, classes)

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(pixel_values).mean((2, 3)))
