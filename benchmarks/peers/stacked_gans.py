"""ProGAN and StyleGAN2 of many runs at once, as gan_progan.py and gan_stylegan_lite.py train one: seeds of the same settings,
or one seed of many. Settings that runs may differ in: learning rates, Adam's betas, R1, and of StyleGAN the mapping's
learning rate, style mixing and path lengths. The non-saturating loss only."""
import collections
import math

import torch
from torch.nn import functional as F

import progan_networks
import stylegan_networks
from stacked import Stack, device


class StackedGan:
    def __init__(self, spec):
        self.spec, self.model, self.runs = spec, spec["model"], spec["runs"]
        stabilisers = self.model["stabilisers"]
        if stabilisers["loss"] != "non-saturating":
            raise ValueError(f"runs side by side have the non-saturating loss only, not {stabilisers['loss']}")
        self.config = {**self.model, "groupSize": stabilisers["minibatchStandardDeviation"], "scalesActivations": True}
        self.every, self.epsilon, self.half_life = stabilisers["penaltyEvery"], self.model["epsilon"], self.model["averageHalfLifeImages"]
        created = []
        for run in self.runs:
            torch.manual_seed(run["seed"])
            created.append(self.networks.create_parameters({**self.config, **run["settings"]}))
        self.generator, self.discriminator = (Stack([parts[index] for parts in created]) for index in range(2))
        self.average = self.generator.flat.detach().clone()
        self.r1 = self.values("r1")[:, 0]
        share = self.every / (self.every + 1) if self.every > 1 else 1
        self.betas = self.values("beta1"), self.values("beta2")
        self.discriminator_share, self.discriminator_betas = share, [beta**share for beta in self.betas]
        self.images_seen = self.steps_taken = 0
        self.active, self.keep = None, torch.zeros((), device=device)
        self.forget_graphs()

    def values(self, name):
        """[runs, 1] of a setting."""
        usual = self.model.get(name, self.model["stabilisers"].get(name))
        values = [float(run["settings"].get(name, usual)) for run in self.runs]
        return torch.tensor(values, device=device)[:, None]

    def randn(self, *shape):
        return torch.randn(len(self.runs), *shape, device=device)

    def forget_graphs(self):
        self.graphs, self.warm, self.input, self.pool = {}, collections.Counter(), None, None

    def step(self, real):
        """real: [runs, B, channels, size, size]. On a GPU by a CUDA graph from the fourth step of a kind on."""
        half_life = min(self.half_life, self.images_seen / 20)
        self.keep.fill_(0.0 if half_life == 0 else 0.5 ** (real.shape[1] / half_life))
        kind = self.kind()
        if device.type == "cpu":
            self.learn(real, *kind)
        elif self.warm[kind] < 3:
            self.warm[kind] += 1
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self.learn(real, *kind)
            torch.cuda.current_stream().wait_stream(side)
        else:
            self.replay(real, kind)
        self.images_seen += real.shape[1]
        self.steps_taken += 1

    def replay(self, real, kind):
        if kind not in self.graphs:
            self.input = real.clone() if self.input is None else self.input
            graph = torch.cuda.CUDAGraph()
            torch.cuda.synchronize()
            with torch.cuda.graph(graph, pool=self.pool):
                self.learn(self.input, *kind)
            self.graphs[kind], self.pool = graph, graph.pool()
        self.input.copy_(real)
        self.graphs[kind].replay()

    def judge_both(self, real, fake, rate, penalises, score, mask=None):
        """The discriminator's update, and where it falls due the one of R1."""
        descend = lambda loss: self.discriminator.descend(
            loss, rate * self.discriminator_share, self.discriminator_betas, self.epsilon, mask
        )
        descend((F.softplus(-score(real)).mean((1, 2)) + F.softplus(score(fake.detach())).mean((1, 2))).sum())
        if penalises:
            seen = real.detach().requires_grad_()
            (slopes,) = torch.autograd.grad(score(seen).sum(), seen, create_graph=True)
            squares = slopes.square().flatten(2).sum(2).mean(1)
            descend((squares * self.r1 / 2 * self.every).sum())

    @torch.no_grad()
    def follow(self):
        share = 1 - self.keep if self.active is None else (1 - self.keep) * self.active
        self.average.add_((self.generator.flat - self.average) * share)


class StackedStylegan(StackedGan):
    networks = stylegan_networks

    def __init__(self, spec):
        super().__init__(spec)
        self.rates = self.values("generatorLearningRate"), self.values("discriminatorLearningRate")
        self.own = {name: self.values(name)[:, 0] for name in ("mappingLearningRateMultiplier", "styleMixing")}
        self.path = self.values("pathLength")[:, 0]
        every = self.model["pathLengthEvery"]
        self.path_every, self.has_path = every, bool((self.path > 0).any())
        self.share = torch.where(self.path > 0, every / (every + 1), 1.0)[:, None]
        self.mean_length = torch.zeros(len(self.runs), device=device)
        self.batch_size = spec["batch"]

    def mapped(self, function, weights, *rest):
        """function(weights, config, ...) over runs, each with its own settings."""
        call = lambda weights, own, *rest: function(weights, {**self.config, **own}, *rest)
        return torch.func.vmap(call)(weights, self.own, *rest)

    def draw_styles(self, weights, count):
        latent = self.config["latentSize"]
        chances = torch.rand(len(self.runs), count, 2, device=device)
        mix = lambda *given: tuple(stylegan_networks.mix_styles(*given)[0])
        return self.mapped(mix, weights, self.randn(count, latent), self.randn(count, latent), chances)

    def synthesize(self, weights, styles):
        return self.mapped(lambda p, config, *s: stylegan_networks.synthesize(p, config, s, None), weights, *styles)

    def score(self, images):
        return self.mapped(stylegan_networks.judge, self.discriminator.tensors(), images)

    def prepare(self, real):
        return real

    def kind(self):
        return self.steps_taken % self.every == 0, self.has_path and self.steps_taken % self.path_every == 0

    def learn(self, real, penalises, has_path):
        weights = self.generator.tensors()
        fake = self.synthesize(weights, self.draw_styles(weights, real.shape[1]))
        self.judge_both(real, fake, self.rates[1], penalises, self.score)
        betas = [beta**self.share for beta in self.betas]
        rate = self.rates[0] * self.share
        self.generator.descend(F.softplus(-self.score(fake)).mean((1, 2)).sum(), rate, betas, self.epsilon)
        if has_path:
            penalty = self.path_penalty(max(1, real.shape[1] // self.model["pathLengthShrink"]))
            self.generator.descend(penalty, rate, betas, self.epsilon, moving=(self.path > 0)[:, None])
        self.follow()

    def path_penalty(self, count):
        weights = self.generator.tensors()
        styles = [style.clone() for style in self.draw_styles(weights, count)]
        images = self.synthesize(weights, styles)
        projected = (images * torch.randn_like(images)).sum() / images.shape[-1]
        slopes = torch.autograd.grad(projected, styles, create_graph=True)
        lengths = (sum(slope.square().sum(2) for slope in slopes) / len(slopes) + 1e-12).sqrt()  # [runs, B]
        self.mean_length.lerp_(lengths.detach().mean(1), self.model["pathLengthDecay"])
        squares = (lengths - self.mean_length[:, None]).square().mean(1)
        return (squares * self.path * self.path_every).sum()

    @torch.no_grad()
    def generate(self, count):
        weights = self.generator.tensors(self.average)
        style = self.mapped(stylegan_networks.map_latents, weights, self.randn(count, self.config["latentSize"]))
        return self.synthesize(weights, [style] * stylegan_networks.style_count(self.config))


class StackedProgan(StackedGan):
    networks = progan_networks
    stage = None

    def __init__(self, spec):
        super().__init__(spec)
        self.fade = torch.zeros((), device=device)

    @property
    def batch_size(self):
        """Of the stage of the next step, which begins here."""
        seen = self.images_seen
        stage = next(one for one in self.spec["stages"] if one["toImages"] is None or seen < one["toImages"])
        if stage is not self.stage:
            stacks = self.generator, self.discriminator
            if self.stage is None or self.stage["level"] != stage["level"]:
                for stack in stacks:
                    stack.forget()
            active = lambda name: progan_networks.is_active(name, stage["level"], stage["isFading"])
            self.masks = [stack.mask(active) for stack in stacks]
            self.active, self.stage = self.masks[0], stage
            usual = stage["learningRate"]
            rates = [run["settings"].get("learningRate", usual) for run in self.runs]
            self.rate = torch.tensor(rates, device=device)[:, None]
            self.forget_graphs()
        return stage["batchSize"]

    def prepare(self, real):
        """Means of squares of pixels, rounded to bytes."""
        factor = real.shape[-1] // self.stage["size"]
        if factor == 1:
            return real
        means = F.avg_pool2d(((real + 1) * 127.5).flatten(0, 1), factor)
        return (means.round() / 127.5 - 1).unflatten(0, real.shape[:2])

    def make(self, flat, latents, fade):
        make = lambda weights, z: progan_networks.generate(weights, self.config, z, self.stage["level"], fade)
        return torch.func.vmap(make)(self.generator.tensors(flat), latents)

    def kind(self):
        stage = self.stage
        if stage["isFading"]:
            self.fade.fill_((self.images_seen - stage["fromImages"]) / (stage["toImages"] - stage["fromImages"]))
        return (self.steps_taken % self.every == 0,)

    def learn(self, real, penalises):
        fade = self.fade if self.stage["isFading"] else None
        judge = lambda weights, x: progan_networks.judge(weights, self.config, x, self.stage["level"], fade)
        score = lambda images: torch.func.vmap(judge)(self.discriminator.tensors(), images)
        real = torch.func.vmap(lambda x: progan_networks.fade_reals(x, fade))(real)
        fake = self.make(self.generator.flat, self.randn(real.shape[1], self.config["latentSize"]), fade)
        self.judge_both(real, fake, self.rate, penalises, score, self.masks[1])
        loss = F.softplus(-score(fake)).mean((1, 2)).sum()
        self.generator.descend(loss, self.rate, self.betas, self.epsilon, self.masks[0])
        self.follow()

    @torch.no_grad()
    def generate(self, count):
        return self.make(self.average, self.randn(count, self.config["latentSize"]), None)
