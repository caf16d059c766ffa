"""CNV's first five convolutions, with pools, batch norm and sign, on a CPU with AMX: `cifar10_amx.cpp` by g++."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import torch

SOURCE = Path(__file__).with_suffix(".cpp")
LAYERS = 5
FLAGS = ["-O3", "-march=sapphirerapids", "-fopenmp", "-shared", "-fPIC"]


def pointers(tensors):
    assert all(t.is_contiguous() for t in tensors)
    return (ctypes.c_void_p * len(tensors))(*[t.data_ptr() for t in tensors])


def pointer(tensor):
    assert tensor.is_contiguous()
    return ctypes.c_void_p(tensor.data_ptr())


class Convolutions:
    """Their forward and backward pass for batches of up to `capacity` images."""

    def __init__(self, capacity):
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "cifar10_amx.so"
            subprocess.run(["g++", *FLAGS, "-o", library, SOURCE], check=True)
            self.library = ctypes.CDLL(str(library))
        self.library.create.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.create(capacity, torch.get_num_threads()))
        assert self.context, "the system does not let this process use AMX"
        self.capacity = capacity

    def __call__(self, q, latents, norms):
        """+-1 in bfloat16 [n, 9 * 256] of signed bytes [n, 32, 32, 3]; keeps the running means as torch does."""
        assert len(q) <= self.capacity
        return Function.apply(self, q, norms, *latents, *[n.weight for n in norms], *[n.bias for n in norms])


class Function(torch.autograd.Function):
    @staticmethod
    def forward(ctx, convolutions, q, norms, *parameters):
        latents, gammas, betas = (parameters[i : i + LAYERS] for i in range(0, 3 * LAYERS, LAYERS))
        training = norms[0].training
        stats = [(torch.empty_like(n.bias), torch.empty_like(n.bias)) for n in norms]
        if not training:
            stats = [(n.running_mean, n.running_var) for n in norms]
        means, variances = zip(*stats)
        bits = torch.empty(len(q), 9 * 256, dtype=torch.bfloat16)
        convolutions.library.forward(
            *(convolutions.context, len(q), pointer(q), pointers(latents), pointers(gammas), pointers(betas)),
            *(pointers(means), pointers(variances), int(training), ctypes.c_float(norms[0].eps), pointer(bits)),
        )
        if training:
            for norm, mean, variance, size in zip(norms, means, variances, (30, 14, 12, 5, 3)):
                count = len(q) * size * size
                norm.running_mean.lerp_(mean, norm.momentum)
                norm.running_var.lerp_(variance * (count / (count - 1)), norm.momentum)
        ctx.convolutions, ctx.q, ctx.shapes = convolutions, q, [latent.shape for latent in latents]
        convolutions.latest = q
        return bits

    @staticmethod
    def backward(ctx, gradient):
        assert ctx.convolutions.latest is ctx.q, "a forward pass overwrites what the one before left"
        rows = [max(32, shape[:-1].numel()) for shape in ctx.shapes]
        weights = [torch.empty(n, shape[-1]) for n, shape in zip(rows, ctx.shapes)]
        gammas, betas = ([torch.empty(shape[-1]) for shape in ctx.shapes] for _ in range(2))
        ctx.convolutions.library.backward(
            *(ctx.convolutions.context, pointer(gradient.bfloat16().contiguous())),
            *(pointers(weights), pointers(gammas), pointers(betas)),
        )
        weights = [w[: shape[:-1].numel()].view(shape) for w, shape in zip(weights, ctx.shapes)]
        return (None, None, None, *weights, *gammas, *betas)


def available():
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    has_amx = all(flag in flags for flag in ("amx_int8", "amx_bf16", "avx512_bf16"))
    return has_amx and shutil.which("g++") is not None
