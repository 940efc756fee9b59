"""What connects us with other programs, together: webhooks, texts for customers, the limit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pbx.domain.metering import PhoneShareFigures
from pbx.services.alarms import Alarms
from pbx.services.hook_office import HookOffice
from pbx.services.hook_ports import HookEndpoints, HookOutbox, HookSender
from pbx.services.hooks import HookPost, HookRules
from pbx.services.informing import Informing, TemplateStore
from pbx.services.links import Links
from pbx.services.ports import Clock, Directory, Notifier
from pbx.services.share_watch import Board, ShareLimits, ShareWatch
from pbx.services.sign_in_ports import Seal


class IntegrationStores(Protocol):
    """A database."""

    @property
    def directory(self) -> Directory: ...

    @property
    def hook_endpoints(self) -> HookEndpoints: ...

    @property
    def hooks(self) -> HookOutbox: ...

    @property
    def message_templates(self) -> TemplateStore: ...

    @property
    def share_limits(self) -> ShareLimits: ...


@dataclass(frozen=True, slots=True)
class Integration:
    hooks: HookOffice
    informing: Informing
    post: HookPost
    sender: HookSender
    watch: ShareWatch


def integration_of(
    stores: IntegrationStores,
    *,
    sender: HookSender,
    seal: Seal,
    alarms: Alarms,
    links: Links,
    board: Board,
    notifier: Notifier,
    share: Callable[[str], Awaitable[PhoneShareFigures]],
    clock: Clock,
    rules: HookRules,
) -> Integration:
    post = HookPost(
        store=stores.hooks,
        sender=sender,
        seal=seal,
        alarms=alarms,
        links=links,
        clock=clock,
        rules=rules,
    )
    return Integration(
        hooks=HookOffice(store=stores.hook_endpoints, seal=seal, clock=clock, wake=post.wake),
        informing=Informing(
            store=stores.message_templates,
            directory=stores.directory,
            share=share,
            clock=clock,
            wake=post.wake,
        ),
        post=post,
        sender=sender,
        watch=ShareWatch(store=stores.share_limits, board=board, notifier=notifier, clock=clock),
    )
