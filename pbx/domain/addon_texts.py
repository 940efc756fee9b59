"""Add-ons in words: for the customer's form, for cards and for mails."""

from pbx.domain import cents, metering
from pbx.domain.addon_orders import Step
from pbx.domain.addons import PHONE_AREAS, GreetingKind, Option
from pbx.domain.records import Area, FactorRow
from pbx.domain.texts import Words, pick

OPTIONS: dict[Option, Words] = {
    Option.EXTENSION: (
        "Durchwahl ohne eigenen Anrufbeantworter",
        "Extension without an answering machine of your own",
    ),
    Option.MAILBOX: (
        "Durchwahl mit eigenem Anrufbeantworter",
        "Extension with an answering machine of your own",
    ),
    Option.OWN_NUMBER: ("Ihre eigene Rufnummer", "Your own number"),
    Option.COUNTRY_NUMBER: ("Rufnummer in einem bestimmten Land", "Number in a certain country"),
}
EXPLANATIONS: dict[Option, Words] = {
    Option.EXTENSION: (
        "Ihre Anrufer erreichen Ihre Assistenz unter deren Durchwahl. Nimmt niemand ab, meldet "
        "sich unser allgemeiner Anrufbeantworter. Dafür entstehen keine Kosten.",
        "Your callers reach your assistant at their extension. Where nobody answers, our general "
        "answering machine does. This costs nothing.",
    ),
    Option.MAILBOX: (
        "Nimmt niemand ab, hören Ihre Anrufer eine Ansage in Ihrem Namen und können eine Nachricht "
        "hinterlassen. Der Preis richtet sich danach, wer die Ansage spricht.",
        "Where nobody answers, your callers hear a greeting in your name and can leave a message. "
        "The price depends on who speaks the greeting.",
    ),
    Option.OWN_NUMBER: (
        "Wir richten eine Rufnummer, die Ihnen gehört, in unserer Telefonanlage ein: Sie wird "
        "hierher umgeleitet oder umgezogen. Wir prüfen zuerst, ob das technisch geht; geht es "
        "nicht, entstehen keine Kosten. Eine eigene Ansage ist möglich.",
        "We configure a number that belongs to you in our telephone system: it is forwarded or "
        "moved here. We check first whether that is technically feasible; if it is not, it costs "
        "nothing. A greeting of your own is possible.",
    ),
    Option.COUNTRY_NUMBER: (
        "Sie bekommen eine Rufnummer in dem Land Ihrer Wahl. Wir prüfen zuerst, ob es dort eine "
        "gibt; gibt es keine, entstehen keine Kosten. Eine eigene Ansage ist möglich.",
        "You get a number in the country of your choice. We check first whether there is one; if "
        "there is none, it costs nothing. A greeting of your own is possible.",
    ),
}
GREETINGS: dict[GreetingKind, Words] = {
    GreetingKind.NONE: ("Ohne eigene Ansage", "Without a greeting of your own"),
    GreetingKind.SUPPLIED: ("Sie liefern die Aufnahme", "You send the recording"),
    GreetingKind.VPA: ("Ihre Assistenz spricht sie ein", "Spoken by your assistant"),
    GreetingKind.PROFESSIONAL: ("Professionell eingesprochen", "Spoken by a professional"),
}
GREETING_EXPLANATIONS: dict[GreetingKind, Words] = {
    GreetingKind.NONE: (
        "Anrufer hören unsere allgemeine Ansage.",
        "Callers hear our general greeting.",
    ),
    GreetingKind.SUPPLIED: (
        "Sie laden eine Audiodatei hoch, zum Beispiel MP3. Wir passen die Lautstärke an.",
        "You upload an audio file, such as MP3. We adjust how loud it is.",
    ),
    GreetingKind.VPA: (
        "Sie schreiben den Text, wir nehmen ihn auf.",
        "You write the text, we record it.",
    ),
    GreetingKind.PROFESSIONAL: (
        "Eine Sprecherin oder ein Sprecher nimmt Ihren Text im Studio auf.",
        "A professional speaker records your text in a studio.",
    ),
}
FACTOR_NOTE: Words = (
    "Der Telefonfaktor Ihrer Aufgabe gilt immer zusätzlich: Ein Zusatz ersetzt ihn nicht.",
    "The telephone factor of your task always applies on top: no add-on takes its place.",
)
AREAS: dict[Area, Words] = {
    Area.BACKOFFICE_DE: ("Backoffice, Telefonate in Deutschland", "Back office, calls in Germany"),
    Area.BACKOFFICE_EU: ("Backoffice, Telefonate in der EU", "Back office, calls in the EU"),
    Area.SALES_DE: ("Vertrieb, Telefonate in Deutschland", "Sales, calls in Germany"),
    Area.SALES_EU: ("Vertrieb, Telefonate in der EU", "Sales, calls in the EU"),
}
STEPS: dict[Step, Words] = {
    Step.FEASIBLE: ("Machbarkeit geprüft", "Feasibility checked"),
    Step.NUMBER: ("Rufnummer bestellt oder umgeleitet", "Number ordered or forwarded"),
    Step.GREETING: ("Ansage freigegeben", "Greeting approved"),
    Step.CONFIGURED: ("Eingerichtet", "Configured"),
    Step.TEST_CALL: ("Testanruf bestanden", "Test call passed"),
    Step.INFORMED: ("Kunde informiert", "Customer informed"),
}


def item(name: str, language: str) -> str:
    """A line of an order."""
    if name.startswith("greeting-"):
        return pick(GREETINGS[GreetingKind(name.removeprefix("greeting-"))], language)
    return pick(OPTIONS[Option(name)], language)


def factor_lines(row: FactorRow, language: str) -> list[tuple[Area, str, str]]:
    """The four rows that stand beside every price: area, its words, its factor."""
    return [
        (
            area,
            pick(AREAS[area], language),
            metering.factor_text(metering.factors(area, row).customer),
        )
        for area in PHONE_AREAS
    ]


def money(amount: int, language: str) -> str:
    """4990 is `49,90 €` or `€49.90`."""
    plain = cents.euros(amount)
    return f"{plain.replace('.', ',')} €" if language == "de" else f"€{plain}"
