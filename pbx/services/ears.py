"""Which of a user's calls has their ear: at most one, whatever happens at the same time."""

from collections.abc import Callable

from pbx.domain.call import Call


class Ears:
    """A user's leg may be in a bridge by one call only; the others wait, on hold.

    People take the ear for the call that they want to hear; a call that comes back by
    itself (a failed transfer) gets it only if nobody has it.

    Args:
        find: the call under way of that id, or None.
    """

    def __init__(self, find: Callable[[str], Call | None]) -> None:
        self._find = find
        self._calls: dict[str, str] = {}

    def take(self, user_id: str, call_id: str) -> None:
        self._calls[user_id] = call_id

    def free(self, user_id: str, call_id: str) -> None:
        """This call does not need it any more, if it was the one."""
        if self._calls.get(user_id) == call_id:
            del self._calls[user_id]

    def take_if_free(self, user_id: str, call_id: str) -> bool:
        """False where another call has it."""
        holder = self._calls.get(user_id)
        if holder not in (None, call_id) and self._is_with(holder or "", user_id):
            return False
        self.take(user_id, call_id)
        return True

    def _is_with(self, call_id: str, user_id: str) -> bool:
        """Whether the call is still that user's, or is just being answered by them."""
        call = self._find(call_id)
        return call is not None and (user_id in call.members or call.may_answer(user_id))
