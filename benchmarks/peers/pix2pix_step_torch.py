"""One Pix2Pix training step in PyTorch: the same work as packages/backend-ort/bench/networks/pix2pix.ts.

    python pix2pix_step_torch.py --size 64 --batch 1 --features 32 --threads 2 --channels-last --rounds 5
"""
import math

import torch
from torch import nn
from torch.nn import functional

from network_parts_torch import create_adams, create_patch_gan, freeze, initialise, main
from peer_protocol import status_megabytes

idle_megabytes = status_megabytes("VmRSS") or 0.0  # before anything runs: peak memory counts from here


def normalised(width):
    # Statistics of the batch only: keeping running ones would be work that the other side does not do.
    return nn.BatchNorm2d(width, track_running_stats=False)


class UNet(nn.Module):
    """Down to one pixel and back with skip connections; dropout by the masks given, deepest first."""

    def __init__(self, size, features):
        super().__init__()
        self.depth = depth = int(math.log2(size))
        width = self.width = lambda level: min(8, 2**level) * features
        self.down, self.down_norm, self.up, self.up_norm = (nn.ModuleList() for _ in range(4))
        for level in range(depth):
            plain = level in (0, depth - 1)
            self.down.append(nn.Conv2d(width(level - 1) if level else 3, width(level), 4, 2, 1, bias=plain))
            self.down_norm.append(nn.Identity() if plain else normalised(width(level)))
        for level in range(depth):
            inputs = width(level) * (1 if level == depth - 1 else 2)
            outputs = width(level - 1) if level else 3
            self.up.append(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=level == 0))
            self.up_norm.append(normalised(outputs) if level else nn.Identity())

    def drops(self, level):
        return 3 < level < self.depth - 1

    def forward(self, x, masks):
        skips = []
        for level in range(self.depth):
            x = self.down_norm[level](self.down[level](functional.leaky_relu(x, 0.2) if level else x))
            skips.append(x)
        masks = list(masks)
        for level in reversed(range(self.depth)):
            joined = x if level == self.depth - 1 else torch.cat([skips[level], x], 1)
            x = self.up_norm[level](self.up[level](functional.relu(joined)))
            if self.drops(level):
                x = x * masks.pop(0)
        return torch.tanh(x)


def create_step(arguments, layout, compiled):
    size, batch = arguments.size, arguments.batch
    generator = initialise(UNet(size, arguments.features), layout)
    discriminator = initialise(create_patch_gan(6, arguments.features, normalised, False), layout)
    discriminator_parameters = list(discriminator.parameters())
    (generator_adam, discriminator_adam), adam = create_adams(list(generator.parameters()), discriminator_parameters)
    random = lambda: (torch.rand(batch, 3, size, size) * 2 - 1).to(memory_format=layout)
    source, target = random(), random()
    masks = [
        (2.0 * (torch.rand(batch, generator.width(level - 1), size >> level, size >> level) > 0.5)).to(memory_format=layout)
        for level in reversed(range(generator.depth))
        if generator.drops(level)
    ]

    def cross_entropy(logits, truth):
        return functional.softplus(-logits if truth else logits).mean()

    generate = compiled(lambda x: generator(x, masks))

    @compiled
    def discriminator_loss(x, real, fake):
        of_real = cross_entropy(discriminator(torch.cat([x, real], 1)), True)
        return 0.5 * (of_real + cross_entropy(discriminator(torch.cat([x, fake], 1)), False))

    @compiled
    def generator_loss(x, real, fake):
        return cross_entropy(discriminator(torch.cat([x, fake], 1)), True) + 100 * (fake - real).abs().mean()

    def step():
        fake = generate(source)
        discriminator_adam.zero_grad(set_to_none=True)
        first = discriminator_loss(source, target, fake.detach())
        first.backward()
        discriminator_adam.step()
        freeze(discriminator_parameters, True)
        generator_adam.zero_grad(set_to_none=True)
        second = generator_loss(source, target, fake)
        second.backward()
        generator_adam.step()
        freeze(discriminator_parameters, False)
        return first.item(), second.item()

    return step, adam


if __name__ == "__main__":
    main(__doc__.splitlines()[0], idle_megabytes, create_step)
