"""CycleGAN (Zhu et al. 2017) as gan_tools.py says."""
import random

import torch
from torch import nn

from gan_tools import decay_rates, descend, freeze
from patch_gan import create_patch_gan


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)]
        self.body = nn.Sequential(*half(), nn.ReLU(True), *half())

    def forward(self, x):
        return x + self.body(x)


class Generator(nn.Module):
    """`output`: "picture", or the "change" that is added to the input; `upsampling`: "transposed" or "nearest"."""

    def __init__(self, features, blocks, channels, output, upsampling):
        super().__init__()
        f, self.gives_change = features, output == "change"
        normed = lambda width: [nn.InstanceNorm2d(width), nn.ReLU(True)]

        def doubled(inputs, outputs):
            if upsampling == "nearest":
                return [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(inputs, outputs, 3, padding=1)]
            return [nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1)]

        self.body = nn.Sequential(
            nn.ReflectionPad2d(3), nn.Conv2d(channels, f, 7), *normed(f),
            nn.Conv2d(f, 2 * f, 3, 2, 1), *normed(2 * f),
            nn.Conv2d(2 * f, 4 * f, 3, 2, 1), *normed(4 * f),
            *[Residual(4 * f) for _ in range(blocks)],
            *doubled(4 * f, 2 * f), *normed(2 * f),
            *doubled(2 * f, f), *normed(f),
            nn.ReflectionPad2d(3), nn.Conv2d(f, channels, 7),
        )

    def forward(self, x):
        last = self.body(x)
        return x + last if self.gives_change else torch.tanh(last)  # cut where pictures leave, in translate

    def begin(self):
        """A change begins at nothing."""
        if self.gives_change:
            nn.init.zeros_(self.body[-1].weight)


class Pool:
    """The first `size` pictures are kept and given back; from then on each is, half of the time, exchanged."""

    def __init__(self, size):
        self.size, self.pictures = size, []

    def exchange(self, pictures):
        given = [self.exchange_one(picture) for picture in pictures.detach()] if self.size else list(pictures)
        return torch.stack(given)

    def exchange_one(self, picture):
        if len(self.pictures) < self.size:
            self.pictures.append(picture.clone())
            return picture
        if random.random() < 0.5:
            return picture
        slot = random.randrange(self.size)
        known, self.pictures[slot] = self.pictures[slot], picture.clone()
        return known


def squares(scores, target):
    return (scores - target).square().mean()


def distance(x, y):
    return (x - y).abs().mean()


class CycleGan:
    directions = [("a", "a2b"), ("b", "b2a")]
    label_count = 0

    def __init__(self, model, tools):
        self.model, self.tools, self.images_seen = model, tools, 0
        channels = model["channels"]
        blocks = model.get("residualBlocks") or (9 if model["imageSize"] >= 256 else 6)
        self.inputs = {"a": channels, "b": channels}
        ways = (model["generatorOutput"], model["upsampling"])
        make = lambda: Generator(model["generatorFeatures"], blocks, channels, *ways)
        judge = lambda: create_patch_gan(
            channels, model["discriminatorFeatures"], nn.InstanceNorm2d, True, model["discriminatorLayers"]
        )
        self.to_b, self.to_a, self.of_a, self.of_b, *copies = tools.networks(
            make(), make(), judge(), judge(), make(), make()
        )
        for generator in (self.to_b, self.to_a):
            generator.begin()
        self.judges = [*self.of_a.parameters(), *self.of_b.parameters()]
        betas = (model["beta1"], model["beta2"])
        self.rates = (model["generatorLearningRate"], model["discriminatorLearningRate"])
        self.generator_adam = tools.adam([*self.to_b.parameters(), *self.to_a.parameters()], self.rates[0], betas)
        self.discriminator_adam = tools.adam(self.judges, self.rates[1], betas)
        half_life = model["averageHalfLifeImages"]
        self.averages = [tools.average(of, copy, half_life) for of, copy in zip((self.to_b, self.to_a), copies)]
        self.pools = Pool(model["poolSize"]), Pool(model["poolSize"])
        self.make = tools.compiled(lambda a, b: (self.to_a(b), self.to_b(a)))
        self.discriminator_loss = tools.compiled(self.compute_discriminator_loss)
        self.generator_loss = tools.compiled(self.compute_generator_loss)

    def compute_discriminator_loss(self, a, b, fake_a, fake_b):
        of_reals = squares(self.of_a(a), 1) + squares(self.of_b(b), 1)
        return 0.5 * (of_reals + squares(self.of_a(fake_a), 0) + squares(self.of_b(fake_b), 0))

    def compute_generator_loss(self, a, b, fake_a, fake_b):
        model = self.model
        weights = (model["cycleWeightA"], model["cycleWeightB"])
        loss = squares(self.of_a(fake_a), 1) + squares(self.of_b(fake_b), 1)
        loss = loss + weights[0] * distance(self.to_a(fake_b), a) + weights[1] * distance(self.to_b(fake_a), b)
        share = model["identityWeight"]
        if share > 0:
            loss = loss + share * (weights[0] * distance(self.to_a(a), a) + weights[1] * distance(self.to_b(b), b))
        return loss

    def step(self, batch):
        a, b = batch["a"], batch["b"]
        adams = (self.generator_adam, self.discriminator_adam)
        decay_rates(adams, self.rates, self.model.get("decay"), self.images_seen)
        fake_a, fake_b = self.make(a, b)
        pooled = [self.tools.arrange(pool.exchange(fake)) for pool, fake in zip(self.pools, (fake_a, fake_b))]
        first = self.discriminator_loss(a, b, *pooled)
        descend(self.discriminator_adam, first)
        freeze(self.judges, True)
        second = self.generator_loss(a, b, fake_a, fake_b)
        descend(self.generator_adam, second)
        freeze(self.judges, False)
        for average in self.averages:
            average.update(self.images_seen, len(a))
        self.images_seen += len(a)
        return first.item(), second.item()

    def translate(self, x, direction="a2b"):
        with torch.no_grad():
            return self.averages[0 if direction == "a2b" else 1].module(x).clamp(-1, 1)


Gan = CycleGan
