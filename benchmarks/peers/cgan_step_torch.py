"""One conditional DCGAN training step in PyTorch: the same work as packages/backend-ort/bench/networks/cgan.ts.

    python cgan_step_torch.py --size 32 --batch 64 --features 32 --threads 2 --channels-last --rounds 5
"""
import math

import torch
from torch import nn
from torch.nn import functional

from network_parts_torch import create_adams, freeze, initialise, main
from peer_protocol import status_megabytes

idle_megabytes = status_megabytes("VmRSS") or 0.0  # before anything runs: peak memory counts from here

CLASSES, NOISE = 10, 100


def normalised(width):
    # Statistics of the batch only: keeping running ones would be work that the other side does not do.
    return nn.BatchNorm2d(width, track_running_stats=False)


def with_labels(x, labels):
    """x with the label, one-hot, as further channels of every pixel."""
    return torch.cat([x, labels[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)


class Generator(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.projection = nn.Linear(NOISE + CLASSES, 16 * widths[0], bias=False)
        nn.init.normal_(self.projection.weight, 0.0, 0.02)
        self.norms = nn.ModuleList(normalised(width) for width in widths)
        self.levels = nn.ModuleList(
            nn.ConvTranspose2d(width + CLASSES, following, 4, 2, 1, bias=False)
            for width, following in zip(widths, [*widths[1:], 3])
        )

    def forward(self, noise, labels):
        x = self.projection(torch.cat([noise, labels], 1)).view(len(noise), -1, 4, 4)
        for norm, level in zip(self.norms, self.levels):
            x = level(with_labels(functional.relu(norm(x)), labels))
        return torch.tanh(x)


class Discriminator(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Conv2d(width + CLASSES, following, 4, 2, 1, bias=False) for width, following in zip([3, *widths], widths)
        )
        self.norms = nn.ModuleList([nn.Identity(), *(normalised(width) for width in widths[1:])])
        self.logit = nn.Linear(16 * widths[-1] + CLASSES, 1, bias=False)
        nn.init.normal_(self.logit.weight, 0.0, 0.02)

    def forward(self, x, labels):
        for level, norm in zip(self.levels, self.norms):
            x = functional.leaky_relu(norm(level(with_labels(x, labels))), 0.2)
        return self.logit(torch.cat([x.flatten(1), labels], 1))


def create_step(arguments, layout, compiled):
    size, batch = arguments.size, arguments.batch
    widths = [arguments.features * 2**level for level in range(int(math.log2(size)) - 2)]
    generator = initialise(Generator(widths[::-1]), layout)
    discriminator = initialise(Discriminator(widths), layout)
    discriminator_parameters = list(discriminator.parameters())
    (generator_adam, discriminator_adam), adam = create_adams(list(generator.parameters()), discriminator_parameters)
    real = (torch.rand(batch, 3, size, size) * 2 - 1).to(memory_format=layout)
    labels = functional.one_hot(torch.arange(batch) % CLASSES, CLASSES).float()

    def cross_entropy(logits, truth):
        return functional.softplus(-logits if truth else logits).mean()

    generate = compiled(lambda noise: generator(noise, labels))

    @compiled
    def discriminator_loss(pictures, fake):
        of_fake = cross_entropy(discriminator(fake, labels), False)
        return cross_entropy(discriminator(pictures, labels), True) + of_fake

    @compiled
    def generator_loss(fake):
        return cross_entropy(discriminator(fake, labels), True)

    def step():
        fake = generate(torch.randn(batch, NOISE))
        discriminator_adam.zero_grad(set_to_none=True)
        first = discriminator_loss(real, fake.detach())
        first.backward()
        discriminator_adam.step()
        freeze(discriminator_parameters, True)
        generator_adam.zero_grad(set_to_none=True)
        second = generator_loss(fake)
        second.backward()
        generator_adam.step()
        freeze(discriminator_parameters, False)
        return first.item(), second.item()

    return step, adam


if __name__ == "__main__":
    main(__doc__.splitlines()[0], idle_megabytes, create_step)
