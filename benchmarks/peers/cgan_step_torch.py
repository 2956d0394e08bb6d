"""The training step of @gan/cgan's preset in PyTorch, for packages/cgan/bench/step.ts.

    python cgan_step_torch.py --rounds 100 [--threads 2] [--channels-last] [--compile] [--projection]
"""
import torch
from torch import nn
from torch.nn import functional as F

from cgan_networks import add_model_arguments, create_networks
from dcgan_step_torch import create_adam, fastest_adam, idle_megabytes
from peer_protocol import serve, step_arguments


def create_step(arguments):
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    generator, discriminator = (network.to(memory_format=layout) for network in create_networks(arguments))
    adam = fastest_adam(list(discriminator.parameters()))
    generator_adam = create_adam(generator.parameters(), adam)
    discriminator_adam = create_adam(discriminator.parameters(), adam)
    frozen = list(discriminator.parameters())
    shape = (arguments.batch, arguments.channels, arguments.size, arguments.size)
    real = (torch.rand(shape) * 2 - 1).to(memory_format=layout)
    labels = F.one_hot(torch.randint(arguments.classes, (arguments.batch,)), arguments.classes).float()
    cross_entropy = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(arguments.batch), torch.zeros(arguments.batch)
    generate = generator

    def score(images, targets):
        return cross_entropy(discriminator(images, labels), targets)

    if arguments.compile:
        generate, score = torch.compile(generator), torch.compile(score)

    def step():
        fake = generate(torch.randn(arguments.batch, 100), labels)
        discriminator_adam.zero_grad(set_to_none=True)
        real_loss = score(real, ones)
        real_loss.backward()
        fake_loss = score(fake.detach(), zeros)
        fake_loss.backward()
        discriminator_adam.step()
        for parameter in frozen:
            parameter.requires_grad_(False)
        generator_adam.zero_grad(set_to_none=True)
        generator_loss = score(fake, ones)
        generator_loss.backward()
        generator_adam.step()
        for parameter in frozen:
            parameter.requires_grad_(True)
        return (real_loss + fake_loss).item(), generator_loss.item()

    return step, adam


def main():
    parser = step_arguments(__doc__.splitlines()[0])
    add_model_arguments(parser)
    parser.set_defaults(size=32, batch=32, features=16)
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory format")
    parser.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    step, adam = create_step(arguments)
    mode = "compile" if arguments.compile else "eager"
    setting = "+".join([mode, *(["channels-last"] if arguments.channels_last else []), adam])
    description = {"peer": "torch", "version": torch.__version__, "threads": arguments.threads, "setting": setting}
    serve(description, step, idle_megabytes, arguments.rounds, warm_up=3 if arguments.compile else 1)


if __name__ == "__main__":
    main()
