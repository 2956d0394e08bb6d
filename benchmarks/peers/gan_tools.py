"""What the GANs of gan_*.py share. Each of them is a class made from a variant's configuration as ours has it (the
JSON of `variant.config`), with

    inputs                          what a batch holds: {"images": channels}, or {"input": channels, "target": channels} ...
    label_count                     classes of the labels that a batch holds too; 0 for none
    step(batch)                     one training step, all due phases; gives two losses as numbers
    generate(count, labels)         pictures from the averaged weights: [count, channels, size, size] in about [-1, 1];
                                    labels are None where there are none
    translate(image[, direction])   instead of it, with directions, of those that start from a picture
"""
import torch
from torch import nn
from torch.nn import functional as F

from dcgan_step_torch import create_adam, fastest_adam


class Tools:
    """How a GAN runs: memory layout, torch.compile, which of PyTorch's Adams, and whether averages are kept."""

    def __init__(self, channels_last=False, compiled=False, averages=False):
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.is_compiled, self.keeps_averages = compiled, averages
        self.setting = ("compile" if compiled else "eager") + ("+channels-last" if channels_last else "")
        self.adam_name = None

    def compiled(self, function):
        return torch.compile(function) if self.is_compiled else function

    def arrange(self, tensor):
        return tensor.to(memory_format=self.layout) if tensor.dim() == 4 else tensor

    def adam(self, parameters, rate, betas, epsilon=1e-8):
        parameters = list(parameters)
        if self.adam_name is None:
            self.adam_name = fastest_adam(parameters)
        adam = create_adam(parameters, self.adam_name)
        for group in adam.param_groups:
            group.update(lr=rate, betas=betas, eps=epsilon)
        return adam

    def networks(self, *networks):
        """The papers' N(0, 0.02^2) for weights, N(1, 0.02^2) for scales of batch norms, in this layout."""
        for network in networks:
            for module in network.modules():
                if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                    nn.init.normal_(module.weight, 0.0, 0.02)
                    if module.bias is not None:
                        nn.init.zeros_(module.bias)
                elif isinstance(module, nn.BatchNorm2d) and module.affine:
                    nn.init.normal_(module.weight, 1.0, 0.02)
            network.to(memory_format=self.layout)
        return networks

    def average(self, source, copy, half_life):
        """An Average where averages are kept; else the source, which costs nothing."""
        return Average(source, copy, half_life) if self.keeps_averages and half_life > 0 else Unaveraged(source)


class Unaveraged:
    def __init__(self, source):
        self.module = source

    def update(self, images_seen, batch):
        pass


class Average:
    """average += (1 - keep) (source - average) over parameters and running statistics; the half-life in images is at
    most a twentieth of the images seen."""

    def __init__(self, source, copy, half_life):
        self.module, self.half_life = copy, half_life
        state = lambda network: network if isinstance(network, dict) else network.state_dict()
        floating = [name for name, value in state(copy).items() if value.is_floating_point()]
        self.pairs = [(state(copy)[name].detach(), state(source)[name].detach()) for name in floating]
        self.follow(0.0)

    def follow(self, keep):
        with torch.no_grad():
            for average, source in self.pairs:
                average.lerp_(source, 1 - keep)

    def update(self, images_seen, batch):
        half_life = min(self.half_life, images_seen / 20)
        self.follow(0.0 if half_life == 0 else 0.5 ** (batch / half_life))


def freeze(parameters, frozen):
    for parameter in parameters:
        parameter.requires_grad_(not frozen)


def descend(adam, loss):
    """One update on a loss."""
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()


def decay_rates(adams, rates, decay, images_seen):
    """Linear decay to zero between decay["fromImages"] and decay["toImages"]; None keeps the rates."""
    if decay is None:
        return
    span = decay["toImages"] - decay["fromImages"]
    factor = min(1.0, max(0.0, 1 - (images_seen - decay["fromImages"]) / span))
    for adam, rate in zip(adams, rates):
        for group in adam.param_groups:
            group["lr"] = rate * factor


def cross_entropy(logits, truth):
    return F.softplus(-logits if truth else logits).mean()
