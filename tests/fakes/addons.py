"""The exchange as test calls know it."""

from pbx.domain.test_calls import Heard
from pbx.errors import SwitchUnreachable


class FakeTestCaller:
    """Hears `heard` of every number; where it is `away`, nothing is called."""

    def __init__(self) -> None:
        self.heard = Heard(False, b"", 0)
        self.away = False
        self.called: list[str] = []

    async def listen(self, e164: str, seconds: float) -> Heard:
        self.called.append(e164)
        if self.away:
            raise SwitchUnreachable("the fake is away")
        return self.heard
