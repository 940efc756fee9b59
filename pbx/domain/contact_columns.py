"""How programs name the columns of a contact file, in German and English.

Names are compared without capitals, accents, spaces and signs: `Telefon (geschäftlich)`
is `telefongeschaftlich` here.
"""

import enum
import re

from pbx.domain.csv_tables import columns_of


class Kind(enum.Enum):
    MOBILE = "mobile"
    WORK = "work"
    HOME = "home"
    OTHER = "other"


COLUMNS = columns_of(
    {
        "name": "name fullname displayname anzeigename kontakt kontaktname ansprechpartner"
        " contact contactname vollstandigername fileas speichernunter",
        "first": "firstname givenname vorname",
        "middle": "middlename additionalname weiterevornamen zweitervorname",
        "last": "lastname familyname surname nachname familienname",
        "company": "company companyname firma firmenname organization organisation unternehmen"
        " organizationname organization1name organisation1name kunde customer",
        "email": "email emailaddress emailadresse mail email1value email1 email1address",
        "note": "note notes notiz notizen bemerkung bemerkungen kommentar comment comments",
        "task": "task taskid aufgabe",
        "country": "country land countrycode landercode laendercode",
    }
)

PHONE_COLUMN = re.compile(
    r"""
    (?: number | nummer | rufnummer | telephone | telefon | phone | tel | telefonnummer
      | phonenumber | mobile? | mobil | mobiltelefon | mobilnummer | mobilephone | handy
      | handynummer | cell | cellphone | durchwahl | hauptanschluss | hauptnummer
      | (?:primary|business|work|home|other|car|main|company|companymain|mobile)phone[0-9]?
      | (?:primary|business|work|home|other|mobile)(?:number|tel|telephone|mobile)?[0-9]
      | telefon(?:geschaftlich|privat|firma|mobil|dienstlich|buro|zentrale|haupt|auto)?[0-9]?
      | weiterestelefon | firmatelefon | autotelefon
      | (?:phone|telefon|tel|telefonnummer)[0-9](?:value|wert)?
    )$
    """,
    re.VERBOSE,
)
"""A column with telephone numbers; faxes and pagers are none."""

_WORDS = {
    Kind.MOBILE: ("mobil", "handy", "cell", "car", "auto"),
    Kind.WORK: ("business", "work", "company", "geschaftlich", "firma", "dienstlich", "buro"),
    Kind.HOME: ("home", "privat"),
}


def kind_of_words(words: str) -> Kind:
    """What kind of telephone a column's name, a label or a vCard's types tell."""
    for kind, known in _WORDS.items():
        if any(word in words for word in known):
            return kind
    return Kind.OTHER
