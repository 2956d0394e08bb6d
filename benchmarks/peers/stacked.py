"""Weights of many runs in one tensor, and the functions of *_networks.py for all of them at once by torch.func.vmap.

A small network at a batch of 8 leaves a GPU idle; thirty of them side by side are as many kernels as one. vmap alone would
make convolutions of many groups, which are slow: here they are products of matrices, and FIR filters too.
"""
import math

import torch
from torch.nn import functional as F

import progan_networks
import stylegan_networks

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def convolve_stacked(x, weight, stride, padding):
    """[R, B, I, H, W], [R, O, I, k, k] -> [R, B, O, h, w]"""
    runs, batch, inputs, height, width = x.shape
    outputs, kernel = weight.shape[1], weight.shape[-1]
    high, wide = ((size + 2 * padding - kernel) // stride + 1 for size in (height, width))
    columns = x.reshape(1, -1, height, width)
    if kernel > 1:
        columns = F.unfold(columns, kernel, padding=padding, stride=stride)
    columns = columns.reshape(runs, batch, inputs * kernel * kernel, high * wide)
    return torch.matmul(weight.reshape(runs, 1, outputs, -1), columns).view(runs, batch, outputs, high, wide)


def transpose_stacked(x, weight, stride, _padding):
    """[R, B, I, H, W], [R, I, O, k, k] -> [R, B, O, stride (H - 1) + k, stride (W - 1) + k]"""
    runs, batch, inputs, height, width = x.shape
    outputs, kernel = weight.shape[2], weight.shape[-1]
    columns = torch.matmul(weight.reshape(runs, 1, inputs, -1).transpose(2, 3), x.reshape(runs, batch, inputs, -1))
    size = ((height - 1) * stride + kernel, (width - 1) * stride + kernel)
    return F.fold(columns.view(1, -1, height * width), size, kernel, stride=stride).view(runs, batch, outputs, *size)


def lift(function):
    """A function of stacked pictures and weights as one of a single run's, for use inside vmap only."""

    class Lifted(torch.autograd.Function):
        @staticmethod
        def forward(x, weight, stride, padding):
            return function(x[None], weight[None], stride, padding)[0]

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

        @staticmethod
        def vmap(info, dimensions, x, weight, stride, padding):
            stack = lambda t, at: t.expand(info.batch_size, *t.shape) if at is None else t.movedim(at, 0)
            return function(stack(x, dimensions[0]), stack(weight, dimensions[1]), stride, padding), 0

    return Lifted.apply


class StackedFunctional:
    """torch.nn.functional with these convolutions."""

    convolve, transpose = staticmethod(lift(convolve_stacked)), staticmethod(lift(transpose_stacked))

    def __getattr__(self, name):
        return getattr(F, name)

    def conv2d(self, x, weight, bias=None, stride=1, padding=0):
        y = self.convolve(x, weight, stride, padding)
        return y if bias is None else y + bias.view(1, -1, 1, 1)

    def conv_transpose2d(self, x, weight, stride):
        return self.transpose(x, weight, stride, 0)


matrices = {}


def fir_matrix(size, padding, gain, stride, spread):
    """[size, outputs]: along one axis puts zeros between the pixels if spread, pads, blurs and takes every stride-th."""
    key = (size, tuple(padding), gain, stride, spread)
    if key not in matrices:
        x = torch.eye(size)
        if spread:
            x = torch.stack([x, torch.zeros_like(x)], 2).reshape(size, 2 * size)
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) * math.sqrt(gain) / 8
        y = F.conv1d(F.pad(x, tuple(padding))[:, None], taps.view(1, 1, 4), stride=stride)
        matrices[key] = y[:, 0].to(device)
    return matrices[key]


def fir(x, padding, gain=1.0, stride=1, spread=False):
    matrix = fir_matrix(x.shape[-1], padding, gain, stride, spread)
    return torch.matmul(matrix.t(), torch.matmul(x, matrix))


def use_stacked_functions():
    """From now on the networks' functions are for use inside vmap."""
    stylegan_networks.F = progan_networks.F = StackedFunctional()
    stylegan_networks.fir = fir
    stylegan_networks.enlarge = lambda x: fir(x, (2, 1), 4, spread=True)


class Stack:
    """A network's weights of all runs, [runs, weights], and Adam's moments of them."""

    def __init__(self, parts):
        self.names = list(parts[0])
        self.shapes = [parts[0][name].shape for name in self.names]
        self.sizes = [shape.numel() for shape in self.shapes]
        rows = [torch.cat([part[name].reshape(-1) for name in self.names]) for part in parts]
        self.flat = torch.stack(rows).to(device).requires_grad_()
        self.moments = [torch.zeros_like(self.flat, requires_grad=False) for _ in range(2)]
        self.updates = torch.zeros((), device=device)

    def tensors(self, flat=None):
        """By name, [runs, ...] each."""
        flat = self.flat if flat is None else flat
        parts = zip(self.names, flat.split(self.sizes, 1), self.shapes)
        return {name: part.view(len(flat), *shape) for name, part, shape in parts}

    def mask(self, is_active):
        """[weights]: 1 for those whose name is active."""
        parts = [torch.full((size,), float(is_active(name))) for name, size in zip(self.names, self.sizes)]
        return torch.cat(parts).to(device)

    def forget(self):
        for value in (*self.moments, self.updates):
            value.zero_()

    @torch.no_grad()
    def descend(self, loss, rate, betas, epsilon, mask=None, moving=None):
        """One update of Adam on the sum of all runs' losses.

        rate, betas: [runs, 1]. mask: [weights] that learn. moving: [runs, 1], which runs learn.
        """
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(loss, self.flat)
        self.updates.add_(1)
        first, second = self.moments
        kept = betas if moving is None else [torch.where(moving, beta, 1.0) for beta in betas]
        first.mul_(kept[0]).add_(slope * (1 - kept[0]))
        second.mul_(kept[1]).add_(slope.square() * (1 - kept[1]))
        corrections = [1 - beta**self.updates for beta in betas]
        move = first / ((second / corrections[1]).sqrt_().add_(epsilon)) * (rate / corrections[0])
        for factor in (mask, moving):
            if factor is not None:
                move = move * factor
        self.flat.sub_(move)
