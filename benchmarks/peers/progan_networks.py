"""ProGAN's networks in PyTorch, written from the paper (Karras et al. 2018, table 2 and appendix A).

Parameters are plain tensors in a dict, in PyTorch's layouts ([out, in, H, W], [out, in]), named as @gan/progan names
its own, so that a fixture or a benchmark can move weights between the two.
"""
import math

import torch
from torch.nn import functional as F

SLOPE, GAIN = 0.2, math.sqrt(2)


def features(config, level):
    return max(1, min(config["featureBase"] // 2 ** (level + 1) if level >= -1 else 0, config["featureMax"]))


def last_level(config):
    return int(math.log2(config["imageSize"] // 4))


def create_parameters(config, draw=torch.randn):
    """(generator, discriminator): every weight N(0, 1), every bias 0."""
    generator, discriminator = {}, {}

    def conv(target, name, inputs, outputs, kernel):
        target[f"{name}.weight"] = draw(outputs, inputs, kernel, kernel)
        target[f"{name}.bias"] = torch.zeros(outputs)

    wide = features(config, 0)
    generator["projectBias"] = torch.zeros(wide)
    generator["project.weight"] = draw(16 * wide, config["latentSize"])
    conv(generator, "first", wide, wide, 3)
    for level in range(last_level(config) + 1):
        here = features(config, level)
        conv(discriminator, f"fromImages.{level}", config["channels"], here, 1)
        if level > 0:
            before = features(config, level - 1)
            conv(generator, f"blocks.{level}.first", before, here, 3)
            conv(generator, f"blocks.{level}.second", here, here, 3)
            conv(discriminator, f"blocks.{level}.first", here, here, 3)
            conv(discriminator, f"blocks.{level}.second", here, before, 3)
        conv(generator, f"toImages.{level}", here, config["channels"], 1)
    conv(discriminator, "last", wide + 1, wide, 3)
    dense = features(config, -1)
    discriminator["dense.weight"], discriminator["dense.bias"] = draw(dense, 16 * wide), torch.zeros(dense)
    discriminator["judge.weight"], discriminator["judge.bias"] = draw(1, dense), torch.zeros(1)
    return generator, discriminator


def pixel_norm(x):
    return x * torch.rsqrt((x * x).mean(1, keepdim=True) + 1e-8)


def convolve(parameters, name, x, gain=GAIN):
    weight = parameters[f"{name}.weight"]
    scale = gain / math.sqrt(weight[0].numel())
    return F.conv2d(x, weight * scale, parameters[f"{name}.bias"], padding=weight.shape[-1] // 2)


def dense(parameters, name, x, gain):
    weight = parameters[f"{name}.weight"]
    return F.linear(x, weight * (gain / math.sqrt(weight.shape[1])), parameters.get(f"{name}.bias"))


def enlarge(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def blend(before, after, fade):
    return before + (after - before) * fade


def generate(parameters, config, latents, level, fade=None):
    """[B, latentSize] -> [B, channels, size, size]"""
    wide = features(config, 0)
    # The projection's outputs count places first, then features, as NHWC has them.
    x = dense(parameters, "project", pixel_norm(latents), GAIN / 4).view(-1, 4, 4, wide).permute(0, 3, 1, 2)
    x = pixel_norm(F.leaky_relu(x + parameters["projectBias"].view(1, -1, 1, 1), SLOPE))
    x = pixel_norm(F.leaky_relu(convolve(parameters, "first", x), SLOPE))
    before = x
    for number in range(1, level + 1):
        before = x
        x = enlarge(x)
        for half in ("first", "second"):
            x = pixel_norm(F.leaky_relu(convolve(parameters, f"blocks.{number}.{half}", x), SLOPE))
    images = convolve(parameters, f"toImages.{level}", x, 1)
    if fade is None or level == 0:
        return images
    return blend(enlarge(convolve(parameters, f"toImages.{level - 1}", before, 1)), images, fade)


def minibatch_standard_deviation(x, group):
    batch, channels, height, width = x.shape
    group = min(group, batch)
    grouped = x.reshape(group, batch // group, channels, height, width)
    variance = (grouped - grouped.mean(0, keepdim=True)).square().mean(0)
    deviation = (variance + 1e-8).sqrt().mean((1, 2, 3))
    return torch.cat([x, deviation.repeat(group).view(batch, 1, 1, 1).expand(-1, 1, height, width)], 1)


def judge(parameters, config, images, level, fade=None):
    """[B, channels, size, size] -> [B, 1]"""
    def from_image(x, number):
        return F.leaky_relu(convolve(parameters, f"fromImages.{number}", x), SLOPE)

    x = from_image(images, level)
    for number in range(level, 0, -1):
        for half in ("first", "second"):
            x = F.leaky_relu(convolve(parameters, f"blocks.{number}.{half}", x), SLOPE)
        x = F.avg_pool2d(x, 2)
        if number == level and fade is not None:
            x = blend(from_image(F.avg_pool2d(images, 2), level - 1), x, fade)
    x = minibatch_standard_deviation(x, config["groupSize"])
    x = F.leaky_relu(convolve(parameters, "last", x), SLOPE)
    x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    return dense(parameters, "judge", F.leaky_relu(dense(parameters, "dense", x, GAIN), SLOPE), 1)


def fade_reals(images, fade):
    return images if fade is None else blend(enlarge(F.avg_pool2d(images, 2)), images, fade)


def discriminator_loss(parameters, config, real, fake, mixing, level, fade=None):
    """WGAN-GP with drift: the sum, and its terms."""
    real = fade_reals(real, fade)
    real_scores, fake_scores = (judge(parameters, config, x, level, fade) for x in (real, fake))
    between = (fake + (real - fake) * mixing.view(-1, 1, 1, 1)).detach().requires_grad_()
    (slope,) = torch.autograd.grad(judge(parameters, config, between, level, fade).sum(), between, create_graph=True)
    norms = (slope.square().flatten(1).sum(1) + 1e-12).sqrt()
    terms = {
        "real": -real_scores.mean(),
        "fake": fake_scores.mean(),
        "gradientPenalty": config["gradientPenalty"] * (norms - 1).square().mean(),
        "drift": config["drift"] * real_scores.square().mean(),
    }
    return sum(terms.values()), terms


def is_active(name, level, is_fading):
    """Whether a weight takes part at a level."""
    group, _, rest = name.partition(".")
    if group == "blocks":
        return int(rest.split(".")[0]) <= level
    if group in ("toImages", "fromImages"):
        number = int(rest.split(".")[0])
        return number == level or (is_fading and number == level - 1)
    return True
