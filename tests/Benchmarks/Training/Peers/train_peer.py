#!/usr/bin/env python3
"""The same training in PyTorch's eager mode: what `train` compares the library with.

Arguments: a file of settings in JSON. Lines on standard input: the number of updates to make. For each a line comes back: the
seconds it took and the last loss. The first line says which PyTorch this is."""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width)) if bias else None

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-5)


class Block(nn.Module):
    def __init__(self, width, heads, time, bias, gelu):
        super().__init__()
        self.heads, self.gelu = heads, gelu
        self.attention_norm, self.feed_forward_norm = Norm(width, bias), Norm(width, bias)
        self.qkv, self.output = nn.Linear(width, 3 * width, bias), nn.Linear(width, width, bias)
        self.widen, self.narrow = nn.Linear(width, 4 * width, bias), nn.Linear(4 * width, width, bias)
        self.register_buffer("future", torch.ones(time, time).triu(1).bool())

    def forward(self, x):
        batch, time, width = x.shape
        q, k, v = (
            part.view(batch, time, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(self.attention_norm(x)).split(width, 2))
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * (1 / math.sqrt(k.shape[-1]))
            mixed = scores.masked_fill(self.future[:time, :time], -math.inf).softmax(-1) @ v
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, time, width))
        return x + self.narrow(F.gelu(self.widen(self.feed_forward_norm(x)), approximate=self.gelu))


class Gpt(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.tokens, self.places = nn.Embedding(s["vocabulary"], s["width"]), nn.Embedding(s["time"], s["width"])
        self.blocks = nn.ModuleList(
            Block(s["width"], s["heads"], s["time"], s["bias"], "tanh" if s["tanh"] else "none") for _ in range(s["layers"]))
        self.norm = Norm(s["width"], s["bias"])
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.7 / math.sqrt(s["width"]))

    def forward(self, inputs, targets):
        x = self.tokens(inputs) + self.places(torch.arange(inputs.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        s = json.load(file)
    torch.set_num_threads(s["threads"])
    torch.manual_seed(1)
    with open(s["tokens"], "rb") as file:
        text = torch.frombuffer(bytearray(file.read()), dtype=torch.int32).long()
    model = Gpt(s)
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.99))
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libraries = maps.read()
    algebra = next((name for name in ("openblas", "mkl", "blis", "libblas") if name in libraries), "built in")
    if algebra == "libblas":
        sys.exit("This PyTorch multiplies matrices with the reference BLAS, many times slower than OpenBLAS: no fair comparison. "
                 "On Debian: apt-get install libopenblas0-pthread.")
    print(f"PyTorch {torch.__version__} ({algebra}), {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    for line in sys.stdin:
        begin, loss = time.perf_counter(), None
        for _ in range(int(line)):
            starts = torch.randint(len(text) - s["time"] - 1, (s["batch"],))
            rows = torch.stack([text[i:i + s["time"] + 1] for i in starts])
            loss = model(rows[:, :-1], rows[:, 1:])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        value = loss.item()
        print(time.perf_counter() - begin, value, flush=True)


if __name__ == "__main__":
    main()
