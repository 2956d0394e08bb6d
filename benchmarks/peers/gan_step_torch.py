"""Training steps of any GAN of gan_*.py, for benchmarks/throughput: as a peer of peer_protocol.py.

    python gan_step_torch.py --gan pix2pix --model '{"imageSize": 64, ...}' --batch 8 [--cycle 1] [--level 3 --fade 0.5]
        [--threads 2] [--channels-last] [--compile] [--rounds 5]

--model is a variant's whole configuration as JSON. A round is --cycle steps, so that lazy phases fall due in each.
No average of the weights is kept.
"""
import argparse
import importlib
import importlib.util
import json
import sys

import torch

from peer_protocol import linear_algebra_library, serve, status_megabytes

idle_megabytes = status_megabytes("VmRSS") or 0.0  # before anything runs: peak memory counts from here


def create_gan(name, model, tools):
    """The class Gan of the variant's module: gan_stylegan_lite.py for stylegan-lite."""
    module = "gan_" + name.replace("-", "_")
    if importlib.util.find_spec(module) is None:
        sys.exit(f"--gan knows no {name}: there is no {module}.py")
    return importlib.import_module(module).Gan(model, tools)


def main():
    from gan_tools import Tools

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gan", required=True)
    parser.add_argument("--model", required=True, type=json.loads)
    parser.add_argument("--batch", type=int, default=1, help="images a step")
    parser.add_argument("--cycle", type=int, default=1, help="steps a round")
    parser.add_argument("--level", type=int, help="of a growing GAN; default: its last")
    parser.add_argument("--fade", type=float, help="how far the level has faded in; default: it stays")
    parser.add_argument("--threads", type=int, default=2, help="processor threads")
    parser.add_argument("--rounds", type=int, help="time this many rounds, print the result and leave")
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory format")
    parser.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    tools = Tools(arguments.channels_last, arguments.compile)
    gan = create_gan(arguments.gan, arguments.model, tools)
    size = arguments.model["imageSize"] if arguments.level is None else 4 * 2**arguments.level
    batch = {
        name: tools.arrange(torch.rand(arguments.batch, channels, size, size) * 2 - 1)
        for name, channels in gan.inputs.items()
    }
    if gan.label_count > 0:
        batch["labels"] = torch.randint(gan.label_count, (arguments.batch,))
    at = {name: value for name, value in [("level", arguments.level), ("fade", arguments.fade)] if value is not None}

    def run():
        for _ in range(arguments.cycle):
            losses = gan.step(batch, **at)
        return losses

    peer = {
        "peer": "torch",
        "version": torch.__version__,
        "threads": arguments.threads,
        "setting": f"{tools.setting}+{tools.adam_name or 'adam'}",
        "blas": linear_algebra_library(),
    }
    warm_up = 3 if arguments.compile and arguments.cycle == 1 else 1
    serve(peer, run, idle_megabytes, arguments.rounds, warm_up)


if __name__ == "__main__":
    main()
