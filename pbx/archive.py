"""Files that must not be lost: behind `message_ports.Archive`, and how any file is written."""

import asyncio
import os
from pathlib import Path


class RecordingArchive:
    """Recordings in one folder; names are relative to it, such as `voicemail/<id>.wav`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        return self._folder / name

    async def keep(self, name: str, data: bytes) -> None:
        """Returns when the file is on the disk.

        Raises:
            OSError: it is not, e.g. because the disk is full.
        """
        await asyncio.to_thread(write, self.path(name), data)

    async def remove(self, name: str) -> None:
        """Delete; what is gone already is as good as deleted."""
        await asyncio.to_thread(self.path(name).unlink, missing_ok=True)


def write(file: Path, data: bytes) -> None:
    """Write `file` whole or not at all, and safely on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_bytes(data)
    publish(part, file)


def publish(part: Path, file: Path) -> None:
    """Give the finished `part` its name, in a way that a power cut cannot undo halfway."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
