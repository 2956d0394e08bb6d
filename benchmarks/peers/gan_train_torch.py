"""Trains any GAN of gan_*.py in PyTorch, for benchmarks/quality, and writes pictures that it makes as bytes.

    python gan_train_torch.py --gan cgan --model '{"imageSize": 32, ...}' --data FOLDER --batch 32 --images 30000 --seed 1
        --count 10000 --out generated.bin [--stages '[{"level": 0, ...}]'] [--crop 64] [--flip] [--threads 1]

FOLDER holds data.json, {"sets": {"images": [count, height, width, channels], ...}, "classes": 10}, and each set's bytes
as NAME.bin, of a test part as test-NAME.bin; labels as labels.bin, a byte each. What is written: [count, size, size,
channels] bytes for GANs that start from noise, classes in turn; translations of the test part for the others, of both
directions where there are two.
"""
import argparse
import json
import pathlib
import random
import time

import numpy
import torch

from gan_step_torch import create_gan
from gan_tools import Tools


class Pictures:
    """Sets of pictures in memory, shuffled anew every epoch; sets of one number go through in the same order."""

    def __init__(self, folder, seed, crop, flip):
        description = json.loads((folder / "data.json").read_text())
        self.sets = {name: read(folder, name, shape) for name, shape in description["sets"].items()}
        self.tests = {name: read(folder, f"test-{name}", shape) for name, shape in description.get("tests", {}).items()}
        labels = folder / "labels.bin"
        self.labels = torch.from_numpy(numpy.fromfile(labels, numpy.uint8)).long() if labels.exists() else None
        self.generator, self.crop, self.flip = torch.Generator().manual_seed(seed), crop, flip
        self.are_paired = set(self.sets) == {"input", "target"}
        self.orders = {name: torch.empty(0, dtype=torch.long) for name in self.sets}

    def take(self, name, count):
        """Places of the next pictures; what is left over at an epoch's end is dropped."""
        if len(self.orders[name]) < count:
            self.orders[name] = torch.randperm(len(self.sets[name]), generator=self.generator)
        places, self.orders[name] = self.orders[name][:count], self.orders[name][count:]
        return places

    def draw_view(self, size, crop):
        draws = torch.randint(0, 1 << 30, (3,), generator=self.generator).tolist()
        room = size - crop + 1
        return draws[0] % room, draws[1] % room, self.flip and draws[2] % 2 == 1

    def batch(self, count):
        """[-1, 1], NCHW with channels last in memory."""
        names, batch, views = list(self.sets), {}, None
        for name in names:
            if name == names[0] or not self.are_paired:
                places, views = self.take(name, count), None
            size = self.sets[name].shape[1]
            crop = self.crop or size
            views = views or [self.draw_view(size, crop) for _ in range(count)]
            pictures = []
            for place, (top, left, is_flipped) in zip(places.tolist(), views):
                picture = self.sets[name][place, top : top + crop, left : left + crop]
                pictures.append(picture.flip(1) if is_flipped else picture)
            batch[name] = to_floats(torch.stack(pictures))
            if self.labels is not None:
                batch["labels"] = self.labels[places]
        return batch


def read(folder, name, shape):
    return torch.from_numpy(numpy.fromfile(folder / f"{name}.bin", numpy.uint8)).reshape(shape)


def to_floats(pictures):
    return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1


def to_bytes(images):
    values = ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return values.permute(0, 2, 3, 1).contiguous().numpy().tobytes()


def reduce(images, size):
    """Means of squares of pixels, rounded to bytes."""
    factor = images.shape[-1] // size
    if factor == 1:
        return images
    means = torch.nn.functional.avg_pool2d((images + 1) * 127.5, factor)
    return means.round() / 127.5 - 1


def train(gan, pictures, arguments):
    seen = 0
    while seen < arguments.images:
        if arguments.stages is None:
            gan.step(pictures.batch(arguments.batch))
            seen += arguments.batch
            continue
        stage = next(one for one in arguments.stages if one["toImages"] is None or seen < one["toImages"])
        batch = pictures.batch(stage["batchSize"])
        batch["images"] = reduce(batch["images"], stage["size"])
        fade = (seen - stage["fromImages"]) / (stage["toImages"] - stage["fromImages"]) if stage["isFading"] else None
        gan.step(batch, stage["level"], fade)
        seen += stage["batchSize"]


def write_pictures(gan, pictures, arguments):
    with open(arguments.out, "wb") as file:
        if hasattr(gan, "translate"):
            for name, direction in gan.directions:
                for picture in pictures.tests[name]:
                    image = to_floats(picture[None])
                    file.write(to_bytes(gan.translate(image, direction) if direction else gan.translate(image)))
            return
        for start in range(0, arguments.count, 100):
            count = min(100, arguments.count - start)
            labels = (start + torch.arange(count)) % gan.label_count if gan.label_count > 0 else None
            file.write(to_bytes(gan.generate(count, labels)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gan", required=True)
    parser.add_argument("--model", required=True, type=json.loads)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--stages", type=json.loads, help="of a growing GAN")
    parser.add_argument("--crop", type=int, help="random part of each picture, pixels")
    parser.add_argument("--flip", action="store_true", help="mirror every other picture")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    gan = create_gan(arguments.gan, arguments.model, Tools(channels_last=True, averages=True))
    pictures = Pictures(arguments.data, arguments.seed, arguments.crop, arguments.flip)
    start = time.perf_counter()
    train(gan, pictures, arguments)
    seconds = time.perf_counter() - start
    write_pictures(gan, pictures, arguments)
    print(json.dumps({"version": torch.__version__, "seconds": seconds}))


if __name__ == "__main__":
    main()
