"""Pix2Pix (Isola et al. 2017) as gan_tools.py says."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from gan_tools import cross_entropy, decay_rates, descend, freeze
from patch_gan import create_patch_gan

DROPOUT_BLOCKS = 3  # of the decoder, from the inside


class UNet(nn.Module):
    """Down to one pixel and back with skip connections: [B, C, size, size] -> the same, in [-1, 1]."""

    def __init__(self, model):
        super().__init__()
        levels, features = int(math.log2(model["imageSize"])), model["generatorFeatures"]
        width = lambda level: features * 2 ** min(level, 3)
        self.down, self.down_norm, self.up, self.up_norm = (nn.ModuleList() for _ in range(4))
        for level in range(levels):
            inputs = width(level - 1) if level else model["inputChannels"]
            self.down.append(nn.Conv2d(inputs, width(level), 4, 2, 1, bias=False))
            self.down_norm.append(nn.BatchNorm2d(width(level)) if 0 < level < levels - 1 else nn.Identity())
        for level in range(levels - 1, 0, -1):
            inputs = width(level) * (1 if level == levels - 1 else 2)
            self.up.append(nn.ConvTranspose2d(inputs, width(level - 1), 4, 2, 1, bias=False))
            self.up_norm.append(nn.BatchNorm2d(width(level - 1)))
        self.last = nn.ConvTranspose2d(2 * features, model["outputChannels"], 4, 2, 1)
        self.dropout = model["dropoutRate"]

    def forward(self, x):
        skips = []
        for level, (conv, norm) in enumerate(zip(self.down, self.down_norm)):
            x = norm(conv(F.leaky_relu(x, 0.2) if level else x))
            skips.append(x)
        skips.pop()
        for block, (conv, norm) in enumerate(zip(self.up, self.up_norm)):
            x = norm(conv(F.relu(x)))
            if block < DROPOUT_BLOCKS:
                x = F.dropout(x, self.dropout, training=True)  # after training too
            x = torch.cat([skips.pop(), x], 1)
        return torch.tanh(self.last(F.relu(x)))


class Pix2Pix:
    directions = [("input", None)]
    label_count = 0

    def __init__(self, model, tools):
        self.model, self.images_seen = model, 0
        self.inputs = {"input": model["inputChannels"], "target": model["outputChannels"]}
        judge = create_patch_gan(
            sum(self.inputs.values()), model["discriminatorFeatures"], nn.BatchNorm2d, False, model["discriminatorLayers"]
        )
        self.generator, self.discriminator, copy = tools.networks(UNet(model), judge, UNet(model))
        self.judges = list(self.discriminator.parameters())
        betas = (model["beta1"], model["beta2"])
        self.rates = (model["generatorLearningRate"], model["discriminatorLearningRate"])
        self.generator_adam = tools.adam(self.generator.parameters(), self.rates[0], betas)
        self.discriminator_adam = tools.adam(self.judges, self.rates[1], betas)
        self.average = tools.average(self.generator, copy, model["averageHalfLifeImages"])
        self.make = tools.compiled(self.generator)
        self.discriminator_loss = tools.compiled(self.compute_discriminator_loss)
        self.generator_loss = tools.compiled(self.compute_generator_loss)

    def compute_discriminator_loss(self, x, real, fake):
        of_real = cross_entropy(self.discriminator(torch.cat([x, real], 1)), True)
        return 0.5 * (of_real + cross_entropy(self.discriminator(torch.cat([x, fake], 1)), False))

    def compute_generator_loss(self, x, real, fake):
        adversarial = cross_entropy(self.discriminator(torch.cat([x, fake], 1)), True)
        return adversarial + self.model["reconstructionWeight"] * (fake - real).abs().mean()

    def step(self, batch):
        x, real = batch["input"], batch["target"]
        adams = (self.generator_adam, self.discriminator_adam)
        decay_rates(adams, self.rates, self.model.get("decay"), self.images_seen)
        fake = self.make(x)
        first = self.discriminator_loss(x, real, fake.detach())
        descend(self.discriminator_adam, first)
        freeze(self.judges, True)
        second = self.generator_loss(x, real, fake)
        descend(self.generator_adam, second)
        freeze(self.judges, False)
        self.average.update(self.images_seen, len(x))
        self.images_seen += len(x)
        return first.item(), second.item()

    def translate(self, x):
        network = self.average.module.train(self.model["testStatistics"] == "batch")
        with torch.no_grad():
            images = network(x)
        network.train()
        return images


Gan = Pix2Pix
