"""The services of the desk around the calls, together."""

from dataclasses import dataclass
from typing import Protocol

from pbx.services.contacts import Contacts
from pbx.services.country_ports import LimitStore, UnlockStore
from pbx.services.country_requests import CountryRequests
from pbx.services.desk_ports import (
    ContactStore,
    CountryRequestStore,
    NoteStore,
    QualityStore,
    TaskShelf,
)
from pbx.services.history import History
from pbx.services.notes import Notes
from pbx.services.ports import CallLog, Clock, Directory, Notifier
from pbx.services.quality import QualityDiaries
from pbx.services.switchboard import Switchboard


class DeskStores(Protocol):
    """A database, or fakes of it."""

    @property
    def calls(self) -> CallLog: ...

    @property
    def contacts(self) -> ContactStore: ...

    @property
    def country_requests(self) -> CountryRequestStore: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def limits(self) -> LimitStore: ...

    @property
    def unlocks(self) -> UnlockStore: ...

    @property
    def notes(self) -> NoteStore: ...

    @property
    def quality(self) -> QualityStore: ...

    @property
    def shelf(self) -> TaskShelf: ...


@dataclass(frozen=True, slots=True)
class Desk:
    contacts: Contacts
    country_requests: CountryRequests
    history: History
    notes: Notes
    quality: QualityDiaries


def desk_of(
    stores: DeskStores, *, board: Switchboard, notifier: Notifier, clock: Clock, home_region: str
) -> Desk:
    contacts = Contacts(stores.contacts, home_region)
    return Desk(
        contacts=contacts,
        country_requests=CountryRequests(
            store=stores.country_requests,
            directory=stores.directory,
            notifier=notifier,
            unlocks=stores.unlocks,
            clock=clock,
        ),
        history=History(
            calls=stores.calls,
            board=board,
            directory=stores.directory,
            contacts=contacts,
            notes=stores.notes,
            quality=stores.quality,
        ),
        notes=Notes(
            store=stores.notes, shelf=stores.shelf, directory=stores.directory, clock=clock
        ),
        quality=QualityDiaries(store=stores.quality, calls=stores.calls, clock=clock),
    )
