"""The mails about an endpoint that takes nothing any more."""

from datetime import datetime

from pbx.domain.inbox_texts import Letter, moment_text


def failing(url: str, since: datetime, why: str, page: str, language: str) -> Letter:
    """Args: `why`: the last answer; `page`: where the log is."""
    at = moment_text(since, language)
    if language == "de":
        return (
            f"Webhook nimmt nichts an: {url}",
            f"Seit {at} scheitert jede Zustellung an {url}.\nZuletzt: {why}\n\n"
            "Es wird weiter versucht, in immer größeren Abständen; nichts geht verloren. Sobald"
            " die Adresse wieder antwortet, kommt alles nach. Was danach noch fehlt, lässt sich"
            f" noch einmal senden.\n\nProtokoll: {page}\n\n"
            "Diese Mail kommt je Ausfall einmal.\n",
        )
    return (
        f"Webhook takes nothing: {url}",
        f"Every delivery to {url} has failed since {at}.\nMost recently: {why}\n\n"
        "We go on trying, at longer and longer intervals; nothing is lost. As soon as the address"
        " answers again, everything follows. What is missing then can be sent again.\n\n"
        f"Log: {page}\n\nThere is one such mail for each failure.\n",
    )


def gone(url: str, page: str, language: str) -> Letter:
    """Args: `page`: where it is switched on again."""
    if language == "de":
        return (
            f"Webhook ausgeschaltet: {url}",
            f"{url} hat geantwortet, dass es diese Adresse nicht mehr gibt (HTTP 410). Der Webhook"
            " ist deshalb ausgeschaltet, und nichts wird mehr dorthin gesendet.\n\n"
            "War das ein Irrtum, bitte wieder einschalten; was inzwischen geschah, lässt sich für"
            f" einen Zeitraum noch einmal senden.\n\n{page}\n",
        )
    return (
        f"Webhook switched off: {url}",
        f"{url} has answered that this address is gone (HTTP 410). The webhook is switched off"
        " therefore, and nothing more is sent there.\n\n"
        "If that was a mistake, please switch it on again; what has happened meanwhile can be"
        f" sent again for a span of time.\n\n{page}\n",
    )
