"""Letters and the post that sends them, on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pbx.domain.audit import ChangeFilter
from pbx.domain.letters import Letter
from pbx.domain.records import OutboxState
from pbx.services.message_ports import Delivery
from pbx.services.post import Post, PostRules
from pbx.store import Database
from tests.fakes.edges import FakeClock, FakeMailer

pytest_plugins = ["tests.support.stores"]


def post_of(database: Database, mailer: FakeMailer, clock: FakeClock) -> Post:
    rules = PostRules("pbx@example.test", (1, 5))
    return Post(store=database.letters, sender=mailer, clock=clock, rules=rules)


async def test_a_letter_is_kept_first_and_sent_once(database: Database) -> None:
    mailer, clock = FakeMailer(), FakeClock()
    post = post_of(database, mailer, clock)
    written = await post.write("alarm", ["a@example.test"], "Betreff", "Text", reference="r")
    assert mailer.letters == []
    assert await post.about("r") == [written]
    await post.deliver()
    await post.deliver()
    assert [each.subject for each in mailer.letters] == ["Betreff"]
    [sent] = await post.about("r")
    assert (sent.state, sent.attempts, sent.smtp_reply) == (OutboxState.ACCEPTED, 1, "250 ok")
    assert await database.letters.by_message_id(written.message_id) == sent
    assert await database.letters.next_due() is None


async def test_it_is_tried_again_and_given_up_at_last(database: Database) -> None:
    mailer, clock = FakeMailer(Delivery(False, False, "451 later")), FakeClock()
    post = post_of(database, mailer, clock)
    await post.write("alarm", ["a@example.test"], "S", "T", reference="r")
    for minutes in (1, 5):
        await post.deliver()
        [waiting] = await post.about("r")
        assert waiting.state is OutboxState.WAITING
        assert waiting.next_attempt_at == clock.now().at + timedelta(minutes=minutes)
        await post.deliver()  # not due yet
        await clock.advance(minutes * 60)
    await post.deliver()
    [given_up] = await post.about("r")
    assert (given_up.state, given_up.attempts) == (OutboxState.FAILED, 3)
    assert len(mailer.letters) == 3


async def test_a_refusal_for_good_is_not_repeated(database: Database) -> None:
    mailer, clock = FakeMailer(Delivery(False, True, "550 no such user")), FakeClock()
    post = post_of(database, mailer, clock)
    await post.write("invitation", ["a@example.test"], "S", "T", reference="r")
    await post.deliver()
    [refused] = await post.about("r")
    assert (refused.state, refused.smtp_reply) == (OutboxState.BOUNCED, "550 no such user")
    assert refused.text == "", "who reads it could sign in"


async def test_a_letter_that_comes_back_is_known_by_its_message_id_once(
    database: Database,
) -> None:
    told: list[tuple[str, Sequence[str], str]] = []

    async def tell(letter: Letter, to: Sequence[str], words: str) -> None:
        told.append((letter.subject, to, words))

    clock = FakeClock()
    post = post_of(database, FakeMailer(), clock)
    post.on_undelivered = tell
    letter = await post.write("invitation", ["a@example.test"], "S", "T", reference="r")
    ids = ("<other@x>", letter.message_id)
    assert await post.bounced(("<other@x>",), (), "550", by="pipe") is False
    # Before the result of the attempt is written: it stays what it is.
    assert await post.bounced(ids, (), "550 gone", by="pipe") is True
    await database.letters.put_result(replace(letter, state=OutboxState.ACCEPTED))
    assert await post.bounced(ids, (), "550 gone", by="pipe") is False
    [back] = await post.about("r")
    assert (back.state, back.smtp_reply, back.text) == (OutboxState.BOUNCED, "550 gone", "")
    assert told == [("S", ("a@example.test",), "550 gone")]
    [change], _ = await database.audit.find(ChangeFilter(), None, 10)
    assert (change.action, change.by, change.subject) == (
        "letter.bounced",
        "pipe",
        "a@example.test",
    )


async def test_what_was_accepted_stays_accepted(database: Database) -> None:
    post = post_of(database, FakeMailer(), FakeClock())
    letter = await post.write("alarm", ["a@example.test"], "S", "T", reference="r")
    await post.deliver()
    await database.letters.put_result(replace(letter, state=OutboxState.FAILED))
    [kept] = await post.about("r")
    assert kept.state is OutboxState.ACCEPTED


async def test_nobody_gets_no_letter(database: Database) -> None:
    with pytest.raises(ValueError, match="nobody"):
        await post_of(database, FakeMailer(), FakeClock()).write("alarm", [], "S", "T")
