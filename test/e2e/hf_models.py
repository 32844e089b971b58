"""Tiny but real files that transformers and datasets can load."""

import json
import math
import struct

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world"]


def config(hidden_size: int) -> bytes:
    return json.dumps(
        {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": hidden_size,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 8,
            "vocab_size": len(WORDS),
        }
    ).encode()


def tokenizer(words=tuple(WORDS)) -> dict[str, bytes]:
    model = {"type": "WordLevel", "vocab": {word: i for i, word in enumerate(words)}, "unk_token": "[UNK]"}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": model,
    }
    return {
        "tokenizer.json": json.dumps(tokenizer).encode(),
        "tokenizer_config.json": json.dumps(
            {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}
        ).encode(),
    }


def rows(text: str) -> dict[str, bytes]:
    return {
        "README.md": b"---\nlicense: mit\n---\n",
        "train.jsonl": b"".join(json.dumps({"text": f"{text} {i}"}).encode() + b"\n" for i in range(3)),
    }


def weights(hidden_size: int, value: float) -> bytes:
    """Returns the safetensors file of a BertModel with config(hidden_size); all its numbers are `value`."""
    square, row = [hidden_size, hidden_size], [hidden_size]
    shapes = {
        "embeddings.word_embeddings.weight": [len(WORDS), hidden_size],
        "embeddings.position_embeddings.weight": [512, hidden_size],
        "embeddings.token_type_embeddings.weight": [2, hidden_size],
        "encoder.layer.0.intermediate.dense.weight": [8, hidden_size],
        "encoder.layer.0.intermediate.dense.bias": [8],
        "encoder.layer.0.output.dense.weight": [hidden_size, 8],
        "encoder.layer.0.output.dense.bias": row,
        "pooler.dense.weight": square,
        "pooler.dense.bias": row,
    }
    for norm in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        shapes |= {f"{norm}.LayerNorm.{part}": row for part in ("weight", "bias")}
    for layer in ("self.query", "self.key", "self.value", "output.dense"):
        name = f"encoder.layer.0.attention.{layer}"
        shapes |= {f"{name}.weight": square, f"{name}.bias": row}
    header, data = {}, b""
    for name, shape in shapes.items():
        numbers = struct.pack("<f", value) * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data
