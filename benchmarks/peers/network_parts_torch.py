"""What the image networks' peers share: layers, the choice of Adam, settings and the loop."""
import sys

import torch
from torch import nn

from dcgan_step_torch import create_adam, fastest_adam
from peer_protocol import linear_algebra_library, serve, step_arguments

__all__ = ["create_patch_gan", "initialise", "main", "freeze", "create_adams"]


def create_patch_gan(channels, features, norm, bias, strided=3):
    """A PatchGAN with `strided` layers of stride 2; 3 judge patches of 70x70: [B, channels, size, size] -> [B, 1, size / 8 - 2, ...]."""
    width = lambda level: features * 2 ** min(level, 3)
    layers = [nn.Conv2d(channels, features, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for level in range(1, strided + 1):
        stride = 2 if level < strided else 1
        layers += [nn.Conv2d(width(level - 1), width(level), 4, stride, 1, bias=bias), norm(width(level))]
        layers += [nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(width(strided), 1, 4, 1, 1))


def initialise(network, layout):
    network.to(memory_format=layout)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network


def freeze(parameters, frozen):
    for parameter in parameters:
        parameter.requires_grad_(not frozen)


def create_adams(*groups):
    """An Adam for each group of parameters, of the implementation that is fastest, and its name."""
    name = fastest_adam(list(groups[0]))
    return [create_adam(group, name) for group in groups], name


def main(description, idle_megabytes, create_step):
    """Runs create_step(arguments, layout, compiled), which gives a step and its Adam's name, as a peer."""
    parser = step_arguments(description, sizes=None)
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory format")
    parser.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    if arguments.compile and not hasattr(torch, "compile"):
        sys.exit(f"PyTorch {torch.__version__} has no torch.compile")
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    step, adam = create_step(arguments, layout, torch.compile if arguments.compile else lambda function: function)
    setting = "+".join(
        (["compile"] if arguments.compile else ["eager"]) + (["channels-last"] if arguments.channels_last else []) + [adam]
    )
    peer = {
        "peer": "torch",
        "version": torch.__version__,
        "threads": arguments.threads,
        "setting": setting,
        "blas": linear_algebra_library(),
    }
    serve(peer, step, idle_megabytes, arguments.rounds, warm_up=3 if arguments.compile else 1)
