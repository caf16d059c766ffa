"""Checks the folding of batch norm into thresholds on random networks: python3 training/fold_test.py

Here gamma is negative for about half of the neurons and 0 for some, and beta is often exactly 0 with a
whole mean, so that neurons sit right on the edge between firing and not.
"""

import numpy as np
import torch

import mnist

torch.manual_seed(1)
for trial in range(50):
    widths = [*torch.randint(1, 100, (4,)).tolist(), 10]
    model = mnist.Classifier(widths)
    for norm in model.norms:
        norm.running_mean = torch.randn_like(norm.running_mean).mul(5).round()
        norm.running_var = torch.rand_like(norm.running_var) * 50
        norm.weight.data = torch.randn_like(norm.weight) * (torch.rand_like(norm.weight) > 0.1)
        norm.bias.data = torch.randn_like(norm.bias) * (torch.rand_like(norm.bias) > 0.5)
    folded = [mnist.fold(latent, norm) for latent, norm in zip(model.latent, [*model.norms, None])]
    model_file = {"layers": [mnist.layer_entry(index, *pair) for index, pair in enumerate(folded)]}
    x = np.where(np.random.default_rng(trial).random((200, widths[0])) < 0.5, -1, 1)
    float_hidden, float_dot = mnist.float_network(model, x)
    integer_hidden, integer_dot = mnist.integer_network(model_file, x)
    assert all((a == b).all() for a, b in zip(float_hidden, integer_hidden)), trial
    assert (float_dot == integer_dot).all(), trial
print("50 random networks: no hidden bit and no dot product differs")
