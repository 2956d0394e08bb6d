"""One DCGAN training step in PyTorch: the same networks, losses, Adam and work as packages/backend-ort/bench/dcgan-step.ts.

    python dcgan_step_torch.py --size 64 --batch 64 --features 64 --threads 2 --channels-last --compile --rounds 5

Runs on PyTorch 1.13 and later. Without --rounds it waits for the driver (see peer_protocol.py).
"""
import sys
import time

import torch
from torch import nn

from peer_protocol import linear_algebra_library, serve, status_megabytes, step_arguments

idle_megabytes = status_megabytes("VmRSS") or 0.0  # before anything runs: peak memory counts from here

NOISE_SIZE = 100


def create_generator(size, features, channels, normalised):
    """[B, 100, 1, 1] noise -> [B, channels, size, size] in -1..1."""
    width = features * size // 8
    layers = [nn.ConvTranspose2d(NOISE_SIZE, width, 4, 1, 0, bias=False), normalised(width), nn.ReLU(True)]
    while width > features:
        layers += [nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False), normalised(width // 2), nn.ReLU(True)]
        width //= 2
    return nn.Sequential(*layers, nn.ConvTranspose2d(features, channels, 4, 2, 1, bias=False), nn.Tanh())


def create_discriminator(size, features, channels, normalised):
    """[B, channels, size, size] -> [B, 1, 1, 1] logits."""
    layers = [nn.Conv2d(channels, features, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    width = features
    while width < features * size // 8:
        layers += [nn.Conv2d(width, width * 2, 4, 2, 1, bias=False), normalised(width * 2), nn.LeakyReLU(0.2, True)]
        width *= 2
    return nn.Sequential(*layers, nn.Conv2d(width, 1, 4, 1, 0, bias=False))


def create_adam(parameters, implementation):
    chosen = {} if implementation == "single" else {implementation: True}
    if implementation == "single" and int(torch.__version__.split(".")[0]) >= 2:
        chosen = {"foreach": False}
    return torch.optim.Adam(parameters, lr=2e-4, betas=(0.5, 0.999), **chosen)


def fastest_adam(parameters):
    """The name of this PyTorch's fastest Adam on these shapes, tried on copies."""
    seconds = {}
    for implementation in ("single", "foreach", "fused"):
        copies = [nn.Parameter(p.detach().clone()) for p in parameters]
        for copy in copies:
            copy.grad = torch.randn_like(copy)
        try:
            adam = create_adam(copies, implementation)
            adam.step()
            adam.step()
        except (RuntimeError, TypeError, ValueError):  # this version has no such Adam on the processor
            continue
        times = []
        for _ in range(8):
            start = time.perf_counter()
            adam.step()
            times.append(time.perf_counter() - start)
        seconds[implementation] = min(times)  # what else the machine does must not decide
    return min(seconds, key=seconds.get)


def create_step(arguments):
    def normalised(width):
        # By default statistics of the batch only: keeping running ones would be work that the other side does not do.
        return nn.BatchNorm2d(width, eps=1e-5, track_running_stats=arguments.track_statistics)

    channels = arguments.channels
    features = arguments.generator_features or arguments.features
    generator = create_generator(arguments.size, features, channels, normalised)
    discriminator = create_discriminator(arguments.size, arguments.features, channels, normalised)
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    for network in (generator, discriminator):
        network.to(memory_format=layout)
        for module in network.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.normal_(module.weight, 0.0, 0.02)
    adam = fastest_adam(list(discriminator.parameters()))
    generator_adam = create_adam(generator.parameters(), adam)
    discriminator_adam = create_adam(discriminator.parameters(), adam)
    discriminator_parameters = list(discriminator.parameters())
    real = (torch.rand(arguments.batch, channels, arguments.size, arguments.size) * 2 - 1).to(memory_format=layout)
    cross_entropy = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(arguments.batch), torch.zeros(arguments.batch)

    def score(images, targets):
        return cross_entropy(discriminator(images).view(-1), targets)

    generate = generator
    if arguments.compile:
        generate, score = torch.compile(generator), torch.compile(score)

    def step():
        fake = generate(torch.randn(arguments.batch, NOISE_SIZE, 1, 1))
        discriminator_adam.zero_grad(set_to_none=True)
        real_loss = score(real, ones)
        real_loss.backward()
        fake_loss = score(fake.detach(), zeros)
        fake_loss.backward()
        discriminator_adam.step()
        for parameter in discriminator_parameters:
            parameter.requires_grad_(False)
        generator_adam.zero_grad(set_to_none=True)
        generator_loss = score(fake, ones)
        generator_loss.backward()
        generator_adam.step()
        for parameter in discriminator_parameters:
            parameter.requires_grad_(True)
        return (real_loss + fake_loss).item(), generator_loss.item()

    return step, adam


def main():
    parser = step_arguments(__doc__.splitlines()[0])
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory format")
    parser.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    parser.add_argument("--channels", type=int, default=3, help="colour channels")
    parser.add_argument("--generator-features", type=int, help="as --features, for the generator's last level")
    parser.add_argument("--track-statistics", action="store_true", help="batch norms keep running statistics")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    if arguments.compile and not hasattr(torch, "compile"):
        sys.exit(f"PyTorch {torch.__version__} has no torch.compile")
    step, adam = create_step(arguments)
    setting = "+".join(
        (["compile"] if arguments.compile else ["eager"]) + (["channels-last"] if arguments.channels_last else []) + [adam]
    )

    description = {
        "peer": "torch",
        "version": torch.__version__,
        "threads": arguments.threads,
        "setting": setting,
        "blas": linear_algebra_library(),
    }
    serve(description, step, idle_megabytes, arguments.rounds, warm_up=3 if arguments.compile else 1)


if __name__ == "__main__":
    main()
