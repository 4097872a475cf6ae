"""
maskrcnn-nano: a Mask R-CNN (He et al. 2017, https://arxiv.org/abs/1703.06870) small enough for a browser. A residual
backbone of stride 16 with regions proposed from it, a map of stride 8 for what is cut out of it (Lin et al. 2017,
https://arxiv.org/abs/1612.03144), and two heads. Boxes and masks are shared by all classes.
"""

import torch
import torch.nn.functional as F
from torch import nn

from detection_classes import NAMES

ANCHORS = 15
CELL = 8
BOX_SIDE, MASK_SIDE = 6, 12


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class Residual(nn.Module):
    def __init__(self, width: int, middle: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, middle, 1, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            convolution(middle, middle),
            nn.Conv2d(middle, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.branch(x))


class Trunk(nn.Module):
    """Blue, green, red, 0..255 [b,3,h,w] -> map [b,96,h/8,w/8], regions' logits [b,15,..] and differences [b,60,..]"""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.fine = nn.Sequential(
            convolution(3, 24, 2),
            convolution(24, 48, 2),
            convolution(48, 48),
            convolution(48, 128, 2),
            Residual(128, 64),
            Residual(128, 64),
        )
        self.coarse = nn.Sequential(convolution(128, 256, 2), *(Residual(256, 128) for _ in range(5)))
        # What lies far away matters for what a thing is: a stride-32 level is folded back in.
        self.context = nn.Sequential(convolution(256, 256, 2), Residual(256, 128), Residual(256, 128))
        self.from_fine = nn.Conv2d(128, width, 1)
        self.from_coarse = nn.Conv2d(256, width, 1)
        self.smooth = convolution(width, width)
        self.region_map = convolution(256, 128)
        self.region_logits = nn.Conv2d(128, ANCHORS, 1)
        self.region_deltas = nn.Conv2d(128, 4 * ANCHORS, 1)
        for layer in (self.region_logits, self.region_deltas):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
        nn.init.constant_(self.region_logits.bias, -3.0)

    def forward(self, data: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        fine = self.fine((data - 114.0) / 58.0)
        coarse = self.coarse(fine)
        coarse = coarse + enlarged(self.context(coarse), coarse)
        merged = self.from_fine(fine) + enlarged(self.from_coarse(coarse), fine)
        regions = self.region_map(coarse)
        return self.smooth(merged), self.region_logits(regions), self.region_deltas(regions), coarse


def enlarged(small: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return F.interpolate(small, size=like.shape[2:], mode="bilinear", align_corners=False)


class BoxHead(nn.Module):
    """Cut-outs [n,96,6,6] -> class logits [n,1+classes], box differences [n,4]"""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.body = nn.Sequential(
            convolution(width, 128), convolution(128, 160, 2), nn.Flatten(), nn.Linear(160 * 9, 256), nn.ReLU()
        )
        self.classes = nn.Linear(256, 1 + len(NAMES))
        self.deltas = nn.Linear(256, 4)
        nn.init.normal_(self.classes.weight, std=0.01)
        nn.init.normal_(self.deltas.weight, std=0.001)

    def forward(self, cut_outs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        body = self.body(cut_outs)
        return self.classes(body), self.deltas(body)


class MaskHead(nn.Module):
    """Cut-outs [n,96,12,12] -> logits [n,1,24,24]"""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.body = nn.Sequential(convolution(width, width), convolution(width, width), convolution(width, width))
        self.enlarge = nn.ConvTranspose2d(width, 64, 2, 2)
        self.mask = nn.Conv2d(64, 1, 1)

    def forward(self, cut_outs: torch.Tensor) -> torch.Tensor:
        return self.mask(F.relu(self.enlarge(self.body(cut_outs))))


class MaskRcnnNano(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.box_head = BoxHead()
        self.mask_head = MaskHead()


def cut_out(features: torch.Tensor, boxes: torch.Tensor, numbers: torch.Tensor, side: int) -> torch.Tensor:
    """
    RoIAlign with four samples a bin, as ONNX's operator does it (`half_pixel`, sampling ratio 2).
    `boxes` [n,4] in pixels, `numbers` [n] the picture each lies in. -> [n,c,side,side]
    """
    rows, columns = features.shape[2:]
    steps = (torch.arange(2 * side) + 0.5) / (2 * side)
    x = (boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * steps) / CELL * 2 / columns - 1
    y = (boxes[:, 1:2] + (boxes[:, 3:] - boxes[:, 1:2]) * steps) / CELL * 2 / rows - 1
    count = 2 * side
    pieces = []
    # One picture at a time: otherwise the map would have to be repeated for every box.
    for number in range(features.shape[0]):
        mine = torch.nonzero(numbers == number)[:, 0]
        if len(mine) == 0:
            continue
        grid = torch.stack(
            (
                x[mine][:, None, :].expand(-1, count, -1),
                y[mine][:, :, None].expand(-1, -1, count),
            ),
            -1,
        )
        sampled = F.grid_sample(
            features[number : number + 1],
            grid.reshape(1, -1, count, 2),
            padding_mode="border",
            align_corners=False,
        )
        pieces.append((mine, sampled[0].reshape(-1, len(mine), count, count).transpose(0, 1)))
    order = torch.cat([mine for mine, _ in pieces])
    all_pieces = torch.cat([piece for _, piece in pieces])
    return F.avg_pool2d(all_pieces, 2)[order.argsort()]
