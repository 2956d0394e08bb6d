"""One CycleGAN training step in PyTorch: the same work as packages/backend-ort/bench/networks/cyclegan.ts.

    python cyclegan_step_torch.py --size 64 --batch 1 --features 32 --threads 2 --channels-last --rounds 5
"""
import torch
from torch import nn

from network_parts_torch import create_adams, create_patch_gan, freeze, initialise, main
from peer_protocol import status_megabytes

idle_megabytes = status_megabytes("VmRSS") or 0.0  # before anything runs: peak memory counts from here

BLOCKS = 6


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)]
        self.body = nn.Sequential(*half(), nn.ReLU(True), *half())

    def forward(self, x):
        return x + self.body(x)


def create_generator(features, blocks=BLOCKS, channels=3):
    f = features
    normed = lambda width: [nn.InstanceNorm2d(width), nn.ReLU(True)]
    return nn.Sequential(
        nn.ReflectionPad2d(3), nn.Conv2d(channels, f, 7), *normed(f),
        nn.Conv2d(f, 2 * f, 3, 2, 1), *normed(2 * f),
        nn.Conv2d(2 * f, 4 * f, 3, 2, 1), *normed(4 * f),
        *[Residual(4 * f) for _ in range(blocks)],
        nn.ConvTranspose2d(4 * f, 2 * f, 3, 2, 1, output_padding=1), *normed(2 * f),
        nn.ConvTranspose2d(2 * f, f, 3, 2, 1, output_padding=1), *normed(f),
        nn.ReflectionPad2d(3), nn.Conv2d(f, channels, 7), nn.Tanh(),
    )


def create_step(arguments, layout, compiled):
    to_b, to_a = [initialise(create_generator(arguments.features), layout) for _ in range(2)]
    of_a, of_b = [
        initialise(create_patch_gan(3, arguments.features, nn.InstanceNorm2d, True), layout) for _ in range(2)
    ]
    generators = [*to_b.parameters(), *to_a.parameters()]
    discriminators = [*of_a.parameters(), *of_b.parameters()]
    (generator_adam, discriminator_adam), adam = create_adams(generators, discriminators)
    shape = (arguments.batch, 3, arguments.size, arguments.size)
    real_a, real_b, pooled_a, pooled_b = [(torch.rand(shape) * 2 - 1).to(memory_format=layout) for _ in range(4)]

    def squares(scores, target):
        return (scores - target).square().mean()

    def distance(a, b):
        return (a - b).abs().mean()

    @compiled
    def generator_loss(a, b):
        fake_b, fake_a = to_b(a), to_a(b)
        adversarial = squares(of_b(fake_b), 1) + squares(of_a(fake_a), 1)
        cycles = 10 * distance(to_a(fake_b), a) + 10 * distance(to_b(fake_a), b)
        return adversarial + cycles + 5 * distance(to_b(b), b) + 5 * distance(to_a(a), a)

    @compiled
    def discriminator_loss(a, b, earlier_a, earlier_b):
        of_reals = squares(of_a(a), 1) + squares(of_b(b), 1)
        return 0.5 * (of_reals + squares(of_a(earlier_a), 0) + squares(of_b(earlier_b), 0))

    def step():
        freeze(discriminators, True)
        generator_adam.zero_grad(set_to_none=True)
        first = generator_loss(real_a, real_b)
        first.backward()
        generator_adam.step()
        freeze(discriminators, False)
        discriminator_adam.zero_grad(set_to_none=True)
        second = discriminator_loss(real_a, real_b, pooled_a, pooled_b)
        second.backward()
        discriminator_adam.step()
        return first.item(), second.item()

    return step, adam


if __name__ == "__main__":
    main(__doc__.splitlines()[0], idle_megabytes, create_step)
