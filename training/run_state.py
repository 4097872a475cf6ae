"""One training run on disk: checkpoints that are whole or absent, averaged weights, and a log."""

import copy
import json
import math
import os
import time
from pathlib import Path

import torch
from torch import nn


class AveragedModel:
    """The running mean of a network's weights and statistics, which is what gets exported."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        # Early on the mean would be dominated by the random start.
        decay = min(self.decay, (1 + step) / (10 + step))
        mine, theirs = self.model.state_dict(), model.state_dict()
        for name, value in mine.items():
            if value.dtype.is_floating_point:
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])


def generator_of(seed: int, step: int) -> torch.Generator:
    """Randomness depends on seed and step only, so a resumed run draws what an unbroken one would have drawn."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


def one_cycle(step: int, steps: int, peak: float, warm: float = 0.2, last: float = 0.001) -> float:
    """Rises in a line to `peak`, falls along a cosine to `last * peak`."""
    rise = max(1, round(warm * steps))
    if step < rise:
        return peak * (0.05 + 0.95 * step / rise)
    fraction = (step - rise) / max(1, steps - rise)
    return peak * (last + (1 - last) * (1 + math.cos(math.pi * fraction)) / 2)


def trapezoid(step: int, steps: int, peak: float, warm: int = 300, falling: float = 0.3) -> float:
    """
    Rises for `warm` steps, stays, and falls to almost nothing over the last part. A run that is still on the level
    part can be given fewer or more steps: it is then the run that had them from the start.
    """
    start = (1 - falling) * steps
    fall = 1.0 if step < start else (steps - step) / (steps - start)
    return peak * min(1.0, (step + 1) / warm, max(fall, 0.005))


class RunFolder:
    """Checkpoints every `interval` seconds; `resume` continues from the newest."""

    def __init__(self, folder: Path, interval: float = 180) -> None:
        self.folder = folder
        self.interval = interval
        self.last_saved = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def resume(self, **parts: object) -> int:
        """Fills the parts from the newest checkpoint. Returns the number of steps already done."""
        if not self.checkpoint.exists():
            return 0
        saved = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        self.log(event="resumed", step=saved["step"])
        return int(saved["step"])

    def save(self, step: int, **parts: object) -> None:
        state = {name: part.state_dict() for name, part in parts.items()}
        unfinished = self.checkpoint.with_suffix(".part")
        torch.save({"step": step, **state}, unfinished)
        os.replace(unfinished, self.checkpoint)
        self.last_saved = time.monotonic()

    def save_if_due(self, step: int, **parts: object) -> None:
        if time.monotonic() - self.last_saved >= self.interval:
            self.save(step, **parts)

    def save_final(self, model: nn.Module) -> None:
        unfinished = self.folder / "final.part"
        torch.save(model.state_dict(), unfinished)
        os.replace(unfinished, self.folder / "final.pt")

    def log(self, **facts: object) -> None:
        line = json.dumps({"time": time.strftime("%F %T"), **facts})
        print(line, flush=True)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(line + "\n")
