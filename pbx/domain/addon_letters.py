"""The mails around add-ons: subject and text of each."""

from collections.abc import Sequence
from datetime import date, datetime

from pbx.domain import addon_texts
from pbx.domain.addon_orders import Kind, Order, StepRow, next_step
from pbx.domain.addon_watch import WatchRules, filled
from pbx.domain.addons import Item
from pbx.domain.moments import BERLIN
from pbx.domain.texts import Words, pick

Mail = tuple[str, str]
"""Subject and text."""
KIND_NAMES: dict[Kind, Words] = {
    Kind.BOOKING: ("Zusatz", "Add-on"),
    Kind.CHANGE: ("Änderung", "Change"),
}
FACTS: dict[str, Words] = {
    "contact": ("Kontakt", "Contact"),
    "own-number": ("Eigene Rufnummer", "Own number"),
    "country": ("Land", "Country"),
    "wished-on": ("Wunschtermin", "Wished for"),
    "greeting-text": ("Text der Ansage", "Text of the greeting"),
    "note": ("Bemerkung", "Note"),
    "total": ("Summe", "Total"),
}


def invitation(customer: str, url: str, until: datetime, language: str) -> Mail:
    """The link to the form."""
    day = _day(until, language)
    return pick(
        (
            "Telefonie: Zusätze buchen",
            "Telephone: book add-ons",
        ),
        language,
    ), pick(
        (
            f"Guten Tag,\n\nunter diesem Link können Sie für {customer} Zusätze zum Telefon "
            f"buchen, zum Beispiel eine eigene Ansage oder Rufnummer:\n\n{url}\n\n"
            f"Er gilt bis zum {day}.\n",
            f"Hello,\n\nwith this link you can book telephone add-ons for {customer}, such as a "
            f"greeting or a number of your own:\n\n{url}\n\nIt is good until {day}.\n",
        ),
        language,
    )


def confirmation(order: Order, url: str) -> Mail:
    """To the customer: what was booked, what it costs, where its state can be seen."""
    language = order.language
    lines = _items(order.items, language)
    note = pick(addon_texts.FACTOR_NOTE, language)
    total = addon_texts.money(order.total, language)
    return pick(
        (f"Ihre Buchung {order.label}", f"Your booking {order.label}"),
        language,
    ), pick(
        (
            f"Guten Tag {order.contact},\n\nvielen Dank für Ihre Buchung {order.label} für "
            f"{order.customer}:\n\n{lines}\n\nSumme, einmalig: {total}\n{note}\n\n"
            "Berechnet wird erst, wenn alles eingerichtet ist. Wie weit wir sind, sehen Sie "
            f"hier:\n{url}\n",
            f"Hello {order.contact},\n\nthank you for your booking {order.label} for "
            f"{order.customer}:\n\n{lines}\n\nTotal, once: {total}\n{note}\n\n"
            f"It is charged only when everything is configured. See here how far we are:\n{url}\n",
        ),
        language,
    )


def announcement(order: Order, url: str, language: str) -> Mail:
    """To everybody who is authorised, in their language."""
    day = order.wished_on
    facts = {
        "contact": f"{order.contact} {order.email}".strip(),
        "own-number": order.own_number or "",
        "country": order.country or "",
        "wished-on": _date(day, language) if day else "",
        "greeting-text": order.greeting_text,
        "note": order.note,
    }
    told = "".join(f"{pick(FACTS[n], language)}: {text}\n" for n, text in facts.items() if text)
    kind, option = (
        pick(words, language)
        for words in (KIND_NAMES[order.kind], addon_texts.OPTIONS[order.option])
    )
    price = ""
    if order.items:
        total = addon_texts.money(order.total, language)
        price = f"{_items(order.items, language)}\n{pick(FACTS['total'], language)}: {total}\n\n"
    return (
        f"{kind} {order.label}: {order.customer}, {option}",
        f"{order.customer}: {option}\n\n{price}{told}\n{url}\n",
    )


def refusal(order: Order, url: str) -> Mail:
    """To the customer: it cannot be done, and costs nothing."""
    language = order.language
    return pick(
        (f"Ihre Buchung {order.label}: leider nicht möglich", f"Your booking {order.label}"),
        language,
    ), pick(
        (
            f"Guten Tag {order.contact},\n\nIhre Buchung {order.label} können wir leider nicht "
            f"ausführen:\n\n{order.reason}\n\nDafür wird nichts berechnet.\n{url}\n",
            f"Hello {order.contact},\n\nunfortunately we cannot carry out your booking "
            f"{order.label}:\n\n{order.reason}\n\nNothing is charged for it.\n{url}\n",
        ),
        language,
    )


def ready(order: Order, did: str, url: str) -> Mail:
    """To the customer: it works."""
    language = order.language
    return pick(
        (f"Ihre Buchung {order.label} ist eingerichtet", f"Your booking {order.label} is ready"),
        language,
    ), pick(
        (
            f"Guten Tag {order.contact},\n\nIhre Buchung {order.label} ist eingerichtet und "
            f"getestet. Die Rufnummer ist {did}.\n{url}\n",
            f"Hello {order.contact},\n\nyour booking {order.label} is configured and tested. The "
            f"number is {did}.\n{url}\n",
        ),
        language,
    )


def reminder(order: Order, steps: Sequence[StepRow], days: int, url: str, language: str) -> Mail:
    option = pick(addon_texts.OPTIONS[order.option], language)
    step = _step(steps, language)
    return pick(
        (
            f"Erinnerung: {order.label} für {order.customer} wartet seit {days} Tagen",
            f"Reminder: {order.label} for {order.customer} has been waiting for {days} days",
        ),
        language,
    ), pick(
        (
            f"{order.customer}: {option}\nOffener Schritt: {step}\n\n{url}\n",
            f"{order.customer}: {option}\nOpen step: {step}\n\n{url}\n",
        ),
        language,
    )


def escalation(
    order: Order, steps: Sequence[StepRow], rules: WatchRules, owner: str, url: str
) -> Mail:
    """As the company has worded it, in the language of the rules. `owner`: empty: nobody."""
    language = rules.language
    values = {
        "customer": order.customer,
        "order": order.label,
        "option": pick(addon_texts.OPTIONS[order.option], language),
        "price": addon_texts.money(order.total, language),
        "days": str(rules.escalation_days),
        "owner": owner or pick(("niemand", "nobody"), language),
        "booked": _day(order.booked_at, language),
        "step": _step(steps, language),
        "link": url,
    }
    subject = " ".join(filled(rules.subject, values).split())
    return subject, filled(rules.text, values)


def for_sales(task: str, customer: str, by: str, facts: str) -> Mail:
    """To the sales specialist: a task that was handed over is a case for them (F18)."""
    return (
        f"Fall für den Vertrieb: {task}",
        f"{by} hat die Aufgabe {task} übernommen und meldet sie als Fall für den Vertrieb.\n"
        f"Kunde: {customer}\n\n{facts}\n",
    )


def _items(items: Sequence[Item], language: str) -> str:
    return "\n".join(
        f"- {addon_texts.item(each.name, language)}: {addon_texts.money(each.cents, language)}"
        for each in items
    )


def _step(steps: Sequence[StepRow], language: str) -> str:
    step = next_step(steps)
    return pick(addon_texts.STEPS[step] if step else ("keiner", "none"), language)


def _day(at: datetime, language: str) -> str:
    return _date(at.astimezone(BERLIN).date(), language)


def _date(day: date, language: str) -> str:
    return day.strftime("%d.%m.%Y" if language == "de" else "%Y-%m-%d")
