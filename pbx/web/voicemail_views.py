"""Messages as JSON, in the reader's language."""

from collections.abc import Mapping, Sequence

from pbx.domain import numbers, texts
from pbx.domain.records import OutboxMail, OutboxState, User, Voicemail, VoicemailState
from pbx.domain.voicemail import kept_until
from pbx.web import voicemail_schemas as v
from pbx.web.api import Api


async def voicemail_views(
    api: Api, messages: Sequence[Voicemail], language: str
) -> list[v.VoicemailView]:
    """A whole page with a fixed number of queries."""
    mails = await api.voicemails.mails_of(messages)
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({each.task for each in messages if each.task})
    return [_view(api, each, mails[each.id], people, titles, language) for each in messages]


async def voicemail_view(api: Api, message: Voicemail, language: str) -> v.VoicemailView:
    return (await voicemail_views(api, [message], language))[0]


def _view(
    api: Api,
    record: Voicemail,
    mails: Sequence[OutboxMail],
    people: Mapping[str, User],
    titles: Mapping[str, str],
    language: str,
) -> v.VoicemailView:
    owner, keeper = people.get(record.user_id or ""), people.get(record.claimed_by or "")
    return v.VoicemailView(
        id=record.id,
        call_id=record.call_id,
        did=record.did,
        label=record.label,
        caller=record.caller,
        caller_national=numbers.show(record.caller, "DE") if record.caller else None,
        recorded_at=record.recorded_at,
        duration_seconds=record.duration_ms / 1000,
        speech_seconds=record.speech_ms / 1000,
        state=record.state.value,
        reason=record.reason,
        detail=_detail(record, language),
        user=owner.email if owner else None,
        mails=[_mail(m, people) for m in mails],
        audio=f"/api/v1/voicemails/{record.id}/audio",
        care="done" if record.done_at else "claimed" if record.claimed_by else "open",
        claimed_by=keeper.email if keeper else record.claimed_by,
        claimed_by_name=_name(record.claimed_by, people),
        claimed_at=record.claimed_at,
        done_by_name=_name(record.done_by, people),
        done_at=record.done_at,
        task=record.task or None,
        task_title=titles.get(record.task),
        transcript=record.transcript,
        kept_until=kept_until(record, api.voicemails.rules.retention),
        removed=record.removed_at is not None,
    )


def _name(who: str | None, people: Mapping[str, User]) -> str | None:
    user = people.get(who or "")
    return user.name if user else who


def _detail(record: Voicemail, language: str) -> str | None:
    if record.state is VoicemailState.SILENT:
        return texts.voicemail_reason_text(record.reason, language)
    return texts.voicemail_state_text(record.state, language)


def _mail(record: OutboxMail, people: Mapping[str, User]) -> v.MailView:
    by = people.get(record.forwarded_by or "")
    waiting = record.state is OutboxState.WAITING
    return v.MailView(
        recipients=list(record.recipients),
        state=record.state.value,
        attempts=record.attempts,
        next_attempt_at=record.next_attempt_at if waiting else None,
        smtp_reply=record.smtp_reply,
        message_id=record.message_id,
        forwarded_by=by.email if by else None,
        kind=record.kind.value,
        created_at=record.created_at,
    )
