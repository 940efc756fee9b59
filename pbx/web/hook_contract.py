"""The operations around webhooks and texts for customers."""

from pbx.domain.rights import Right
from pbx.web import hook_schemas as h
from pbx.web import schemas as s
from pbx.web.operation import PAGED, SIGNED_IN, V1, Operation

_ENDPOINTS = f"{V1}/hook-endpoints"
_DELIVERIES = f"{V1}/hook-deliveries"
_TEMPLATES = f"{V1}/message-templates"

HOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_hook_endpoints",
        "GET",
        _ENDPOINTS,
        "Where webhooks go, and how that works",
        Right.INTEGRATION,
        None,
        s.Page[h.EndpointView],
    ),
    Operation(
        "add_hook_endpoint",
        "POST",
        _ENDPOINTS,
        "Send webhooks to an address (https; http only on this machine); the answer has the secret"
        " that signs them, this once",
        Right.INTEGRATION,
        h.EndpointPost,
        h.EndpointSecret,
        201,
    ),
    Operation(
        "change_hook_endpoint",
        "PATCH",
        f"{_ENDPOINTS}/{{id}}",
        "Change address or events, switch it off or on",
        Right.INTEGRATION,
        h.EndpointPatch,
        h.EndpointView,
    ),
    Operation(
        "remove_hook_endpoint",
        "DELETE",
        f"{_ENDPOINTS}/{{id}}",
        "Remove it with its deliveries",
        Right.INTEGRATION,
        status=204,
    ),
    Operation(
        "renew_hook_secret",
        "POST",
        f"{_ENDPOINTS}/{{id}}/secret",
        "Another secret; for 24 hours the former one signs as well",
        Right.INTEGRATION,
        None,
        h.EndpointSecret,
    ),
    Operation(
        "test_hook_endpoint",
        "POST",
        f"{_ENDPOINTS}/{{id}}/test",
        "Send an event `test`, also where the endpoint is switched off",
        Right.INTEGRATION,
        None,
        h.DeliveryDetail,
        201,
    ),
    Operation(
        "replay_hooks",
        "POST",
        f"{_ENDPOINTS}/{{id}}/replay",
        "Send all events of a time again, with the ids that they had; also those that it missed"
        " while it was off",
        Right.INTEGRATION,
        h.ReplayPost,
        h.Replayed,
    ),
    Operation(
        "list_hook_deliveries",
        "GET",
        _DELIVERIES,
        "Deliveries, newest first",
        Right.INTEGRATION,
        None,
        s.Page[h.DeliveryView],
        query=(
            ("endpoint", "id of an endpoint"),
            ("state", "waiting, delivered or failed"),
            ("event", "such as call.ended"),
            *PAGED,
        ),
    ),
    Operation(
        "get_hook_delivery",
        "GET",
        f"{_DELIVERIES}/{{id}}",
        "One delivery with its body and every attempt",
        Right.INTEGRATION,
        None,
        h.DeliveryDetail,
    ),
    Operation(
        "replay_hook",
        "POST",
        f"{_DELIVERIES}/{{id}}/replay",
        "Send it again, with the id that it had",
        Right.INTEGRATION,
        None,
        h.DeliveryDetail,
    ),
    Operation(
        "list_templates",
        "GET",
        _TEMPLATES,
        "Texts for customers, and the placeholders that they may have",
        Right.INTEGRATION,
        None,
        h.TemplatesView,
    ),
    Operation(
        "put_template",
        "PUT",
        f"{_TEMPLATES}/{{name}}/{{language}}",
        "Change a text, or take the shipped one again",
        Right.INTEGRATION,
        h.TemplatePut,
        h.TemplateView,
    ),
    Operation(
        "preview_template",
        "POST",
        f"{_TEMPLATES}/preview",
        "A text with made-up values",
        Right.INTEGRATION,
        h.TemplatePreview,
        h.PreviewView,
    ),
    Operation(
        "preview_message",
        "GET",
        f"{V1}/tasks/{{external_id}}/message",
        "What the customer would be told about the task's factor",
        SIGNED_IN,
        None,
        h.MessageView,
        query=(
            ("language", "de or en; none: as when it is sent"),
            ("area", "none: the area that fits the calls"),
        ),
    ),
    Operation(
        "send_message",
        "POST",
        f"{V1}/tasks/{{external_id}}/message",
        "Tell the customer of the factor through the task app (webhook `customer.informed`), and"
        " book the task for the area in the same step",
        SIGNED_IN,
        h.MessagePost,
        h.MessageSent,
        201,
    ),
)
