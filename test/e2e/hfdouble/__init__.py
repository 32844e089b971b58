"""A test double of Hugging Face's hub on the loopback address, without Xet. It implements the part of the API that
huggingface_hub, transformers and datasets use.

No real hub was available when it was written. The response formats are those that huggingface_hub 0.26.5, 1.33.0 and
2.4.0 parse, and test_hf_facts.py runs these clients against the double. Server, repos, log and faults come from
hubdouble."""

from .hub import HfHub

__all__ = ["HfHub"]
