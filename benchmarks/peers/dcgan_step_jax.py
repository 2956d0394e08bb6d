"""One DCGAN training step in plain JAX under jit: the same networks, losses, Adam and work as dcgan_step_torch.py, in NHWC.

    python dcgan_step_jax.py --size 64 --batch 64 --features 64 --threads 2 --rounds 5

Without --rounds it waits for the driver (see peer_protocol.py).
"""
import os

from peer_protocol import serve, status_megabytes, step_arguments

NOISE_SIZE = 100


def limit_threads(threads):
    """XLA sizes its pool by the processors it may use, so the limit must stand before JAX is imported."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[:threads])
    elif threads < (os.cpu_count() or 1):
        raise SystemExit("--threads below the processor's count needs Linux: JAX has no option for it")


def main():
    arguments = step_arguments(__doc__.splitlines()[0]).parse_args()
    limit_threads(arguments.threads)
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.devices()
    idle_megabytes = status_megabytes("VmRSS") or 0.0
    step = create_step(jax, arguments)
    description = {"peer": "jax", "version": jax.__version__, "threads": arguments.threads, "setting": "jit"}
    serve(description, step, idle_megabytes, arguments.rounds)


def create_step(jax, arguments):
    import jax.numpy as jnp
    from jax import lax

    size, batch, features = arguments.size, arguments.batch, arguments.features
    widest = features * size // 8
    layout = ("NHWC", "HWIO", "NHWC")

    def convolve(x, kernel):
        return lax.conv_general_dilated(x, kernel, (2, 2), ((1, 1), (1, 1)), dimension_numbers=layout)

    def convolve_transposed(x, kernel):
        # Each input pixel spread over 4x4 outputs, stride 2, "same": padding of 2 around the dilated input.
        return lax.conv_general_dilated(
            x, kernel, (1, 1), ((2, 2), (2, 2)), lhs_dilation=(2, 2), dimension_numbers=layout
        )

    def normalise(x, scale_shift):
        mean = jnp.mean(x, (0, 1, 2))
        variance = jnp.mean(jnp.square(x - mean), (0, 1, 2))
        return (x - mean) * (lax.rsqrt(variance + 1e-5) * scale_shift[0]) + scale_shift[1]

    def widths_down():
        widths = [features]
        while widths[-1] < widest:
            widths.append(widths[-1] * 2)
        return widths

    def create_parameters(key):
        keys = iter(jax.random.split(key, 16))
        kernel = lambda *shape: 0.02 * jax.random.normal(next(keys), shape)
        statistics = lambda width: (jnp.ones(width), jnp.zeros(width))
        widths = widths_down()
        up = widths[::-1]
        generator = {
            "dense": kernel(NOISE_SIZE, 4 * 4 * widest),
            "kernels": [kernel(4, 4, a, b) for a, b in zip(up, up[1:] + [3])],
            "norms": [statistics(width) for width in up],
        }
        discriminator = {
            "kernels": [kernel(4, 4, a, b) for a, b in zip([3] + widths, widths)],
            "norms": [statistics(width) for width in widths[1:]],
            "dense": kernel(4 * 4 * widest, 1),
        }
        return generator, discriminator

    def generate(p, noise):
        x = (noise @ p["dense"]).reshape(batch, 4, 4, widest)
        for kernel, norm in zip(p["kernels"], p["norms"]):
            x = convolve_transposed(jax.nn.relu(normalise(x, norm)), kernel)
        return jnp.tanh(x)

    def discriminate(p, x):
        x = jax.nn.leaky_relu(convolve(x, p["kernels"][0]), 0.2)
        for kernel, norm in zip(p["kernels"][1:], p["norms"]):
            x = jax.nn.leaky_relu(normalise(convolve(x, kernel), norm), 0.2)
        return (x.reshape(batch, -1) @ p["dense"])[:, 0]

    def adam(parameters, gradients, first, second, count):
        first = jax.tree.map(lambda m, g: 0.5 * m + 0.5 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        rate = 2e-4 / (1 - 0.5**count)
        correction = lax.rsqrt(1 - 0.999**count)
        move = lambda p, m, v: p - rate * m / (jnp.sqrt(v) * correction + 1e-8)
        return jax.tree.map(move, parameters, first, second), first, second

    def train(state, real):
        key, noise_key = jax.random.split(state["key"])
        noise = jax.random.normal(noise_key, (batch, NOISE_SIZE))
        count = state["count"] + 1
        # The generator's forward pass runs once: its pullback waits for the second phase.
        fake, generator_pullback = jax.vjp(lambda p: generate(p, noise), state["generator"])

        def discriminator_loss(p):
            return jnp.mean(jax.nn.softplus(-discriminate(p, real))) + jnp.mean(jax.nn.softplus(discriminate(p, fake)))

        d_loss, d_gradients = jax.value_and_grad(discriminator_loss)(state["discriminator"])
        discriminator, d_first, d_second = adam(
            state["discriminator"], d_gradients, state["d_first"], state["d_second"], count
        )
        g_loss, fake_gradient = jax.value_and_grad(
            lambda images: jnp.mean(jax.nn.softplus(-discriminate(discriminator, images)))
        )(fake)
        (g_gradients,) = generator_pullback(fake_gradient)
        generator, g_first, g_second = adam(state["generator"], g_gradients, state["g_first"], state["g_second"], count)
        return {
            "key": key,
            "count": count,
            "generator": generator,
            "g_first": g_first,
            "g_second": g_second,
            "discriminator": discriminator,
            "d_first": d_first,
            "d_second": d_second,
        }, (d_loss, g_loss)

    key = jax.random.key(1)
    generator, discriminator = create_parameters(key)
    zeros = lambda tree: jax.tree.map(jnp.zeros_like, tree)
    state = {
        "key": key,
        "count": jnp.float32(0),
        "generator": generator,
        "g_first": zeros(generator),
        "g_second": zeros(generator),
        "discriminator": discriminator,
        "d_first": zeros(discriminator),
        "d_second": zeros(discriminator),
    }
    real = jax.random.uniform(key, (batch, size, size, 3), minval=-1.0, maxval=1.0)
    compiled = jax.jit(train, donate_argnums=0)

    def step():
        nonlocal state
        state, losses = compiled(state, real)
        return tuple(float(loss) for loss in jax.block_until_ready(losses))

    return step


if __name__ == "__main__":
    main()
