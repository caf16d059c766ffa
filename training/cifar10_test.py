"""Checks CNV's training script without training: python3 training/cifar10_test.py

Random networks in which gamma is negative for about half of the channels and 0 for some, and beta is often
exactly 0 with a whole mean, so that channels sit right on the edge between firing and not: no bit may
differ between batch norm in float64 and the folded thresholds. Also signed bytes, distortion, and the pass for AMX.
"""

import copy

import numpy as np
import torch

import cifar10
import cifar10_amx

torch.manual_seed(1)

pixel = torch.arange(256)
rule = ((2 * pixel.double() / 255 - 1) * 128 + 0.5).floor().clamp(-128, 127).long()
assert torch.equal(cifar10.quantise(pixel.to(torch.uint8)), rule)

image = torch.arange(2 * 3072, dtype=torch.int32).view(2, 3, 32, 32).permute(0, 2, 3, 1)
moved = cifar10.distort(image.repeat(50, 1, 1, 1), torch.Generator().manual_seed(1))
for result, original in zip(moved[..., 0], image[..., 0].repeat(50, 1, 1)):
    across = int(result[16, 17] - result[16, 16])
    assert across in (1, -1)
    row, column = divmod(int(result[16, 16]) - int(original[0, 0]), 32)
    assert abs(row - 16) <= cifar10.SHIFT and abs(column - (16 if across > 0 else 15)) <= cifar10.SHIFT
assert torch.equal(moved[..., 1] - moved[..., 0], torch.full((100, 32, 32), 1024, dtype=torch.int32))

for trial in range(3):
    model = cifar10.Classifier()
    for index, norm in enumerate(model.norms):
        step = 1 if index else 1 / 128
        norm.running_mean = torch.randn_like(norm.running_mean).mul(10).round() * step
        norm.running_var = torch.rand_like(norm.running_var) * 50
        norm.weight.data = torch.randn_like(norm.weight) * (torch.rand_like(norm.weight) > 0.1)
        norm.bias.data = torch.randn_like(norm.bias) * (torch.rand_like(norm.bias) > 0.5)
    folded = cifar10.fold_all(model)
    q = torch.randint(-128, 128, (4, 3, 32, 32))
    float_hidden, float_dot = cifar10.float_network(model, q)
    integer_hidden, integer_dot = cifar10.integer_network(folded, q)
    assert all((a == b).all() for a, b in zip(float_hidden, integer_hidden)), trial
    assert (float_dot == integer_dot).all(), trial
    assert all(0.02 < bits.mean() < 0.98 for bits in integer_hidden), trial

# What is trained is what is folded: without roundings, and off the edges, the logits are the dot products.
cifar10.FAST = torch.float32
model = cifar10.Classifier()
q = torch.randint(-128, 128, (20, 32, 32, 3), dtype=torch.int8)
with torch.no_grad():
    model(q)  # makes the running means and variances
    for norm in model.norms:
        norm.weight.data.uniform_(0.1, 1)
        norm.bias.data.normal_(0, 0.2)
    model.eval()
    dot = model(q[:4]).numpy() / model.logit_scale
expected = cifar10.integer_network(cifar10.fold_all(model), q[:4].permute(0, 3, 1, 2))[1]
assert (dot.round() == expected).mean() > 0.9
print("3 random networks: no hidden bit and no dot product differs")

# The pass for AMX against plain PyTorch in float32: bits, running means and, to bfloat16's 8 bits, gradients.
if cifar10_amx.available():
    results = []
    for use_amx in (False, True):
        same = copy.deepcopy(model).train()
        if use_amx:
            same.use_amx()
        bits = same.amx(q, list(same.latent[:5]), list(same.norms[:5])) if use_amx else same.convolutions(q)
        (bits.float() * torch.randn(bits.shape, generator=torch.Generator().manual_seed(1))).sum().backward()
        values = [norm.running_mean for norm in same.norms[:5]] + [norm.running_var for norm in same.norms[:5]]
        gradients = [p.grad for p in [*same.latent[:5], *same.norms[:5].parameters()]]
        results.append((bits.float(), values, gradients))
    (bits, values, gradients), (amx_bits, amx_values, amx_gradients) = results
    assert (bits != amx_bits).float().mean() < 1e-3
    assert all(torch.allclose(a, b, rtol=1e-3, atol=1e-3) for a, b in zip(values, amx_values))
    assert all((a - b).norm() < 0.05 * a.norm() for a, b in zip(gradients, amx_gradients))
    print("AMX: bits, running means and gradients are those of PyTorch")
