"""StyleGAN2 (Karras et al. 2020) with its lazy regularisation, as gan_tools.py says. R1 and path lengths run without
torch.compile, which cannot differentiate twice. Modulated convolutions scale activations, as the authors' own do in
training: on a processor that is faster than groups."""
import torch
from torch.nn import functional as F

import stylegan_networks as networks
from gan_tools import Average, Unaveraged, freeze


class Stylegan:
    label_count = 0

    def __init__(self, model, tools):
        stabilisers = model["stabilisers"]
        self.config = {
            **model,
            "groupSize": stabilisers["minibatchStandardDeviation"],
            "r1": stabilisers["r1"],
            "penaltyEvery": stabilisers["penaltyEvery"],
            "scalesActivations": True,
        }
        self.images_seen = self.steps_taken = 0
        self.inputs = {"images": model["channels"]}
        generator, discriminator, buffers = networks.create_parameters(self.config)
        self.generator, self.discriminator = (
            {name: torch.nn.Parameter(tools.arrange(value)) for name, value in part.items()} for part in (generator, discriminator)
        )
        self.mean_style, self.mean_length = buffers["mapping.meanStyle"], buffers["meanPathLength"]
        copy = {name: value.detach().clone() for name, value in self.generator.items()}
        half_life = model["averageHalfLifeImages"]
        self.average = (
            Average(self.generator, copy, half_life) if tools.keeps_averages else Unaveraged(self.generator)
        )
        self.judges = list(self.discriminator.values())
        path_every = model["pathLengthEvery"] if model["pathLength"] > 0 else None
        self.generator_adam = self.slowed(tools, self.generator, model["generatorLearningRate"], path_every)
        self.discriminator_adam = self.slowed(
            tools, self.discriminator, model["discriminatorLearningRate"], self.config["penaltyEvery"]
        )
        self.make = tools.compiled(self.synthesize)
        self.score = tools.compiled(lambda images: networks.judge(self.discriminator, self.config, images))

    def slowed(self, tools, parameters, rate, every):
        share, model = every / (every + 1) if every else 1, self.config
        betas = (model["beta1"] ** share, model["beta2"] ** share)
        return tools.adam(parameters.values(), rate * share, betas, model["epsilon"])

    def draw(self, count):
        latent = self.config["latentSize"]
        sizes = [4] + [4 * 2**level for level in range(1, networks.top_level(self.config) + 1) for _ in range(2)]
        noise = [torch.randn(count, 1, size, size) for size in sizes]
        return (torch.randn(count, latent), torch.randn(count, latent), torch.rand(count, 2)), noise

    def synthesize(self, drawn, noise):
        styles, first = networks.mix_styles(self.generator, self.config, *drawn)
        return networks.synthesize(self.generator, self.config, styles, noise), first.mean(0)

    def follow(self, style):
        self.mean_style = self.mean_style.lerp(style.detach(), 1 - self.config["meanStyleDecay"])

    def descend(self, adam, network, loss):
        """One update; weights that the loss does not depend on have gradients of zero."""
        adam.zero_grad(set_to_none=True)
        loss.backward()
        for value in network.values():
            if value.grad is None:
                value.grad = torch.zeros_like(value)
        adam.step()

    def step(self, batch):
        real, config = batch["images"], self.config
        fake, style = self.make(*self.draw(len(real)))
        first = F.softplus(-self.score(real)).mean() + F.softplus(self.score(fake.detach())).mean()
        self.descend(self.discriminator_adam, self.discriminator, first)
        if self.steps_taken % config["penaltyEvery"] == 0 and config["r1"] > 0:
            penalty = networks.r1_penalty(self.discriminator, config, real) * config["penaltyEvery"]
            self.descend(self.discriminator_adam, self.discriminator, penalty)
        freeze(self.judges, True)
        second = F.softplus(-self.score(fake)).mean()
        self.descend(self.generator_adam, self.generator, second)
        self.follow(style)
        if self.steps_taken % config["pathLengthEvery"] == 0 and config["pathLength"] > 0:
            self.regularise_paths(max(1, len(real) // config["pathLengthShrink"]))
        freeze(self.judges, False)
        self.average.update(self.images_seen, len(real))
        self.images_seen += len(real)
        self.steps_taken += 1
        return first.item(), second.item()

    def regularise_paths(self, count):
        config = self.config
        drawn, noise = self.draw(count)
        size = config["imageSize"]
        directions = torch.randn(count, config["channels"], size, size)
        styles, first = networks.mix_styles(self.generator, config, *drawn)
        # Gradients are taken by each layer's style, so each must be a tensor of its own.
        styles = [style.clone() for style in styles]
        lengths = networks.path_lengths(self.generator, config, styles, noise, directions)
        self.mean_length = self.mean_length.lerp(lengths.detach().mean(), config["pathLengthDecay"])
        penalty = (lengths - self.mean_length).square().mean() * config["pathLength"] * config["pathLengthEvery"]
        self.descend(self.generator_adam, self.generator, penalty)
        self.follow(first.mean(0))

    def generate(self, count, _labels=None):
        with torch.no_grad():
            (latents, _, _), noise = self.draw(count)
            parameters = self.average.module
            style = networks.map_latents(parameters, self.config, latents)
            styles = [style] * networks.style_count(self.config)
            return networks.synthesize(parameters, self.config, styles, noise).clamp(-1, 1)


Gan = Stylegan
