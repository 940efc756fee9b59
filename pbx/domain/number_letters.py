"""The mails around asking for a number of one's own (F06)."""

from pbx.domain import numbers
from pbx.domain.desk import RequestState
from pbx.domain.inventory import NumberRequest
from pbx.domain.records import User
from pbx.domain.texts import pick

HOME = "DE"


def asked(asker: User, request: NumberRequest, page: str, language: str) -> tuple[str, str]:
    """Subject and text for those who decide; `page`: where they answer."""
    return pick(
        (
            f"{asker.name} möchte eine eigene Nummer",
            f"{asker.name} would like a number of their own",
        ),
        language,
    ), pick(
        (
            f"{asker.name} ({asker.email}) bittet um eine eigene Nummer.\n"
            f"Grund: {request.reason}\n\nAnsehen und entscheiden:\n{page}\n",
            f"{asker.name} ({asker.email}) asks for a number of their own.\n"
            f"Reason: {request.reason}\n\nSee it and decide:\n{page}\n",
        ),
        language,
    )


def answered(request: NumberRequest, page: str, language: str) -> tuple[str, str]:
    """Subject and text for who asked; `page`: where their requests are shown."""
    given = request.state is RequestState.APPROVED
    number = numbers.show(request.e164 or "", HOME)
    subject = pick(
        (f"Ihre eigene Nummer: {number}", f"Your own number: {number}")
        if given
        else ("Ihr Wunsch nach einer eigenen Nummer", "Your request for a number of your own"),
        language,
    )
    text = pick(
        (
            f"Wer {number} wählt, erreicht ab jetzt Sie.",
            f"Whoever dials {number} reaches you from now on.",
        )
        if given
        else ("Ihr Wunsch wurde abgelehnt.", "Your request was refused."),
        language,
    )
    note = f"\n\n> {request.answer}" if request.answer else ""
    return subject, f"{text}{note}\n\n{page}\n"
