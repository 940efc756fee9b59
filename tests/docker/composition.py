"""docker/compose.yaml as Docker Compose itself understands it."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docker.builder import ROOT, Mounts, Store, checked

PROJECT = Path("/project")
"""The project's folder as Docker Compose sees it."""
PROGRAM = "/usr/libexec/docker/cli-plugins/docker-compose"
USER_ID = 5060
"""Of both images' users, see their Dockerfiles."""


@dataclass(frozen=True)
class Compose:
    """The program Docker Compose, from Debian's package, in a container of its own."""

    store: Store
    container: str

    @classmethod
    def installed(cls, store: Store, base: str) -> "Compose":
        container = store.container(base)
        store.progress("Docker Compose ...")
        install = "apt-get install -y --no-install-recommends docker-compose"
        store.run(
            container, "sh", "-c", f"apt-get update && DEBIAN_FRONTEND=noninteractive {install}"
        )
        return cls(store, container)

    def config(self, environment: str) -> dict[str, Any]:
        """The whole file, checked and resolved.

        Args:
            environment: a file that says what `.env` would, from docker/.

        Raises:
            Failed: with what Docker Compose finds wrong.
        """
        docker = PROJECT / "docker"
        text = self.store.run(
            self.container,
            *(PROGRAM, "--file", str(docker / "compose.yaml"), "--profile", "tls"),
            *("--env-file", str(docker / environment), "config", "--format", "json"),
            mounts={ROOT: f"{PROJECT}:ro"},
        )
        found: dict[str, Any] = json.loads(text)
        return found


def here(path: str) -> Path:
    """Where a file that the composition names lies on this machine."""
    return ROOT / Path(path).relative_to(PROJECT)


def make_secrets(folder: Path) -> Path:
    """Run a copy of docker/make-secrets in `folder`; the folder that it made."""
    script = folder / "make-secrets"
    shutil.copy(ROOT / "docker" / "make-secrets", script)
    checked([script])
    return folder / "secrets"


@dataclass(frozen=True)
class Deployment:
    """The composition's services as containers of `store`, with volumes in `folder`.

    Args:
        changes: settings that differ from the composition's, such as free ports.
    """

    composition: Mapping[str, Any]
    store: Store
    folder: Path
    secrets: Path
    changes: Mapping[str, str]

    def service(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.composition["services"][name]
        return found

    def environment(self, name: str) -> dict[str, str]:
        own = self.service(name).get("environment") or {}
        return {**own, **self.changes} if own else {}

    def mounts(self, name: str) -> Mounts:
        service = self.service(name)
        found: dict[Path, str] = {}
        for volume in service.get("volumes", ()):
            source = here(volume["source"]) if volume["type"] == "bind" else self._volume(volume)
            found[source] = volume["target"] + (":ro" if volume.get("read_only") else "")
        for secret in service.get("secrets", ()):
            found[self.secrets / secret["source"]] = f"/run/secrets/{secret['source']}:ro"
        return found

    def _volume(self, volume: Mapping[str, Any]) -> Path:
        """A named volume, which gets its owner from the image."""
        folder = self.folder / str(volume["source"])
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, USER_ID, USER_ID)
        return folder
