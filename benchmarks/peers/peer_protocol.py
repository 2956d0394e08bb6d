"""What every peer says and hears: one JSON object a line, on stdin and stdout.

The driver (packages/backend-ort/bench/step.ts) starts a peer once and then sends
    {"steps": 3}      -> {"milliseconds": [812.1, 809.4, 810.0], "losses": [1.37, 0.71], "peakMemoryMB": 611.2}
    {"quit": true}
so that peers can be timed in turn (A B A B) without start-up in between, and wait without using the processor.
With --rounds N a peer needs no driver: it times itself and prints one line of result.
"""
import argparse
import json
import statistics
import sys
import time


def status_megabytes(field):
    """Megabytes (1e6 bytes) of a field of /proc/self/status, such as VmRSS or VmHWM; None where there is no /proc.

    Not resource.getrusage: Linux carries ru_maxrss over exec, so it may hold the peak of the process that started us.
    """
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return None


def linear_algebra_library():
    """Debian's name of the BLAS loaded, such as openblas-openmp; "reference" for its slow one; None where it cannot be told.

    Debian keeps every BLAS under the same file name, in a folder of its own: .../openblas-openmp/libblas.so.3.
    """
    try:
        with open("/proc/self/maps") as maps:
            paths = [line.split()[-1] for line in maps if "/libblas.so" in line]
    except OSError:
        return None
    folder = paths[0].split("/")[-2] if paths else None
    return "reference" if folder == "blas" else folder


def step_arguments(description, sizes=(32, 64)):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--size", type=int, default=64, choices=sizes, help="pixels, height and width")
    parser.add_argument("--batch", type=int, default=64, help="images a step")
    parser.add_argument("--features", type=int, default=64, help="channels of the discriminator's first level")
    parser.add_argument("--threads", type=int, default=2, help="processor threads")
    parser.add_argument("--network", help="named by the driver; each script has one")
    parser.add_argument("--rounds", type=int, help="time this many steps, print the result and leave")
    return parser


def serve(description, step, idle_megabytes, rounds=None, warm_up=2):
    """Answer the driver until it quits.

    description: dict printed first ({"peer", "version", "threads", "setting"}).
    step: function without arguments that runs one whole training step and returns (discriminator loss, generator loss).
    idle_megabytes: resident size after the imports, which peak memory is counted from.
    """

    def timed(count):
        milliseconds, losses = [], None
        for _ in range(count):
            start = time.perf_counter()
            losses = step()
            milliseconds.append((time.perf_counter() - start) * 1e3)
        peak = status_megabytes("VmHWM")
        return {
            "milliseconds": milliseconds,
            "losses": losses,
            "peakMemoryMB": None if peak is None else peak - idle_megabytes,
        }

    start = time.perf_counter()
    timed(warm_up)
    description = {**description, "warmUpMilliseconds": (time.perf_counter() - start) * 1e3}
    if rounds is not None:
        result = timed(rounds)
        result["medianMilliseconds"] = statistics.median(result["milliseconds"])
        print(json.dumps({**description, **result}), flush=True)
        return
    print(json.dumps(description), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "steps" in request:
            answer = timed(request["steps"])
        elif "quit" in request:
            return
        else:
            answer = {"error": f"expected steps or quit, got {line.strip()}"}
        print(json.dumps(answer), flush=True)
