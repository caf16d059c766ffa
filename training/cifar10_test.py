"""Checks CNV's training script without training: python3 training/cifar10_test.py

Random networks in which gamma is negative for about half of the channels and 0 for some, and beta is often
exactly 0 with a whole mean, so that channels sit right on the edge between firing and not: no bit may
differ between batch norm in float64 and the folded thresholds. Also signed bytes and distortion.
"""

import numpy as np
import torch

import cifar10

torch.manual_seed(1)

pixel = torch.arange(256)
rule = ((2 * pixel.double() / 255 - 1) * 128 + 0.5).floor().clamp(-128, 127).long()
assert torch.equal(cifar10.quantise(pixel.to(torch.uint8)), rule)

image = torch.arange(2 * 3072, dtype=torch.int32).view(2, 3, 32, 32)
moved = cifar10.distort(image.repeat(50, 1, 1, 1), torch.Generator().manual_seed(1))
for result, original in zip(moved[:, 0], image[:, 0].repeat(50, 1, 1)):
    across = int(result[16, 17] - result[16, 16])
    assert across in (1, -1)
    row, column = divmod(int(result[16, 16]) - int(original[0, 0]), 32)
    assert abs(row - 16) <= 4 and abs(column - (16 if across > 0 else 15)) <= 4
assert torch.equal(moved[:, 1] - moved[:, 0], torch.full((100, 32, 32), 1024, dtype=torch.int32))

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
q = torch.randint(-128, 128, (20, 3, 32, 32))
with torch.no_grad():
    model(q)  # makes the running means and variances
    for norm in model.norms:
        norm.weight.data.uniform_(-1, 1)
        norm.bias.data.normal_(0, 0.2)
    model.eval()
    dot = model(q[:4]).numpy() / model.logit_scale
assert (dot.round() == cifar10.integer_network(cifar10.fold_all(model), q[:4])[1]).mean() > 0.9
print("3 random networks: no hidden bit and no dot product differs")
