"""The operations around greetings and announcements."""

from pbx.domain.rights import Right
from pbx.web import greeting_schemas as g
from pbx.web.operation import V1, Access, Operation

ACCESS: Access = Right.NUMBERS
LIBRARY = f"{V1}/greetings"
ONE = f"{LIBRARY}/{{id}}"
VERSION = f"{V1}/greeting-versions/{{id}}"
UPLOAD = (
    ("file", "name of the file, where the body is the file itself"),
    ("source", "`browser` for a recording made in the page"),
    ("from", "`now` or ISO 8601: from when on it plays; without it, it is a draft"),
)


def _operation(name: str, method: str, path: str, summary: str, **more: object) -> Operation:
    given: dict[str, object] = {"response": g.GreetingView, **more}
    return Operation(name, method, path, summary, ACCESS, **given)  # type: ignore[arg-type]


GREETING_OPERATIONS: tuple[Operation, ...] = (
    _operation(
        "list_greetings",
        "GET",
        LIBRARY,
        "The library of greetings, with all versions and where they are played",
        response=g.GreetingLibraryView,
    ),
    _operation(
        "add_greeting",
        "POST",
        LIBRARY,
        "A new greeting. Body: an audio file, as it is or as multipart/form-data (`file`)",
        status=201,
        query=(("name", "of the greeting"), *UPLOAD),
    ),
    _operation(
        "add_greeting_version",
        "POST",
        f"{ONE}/versions",
        "A new version of a greeting. Body as for a new greeting",
        status=201,
        query=UPLOAD,
    ),
    _operation(
        "hear_speech",
        "POST",
        f"{LIBRARY}/speech-preview",
        "A text, spoken, to listen to; nothing is kept",
        request=g.SpeechText,
        response=None,
        content="audio/wav",
    ),
    _operation(
        "speak_greeting",
        "POST",
        f"{LIBRARY}/speech",
        "A spoken text as a new greeting or a new version",
        request=g.Speech,
        status=201,
    ),
    _operation(
        "dictate_greeting",
        "POST",
        f"{LIBRARY}/telephone-codes",
        "A code to record a greeting by telephone: call, enter it while a greeting plays,"
        " speak after the beep, end with #",
        request=g.TelephoneWish,
        response=g.TelephoneCode,
        status=201,
    ),
    _operation("put_greeting", "PUT", ONE, "Another name", request=g.GreetingPut),
    _operation(
        "delete_greeting",
        "DELETE",
        ONE,
        "Remove a greeting that no number plays; it can be taken back for some days",
        response=None,
        status=204,
    ),
    _operation("restore_greeting", "POST", f"{ONE}/restore", "Take a removed greeting back"),
    _operation(
        "plan_greeting_version",
        "PUT",
        VERSION,
        "From when on a version plays",
        request=g.VersionPlan,
    ),
    _operation(
        "delete_greeting_version",
        "DELETE",
        VERSION,
        "Remove a version, unless a number plays it and no other would be left",
    ),
    _operation(
        "restore_greeting_version", "POST", f"{VERSION}/restore", "Take a removed version back"
    ),
    _operation(
        "greeting_audio",
        "GET",
        f"{VERSION}/audio",
        "A version as callers hear it; range requests",
        response=None,
        content="audio/wav",
    ),
)
