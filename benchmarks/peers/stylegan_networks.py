"""StyleGAN2's networks in PyTorch, written from the papers (Karras et al. 2019, 2020): skip generator, residual
discriminator. Modulated convolutions have weights of their own for each picture, in groups, or with
config["scalesActivations"] the same weights for all pictures, whose activations are scaled instead.

Parameters are plain tensors in a dict, in PyTorch's layouts ([out, in, H, W], [out, in]), named as
@gan/stylegan-lite names its own.
"""
import math

import torch
from torch.nn import functional as F


def features(config, level):
    return min(config["featureBase"] // (4 * 2**level), config["featureMax"])


def top_level(config):
    return int(math.log2(config["imageSize"] // 4))


def style_count(config):
    return 2 * (top_level(config) + 1)


def create_parameters(config, draw=torch.randn):
    """(generator, discriminator, buffers of the generator)"""
    generator, discriminator = {}, {}
    style, rate = config["styleSize"], config["mappingLearningRateMultiplier"]

    def modulated(name, inputs, outputs, kernel, noise):
        generator[f"{name}.conv.weight"] = draw(outputs, inputs, kernel, kernel)
        generator[f"{name}.conv.affine.weight"] = draw(inputs, style)
        generator[f"{name}.conv.affine.bias"] = torch.ones(inputs)
        if noise and config.get("noise", True):
            generator[f"{name}.noise.strength"] = torch.zeros(())
        generator[f"{name}.bias"] = torch.zeros(outputs)

    for index in range(config["mappingLayers"]):
        inputs = style if index > 0 else config["latentSize"]
        generator[f"mapping.layers.{index}.weight"] = draw(style, inputs) / rate
        generator[f"mapping.layers.{index}.bias"] = torch.zeros(style)
    generator["synthesis.start"] = draw(features(config, 0), 4, 4)
    for level in range(top_level(config) + 1):
        here = features(config, level)
        if level > 0:
            modulated(f"synthesis.blocks.{level}.first", features(config, level - 1), here, 3, True)
        modulated(f"synthesis.blocks.{level}.second", here, here, 3, True)
        modulated(f"synthesis.toImages.{level}", here, config["channels"], 1, False)

    def layer(name, shape, bias=True):
        discriminator[f"{name}.weight"] = draw(*shape)
        if bias:
            discriminator[f"{name}.bias"] = torch.zeros(shape[0])

    top, wide = top_level(config), features(config, 0)
    layer("fromImage", (features(config, top), config["channels"], 1, 1))
    for level in range(top, 0, -1):
        here, below = features(config, level), features(config, level - 1)
        layer(f"blocks.{level}.first", (here, here, 3, 3))
        layer(f"blocks.{level}.second", (below, here, 3, 3))
        layer(f"blocks.{level}.shortcut", (below, here, 1, 1), bias=False)
    layer("last", (wide, wide + 1, 3, 3))
    layer("dense", (wide, 16 * wide))
    layer("judge", (1, wide))
    buffers = {"mapping.meanStyle": torch.zeros(style), "meanPathLength": torch.zeros(())}
    return generator, discriminator, buffers


def activate(x):
    return F.leaky_relu(x, 0.2) * math.sqrt(2)


def fir(x, padding, gain=1.0, stride=1):
    """Blurs with [1, 3, 3, 1]; padding is (before, after) on both axes."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype)
    kernel = torch.outer(taps, taps) * gain / 64
    channels = x.shape[1]
    x = F.pad(x, (*padding, *padding))
    return F.conv2d(x, kernel.expand(channels, 1, 4, 4), stride=stride, groups=channels)


def enlarge(x):
    batch, channels, height, width = x.shape
    apart = x.new_zeros(batch, channels, height, 2, width, 2)
    apart[:, :, :, 0, :, 0] = x
    return fir(apart.reshape(batch, channels, 2 * height, 2 * width), (2, 1), 4)


def pixel_norm(x):
    return x * torch.rsqrt((x * x).mean(1, keepdim=True) + 1e-8)


def map_latents(p, config, latents):
    rate = config["mappingLearningRateMultiplier"]
    x = pixel_norm(latents)
    for index in range(config["mappingLayers"]):
        weight = p[f"mapping.layers.{index}.weight"]
        x = F.linear(x, weight * rate / math.sqrt(weight.shape[1]), p[f"mapping.layers.{index}.bias"] * rate)
        x = activate(x)
    return x


def modulate_activations(p, name, x, style, demodulate, upsample):
    """d * (W * (s * x))"""
    weight = p[f"{name}.conv.weight"]
    outputs, inputs, kernel, _ = weight.shape
    affine = p[f"{name}.conv.affine.weight"]
    scales = F.linear(style, affine / math.sqrt(affine.shape[1]), p[f"{name}.conv.affine.bias"])  # [B, I]
    weight = weight / math.sqrt(inputs * kernel**2)
    x = x * scales[:, :, None, None]
    if upsample:
        y = fir(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), (1, 1), 4)
    else:
        y = F.conv2d(x, weight, padding=kernel // 2)
    if not demodulate:
        return y
    factors = torch.rsqrt(F.linear(scales.square(), weight.square().sum((2, 3))) + 1e-8)  # [B, O]
    return y * factors[:, :, None, None]


def modulate(p, name, x, style, demodulate=True, upsample=False, scales_activations=False):
    if scales_activations:
        return modulate_activations(p, name, x, style, demodulate, upsample)
    weight = p[f"{name}.conv.weight"]
    outputs, inputs, kernel, _ = weight.shape
    batch = len(x)
    affine = p[f"{name}.conv.affine.weight"]
    scales = F.linear(style, affine / math.sqrt(affine.shape[1]), p[f"{name}.conv.affine.bias"])  # [B, I]
    own = weight[None] * (scales / math.sqrt(inputs * kernel**2))[:, None, :, None, None]  # [B, O, I, k, k]
    if demodulate:
        own = own * torch.rsqrt((own * own).sum((2, 3, 4), keepdim=True) + 1e-8)
    groups = x.reshape(1, batch * inputs, *x.shape[2:])
    if not upsample:
        y = F.conv2d(groups, own.reshape(batch * outputs, inputs, kernel, kernel), padding=kernel // 2, groups=batch)
        return y.reshape(batch, outputs, *y.shape[2:])
    own = own.transpose(1, 2).reshape(batch * inputs, outputs, kernel, kernel)
    y = F.conv_transpose2d(groups, own, stride=2, groups=batch)
    return fir(y.reshape(batch, outputs, *y.shape[2:]), (1, 1), 4)


def synthesize(p, config, styles, noise):
    """styles: style_count of [B, styleSize]; noise: one [B, 1, H, W] for each convolution. -> [B, channels, H, W]"""
    x = p["synthesis.start"][None].expand(len(styles[0]), -1, -1, -1)
    images, index, scales = None, 0, config.get("scalesActivations", False)
    for level in range(top_level(config) + 1):
        for half in ("first", "second") if level > 0 else ("second",):
            name = f"synthesis.blocks.{level}.{half}"
            x = modulate(p, name, x, styles[index], upsample=half == "first", scales_activations=scales)
            if f"{name}.noise.strength" in p:
                x = x + noise[index] * p[f"{name}.noise.strength"]
            x = x + p[f"{name}.bias"].view(1, -1, 1, 1)
            x, index = activate(x), index + 1
        name = f"synthesis.toImages.{level}"
        seen = modulate(p, name, x, styles[index], demodulate=False, scales_activations=scales)
        seen = seen + p[f"{name}.bias"].view(1, -1, 1, 1)
        images = seen if images is None else enlarge(images) + seen
    return images


def mix_styles(p, config, latents, mixed_latents, chances):
    """One style for each layer; chances [B, 2] decide from which layer on, and whether, the second is taken."""
    first, second = map_latents(p, config, latents), map_latents(p, config, mixed_latents)
    count = style_count(config)
    start = (chances[:, :1] * (count - 1)).floor() + 1
    is_mixed = chances[:, 1:] < config["styleMixing"]
    styles = [torch.where(is_mixed & (layer >= start), second, first) for layer in range(count)]
    return styles, first


def convolve(p, name, x, stride=1, padding=None):
    weight = p[f"{name}.weight"]
    scale = 1 / math.sqrt(weight[0].numel())
    padding = weight.shape[-1] // 2 if padding is None else padding
    return F.conv2d(x, weight * scale, p.get(f"{name}.bias"), stride=stride, padding=padding)


def dense(p, name, x):
    weight = p[f"{name}.weight"]
    return F.linear(x, weight / math.sqrt(weight.shape[1]), p[f"{name}.bias"])


def minibatch_standard_deviation(x, group):
    batch, channels, height, width = x.shape
    group = min(group, batch)
    grouped = x.reshape(group, batch // group, channels, height, width)
    variance = (grouped - grouped.mean(0, keepdim=True)).square().mean(0)
    deviation = (variance + 1e-8).sqrt().mean((1, 2, 3))
    return torch.cat([x, deviation.repeat(group).view(batch, 1, 1, 1).expand(-1, 1, height, width)], 1)


def judge(p, config, images):
    x = activate(convolve(p, "fromImage", images))
    for level in range(top_level(config), 0, -1):
        name = f"blocks.{level}"
        y = activate(convolve(p, f"{name}.first", x))
        y = activate(convolve(p, f"{name}.second", fir(y, (2, 2)), stride=2, padding=0))
        x = (y + convolve(p, f"{name}.shortcut", fir(x, (1, 1), stride=2))) * math.sqrt(0.5)
    x = minibatch_standard_deviation(x, config["groupSize"])
    x = activate(convolve(p, "last", x))
    # The dense layer counts places first, then features, as NHWC has them.
    x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    return dense(p, "judge", activate(dense(p, "dense", x)))


def r1_penalty(p, config, real):
    real = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(judge(p, config, real).sum(), real, create_graph=True)
    return config["r1"] / 2 * slope.square().flatten(1).sum(1).mean()


def path_lengths(p, config, styles, noise, directions):
    images = synthesize(p, config, styles, noise)
    pixels = images.shape[2] * images.shape[3]
    slopes = torch.autograd.grad((images * directions).sum() / math.sqrt(pixels), styles, create_graph=True)
    return (sum(slope.square().sum(1) for slope in slopes) / len(slopes) + 1e-12).sqrt()
