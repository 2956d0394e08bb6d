"""The discriminator that Pix2Pix and CycleGAN share."""
from torch import nn


def create_patch_gan(channels, features, norm, bias, strided=3):
    """A PatchGAN with `strided` layers of stride 2; 3 judge patches of 70x70: [B, channels, size, size] -> [B, 1, size / 8 - 2, ...]."""
    width = lambda level: features * 2 ** min(level, 3)
    layers = [nn.Conv2d(channels, features, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for level in range(1, strided + 1):
        stride = 2 if level < strided else 1
        layers += [nn.Conv2d(width(level - 1), width(level), 4, stride, 1, bias=bias), norm(width(level))]
        layers += [nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(width(strided), 1, 4, 1, 1))
