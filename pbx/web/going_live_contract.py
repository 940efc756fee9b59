"""The operations around what is looked at before a number goes live."""

from pbx.domain.rights import Right
from pbx.web import going_live_schemas as g
from pbx.web.number_contract import NUMBER
from pbx.web.operation import Operation

GOING_LIVE = f"{NUMBER}/going-live"
POINT = f"{GOING_LIVE}/{{point}}"

GOING_LIVE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get_going_live",
        "GET",
        GOING_LIVE,
        "What must be looked at before callers use a number, and who did",
        Right.NUMBERS,
        None,
        g.GoingLiveView,
    ),
    Operation(
        "go_live",
        "POST",
        GOING_LIVE,
        "Record that it is live; all points are done. The last confirmation does it by itself",
        Right.NUMBERS,
        None,
        g.GoingLiveView,
    ),
    Operation(
        "confirm_point",
        "PUT",
        POINT,
        "Say that a point was looked at, or that what was found is meant to be so",
        Right.NUMBERS,
        g.PointPut,
        g.GoingLiveView,
    ),
    Operation(
        "take_point_back",
        "DELETE",
        POINT,
        "Take a confirmation back",
        Right.NUMBERS,
        None,
        g.GoingLiveView,
    ),
    Operation(
        "test_number",
        "POST",
        f"{NUMBER}/test-calls",
        "Call the number and listen, nobody rings; the result appears among the points",
        Right.NUMBERS,
        None,
        g.GoingLiveView,
        202,
    ),
    Operation(
        "number_test_call_audio",
        "GET",
        f"{NUMBER}/test-calls/{{call}}/audio",
        "What a test call heard",
        Right.NUMBERS,
        content="audio/wav",
    ),
)
