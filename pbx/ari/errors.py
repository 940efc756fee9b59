"""Errors of talking to Asterisk, as one tree.

AriError
├── AriUnreachable   could not talk: no socket, or no answer in time
├── AriRefused       was told no: carries status and reason
└── AriReplaced      another client took our application: stop acting, fatal
"""


class AriError(Exception):
    pass


class AriUnreachable(AriError):
    pass


class AriRefused(AriError):
    """Asterisk answered with 4xx or 5xx.

    Args:
        method, uri: the request, without its body (a body may hold secrets).
        status: HTTP status.
        reason: Asterisk's words.
    """

    def __init__(self, method: str, uri: str, status: int, reason: str) -> None:
        super().__init__(f"{method} {uri}: {status} {reason}")
        self.status = status
        self.reason = reason


class AriReplaced(AriError):
    pass
