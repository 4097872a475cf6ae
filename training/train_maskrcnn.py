"""Trains maskrcnn-nano from scratch on the views of `detection_views.py`. Run again with the same `--run` to continue."""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from boxes import all_anchors, base_anchors, propose
from detection_batch import View, pixels_of, read_batch
from detection_targets import anchor_targets, mask_target, region_targets
from detection_views import SIDE
from maskrcnn import BOX_SIDE, MASK_SIDE, MaskRcnnNano, cut_out
from run_state import AveragedModel, RunFolder, generator_of, trapezoid

REGIONS_A_VIEW = 32
MASKS_A_VIEW = 6
ANCHORS = base_anchors()


class Pupil(nn.Module):
    """The network and, for training only, the layer that translates its features into the teacher's."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor) -> None:
        super().__init__()
        self.network = MaskRcnnNano()
        self.translate = nn.Conv2d(256, len(mean), 1)
        self.register_buffer("mean", mean.view(1, -1, 1, 1))
        self.register_buffer("deviation", deviation.view(1, -1, 1, 1))


def teacher_statistics(paths: list[Path]) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and deviation of each of the teacher's channels over some of the views."""
    features = np.stack([np.load(path)["features"].astype(np.float32) for path in paths[:: max(1, len(paths) // 64)]])
    return (
        torch.from_numpy(features.mean((0, 2, 3))),
        torch.from_numpy(features.std((0, 2, 3))).clamp_min(1e-3),
    )


def feature_loss(pupil: Pupil, coarse: torch.Tensor, views: list[View]) -> torch.Tensor:
    taught = torch.from_numpy(np.stack([view.features for view in views]).astype(np.float32))
    original = torch.from_numpy(np.stack([view.original for view in views]))[:, None].float()
    wanted = (taught - pupil.mean) / pupil.deviation
    error = F.smooth_l1_loss(pupil.translate(coarse).float(), wanted, reduction="none")
    return (error * original).sum() / (original.sum() * error.shape[1]).clamp_min(1)


def anchor_loss(
    logits: torch.Tensor, deltas: torch.Tensor, views: list[View], anchors: np.ndarray, random: np.random.Generator
) -> torch.Tensor:
    total = logits.new_zeros(())
    for number, view in enumerate(views):
        targets = anchor_targets(view, anchors, random)
        scores = logits[number].permute(1, 2, 0).reshape(-1)
        by_anchor = deltas[number].unflatten(0, (-1, 4)).permute(2, 3, 0, 1).reshape(-1, 4)
        positive, negative = torch.from_numpy(targets.positive), torch.from_numpy(targets.negative)
        chosen = torch.cat((scores[positive], scores[negative]))
        wanted = torch.cat((torch.ones(len(positive)), torch.zeros(len(negative))))
        total = total + F.binary_cross_entropy_with_logits(chosen, wanted)
        error = F.smooth_l1_loss(by_anchor[positive], torch.from_numpy(targets.deltas), beta=0.11, reduction="sum")
        total = total + error / 128
    return total / len(views)


def box_loss(classes: torch.Tensor, deltas: torch.Tensor, targets: list) -> torch.Tensor:
    labels = torch.from_numpy(np.concatenate([each.labels for each in targets]))
    # Background is most of what the head sees, and easily all of what it says.
    weight = torch.ones(classes.shape[1])
    weight[0] = 0.6
    wanted = torch.from_numpy(np.concatenate([each.deltas for each in targets]))
    error = F.smooth_l1_loss(deltas[labels > 0], wanted, reduction="sum")
    return F.cross_entropy(classes, labels, weight=weight) + 2 * error / len(labels)


def mask_regions(targets: list, views: list[View]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Boxes, the view of each, wanted masks and weights: always as many, so that compiled code fits."""
    boxes, wanted, weights = [], [], []
    for target, view in zip(targets, views, strict=True):
        for place in range(MASKS_A_VIEW):
            is_used = place < len(target.instances)
            box = target.boxes[place if is_used else 0]
            mask = view.masks[target.instances[place]] if is_used else np.zeros((SIDE, SIDE), bool)
            boxes.append(box)
            wanted.append(mask_target(mask, box))
            weights.append(float(is_used))
    numbers = torch.arange(len(views)).repeat_interleave(MASKS_A_VIEW)
    return (
        torch.from_numpy(np.stack(boxes)),
        numbers,
        torch.from_numpy(np.stack(wanted))[:, None],
        torch.tensor(weights),
    )


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=24_000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--peak-rate", type=float, default=1e-3)
    parser.add_argument("--pasted-share", type=float, default=0.4)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    options = read_arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = RunFolder(options.run)
    paths = sorted(options.views.glob("*.npz"))
    pupil = Pupil(*teacher_statistics(paths)).to(memory_format=torch.channels_last)
    network = pupil.network
    averaged = AveragedModel(network, decay=0.999)
    optimiser = torch.optim.AdamW(pupil.parameters(), lr=1e-3, weight_decay=0.03, fused=True)
    parts = {"model": pupil, "averaged": averaged.model, "optimiser": optimiser}
    done = run.resume(**parts)
    run.log(event="start", options={key: str(value) for key, value in vars(options).items()}, views=len(paths))
    trunk, box_head, mask_head = (
        torch.compile(part) for part in (network.trunk, network.box_head, network.mask_head)
    )
    anchors = all_anchors(ANCHORS, SIDE // 16, SIDE // 16)
    pupil.train()
    begin = time.monotonic()
    for step in range(done, options.steps):
        generator = generator_of(options.seed, step)
        random = np.random.default_rng((options.seed, step))
        chosen = [paths[number] for number in random.choice(len(paths), options.batch, replace=False)]
        views = read_batch(chosen, random, options.pasted_share)
        for group in optimiser.param_groups:
            group["lr"] = trapezoid(step, options.steps, options.peak_rate)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            features, logits, deltas, coarse = trunk(pixels_of(views, generator))
            taught = feature_loss(pupil, coarse, views)
        features, logits, deltas = features.float(), logits.float(), deltas.float()
        losses = {"features": taught, "anchors": anchor_loss(logits, deltas, views, anchors, random)}
        scores, differences = logits.detach().sigmoid().numpy(), deltas.detach().numpy()
        targets = []
        for number, view in enumerate(views):
            regions = propose(scores[number], differences[number], ANCHORS, (SIDE, SIDE), 300, 48)
            targets.append(region_targets(view, regions, random, REGIONS_A_VIEW))
        boxes = torch.from_numpy(np.concatenate([each.boxes for each in targets]))
        numbers = torch.arange(len(views)).repeat_interleave(REGIONS_A_VIEW)
        mask_boxes, mask_numbers, wanted, weights = mask_regions(targets, views)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            classes, moves = box_head(cut_out(features, boxes, numbers, BOX_SIDE))
            masks = mask_head(cut_out(features, mask_boxes, mask_numbers, MASK_SIDE))
        losses["boxes"] = box_loss(classes.float(), moves.float(), targets)
        errors = F.binary_cross_entropy_with_logits(masks.float(), wanted, reduction="none").mean((1, 2, 3))
        losses["masks"] = (errors * weights).sum() / weights.sum().clamp_min(1)
        optimiser.zero_grad()
        sum(losses.values()).backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 2.0)
        optimiser.step()
        averaged.update(network, step)
        run.save_if_due(step + 1, **parts)
        if (step + 1) % 50 == 0:
            speed = (step + 1 - done) * options.batch / (time.monotonic() - begin)
            figures = {name: round(value.item(), 4) for name, value in losses.items()}
            run.log(step=step + 1, views_a_second=round(speed, 1), **figures)
    run.save(options.steps, **parts)
    run.save_final(averaged.model)


if __name__ == "__main__":
    main()
