"""A file for a loop device. Every write and every sync that the file system above makes is written to a log.

    recording_disk.py IMAGE LOG MOUNT_POINT

Serves the file MOUNT_POINT/disk, which has the content of IMAGE, by FUSE until it is unmounted. The log has an entry for each
write, struct ENTRY with the offset and the size, and the bytes; and for each sync, struct ENTRY with SYNC and 0. A loop device
passes a flush of its file system on as a sync."""

import errno
import os
import struct
import sys
from pathlib import Path
from typing import Iterator, Optional

ENTRY = struct.Struct("<QQ")
SYNC = 2**64 - 1

Write = tuple[int, bytes]


def entries(log: Path) -> Iterator[Optional[Write]]:
    """Yields the writes in their order, and None for each sync."""
    with open(log, "rb") as file:
        while head := file.read(ENTRY.size):
            offset, size = ENTRY.unpack(head)
            yield None if offset == SYNC else (offset, file.read(size))


def serve(image: str, log_name: str, mount_point: str) -> None:
    import mfusepy

    disk = os.open(image, os.O_RDWR)
    log = os.open(log_name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    class Disk(mfusepy.Operations):
        use_ns = True

        def getattr(self, path, fh=None):
            if path == "/":
                return {"st_mode": 0o40700, "st_nlink": 2}
            if path != "/disk":
                raise mfusepy.FuseOSError(errno.ENOENT)
            return {"st_mode": 0o100600, "st_nlink": 1, "st_size": os.fstat(disk).st_size}

        def read(self, path, size, offset, fh):
            return os.pread(disk, size, offset)

        def write(self, path, data, offset, fh):
            os.write(log, ENTRY.pack(offset, len(data)) + data)
            return os.pwrite(disk, data, offset)

        def fsync(self, path, datasync, fh):
            os.write(log, ENTRY.pack(SYNC, 0))
            return 0

    mfusepy.FUSE(Disk(), mount_point, foreground=True, nothreads=True, big_writes=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
