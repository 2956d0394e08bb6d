"""DCGAN (Radford et al. 2015) and its conditional form (Mirza and Osindero 2014) as gan_tools.py says."""
import torch
from torch import nn
from torch.nn import functional as F

import cgan_networks
from dcgan_step_torch import NOISE_SIZE, create_discriminator, create_generator
from gan_tools import cross_entropy, descend, freeze


class Unconditional(nn.Module):
    """A network that is told of no class, called as one that is."""

    def __init__(self, layers, from_noise):
        super().__init__()
        self.layers, self.from_noise = layers, from_noise

    def forward(self, x, _classes=None):
        return self.layers(x[:, :, None, None]) if self.from_noise else self.layers(x).flatten()


class Dcgan:
    def __init__(self, model, tools):
        self.tools, size, channels = tools, model["imageSize"], model["channels"]
        self.label_count = len(model.get("classNames", []))
        self.latent_size, self.images_seen = model["latentSize"], 0
        features = (model["generatorFeatures"], model["discriminatorFeatures"])
        if self.label_count > 0:
            make = lambda: cgan_networks.Generator(size, channels, self.label_count, features[0], self.latent_size)
            discriminator = cgan_networks.Discriminator(size, channels, self.label_count, features[1])
        else:
            assert self.latent_size == NOISE_SIZE
            norm = lambda width: nn.BatchNorm2d(width, eps=1e-5)
            make = lambda: Unconditional(create_generator(size, features[0], channels, norm), True)
            discriminator = Unconditional(create_discriminator(size, features[1], channels, norm), False)
        self.generator, self.discriminator, copy = tools.networks(make(), discriminator, make())
        betas = (model["beta1"], model["beta2"])
        self.judges = list(discriminator.parameters())
        self.discriminator_adam = tools.adam(self.judges, model["discriminatorLearningRate"], betas)
        self.generator_adam = tools.adam(self.generator.parameters(), model["generatorLearningRate"], betas)
        self.average = tools.average(self.generator, copy, model["averageHalfLifeImages"])
        self.inputs = {"images": channels}
        self.make = tools.compiled(self.generator)
        self.score = tools.compiled(lambda x, told, truth: cross_entropy(self.discriminator(x, told), truth))

    def one_hot(self, labels):
        return None if labels is None else F.one_hot(labels, self.label_count).float()

    def step(self, batch):
        real, told = batch["images"], self.one_hot(batch.get("labels"))
        fake = self.make(torch.randn(len(real), self.latent_size), told)
        self.discriminator_adam.zero_grad(set_to_none=True)
        of_real = self.score(real, told, True)
        of_real.backward()
        of_fake = self.score(fake.detach(), told, False)
        of_fake.backward()
        self.discriminator_adam.step()
        freeze(self.judges, True)
        adversarial = self.score(fake, told, True)
        descend(self.generator_adam, adversarial)
        freeze(self.judges, False)
        self.average.update(self.images_seen, len(real))
        self.images_seen += len(real)
        return (of_real + of_fake).item(), adversarial.item()

    def generate(self, count, labels=None):
        network = self.average.module.eval()
        with torch.no_grad():
            images = network(torch.randn(count, self.latent_size), self.one_hot(labels))
        network.train()
        return images


Gan = Dcgan
