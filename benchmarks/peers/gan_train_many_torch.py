"""Trains seeds or settings of ProGAN or StyleGAN2 side by side, in float32, on a GPU where there is one.

    python gan_train_many_torch.py --spec spec.json --data FOLDER --out FOLDER [--count 5000]

spec.json: {"gan": "stylegan-lite" or "progan", "model": a whole configuration, "images": 30000, "marks": [10000, ...],
"batch": 8 or of a ProGAN "stages": [...], "runs": [{"name": "torch-1", "seed": 1, "settings": {"r1": 2, ...}}, ...]};
settings are those of stacked_gans.py. --data is a folder as gan_train_torch.py reads it. At each of the marks and at the
end NAME-IMAGES.bin holds what a run's averaged weights make, [count, size, size, channels] bytes, and NAME-IMAGES.json what
gan_train_torch.py prints: benchmarks/quality takes both in place of a training of its own.
"""
import argparse
import json
import pathlib
import time

import numpy
import torch

import stacked
from stacked import device
from stacked_gans import StackedProgan, StackedStylegan


class Pictures:
    """A set on the device; each run has an order of its own, drawn anew every epoch."""

    def __init__(self, folder):
        shape = json.loads((folder / "data.json").read_text())["sets"]["images"]
        pictures = torch.from_numpy(numpy.fromfile(folder / "images.bin", numpy.uint8)).reshape(shape)
        self.pictures, self.order = pictures.permute(0, 3, 1, 2).contiguous().to(device), None

    def batch(self, runs, count):
        """[runs, count, channels, size, size] in [-1, 1]"""
        if self.order is None or self.order.shape[1] < count:
            self.order = torch.rand(runs, len(self.pictures), device=device).argsort(1)
        places, self.order = self.order[:, :count], self.order[:, count:]
        return self.pictures[places].float() / 127.5 - 1


def to_bytes(images):
    values = ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return values.movedim(-3, -1).contiguous().cpu().numpy()


def write_pictures(gan, arguments, seconds):
    pictures = numpy.concatenate([to_bytes(gan.generate(50)) for _ in range(arguments.count // 50)], 1)
    name = torch.cuda.get_device_name() if device.type == "cuda" else None
    report = {"version": torch.__version__, "seconds": seconds, **({"device": name} if name else {})}
    for run, made in zip(gan.runs, pictures):
        path = arguments.out / f"{run['name']}-{gan.images_seen}"
        made.tofile(path.with_suffix(".bin"))
        path.with_suffix(".json").write_text(json.dumps(report))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=5000, help="pictures, a multiple of 50")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    stacked.use_stacked_functions()
    spec = json.loads(arguments.spec.read_text())
    gan = {"stylegan-lite": StackedStylegan, "progan": StackedProgan}[spec["gan"]](spec)
    pictures = Pictures(arguments.data)
    arguments.out.mkdir(parents=True, exist_ok=True)
    start, marks = time.perf_counter(), sorted({*spec.get("marks", []), spec["images"]})
    while marks:
        count = gan.batch_size
        gan.step(gan.prepare(pictures.batch(len(gan.runs), count)))
        if gan.steps_taken % 100 == 0 and device.type == "cuda":
            torch.cuda.synchronize()  # so that no more than these steps are ahead of the clock
        if gan.images_seen >= marks[0]:
            marks.pop(0)
            write_pictures(gan, arguments, time.perf_counter() - start)
            print(json.dumps({"images": gan.images_seen, "seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main()
