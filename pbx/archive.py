"""Files that must not be lost: behind `message_ports.Archive`, and how any file is written."""

import asyncio
import os
import shutil
from contextlib import suppress
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

    async def sizes(self) -> tuple[int, int]:
        """Bytes that all files of the folder take, and bytes that are free on its disk."""
        return await asyncio.to_thread(self._sizes)

    def _sizes(self) -> tuple[int, int]:
        self._folder.mkdir(parents=True, exist_ok=True)
        used = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                with suppress(FileNotFoundError):  # deleted meanwhile
                    used += Path(folder, name).stat().st_size
        return used, shutil.disk_usage(self._folder).free


def write(file: Path, data: bytes) -> None:
    """Write `file` whole or not at all, and safely on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(data)
        publish(part, file)
    except OSError:
        # On a full disk half a file would only keep others from being written.
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


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
