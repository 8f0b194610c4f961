"""The `messages.*` methods that read the emulated conversations."""

from collections.abc import Callable
from typing import Any, TypeVar

from tests.emulators.vk_parameters import VkError
from tests.emulators.vk_world import Conversation, Message, World

Parameters = dict[str, Any]
Item = TypeVar("Item")

FILTERS: dict[str, Callable[[Conversation], bool]] = {
    "all": lambda _: True,
    "unread": lambda one: bool(one.unread),
    "unanswered": lambda one: one.unanswered,
    "important": lambda _: False,
}


def conversations(world: World, given: Parameters) -> dict[str, Any]:
    """messages.getConversations: the newest first, all or only those that wait for the community."""
    wanted = FILTERS.get(given.get("filter", "all"))
    if wanted is None:
        raise VkError(100, f"filter should be one of {', '.join(FILTERS)}")
    found = [one for one in world.conversations.values() if one.visible and wanted(one)]
    found.sort(key=lambda one: one.visible[-1].id, reverse=True)
    items = [
        {"conversation": _conversation(one), "last_message": one.visible[-1].described()} for one in _page(found, given)
    ]
    waiting = sum(bool(one.unread) for one in world.conversations.values())
    return {"count": len(found), "unread_count": waiting, "items": items}


def _conversation(one: Conversation) -> dict[str, Any]:
    last = one.visible[-1]
    read = [message.id for message in one.messages if message.from_id > 0 and message.cmid <= one.read_cmid]
    return {
        "peer": {"id": one.peer_id, "type": "user", "local_id": one.peer_id},
        "last_message_id": last.id,
        "last_conversation_message_id": last.cmid,
        "in_read": max(read, default=0),
        "out_read": last.id,
        "in_read_cmid": one.read_cmid,
        "unread_count": len(one.unread),
        "unanswered": one.unanswered,
        "important": False,
        "can_write": {"allowed": one.permitted},
    }


def _page(items: list[Item], given: Parameters) -> list[Item]:
    count, offset = given.get("count", 20), given.get("offset", 0)
    if not 0 <= count <= 200 or offset < 0:
        raise VkError(100, "count should be 0 to 200 and offset not negative")
    return items[offset : offset + count]


def history(world: World, given: Parameters) -> dict[str, Any]:
    """messages.getHistory: the newest first, or with `rev` the oldest first."""
    found = _visible(world, _peer(given))
    start = given.get("start_message_id")
    if start is not None:
        found = [one for one in found if (one.id >= start if given.get("rev") else one.id <= start)]
    ordered = found if given.get("rev") else found[::-1]
    return {"count": len(found), "items": [one.described() for one in _page(ordered, given)]}


def _peer(given: Parameters) -> int:
    ways = [given[name] for name in ("user_id", "peer_id") if name in given]
    if len(ways) != 1:
        raise VkError(100, "exactly one of user_id, peer_id is needed")
    return int(ways[0])


def _visible(world: World, peer_id: int) -> list[Message]:
    conversation = world.conversations.get(peer_id)
    return conversation.visible if conversation else []


def by_conversation_id(world: World, given: Parameters) -> dict[str, Any]:
    """messages.getByConversationMessageId: those of the messages that exist."""
    wanted = given["conversation_message_ids"]
    if len(wanted) > 100:
        raise VkError(100, "conversation_message_ids: at most 100")
    items = [one.described() for one in _visible(world, given["peer_id"]) if one.cmid in wanted]
    return {"count": len(items), "items": items}


def mark_as_read(world: World, given: Parameters) -> int:
    """messages.markAsRead: everything the person wrote, or what is not newer than the given message."""
    if "peer_id" not in given:
        raise VkError(100, "peer_id is a required parameter")
    messages = _visible(world, given["peer_id"])
    limit = given.get("up_to_cmid", messages[-1].cmid if messages else 0)
    if start := given.get("start_message_id"):
        limit = max((one.cmid for one in messages if one.id <= start), default=0)
    conversation = world.conversation(given["peer_id"])
    conversation.read_cmid = max(conversation.read_cmid, limit)
    return 1


def set_activity(world: World, given: Parameters) -> int:
    """messages.setActivity: shows that the community is typing."""
    if given.get("type") not in ("typing", "audiomessage", "file", "photo", "video"):
        raise VkError(100, "type should be typing")
    world.reachable(_peer(given))
    return 1
