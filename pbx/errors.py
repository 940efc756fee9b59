"""Every error that a person can see, as one tree.

    PbxError                    error_id, HTTP status, a text in German and English
    ├── Refused                 403  the server decided no (policy, rights, limits)
    ├── NotFound                404
    ├── Conflict                409  the state of things does not allow it now
    ├── BadRequest              400  the input cannot be understood
    ├── NotSignedIn             401
    ├── Unavailable             503  a part that is needed is away
    │   ├── SwitchUnreachable        we could not talk to Asterisk
    │   └── DatabaseAway             in `pbx.store.engine`
    ├── SwitchRefused           502  Asterisk was asked and said no
    └── ConfigError             —    raised before the process starts

`error_id` is stable: integrators and the web app branch on it, never on the text.
"""

from typing import ClassVar


class PbxError(Exception):
    """Base of all errors with an `error_id`.

    Args:
        error_id: stable kebab-case identifier.
        de: German text that a person can act on.
        en: the same in English.
        extra: further facts for the client (JSON-serialisable), e.g. the country.
    """

    status: ClassVar[int] = 500

    def __init__(self, error_id: str, de: str, en: str, **extra: object) -> None:
        super().__init__(f"{error_id}: {en}")
        self.error_id = error_id
        self.de = de
        self.en = en
        self.extra = extra

    def text(self, language: str) -> str:
        """The text in `language` ("de" or anything else for English)."""
        return self.de if language.startswith("de") else self.en


class Refused(PbxError):
    status = 403


class NotFound(PbxError):
    status = 404


class Conflict(PbxError):
    status = 409


class BadRequest(PbxError):
    status = 400


class NotSignedIn(PbxError):
    status = 401


class Unavailable(PbxError):
    status = 503


class SwitchUnreachable(Unavailable):
    def __init__(self, reason: str = "") -> None:
        super().__init__(
            "switch-unreachable",
            "Die Telefonanlage ist gerade nicht erreichbar. Bitte gleich erneut versuchen.",
            "The telephone exchange cannot be reached right now. Please try again in a minute.",
        )
        self.reason = reason


class SwitchRefused(PbxError):
    status = 502

    def __init__(self, status_code: int, reason: str) -> None:
        super().__init__(
            "switch-refused",
            "Die Telefonanlage hat den Befehl abgelehnt.",
            "The telephone exchange refused the command.",
        )
        self.status_code = status_code
        self.reason = reason


class ConfigError(Exception):
    """A setting is missing or wrong; names file, key, what was found and what is expected.

    Args:
        file: the configuration file, or the name of the environment variable.
        key: dotted key such as `trunk.port`.
        found: what stands there, as text.
        expected: what should stand there.
    """

    def __init__(self, file: str, key: str, found: object, expected: str) -> None:
        super().__init__(f"{file}: {key}: found {found!r}, expected {expected}")
        self.file = file
        self.key = key
        self.found = found
        self.expected = expected
