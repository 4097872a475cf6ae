"""
Trains deit-nano from scratch with convnet-nano as its teacher: first on a grid of 8x8 patches, then, from those
weights (`--start`), on 14x14. Run again with the same `--run` to continue.
"""

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from augment import mixed, transformer_view
from cifar import training_pictures
from convnet import ConvNetNano
from deit import STEM_BLOCKS, DeitNano, with_grid
from run_state import AveragedModel, RunFolder, generator_of, trapezoid
from train_convnet import accuracy

# The teacher's logits are divided by this: what it says of the wrong classes is worth learning, too.
TEMPERATURE = 2.0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True, help="final.pt of convnet-nano")
    parser.add_argument("--start", type=Path, help="final.pt of the smaller grid")
    parser.add_argument("--grid", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--peak-rate", type=float, default=1.5e-3)
    parser.add_argument("--mixed-share", type=float, default=0.5)
    parser.add_argument("--kept-share", type=float, default=1.0, help="of the patches, drawn anew for each picture")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def loss_of(
    logits: torch.Tensor, taught: torch.Tensor, labels: torch.Tensor, others: torch.Tensor, kept: float
) -> torch.Tensor:
    """Mostly what the teacher says of the very same picture; the labels keep its mistakes in bounds."""
    soft = F.kl_div(
        F.log_softmax(logits / TEMPERATURE, 1), F.softmax(taught / TEMPERATURE, 1), reduction="batchmean"
    )
    hard = kept * F.cross_entropy(logits, labels) + (1 - kept) * F.cross_entropy(logits, others)
    return 0.8 * TEMPERATURE**2 * soft + 0.2 * hard


def after_stem(teacher: ConvNetNano) -> nn.Module:
    """What the teacher makes of the stem's features, which it shares with its pupil."""
    return nn.Sequential(*teacher.features[STEM_BLOCKS:], nn.AdaptiveAvgPool2d(1), nn.Flatten(), teacher.head)


def kept_patches(options: argparse.Namespace, generator: torch.Generator) -> torch.Tensor | None:
    """
    Training on a random part of the patches costs less and loses little.
    See Liu et al. 2022, https://arxiv.org/abs/2208.07220
    """
    patches = options.grid**2
    if options.kept_share >= 1:
        return None
    order = torch.rand(options.batch, patches, generator=generator).argsort(1)
    return order[:, : round(options.kept_share * patches)]


def optimiser_of(model: nn.Module) -> torch.optim.Optimizer:
    trained = [each for each in model.parameters() if each.requires_grad]
    decayed = [each for each in trained if each.ndim in (2, 4)]
    undecayed = [each for each in trained if each.ndim not in (2, 4)]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": undecayed, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), fused=True)


def main() -> None:
    options = read_arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = RunFolder(options.run)
    training, held_out = training_pictures(options.data)
    teacher = ConvNetNano().eval().requires_grad_(False).to(memory_format=torch.channels_last)
    teacher.load_state_dict(torch.load(options.teacher, weights_only=True))
    model = DeitNano(options.grid)
    model.take_stem(teacher)
    if options.start:
        model.load_state_dict(with_grid(torch.load(options.start, weights_only=True), options.grid))
    averaged = AveragedModel(model, decay=0.998)
    optimiser = optimiser_of(model)
    parts = {"model": model, "averaged": averaged.model, "optimiser": optimiser}
    done = run.resume(**parts)
    stem = torch.compile(model.stem)
    forward, teach = torch.compile(model.from_stem), torch.compile(after_stem(teacher))

    steps_an_epoch = len(training) // options.batch
    steps = steps_an_epoch * options.epochs
    run.log(event="start", options={key: str(value) for key, value in vars(options).items()}, steps=steps)
    begin, first = time.monotonic(), done
    for step in range(done, steps):
        epoch, position = divmod(step, steps_an_epoch)
        if position == 0 or step == first:
            order = torch.randperm(len(training), generator=generator_of(options.seed, -1 - epoch))
        chosen = order[position * options.batch : (position + 1) * options.batch]
        generator = generator_of(options.seed, step)
        view = transformer_view(training.pixels[chosen], generator)
        view, partners, kept = mixed(view, generator, options.mixed_share)
        view = view.contiguous(memory_format=torch.channels_last)
        labels = training.labels[chosen]
        for group in optimiser.param_groups:
            group["lr"] = trapezoid(step, steps, options.peak_rate)
        model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            with torch.no_grad():
                features = stem(view)
                taught = teach(features)
            logits = forward(features, kept_patches(options, generator))
        loss = loss_of(logits.float(), taught.float(), labels, labels[partners], kept)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        averaged.update(model, step)
        run.save_if_due(step + 1, **parts)
        if (step + 1) % 100 == 0:
            speed = (step + 1 - first) * options.batch / (time.monotonic() - begin)
            run.log(step=step + 1, loss=round(loss.item(), 4), images_a_second=round(speed))
        if (step + 1) % (2 * steps_an_epoch) == 0 or step + 1 == steps:
            run.log(step=step + 1, epoch=epoch + 1, held_out=accuracy(averaged.model, held_out))
    run.save(steps, **parts)
    run.save_final(averaged.model)


if __name__ == "__main__":
    main()
