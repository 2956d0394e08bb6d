"""The first GAN (Goodfellow et al. 2014): dense layers against convolutions or maxout, as gan_tools.py says."""
import torch
from torch import nn

from gan_tools import cross_entropy, descend, freeze


class Maxout(nn.Module):
    """The largest of `pieces` linear functions for each output."""

    def __init__(self, inputs, outputs, pieces):
        super().__init__()
        self.linear, self.outputs = nn.Linear(inputs, outputs * pieces), outputs

    def forward(self, x):
        return self.linear(x).view(len(x), self.outputs, -1).amax(2)


def create_generator(model):
    widths = [model["latentSize"], *model["generatorUnits"]]
    normed = model["generatorNorm"] == "batch"
    norm = lambda units: [nn.BatchNorm1d(units, eps=1e-5)] if normed else []
    level = lambda a, b: [nn.Linear(a, b, bias=not normed), *norm(b), nn.ReLU()]
    hidden = [layer for a, b in zip(widths, widths[1:]) for layer in level(a, b)]
    size, channels = model["imageSize"], model["channels"]
    last = [nn.Linear(widths[-1], size * size * channels), nn.Tanh(), nn.Unflatten(1, (channels, size, size))]
    return nn.Sequential(*hidden, *last)


def create_discriminator(model):
    size, channels, rate = model["imageSize"], model["channels"], model["stabilisers"]["discriminatorDropout"]
    drop = lambda: nn.Dropout(rate)
    seen = [nn.Dropout(model["inputDropout"])] if model["inputDropout"] > 0 else []
    if model["discriminator"] == "maxout":
        units, pieces = model.get("discriminatorUnits", 240), model["maxoutPieces"]
        layers = [Maxout(size * size * channels, units, pieces), drop(), Maxout(units, units, pieces), drop()]
        return nn.Sequential(*seen, nn.Flatten(), *layers, nn.Linear(units, 1), nn.Flatten(0))
    features, units = model["discriminatorFeatures"], model.get("discriminatorUnits", 128)
    convolve = lambda a, b: [nn.Conv2d(a, b, 3, 2, 1), nn.LeakyReLU(0.2), drop()]
    dense = [nn.Linear((size // 4) ** 2 * 2 * features, units), nn.LeakyReLU(0.2), drop()]
    layers = [*convolve(channels, features), *convolve(features, 2 * features), nn.Flatten(), *dense]
    return nn.Sequential(*seen, *layers, nn.Linear(units, 1), nn.Flatten(0))


def draw_weights(network, width):
    """Layers begin uniform within plus and minus `width`, or in Glorot's range; scales of batch norms N(1, 0.02^2)."""
    for module in network.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(module.weight) if width is None else nn.init.uniform_(module.weight, -width, width)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm1d):
            nn.init.normal_(module.weight, 1.0, 0.02)
    return network


class Vanilla:
    label_count = 0

    def __init__(self, model, tools):
        self.model, self.images_seen = model, 0
        make = lambda: create_generator(model)
        self.generator, self.discriminator, copy = tools.networks(make(), create_discriminator(model), make())
        for network in (self.generator, copy):
            draw_weights(network, model.get("generatorRange"))
        draw_weights(self.discriminator, model.get("discriminatorRange"))
        self.r1 = model["stabilisers"]["r1"]
        assert model["stabilisers"]["penaltyEvery"] == 1
        betas = (model["beta1"], model["beta2"])
        self.judges = list(self.discriminator.parameters())
        self.discriminator_adam = tools.adam(self.judges, model["discriminatorLearningRate"], betas)
        self.generator_adam = tools.adam(self.generator.parameters(), model["generatorLearningRate"], betas)
        self.average = tools.average(self.generator, copy, model["averageHalfLifeImages"])
        self.inputs = {"images": model["channels"]}
        self.make = tools.compiled(self.generator)
        self.score = tools.compiled(lambda x, truth: cross_entropy(self.discriminator(x), truth))

    def latents(self, count):
        size = self.model["latentSize"]
        if self.model["stabilisers"]["latents"] == "uniform":
            return torch.rand(count, size) * 2 - 1
        return torch.randn(count, size)

    def step(self, batch):
        real = batch["images"]
        fake = self.make(self.latents(len(real)))
        self.discriminator_adam.zero_grad(set_to_none=True)
        of_real = self.score(real, True)
        of_real.backward()
        of_fake = self.score(fake.detach(), False)
        of_fake.backward()
        if self.r1 > 0:
            self.r1_penalty(real).backward()
        self.discriminator_adam.step()
        freeze(self.judges, True)
        adversarial = self.score(fake, True)
        descend(self.generator_adam, adversarial)
        freeze(self.judges, False)
        self.average.update(self.images_seen, len(real))
        self.images_seen += len(real)
        return (of_real + of_fake).item(), adversarial.item()

    def r1_penalty(self, real):
        """gamma / 2 times the mean squared slope at real pictures; torch.compile has no second derivatives."""
        real = real.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.discriminator(real).sum(), real, create_graph=True)
        return self.r1 / 2 * slope.square().flatten(1).sum(1).mean()

    def generate(self, count, _labels=None):
        network = self.average.module.eval()
        with torch.no_grad():
            images = network(self.latents(count))
        network.train()
        return images


Gan = Vanilla
