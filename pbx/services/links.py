"""Links in mails: made and read with the exchange's own secret."""

from datetime import timedelta

from pbx.domain import links
from pbx.services.ports import Clock


class Links:
    """Args: `secret`: 32 bytes; `address`: of the web app, without a slash at its end."""

    def __init__(self, *, secret: bytes, address: str, clock: Clock) -> None:
        self._secret = secret
        self._address = address
        self._clock = clock

    def url(self, path: str) -> str:
        """The address of a page of the web app, such as `/manage/countries`."""
        return f"{self._address}{path}"

    def token(self, purpose: str, subject: str, holder: str, *, days: float) -> str:
        """What stands for `subject` in a link that goes to `holder`."""
        until = self._clock.now().at + timedelta(days=days)
        return links.sign(self._secret, links.Link(purpose, subject, holder, until))

    def signed(self, link: links.Link) -> str:
        """What stands for exactly this link, now and later."""
        return links.sign(self._secret, link)

    def read(self, token: str, purpose: str) -> links.Link:
        """Raises `BadRequest`: `bad-link`, `link-expired`."""
        return links.read(self._secret, token, purpose, self._clock.now().at)
