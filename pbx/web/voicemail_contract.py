"""The operations around messages."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web.operation import PAGED, SIGNED_IN, V1, Operation

VOICEMAIL_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_voicemails",
        "GET",
        f"{V1}/voicemails",
        "Messages, newest first; VPAs see their own",
        SIGNED_IN,
        None,
        s.Page[s.VoicemailView],
        query=PAGED,
    ),
    Operation(
        "get_voicemail",
        "GET",
        f"{V1}/voicemails/{{id}}",
        "One message",
        SIGNED_IN,
        None,
        s.VoicemailView,
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
        s.Forward,
        s.VoicemailView,
    ),
)
