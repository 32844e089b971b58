"""libhubcache_c.so by ctypes; include/hubcache/c.h describes it."""

import ctypes
import os
from typing import Optional, Tuple

INTERFACE_VERSION = 1

Tell = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
Progress = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64)
Ask = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)
IsCancelled = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class Callbacks(ctypes.Structure):
    """hubcache_callbacks. A function that is not set is null."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("tell", Tell),
        ("progress", Progress),
        ("ask", Ask),
        ("is_cancelled", IsCancelled),
        ("ready", Tell),
    ]


# CDLL lets Python's other threads run during a call.
_library = ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), "libhubcache_c.so"))
_library.hubcache_version.restype = ctypes.c_char_p
_library.hubcache_call.argtypes = [ctypes.c_char_p, ctypes.POINTER(Callbacks), ctypes.POINTER(ctypes.c_void_p)]
_library.hubcache_free.argtypes = [ctypes.c_void_p]
_library.hubcache_free.restype = None

if _library.hubcache_interface_version() != INTERFACE_VERSION:
    raise ImportError("libhubcache_c.so is not the one of this version of the package: install hubcache again")

version: str = _library.hubcache_version().decode()


def call(request: bytes, callbacks: Callbacks) -> Tuple[int, Optional[bytes]]:
    """Returns the code, and the JSON of the report or of the error; None if there was no memory for it."""
    callbacks.size = ctypes.sizeof(Callbacks)
    report = ctypes.c_void_p()
    code: int = _library.hubcache_call(request, ctypes.byref(callbacks), ctypes.byref(report))
    try:
        return code, None if report.value is None else ctypes.string_at(report.value)
    finally:
        _library.hubcache_free(report)
