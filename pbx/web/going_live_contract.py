"""The operations around what is looked at before a number goes live."""

from pbx.domain.rights import Right
from pbx.web import going_live_schemas as g
from pbx.web import schemas as s
from pbx.web.number_contract import NUMBER
from pbx.web.operation import V1, Operation

GOING_LIVE = f"{NUMBER}/going-live"
POINT = f"{GOING_LIVE}/{{point}}"
CHECKS = f"{V1}/number-checks"

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
        "look_at_numbers",
        "POST",
        f"{CHECKS}/look",
        "What is to be confirmed of several numbers, and what is wrong with them",
        Right.NUMBERS,
        g.ChecksLook,
        s.Page[g.NumberCheckup],
    ),
    Operation(
        "confirm_numbers",
        "POST",
        CHECKS,
        "Say that all that a person looks at was looked at, of several numbers; those with"
        " findings and those that changed meanwhile are left as they are",
        Right.NUMBERS,
        g.ChecksPost,
        g.ChecksDone,
    ),
    Operation(
        "take_numbers_back",
        "POST",
        f"{CHECKS}/take-back",
        "Take back what I confirmed of several numbers, unless somebody has confirmed it since",
        Right.NUMBERS,
        g.ChecksTakeBack,
        status=204,
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
