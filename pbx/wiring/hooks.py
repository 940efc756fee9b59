"""The wiring of webhooks, texts for customers and the watch over phone shares."""

from pbx.hook_sender import HttpHookSender, networks
from pbx.kept import kept_secret
from pbx.sealing import AesSeal
from pbx.services.alarms import Alarms
from pbx.services.hooks import HookRules
from pbx.services.integration import Integration, integration_of
from pbx.services.links import Links
from pbx.services.ports import Clock, Notifier
from pbx.services.switchboard import Switchboard
from pbx.services.work import WorkService
from pbx.settings import Settings
from pbx.store.database import Database


def integration(
    settings: Settings,
    database: Database,
    *,
    board: Switchboard,
    notifier: Notifier,
    work: WorkService,
    alarms: Alarms,
    links: Links,
    clock: Clock,
) -> Integration:
    hooks = settings.hooks
    return integration_of(
        database,
        sender=HttpHookSender(networks(hooks.allowed_networks), hooks.timeout_seconds),
        seal=AesSeal(kept_secret(settings.data / "hooks.key")),
        alarms=alarms,
        links=links,
        board=board,
        notifier=notifier,
        share=work.phone_share,
        clock=clock,
        rules=HookRules(hooks.retry_seconds, hooks.alarm_minutes, hooks.keep_days),
    )
