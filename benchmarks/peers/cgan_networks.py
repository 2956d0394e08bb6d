"""The conditional GAN of @gan/cgan in PyTorch, written from the papers (Mirza and Osindero 2014; for projection and
conditional batch norm Miyato and Koyama 2018) on DCGAN's layers.

    python cgan_networks.py [--size 32] [--channels 1] [--projection]     prints how many parameters each network has
"""
import argparse

import torch
from torch import nn
from torch.nn import functional as F


def append(x, classes):
    """One-hot classes as further features of examples [B, C], or as constant maps of pictures [B, C, H, W]."""
    if x.dim() == 2:
        return torch.cat([x, classes], 1)
    return torch.cat([x, classes[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)


class ConditionalBatchNorm(nn.Module):
    """y = (1 + G c) (x - mean) / sqrt(variance + eps) + S c"""

    def __init__(self, features, classes, track=True):
        super().__init__()
        self.norm = nn.BatchNorm2d(features, eps=1e-5, affine=False, track_running_stats=track)
        self.gain = nn.Parameter(torch.randn(classes, features) * 0.02)
        self.shift = nn.Parameter(torch.zeros(classes, features))

    def forward(self, x, classes):
        gain, shift = classes @ self.gain + 1, classes @ self.shift
        return self.norm(x) * gain[:, :, None, None] + shift[:, :, None, None]


class Generator(nn.Module):
    """[B, latent], [B, classes] -> [B, channels, size, size]; `levels` doublings from 4x4."""

    def __init__(self, size, channels, classes, features, latent=100, conditional_norm=False, track=True):
        super().__init__()
        widths = [features * 2**level for level in reversed(range((size // 4).bit_length() - 1))]
        self.appends = not conditional_norm
        more = classes if self.appends else 0

        def norm(width):
            if conditional_norm:
                return ConditionalBatchNorm(width, classes, track)
            return nn.BatchNorm2d(width, eps=1e-5, track_running_stats=track)

        self.project = nn.ConvTranspose2d(latent + more, widths[0], 4, bias=False)
        self.norms = nn.ModuleList(norm(width) for width in widths)
        self.convs = nn.ModuleList(
            nn.ConvTranspose2d(width + more, following, 4, 2, 1, bias=False)
            for width, following in zip(widths, widths[1:] + [channels])
        )

    def forward(self, latents, classes):
        def tell(x):
            return append(x, classes) if self.appends else x

        x = self.project(tell(latents)[:, :, None, None])
        for norm, conv in zip(self.norms, self.convs):
            x = F.relu(norm(x) if self.appends else norm(x, classes))
            x = conv(tell(x))
        return torch.tanh(x)


class Discriminator(nn.Module):
    """[B, channels, size, size], [B, classes] -> [B] logits."""

    def __init__(self, size, channels, classes, features, projection=False, track=True):
        super().__init__()
        widths = [features * 2**level for level in range((size // 4).bit_length() - 1)]
        more = 0 if projection else classes
        self.convs = nn.ModuleList(
            nn.Conv2d(previous + more, width, 4, 2, 1, bias=False)
            for previous, width in zip([channels] + widths, widths)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width, eps=1e-5, track_running_stats=track) for width in widths[1:])
        self.judge = nn.Conv2d(widths[-1] + more, 1, 4, bias=False)
        self.embedding = nn.Parameter(torch.randn(classes, widths[-1]) * 0.02) if projection else None

    def forward(self, x, classes):
        def tell(x):
            return x if self.embedding is not None else append(x, classes)

        for level, conv in enumerate(self.convs):
            x = conv(tell(x))
            x = F.leaky_relu(x if level == 0 else self.norms[level - 1](x), 0.2)
        scores = self.judge(tell(x)).flatten()
        if self.embedding is None:
            return scores
        return scores + ((classes @ self.embedding) * x.sum((2, 3))).sum(1)


def initialise(network):
    """N(0, 0.02^2) for weights, N(1, 0.02^2) for scales, as DCGAN."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d) and module.affine:
            nn.init.normal_(module.weight, 1.0, 0.02)
    return network


def add_model_arguments(parser):
    parser.add_argument("--channels", type=int, default=1, help="colour channels")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--generator-features", type=int, default=32)
    parser.add_argument("--projection", action="store_true", help="projection and conditional batch norm")


def create_networks(arguments, track=True):
    shared = (arguments.size, arguments.channels, arguments.classes)
    generator = Generator(
        *shared, arguments.generator_features, conditional_norm=arguments.projection, track=track
    )
    discriminator = Discriminator(*shared, arguments.features, arguments.projection, track)
    return initialise(generator), initialise(discriminator)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=32, help="pixels, height and width")
    parser.add_argument("--features", type=int, default=16, help="of the discriminator's first level")
    add_model_arguments(parser)
    for network in create_networks(parser.parse_args()):
        print(type(network).__name__, sum(parameter.numel() for parameter in network.parameters()))


if __name__ == "__main__":
    main()
