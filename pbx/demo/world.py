"""The demo's outside world as one thing to start and stop: carrier, mail server, pages."""

import asyncio

from aiohttp import web

from pbx.asterisk.runtime import Runtime
from pbx.demo.carrier import Carrier
from pbx.demo.mailbox import Mailbox
from pbx.demo.smtp_catcher import SmtpCatcher
from pbx.demo.web import DemoPages
from pbx.settings import Settings


class Demo:
    """What `make run` adds to the product.

    Raises (constructor):
        ConfigError: settings that the demo cannot work with, such as a real trunk.
    """

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        folder = settings.data / "demo" / "mails"
        self.carrier = Carrier(settings, runtime)
        self.smtp = SmtpCatcher(settings.smtp.host, settings.smtp.port, folder)
        self.mailbox = Mailbox(folder)
        self._pages = DemoPages(settings, self.carrier, self.mailbox, self.smtp)

    async def start(self) -> None:
        """Start the mail server, and start the carrier or adopt the one that still runs.

        Raises:
            AsteriskFailed: the carrier did not start. Nothing is left running then.
        """
        await self.smtp.start()
        try:
            await self.carrier.start()
        except BaseException:
            await self.smtp.stop()
            raise

    async def stop(self) -> None:
        await asyncio.gather(self.smtp.stop(), self.carrier.stop())

    def routes(self) -> list[web.RouteDef]:
        """For `aiohttp.web.Application.add_routes`."""
        return self._pages.routes()
