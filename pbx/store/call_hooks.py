"""What a call's end tells to other programs, in the transaction of its last entry."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.hook_events import call_ended
from pbx.domain.hooks import HookKind
from pbx.domain.records import CallRecord
from pbx.store.engine import Engine
from pbx.store.hooks import write_event
from pbx.store.share_limits import note_limits
from pbx.store.tables import users


async def tell_ended(engine: Engine, conn: AsyncConnection, record: CallRecord) -> None:
    query = select(users.c.email).where(users.c.id == record.user_id)
    email = (await conn.execute(query)).scalar() if record.user_id else None
    at = record.ended.at if record.ended else record.offered.at
    await write_event(conn, HookKind.CALL_ENDED, record.id, call_ended(record, email), at=at)
    if record.task and record.talk_ms:
        await note_limits(engine, conn, [record.task], at)
