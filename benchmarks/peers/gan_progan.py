"""ProGAN (Karras et al. 2018) as gan_tools.py says, at one level at a time: with the paper's WGAN-GP and drift at every
step, or the non-saturating loss with R1 every penaltyEvery steps, the discriminator's Adam corrected for it as Karras et
al. 2020 do. Penalties run without torch.compile, which cannot differentiate twice."""
import torch
from torch.nn import functional as F

import progan_networks as networks
from gan_tools import Average, Unaveraged, descend, freeze


def look_up_side(table, size):
    return table[str(max(int(side) for side in table if int(side) <= size))]


class Progan:
    label_count = 0

    def __init__(self, model, tools):
        stabilisers = model["stabilisers"]
        self.config = {
            **model,
            "groupSize": stabilisers["minibatchStandardDeviation"],
            "gradientPenalty": stabilisers["gradientPenalty"],
            "drift": stabilisers["drift"],
            "r1": stabilisers["r1"],
            "penaltyEvery": stabilisers["penaltyEvery"],
        }
        loss = stabilisers["loss"]
        if loss not in ("wasserstein", "non-saturating"):
            raise ValueError(f"the ProGAN here has no loss {loss}, only wasserstein and non-saturating")
        self.is_wasserstein, self.steps_taken = loss == "wasserstein", 0
        if self.is_wasserstein and (self.config["r1"] > 0 or self.config["penaltyEvery"] > 1):
            raise ValueError("the ProGAN here takes R1, and penalties not at every step, with the non-saturating loss only")
        self.tools, self.images_seen = tools, 0
        self.inputs = {"images": model["channels"]}
        created = networks.create_parameters(self.config)
        self.generator, self.discriminator = (
            {name: torch.nn.Parameter(tools.arrange(value)) for name, value in parameters.items()} for parameters in created
        )
        copy = {name: value.detach().clone() for name, value in self.generator.items()}
        self.average = Average(self.generator, copy, 0) if tools.keeps_averages else Unaveraged(self.generator)
        self.level = self.is_fading = None
        self.enter(networks.last_level(self.config), False)
        config = self.config

        def make(latents, level, fade):
            return networks.generate(self.generator, config, latents, level, fade)

        def score(images, level, fade):
            return networks.judge(self.discriminator, config, images, level, fade)

        self.make, self.score = tools.compiled(make), tools.compiled(score)

    def enter(self, level, is_fading):
        """Goes on to another stage: only its weights learn, and both Adams begin anew with a new level."""
        active = lambda network: {
            name: value for name, value in network.items() if networks.is_active(name, level, is_fading)
        }
        parts = active(self.generator), active(self.discriminator)
        if level != self.level or is_fading != self.is_fading:
            model = self.config
            rate = look_up_side(model["learningRates"], 4 * 2**level)
            betas = (model["beta1"], model["beta2"])
            # A level's optimizers go on when it has faded in, with the weights that still take part.
            kept = [getattr(self, name, None) for name in ("generator_adam", "discriminator_adam")]
            goes_on = level == self.level
            every = model["penaltyEvery"]
            shares = (1, every / (every + 1) if every > 1 else 1)
            adams = [
                self.tools.adam(part.values(), rate * share, tuple(beta**share for beta in betas), model["epsilon"])
                for part, share in zip(parts, shares)
            ]
            for adam, old, part in zip(adams, kept, parts):
                if goes_on and old is not None:
                    adam.state.update({value: old.state[value] for value in part.values() if value in old.state})
            self.generator_adam, self.discriminator_adam = adams
            self.judges = list(parts[1].values())
            self.level, self.is_fading = level, is_fading
            if isinstance(self.average, Average):
                names = list(parts[0])
                self.average.half_life = model["averageHalfLifeImages"]
                self.average.pairs = [
                    (self.average.module[name].detach(), self.generator[name].detach()) for name in names
                ]

    def step(self, batch, level=None, fade=None):
        """At the top level by default. fade: a number while the level fades in."""
        config = self.config
        level = networks.last_level(config) if level is None else level
        self.enter(level, fade is not None)
        fade = None if fade is None else torch.tensor(fade)
        real = networks.fade_reals(batch["images"], fade)
        fake = self.make(torch.randn(len(real), config["latentSize"]), level, fade)
        of_real, of_fake = (self.score(x, level, fade) for x in (real, fake.detach()))
        if self.is_wasserstein:
            loss = of_fake.mean() - of_real.mean() + config["drift"] * of_real.square().mean()
            self.discriminator_adam.zero_grad(set_to_none=True)
            loss.backward()
            penalty = self.gradient_penalty(real, fake, level, fade)
            penalty.backward()
            self.discriminator_adam.step()
            loss = loss + penalty
        else:
            loss = F.softplus(-of_real).mean() + F.softplus(of_fake).mean()
            descend(self.discriminator_adam, loss)
            if config["r1"] > 0 and self.steps_taken % config["penaltyEvery"] == 0:
                self.descend_all(config["penaltyEvery"] * self.r1_penalty(real, level, fade))
        freeze(self.judges, True)
        scores = self.score(fake, level, fade)
        adversarial = (-scores if self.is_wasserstein else F.softplus(-scores)).mean()
        descend(self.generator_adam, adversarial)
        freeze(self.judges, False)
        self.average.update(self.images_seen, len(real))
        self.images_seen += len(real)
        self.steps_taken += 1
        return loss.item(), adversarial.item()

    def gradient_penalty(self, real, fake, level, fade):
        mixing = torch.rand(len(real), 1, 1, 1)
        between = (fake + (real - fake) * mixing).detach().requires_grad_()
        scores = networks.judge(self.discriminator, self.config, between, level, fade)
        (slope,) = torch.autograd.grad(scores.sum(), between, create_graph=True)
        norms = (slope.square().flatten(1).sum(1) + 1e-12).sqrt()
        return self.config["gradientPenalty"] * (norms - 1).square().mean()

    def r1_penalty(self, real, level, fade):
        real = real.detach().requires_grad_()
        scores = networks.judge(self.discriminator, self.config, real, level, fade)
        (slope,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
        return self.config["r1"] / 2 * slope.square().flatten(1).sum(1).mean()

    def descend_all(self, loss):
        """An update of the discriminator; weights that the loss does not depend on have gradients of zero."""
        self.discriminator_adam.zero_grad(set_to_none=True)
        loss.backward()
        for value in self.judges:
            if value.grad is None:
                value.grad = torch.zeros_like(value)
        self.discriminator_adam.step()

    def generate(self, count, _labels=None):
        with torch.no_grad():
            latents = torch.randn(count, self.config["latentSize"])
            return networks.generate(self.average.module, self.config, latents, self.level)


Gan = Progan
