"""Tiny but real files that transformers and datasets can load."""

import json

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
