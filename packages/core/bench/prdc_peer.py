"""Prints precision, recall, density and coverage by their definition, as JSON: real.f32 fake.f32 count size k draws.

First those of the two files, then those of `draws` fresh pairs of normal samples of the same size.
"""

import json
import sys

import numpy as np

real, fake, count, size, k, draws = sys.argv[1:]
count, size, k, draws = int(count), int(size), int(k), int(draws)
step = 2000


def squares(one, other):
    return (one * one).sum(1)[:, None] + (other * other).sum(1)[None] - 2 * one @ other.T


def radii(x):
    parts = [np.partition(squares(x[i : i + step], x), k, axis=1)[:, k] for i in range(0, count, step)]
    return np.concatenate(parts)  # the nearest is the point itself


def prdc(one, other):
    around_one, around_other = radii(one), radii(other)
    precise, within, recalled, covered = np.zeros(count, bool), 0, [], []
    for i in range(0, count, step):
        distances = squares(one[i : i + step], other)
        ball = around_one[i : i + step, None]
        precise |= (distances <= ball).any(0)
        recalled.append((distances <= around_other[None]).any(1))
        within += (distances < ball).sum()
        covered.append((distances < ball).any(1))
    return {
        "precision": float(precise.mean()),
        "recall": float(np.concatenate(recalled).mean()),
        "density": float(within / k / count),
        "coverage": float(np.concatenate(covered).mean()),
    }


def load(path):
    return np.fromfile(path, "<f4").reshape(count, size).astype("f8")


random = np.random.default_rng(0)
same = prdc(load(real), load(fake))
fresh = [prdc(random.normal(size=(count, size)), random.normal(size=(count, size))) for _ in range(draws)]
print(json.dumps({"same": same, "fresh": fresh}))
