"""Random changes of a batch of 32x32 pictures. Everything is drawn from the generator that is handed in."""

import torch
import torch.nn.functional as F

from cifar import normalised


def shifted_and_flipped(pixels: torch.Tensor, generator: torch.Generator, reach: int = 4) -> torch.Tensor:
    """uint8 [b,3,s,s], each moved by up to `reach` pixels over its mirrored border, half of them flipped."""
    batch, _, side, _ = pixels.shape
    padded = F.pad(pixels.float(), (reach,) * 4, mode="reflect")
    top, left = torch.randint(0, 2 * reach + 1, (2, batch, 1), generator=generator)
    rows = top + torch.arange(side)
    columns = left + torch.arange(side)
    flip = torch.rand(batch, 1, generator=generator) < 0.5
    columns = torch.where(flip, columns.flip(1), columns)
    numbers = torch.arange(batch)[:, None, None]
    return padded.permute(0, 2, 3, 1)[numbers, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def zoomed(pixels: torch.Tensor, generator: torch.Generator, share: float) -> torch.Tensor:
    """A share of the pictures, stretched, turned and moved a little: photographs frame their objects less tightly."""
    batch = pixels.shape[0]
    chosen = torch.rand(batch, generator=generator) < share
    count = int(chosen.sum())
    if count == 0:
        return pixels
    zoom = torch.exp((torch.rand(count, generator=generator) - 0.4) * 0.6)
    aspect = torch.exp((torch.rand(count, generator=generator) - 0.5) * 0.4)
    angle = (torch.rand(count, generator=generator) - 0.5) * 0.5
    move = (torch.rand(count, 2, generator=generator) - 0.5) * 0.4
    cosine, sine = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    first = torch.stack((cosine * aspect, -sine, move[:, 0]), 1)
    second = torch.stack((sine, cosine / aspect, move[:, 1]), 1)
    grid = F.affine_grid(torch.stack((first, second), 1), [count, *pixels.shape[1:]], align_corners=False)
    changed = F.grid_sample(pixels[chosen].float(), grid, padding_mode="reflection", align_corners=False)
    result = pixels.float()
    result[chosen] = changed
    return result


def recoloured(pixels: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """Brightness, contrast and saturation of each picture, 0..255."""
    batch = pixels.shape[0]
    brightness, contrast, saturation = (
        1 + strength * (2 * torch.rand(batch, 1, 1, 1, generator=generator) - 1) for _ in range(3)
    )
    grey = pixels.mean(1, keepdim=True)
    pixels = grey + saturation * (pixels - grey)
    middle = pixels.mean((1, 2, 3), keepdim=True)
    return (middle + contrast * (pixels - middle)).mul_(brightness).clamp_(0, 255)


def mixed(
    pixels: torch.Tensor, generator: torch.Generator, share: float
) -> tuple[torch.Tensor, torch.Tensor, float]:
    """
    Blends the batch with itself in another order, or lets a rectangle of the other picture in.
    Returns the pictures, the order, and how much of the first picture is left.
    """
    batch, _, height, width = pixels.shape
    order = torch.randperm(batch, generator=generator)
    kind, amount, y, x = torch.rand(4, generator=generator).tolist()
    if kind >= share:
        return pixels, torch.arange(batch), 1.0
    if kind < share / 2:
        kept = 1 - amount / 2
        return pixels * kept + pixels[order] * (1 - kept), order, kept
    cut_height, cut_width = (round(length * (amount / 2) ** 0.5) for length in (height, width))
    top, left = round(y * (height - cut_height)), round(x * (width - cut_width))
    result = pixels.clone()
    result[:, :, top : top + cut_height, left : left + cut_width] = pixels[
        order, :, top : top + cut_height, left : left + cut_width
    ]
    return result, order, 1 - cut_height * cut_width / (height * width)


def convnet_view(pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    pixels = shifted_and_flipped(pixels, generator)
    pixels = zoomed(pixels, generator, share=0.3)
    return normalised(recoloured(pixels, generator, strength=0.2))


def transformer_view(pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    pixels = shifted_and_flipped(pixels, generator)
    pixels = zoomed(pixels, generator, share=0.5)
    return normalised(recoloured(pixels, generator, strength=0.3))
