"""A test double of Hugging Face's hub: the part of its API that huggingface_hub, transformers and datasets ask, on the
loopback address, without Xet.

No real hub was at hand when it was written: the shapes are those that the clients parse (huggingface_hub 0.26.5, 1.33.0,
2.4.0), and test_hfdouble.py holds it to them. The server, the repos, the log and the faults are hubdouble's."""

from .hub import HfHub

__all__ = ["HfHub"]
