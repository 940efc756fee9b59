"""The operations around messages."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web import voicemail_schemas as v
from pbx.web.operation import ANYONE, PAGED, SIGNED_IN, V1, Operation


def _step(name: str, verb: str, summary: str) -> Operation:
    """One thing to do with a message."""
    return Operation(
        f"{name}_voicemail",
        "POST",
        f"{V1}/voicemails/{{id}}/{verb}",
        summary,
        SIGNED_IN,
        None,
        v.VoicemailView,
    )


VOICEMAIL_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_voicemails",
        "GET",
        f"{V1}/voicemails",
        "Messages, newest first; VPAs see their own",
        SIGNED_IN,
        None,
        s.Page[v.VoicemailView],
        query=(
            ("show", "`open`, `mine`, `done`, `silent` or `bounced`"),
            ("did", "number of ours that was called, E.164"),
            ("caller", "who called, E.164"),
            ("person", "e-mail address of who took it, or whose it is"),
            *PAGED,
        ),
    ),
    Operation(
        "get_voicemail",
        "GET",
        f"{V1}/voicemails/{{id}}",
        "One message",
        SIGNED_IN,
        None,
        v.VoicemailView,
    ),
    Operation(
        "voicemail_audio",
        "GET",
        f"{V1}/voicemails/{{id}}/audio",
        "The recording as MP3; range requests",
        SIGNED_IN,
        content="audio/mpeg",
    ),
    Operation(
        "forward_voicemail",
        "POST",
        f"{V1}/voicemails/{{id}}/forward",
        "Forward by mail",
        Right.VOICEMAILS,
        v.Forward,
        v.VoicemailView,
    ),
    _step("claim", "claim", "I take it; 409 names who has it already"),
    _step("give_back", "give-back", "I do not take it after all"),
    _step("finish", "done", "It is done"),
    _step("reopen", "reopen", "It is not done after all"),
    Operation(
        "release_voicemail",
        "POST",
        f"{V1}/voicemails/{{id}}/release",
        "Mail a recording that was taken for silent; once",
        Right.VOICEMAILS,
        None,
        v.VoicemailView,
    ),
    Operation(
        "send_voicemail_again",
        "POST",
        f"{V1}/voicemails/{{id}}/send-again",
        "Mail it once more, to whoever is the number's recipient now",
        Right.VOICEMAILS,
        None,
        v.VoicemailView,
    ),
    Operation(
        "silent_calls",
        "GET",
        f"{V1}/silent-calls",
        "Calls without a message, summed up by who called",
        Right.VOICEMAILS,
        None,
        s.Page[v.SilentCallsView],
    ),
    Operation(
        "voicemail_storage",
        "GET",
        f"{V1}/voicemail-storage",
        "Room for recordings, and for how long they are kept",
        Right.VOICEMAILS,
        None,
        v.StorageView,
    ),
    Operation(
        "take_bounce",
        "POST",
        f"{V1}/bounces",
        "A mail that came back, as message/rfc822; for a mail server's pipe",
        Right.VOICEMAILS,
        response=v.BounceResult,
    ),
    Operation(
        "message_page",
        "GET",
        "/message/{token}",
        "The page behind the link in a message's mail; changes nothing",
        ANYONE,
        content="text/html",
    ),
    Operation(
        "act_on_message",
        "POST",
        "/message/{token}",
        "A form's `step` (`claim`, `done`, `give-back`, `reopen`) and `name`",
        ANYONE,
        content="text/html",
    ),
)
