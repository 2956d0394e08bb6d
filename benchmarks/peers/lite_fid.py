"""FID of files of pictures in features of EfficientNet-Lite0, as @gan/core measures it, where only PyTorch is at hand.

    python lite_fid.py --weights ../../packages/extractor-efficientnet-lite0/weights.safetensors --data FOLDER
        [--count 2000] made.bin ...

FOLDER is one that gan_train_torch.py reads; its first pictures are what the files' first, as many, are compared with. The
first line is the floor: as many more of the folder's.
"""
import argparse
import json
import pathlib

import numpy
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# repeats, expansion, stride of the first
stages = [(1, 1, 1), (2, 6, 2), (2, 6, 2), (3, 6, 2), (3, 6, 1), (4, 6, 2), (1, 6, 1)]


class Lite:
    def __init__(self, path):
        self.weights = {}
        for name, value in load_file(path).items():
            if value.dim() == 4:  # [h, w, in, out] or, of each channel by itself, [h, w, channels, 1]
                value = value.permute((2, 3, 0, 1) if value.shape[3] == 1 else (3, 2, 0, 1))
            self.weights[name] = value.float().contiguous().to(device)

    def convolve(self, x, name, stride=1, groups=1, is_linear=False):
        """Padded as TensorFlow does; batch norms are folded in."""
        weight, size = self.weights[f"{name}.weight"], x.shape[-1]
        total = max((-(-size // stride) - 1) * stride + weight.shape[-1] - size, 0)
        x = F.pad(x, (total // 2, total - total // 2) * 2)
        y = F.conv2d(x, weight, self.weights[f"{name}.bias"], stride=stride, groups=groups)
        return y if is_linear else y.clamp_(0, 6)

    @torch.no_grad()
    def features(self, pictures):
        """[B, 3, size, size] bytes -> [B, 1280]"""
        x = pictures.to(device).float()
        x = F.interpolate(x, size=(224, 224), mode="bicubic", antialias=True, align_corners=False)
        x, index = self.convolve((x - 127) / 128, "stem", 2), 0
        for repeats, expansion, first in stages:
            for repeat in range(repeats):
                name, stride = f"blocks.{index}", first if repeat == 0 else 1
                wide = x if expansion == 1 else self.convolve(x, f"{name}.expand")
                deep = self.convolve(wide, f"{name}.depthwise", stride, groups=wide.shape[1])
                narrow = self.convolve(deep, f"{name}.project", is_linear=True)
                x = narrow + x if repeat > 0 else narrow
                index += 1
        return self.convolve(x, "head").mean((2, 3))


def statistics(lite, pictures):
    features = torch.cat([lite.features(pictures[at : at + 250]) for at in range(0, len(pictures), 250)])
    features = features.double().cpu().numpy()
    return features.mean(0), numpy.cov(features, rowvar=False)


def distance(one, other):
    values, vectors = numpy.linalg.eigh(one[1])
    root = (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T
    values = numpy.linalg.eigvalsh(root @ other[1] @ root)
    traces = numpy.trace(one[1]) + numpy.trace(other[1])
    return float(((one[0] - other[0]) ** 2).sum() + traces - 2 * numpy.sqrt(numpy.maximum(values, 0)).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    _, *shape = json.loads((arguments.data / "data.json").read_text())["sets"]["images"]
    read = lambda path: torch.from_numpy(numpy.fromfile(path, numpy.uint8)).reshape(-1, *shape).permute(0, 3, 1, 2)
    count, real, lite = arguments.count, read(arguments.data / "images.bin"), Lite(arguments.weights)
    reference = statistics(lite, real[:count])
    print(json.dumps({"file": None, "fid": distance(reference, statistics(lite, real[count : 2 * count]))}), flush=True)
    for path in arguments.files:
        print(json.dumps({"file": path, "fid": distance(reference, statistics(lite, read(path)[:count]))}), flush=True)


if __name__ == "__main__":
    main()
