"""Finding and fetching an Asterisk, with small programs in place of the real ones."""

import os
import shutil
from pathlib import Path

import pytest

from pbx.asterisk import runtime
from pbx.asterisk.runtime import AsteriskMissing, find_or_fetch
from pbx.errors import ConfigError


def program(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def tree(root: Path, version: str) -> None:
    """What an extracted runtime looks like; its loader tells the version."""
    libraries = root / "usr/lib/some-linux-gnu"
    (libraries / "asterisk/modules").mkdir(parents=True)
    (root / "usr/share/asterisk").mkdir(parents=True)
    program(libraries / "ld-linux-some.so.2", f"echo Asterisk {version}+dfsg")
    program(root / "usr/sbin/asterisk", "exit 1")


def fetcher(folder: Path, made: Path, first: str = "") -> Path:
    """An mmdebstrap that copies `made` to where it is told, and logs how it was called."""
    return program(
        folder / "mmdebstrap",
        f'echo "$@" >> {folder}/calls\n{first}\nfor last; do :; done\ncp -r {made} "$last"',
    )


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands alone before the system's tools on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("cp", "sh", "cat", "echo"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_fetched_runtime_is_used_through_its_own_loader(tmp_path: Path, path: Path) -> None:
    tree(tmp_path / "cache/root", "22.10.1")
    found = find_or_fetch(tmp_path / "cache", "", print)
    libraries = tmp_path / "cache/root/usr/lib/some-linux-gnu"
    assert found.argv[0] == str(libraries / "ld-linux-some.so.2")
    assert found.argv[-1] == str(tmp_path / "cache/root/usr/sbin/asterisk")
    assert found.moddir == libraries / "asterisk/modules"
    assert found.version == "22.10.1"


def test_the_system_comes_before_the_cache_if_it_is_new_enough(tmp_path: Path, path: Path) -> None:
    tree(tmp_path / "cache/root", "22.10.1")
    prefix = tmp_path / "system"
    program(prefix / "sbin/asterisk", "echo Asterisk 22.11.0")
    (prefix / "lib/asterisk/modules").mkdir(parents=True)
    (prefix / "lib/asterisk/modules/res_ari.so").touch()
    (prefix / "share/asterisk/documentation").mkdir(parents=True)
    (prefix / "share/asterisk/documentation/core-en_US.xml").touch()
    (path / "asterisk").symlink_to(prefix / "sbin/asterisk")
    found = find_or_fetch(tmp_path / "cache", "", print)
    assert (found.argv, found.version) == ((str(path / "asterisk"),), "22.11.0")
    program(prefix / "sbin/asterisk", "echo Asterisk 20.6.0")
    assert find_or_fetch(tmp_path / "cache", "", print).version == "22.10.1"


@pytest.mark.parametrize("version", ["20.18.0", "22.9.9", "nonsense"])
def test_a_given_binary_must_be_new_enough(tmp_path: Path, version: str) -> None:
    tree(tmp_path / "old", version)
    with pytest.raises(ConfigError, match=r"asterisk\.binary.*22\.10"):
        find_or_fetch(tmp_path, str(tmp_path / "old/usr/sbin/asterisk"), print)


def test_a_given_binary_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"asterisk\.binary"):
        find_or_fetch(tmp_path, "/nowhere/asterisk", print)


def test_fetching_is_all_or_nothing_and_happens_once(tmp_path: Path, path: Path) -> None:
    tree(tmp_path / "made", "22.10.1")
    fetcher(path, tmp_path / "made")
    cache, said = tmp_path / "cache", []
    (cache / "fetch-1").mkdir(parents=True)  # left over from a fetch that was killed
    first = find_or_fetch(cache, "", said.append)
    assert find_or_fetch(cache, "", said.append) == first
    assert len(said) == 2
    assert sorted(f.name for f in cache.iterdir()) == ["lock", "root"]
    assert len((path / "calls").read_text().splitlines()) == 1


def test_an_expired_archive_is_tried_again_without_the_date(tmp_path: Path, path: Path) -> None:
    tree(tmp_path / "made", "22.10.1")
    complaint = 'echo "E: Release file is expired" >&2; exit 1'
    expired = f'case "$*" in *Check-Valid-Until*) ;; *) {complaint};; esac'
    fetcher(path, tmp_path / "made", expired)
    assert find_or_fetch(tmp_path / "cache", "", print).version == "22.10.1"
    plain, again = (path / "calls").read_text().splitlines()
    assert "Check-Valid-Until" not in plain
    assert "Check-Valid-Until" in again


def test_other_failures_are_told_and_leave_nothing(tmp_path: Path, path: Path) -> None:
    fetcher(path, tmp_path, 'echo "E: no network" >&2; exit 1')
    with pytest.raises(AsteriskMissing, match=r"no network[\s\S]*docker/"):
        find_or_fetch(tmp_path / "cache", "", print)
    assert len((path / "calls").read_text().splitlines()) == 1
    assert [f.name for f in (tmp_path / "cache").iterdir()] == ["lock"]


def test_an_archive_with_an_old_asterisk_is_not_kept(tmp_path: Path, path: Path) -> None:
    tree(tmp_path / "made", "20.1.0")
    fetcher(path, tmp_path / "made")
    with pytest.raises(AsteriskMissing, match=r"22\.10"):
        find_or_fetch(tmp_path / "cache", "", print)
    assert [f.name for f in (tmp_path / "cache").iterdir()] == ["lock"]


def test_without_mmdebstrap_an_ordinary_user_is_told_what_to_do(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(AsteriskMissing, match=r"mmdebstrap is missing.*docker/"):
        find_or_fetch(tmp_path / "cache", "", print)


def test_without_mmdebstrap_root_installs_it(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    tree(tmp_path / "made", "22.10.1")
    fetcher(tmp_path / "package", tmp_path / "made")
    program(
        path / "apt-get",
        f'case "$*" in *install*mmdebstrap) cp {tmp_path}/package/mmdebstrap {path}/;; esac',
    )
    assert find_or_fetch(tmp_path / "cache", "", print).version == "22.10.1"


def test_the_cache_is_inside_the_project() -> None:
    assert runtime.DEFAULT_CACHE.parent.name == ".cache"
