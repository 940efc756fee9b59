"""Secrets of our own that are made on first use and kept in the data folder."""

import os
import secrets
from pathlib import Path

SECRET_BYTES = 32


def kept_secret(file: Path) -> bytes:
    """The secret in `file`, made where there is none; only its owner may read it.

    Raises:
        ValueError: the file holds something else.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = file.read_bytes()
        if len(kept) != SECRET_BYTES:
            raise ValueError(f"{file}: not a secret of {SECRET_BYTES} bytes") from None
        return kept
    made = secrets.token_bytes(SECRET_BYTES)
    with os.fdopen(opened, "wb") as f:
        f.write(made)
        f.flush()
        os.fsync(f.fileno())
    return made
