"""Everything the emulated Telegram remembers."""

from typing import Any

from tests.emulators.telegram_bell import Bell
from tests.emulators.telegram_files import Files
from tests.emulators.telegram_person import Person
from tests.emulators.telegram_updates import Updates


class World:
    """People, updates, files and settings of one bot."""

    def __init__(self, bot_id: int, username: str) -> None:
        self.bot: dict[str, Any] = {
            "id": bot_id,
            "is_bot": True,
            "first_name": username,
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.bell = Bell()
        self.updates = Updates(self.bell)
        self.files = Files()
        self.keep_heard = True
        """False: only count what is sent, keep no texts (for benchmarks)."""
        self.sent = 0
        """How many messages and edits the bot got through."""
        self.violations: list[str] = []
        """Limits and rules that the bot broke."""
        self.stale: list[str] = []
        """Calls refused for the moment's sake: not modified, gone, too old, chat not found."""
        self.commands: list[dict[str, str]] = []
        """What setMyCommands set last, for whatever scope."""
        self.commands_by_scope: dict[str, list[dict[str, str]]] = {}
        self.description = ""
        self.short_description = ""
        self._people: dict[int, Person] = {}
        self._queries: dict[str, Person] = {}
        self._query_count = 0
        self._message_count = 0

    def user(self, person_id: int, name: str = "Житель") -> Person:
        """The person with this id: always the same object; the name is that of the first call."""
        if person_id not in self._people:
            self._people[person_id] = Person(self, person_id, name)
        return self._people[person_id]

    def known_chat(self, chat_id: int) -> Person | None:
        """The person of this chat, or None while they have not written to the bot."""
        person = self._people.get(chat_id)
        return person if person is not None and person.known else None

    def push(self, update: dict[str, Any]) -> int:
        """Queue any raw update, well formed or not; the chat it comes from becomes known. Returns its id."""
        chat = _chat_of(update)
        if isinstance(chat.get("id"), int):
            person = self.user(chat["id"], chat.get("first_name") or chat.get("title") or "Житель")
            person.known, person.chat = True, chat
            query = update.get("callback_query")
            if isinstance(query, dict) and isinstance(query.get("id"), str):
                self._queries[query["id"]] = person
        return self.updates.push(dict(update))

    def next_message_id(self) -> int:
        """A message number that was not used yet."""
        self._message_count += 1
        return self._message_count

    def open_query(self, person: Person) -> str:
        """The id of a new callback query of this person."""
        self._query_count += 1
        query_id = str(4_000_000_000_000_000_000 + self._query_count)
        self._queries[query_id] = person
        return query_id

    def asker(self, query_id: str) -> Person | None:
        """Who waits for the answer to this callback query."""
        return self._queries.get(query_id)

    def expire_queries(self) -> None:
        """Let every callback query so far become too old to be answered."""
        self._queries.clear()


def _chat_of(update: dict[str, Any]) -> dict[str, Any]:
    for content in update.values():
        if isinstance(content, dict):
            message = content.get("message", content)
            chat = message.get("chat") if isinstance(message, dict) else None
            if isinstance(chat, dict):
                return chat
    return {}
