"""Trains convnet-nano from scratch. Run again with the same `--run` to continue."""

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from augment import convnet_view
from cifar import Pictures, normalised, training_pictures
from convnet import ConvNetNano
from run_state import AveragedModel, RunFolder, generator_of, one_cycle


@torch.no_grad()
def accuracy(model: nn.Module, pictures: Pictures) -> float:
    right = 0
    for start in range(0, len(pictures), 500):
        logits = model(normalised(pictures.pixels[start : start + 500]))
        right += int((logits.argmax(1) == pictures.labels[start : start + 500]).sum())
    return right / len(pictures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--peak-rate", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = RunFolder(options.run)
    training, held_out = training_pictures(options.data)
    model = ConvNetNano().to(memory_format=torch.channels_last)
    averaged = AveragedModel(model, decay=0.997)
    decayed = [each for each in model.parameters() if each.ndim > 1]
    undecayed = [each for each in model.parameters() if each.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 5e-4}, {"params": undecayed, "weight_decay": 0.0}]
    optimiser = torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)
    parts = {"model": model, "averaged": averaged.model, "optimiser": optimiser}
    done = run.resume(**parts)
    forward = torch.compile(model)

    steps_an_epoch = len(training) // options.batch
    steps = steps_an_epoch * options.epochs
    run.log(event="start", options={key: str(value) for key, value in vars(options).items()}, steps=steps)
    begin, first = time.monotonic(), done
    for step in range(done, steps):
        epoch, position = divmod(step, steps_an_epoch)
        if position == 0 or step == first:
            order = torch.randperm(len(training), generator=generator_of(options.seed, -1 - epoch))
        chosen = order[position * options.batch : (position + 1) * options.batch]
        pixels = convnet_view(training.pixels[chosen], generator_of(options.seed, step))
        for group in optimiser.param_groups:
            group["lr"] = one_cycle(step, steps, options.peak_rate)
        model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = forward(pixels)
        loss = F.cross_entropy(logits.float(), training.labels[chosen], label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        averaged.update(model, step)
        run.save_if_due(step + 1, **parts)
        if (step + 1) % 50 == 0:
            speed = (step + 1 - first) * options.batch / (time.monotonic() - begin)
            run.log(step=step + 1, loss=round(loss.item(), 4), images_a_second=round(speed))
        if (step + 1) % (2 * steps_an_epoch) == 0 or step + 1 == steps:
            run.log(step=step + 1, epoch=epoch + 1, held_out=accuracy(averaged.model, held_out))
    run.save(steps, **parts)
    run.save_final(averaged.model)


if __name__ == "__main__":
    main()
