#!/usr/bin/env python3
"""Computes two small Transformers with PyTorch and writes transformers.json, against which TorchFixtureTests compares the library.

Run it with a Python that has PyTorch (on Debian: apt-get install python3-torch; /usr/bin/python3 make_transformers.py).

The weights are not stored: both sides compute them from a formula, in the order in which the file lists them. Of each gradient
the file keeps its length and its product with a fixed direction. The GPT-2-style model is made of PyTorch's own layers, the
Llama-style one of plain operations in Hugging Face's conventions (separate projections, rotation by halves)."""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

VOCABULARY, TIME, WIDTH, LAYERS = 11, 6, 8, 2
TOKENS = torch.tensor([[1, 5, 2, 9, 10, 3], [7, 0, 4, 4, 8, 6]])
TARGETS = torch.tensor([[5, 2, 9, 10, 3, -100], [0, 4, 4, 8, 6, 1]])


class Parameters:
    """Makes parameters by the formula and remembers them in order."""

    def __init__(self):
        self.made = []

    def __call__(self, name, *shape, around=0.0):
        count = math.prod(shape)
        phase = len(self.made) + 1
        values = [around + 0.3 * math.sin(0.37 * phase * (i + 1)) for i in range(count)]
        tensor = torch.tensor(values, dtype=torch.float64).to(torch.float32).reshape(shape).requires_grad_()
        self.made.append((name, around, tensor))
        return tensor


def gpt2():
    make, heads = Parameters(), 2
    table, places = make("tokens", VOCABULARY, WIDTH), make("positions", TIME, WIDTH)
    stream = table[TOKENS] + places
    forbidden = torch.full((TIME, TIME), -math.inf).triu(1)
    for i in range(LAYERS):
        layer = torch.nn.TransformerEncoderLayer(
            WIDTH, heads, 4 * WIDTH, dropout=0.0, batch_first=True, norm_first=True,
            activation=lambda x: F.gelu(x, approximate="tanh"))
        for name, parameter in list(layer.named_parameters()):
            made = make(f"{i}.{name}", *parameter.shape, around=1.0 if name in ("norm1.weight", "norm2.weight") else 0.0)
            owner = layer
            *path, last = name.split(".")
            for part in path:
                owner = getattr(owner, part)
            delattr(owner, last)
            setattr(owner, last, made)  # a plain tensor, so that gradients reach ours
        stream = layer(stream, src_mask=forbidden)
    gain, shift = make("norm.weight", WIDTH, around=1.0), make("norm.bias", WIDTH)
    return make, F.layer_norm(stream, (WIDTH,), gain, shift) @ table.T


def llama():
    make, heads, shared, hidden, epsilon, base = Parameters(), 4, 2, 12, 1e-6, 500.0
    head_dim = WIDTH // heads
    table = make("tokens", VOCABULARY, WIDTH)
    frequency = base ** (-torch.arange(0, head_dim, 2).float() / head_dim)
    angle = torch.arange(TIME).float()[:, None] * frequency
    cosine, sine = torch.cat([angle, angle], -1).cos(), torch.cat([angle, angle], -1).sin()

    def norm(x, gain):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + epsilon) * gain

    def turned(x):
        first, second = x.chunk(2, -1)
        return x * cosine + torch.cat([-second, first], -1) * sine

    def split(x, count):
        return x.reshape(2, TIME, count, head_dim).transpose(1, 2)

    stream = table[TOKENS]
    for i in range(LAYERS):
        x = norm(stream, make(f"{i}.attention_norm", WIDTH, around=1.0))
        query = turned(split(x @ make(f"{i}.q", heads * head_dim, WIDTH).T, heads))
        key = turned(split(x @ make(f"{i}.k", shared * head_dim, WIDTH).T, shared))
        value = split(x @ make(f"{i}.v", shared * head_dim, WIDTH).T, shared)
        key, value = (y.repeat_interleave(heads // shared, 1) for y in (key, value))
        scores = query @ key.transpose(-2, -1) / math.sqrt(head_dim)
        scores = scores.masked_fill(torch.ones(TIME, TIME).triu(1).bool(), -math.inf)
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(2, TIME, WIDTH)
        stream = stream + mixed @ make(f"{i}.o", WIDTH, WIDTH).T
        x = norm(stream, make(f"{i}.mlp_norm", WIDTH, around=1.0))
        gate, up, down = make(f"{i}.gate", hidden, WIDTH), make(f"{i}.up", hidden, WIDTH), make(f"{i}.down", WIDTH, hidden)
        stream = stream + (F.silu(x @ gate.T) * (x @ up.T)) @ down.T
    x = norm(stream, make("norm", WIDTH, around=1.0))
    return make, x @ make("head", VOCABULARY, WIDTH).T


def described(model):
    make, logits = model()
    loss = F.cross_entropy(logits.reshape(-1, VOCABULARY), TARGETS.reshape(-1))
    loss.backward()
    parameters = []
    for name, around, tensor in make.made:
        gradient = tensor.grad.reshape(-1).double()
        direction = torch.cos(torch.arange(1, gradient.numel() + 1).double())
        parameters.append({
            "name": name, "shape": list(tensor.shape), "around": around,
            "gradientLength": rounded(gradient.norm()), "gradientAlongCosine": rounded(gradient @ direction)})
    return {"loss": rounded(loss), "logits": [rounded(x) for x in logits.reshape(-1)], "parameters": parameters}


def rounded(x):
    return round(float(x), 7)


if __name__ == "__main__":
    torch.set_num_threads(1)
    result = {"tokens": TOKENS.reshape(-1).tolist(), "targets": TARGETS.reshape(-1).tolist(), "batch": 2, "time": TIME,
              "gpt2": described(gpt2), "llama": described(llama)}
    text = json.dumps(result).replace('{"name"', '\n{"name"').replace('"logits"', '\n"logits"').replace('"llama"', '\n"llama"')
    pathlib.Path(__file__).with_name("transformers.json").write_text(text + "\n")
