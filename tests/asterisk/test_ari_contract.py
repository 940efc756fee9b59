"""Our events against the live Asterisk's own description of them."""

import dataclasses
import types
import typing
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from pbx.ari import events
from pbx.asterisk.process import AsteriskProcess, pbx_process
from tests.support.telephony import demo_settings, runtime

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAW: dict[tuple[str, str], str] = {
    ("Channel", "caller_number"): "caller.number",
    ("Channel", "app_name"): "dialplan.app_name",
    ("Channel", "app_data"): "dialplan.app_data",
    ("PlaybackFinished", "playback_id"): "playback.id",
    ("PlaybackFinished", "target_uri"): "playback.target_uri",
    ("RecordingFinished", "name"): "recording.name",
    ("RecordingFailed", "name"): "recording.name",
}
"""Where a field of ours stands in Asterisk's JSON, unless it has the same name there."""

KINDS: dict[Any, tuple[str, ...]] = {
    str: ("string", "Date"),
    int: ("int", "long"),
    tuple[str, ...]: ("List[string]",),
    events.Channel: ("Channel",),
}

EXAMPLES: dict[str, Any] = {"string": "x", "Date": "x", "int": 1, "long": 1, "boolean": True}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def models(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    """Asterisk's models of events and of what stands in them."""
    settings = demo_settings(tmp_path_factory.mktemp("contract"))
    process = pbx_process(settings, runtime())
    await process.start()
    try:
        yield await _described(process)
    finally:
        await process.stop()


async def _described(process: AsteriskProcess) -> dict[str, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth(process.user, process.password)}
    found: dict[str, Any] = {}
    async with aiohttp.ClientSession(headers=headers) as session:
        for part in ("events", "channels", "playbacks", "recordings", "bridges"):
            async with session.get(f"{process.url}/ari/api-docs/{part}.json") as response:
                assert response.status == 200, part
                found |= (await response.json(content_type=None))["models"]
    return found


def property_at(models: Mapping[str, Any], model: str, path: str) -> tuple[str, bool]:
    """The type of what stands at `path` in `model`, and whether all on the way is required."""
    required = True
    kind = model
    for name in path.split("."):
        fields = _properties(models, kind)
        assert name in fields, f"{model} has no {path}: {kind} has {sorted(fields)}"
        required = required and bool(fields[name].get("required"))
        kind = fields[name]["type"]
    return kind, required


def _properties(models: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Of a model and of those that it extends (`subTypes` names the children)."""
    fields = dict(models[name]["properties"])
    for parent, model in models.items():
        if name in model.get("subTypes", ()):
            fields |= _properties(models, parent)
    return fields


def _fields() -> Iterator[tuple[str, str, Any]]:
    """Class, field and type of all that we read."""
    classes = [events.Channel, *(getattr(events, name) for name in events.USED)]
    for cls in classes:
        hints = typing.get_type_hints(cls)
        for field in dataclasses.fields(cls):
            yield cls.__name__, field.name, hints[field.name]


async def test_every_event_that_we_ask_for_exists(models: dict[str, Any]) -> None:
    assert set(events.USED) <= set(models)
    ours = {
        cls.__name__
        for cls in vars(events).values()
        if isinstance(cls, type) and issubclass(cls, events.AriEvent) and cls is not events.AriEvent
    }
    assert ours == set(events.USED)


@pytest.mark.parametrize(("cls", "field", "kind"), list(_fields()), ids=str)
async def test_a_field_is_what_asterisk_says(
    models: dict[str, Any], cls: str, field: str, kind: Any
) -> None:
    """Same type; and where Asterisk may leave it out, we read it as optional or empty."""
    theirs, required = property_at(models, cls, RAW.get((cls, field), field))
    optional = isinstance(kind, types.UnionType)
    plain = next(k for k in typing.get_args(kind) if k is not type(None)) if optional else kind
    assert theirs in KINDS[plain], f"{cls}.{field}: {theirs}"
    if required:
        assert not optional, f"{cls}.{field} is always there"
    else:
        assert _read_without(models, cls, field), f"{cls}.{field} may be missing"


def _read_without(models: dict[str, Any], cls: str, field: str) -> bool:
    """Whether an event without this field can be read."""
    model = "StasisStart" if cls == "Channel" else cls
    raw = _example(models, model, only_required=True)
    raw["type"] = model
    return events.read(raw) is not None


def _example(models: dict[str, Any], name: str, *, only_required: bool) -> dict[str, Any]:
    """JSON as Asterisk describes it, with made-up content."""
    return {
        key: _content(models, value["type"], only_required)
        for key, value in _properties(models, name).items()
        if value.get("required") or not only_required
    }


def _content(models: dict[str, Any], kind: str, only_required: bool) -> Any:
    if kind.startswith("List["):
        return [_content(models, kind[5:-1], only_required)]
    if kind in models:
        return _example(models, kind, only_required=only_required)
    return EXAMPLES.get(kind, {})


@pytest.mark.parametrize("only_required", [True, False], ids=["required fields", "all fields"])
@pytest.mark.parametrize("name", events.USED)
async def test_what_asterisk_describes_can_be_read(
    models: dict[str, Any], name: str, only_required: bool
) -> None:
    raw = _example(models, name, only_required=only_required)
    raw["type"] = name
    event = events.read(raw)
    assert type(event).__name__ == name
