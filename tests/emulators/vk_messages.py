"""The `messages.*` methods of the emulated VK API."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.emulators.vk_files import StoredFile
from tests.emulators.vk_keyboard import Keyboard, parse_keyboard
from tests.emulators.vk_parameters import VkError, json_object
from tests.emulators.vk_world import PRESS_LIVES_SECONDS, Conversation, Message, World

Parameters = dict[str, Any]
EDITABLE_SECONDS = 86_400


@dataclass(frozen=True)
class Draft:
    """What the bot wants to say, checked."""

    text: str
    files: tuple[StoredFile, ...]
    keyboard: Keyboard | None


def drafted(world: World, given: Parameters) -> Draft:
    """Check text, attachments and keyboard; raises VkError 100, 911, 914."""
    text: str = given.get("message", "")
    if len(text) > 4096:
        raise VkError(914, f"4096 characters is the limit, this is {len(text)}")
    files = world.files.attached(given.get("attachment", ""))
    if not text.strip() and not files:
        raise VkError(100, "message is empty or invalid")
    return Draft(text, files, parse_keyboard(given["keyboard"]) if "keyboard" in given else None)


def send(world: World, given: Parameters) -> Any:
    """messages.send: a message id, or for `peer_ids` one outcome each; what the person wrote counts as read then."""
    peers = _recipients(given)
    random_id = _random_id(world, given["random_id"])
    draft = drafted(world, given)
    if "peer_ids" in given:
        return [_outcome(world, peer_id, draft, random_id) for peer_id in peers]
    return _delivered(world, peers[0], draft, random_id).id


def _recipients(given: Parameters) -> list[int]:
    ways = [name for name in ("user_id", "peer_id", "peer_ids") if name in given]
    if len(ways) != 1:
        raise VkError(100, f"exactly one of user_id, peer_id, peer_ids is needed, not {ways}")
    peers = given[ways[0]] if ways[0] == "peer_ids" else [given[ways[0]]]
    if len(peers) > 100:
        raise VkError(100, f"peer_ids: at most 100, these are {len(peers)}")
    return list(peers)


def _random_id(world: World, random_id: int) -> int:
    if not -(2**31) <= random_id < 2**31:
        raise VkError(100, "random_id should be int32")
    if random_id == 0:
        world.violations.append("messages.send: random_id 0 protects from no repetition")
    return random_id


def _outcome(world: World, peer_id: int, draft: Draft, random_id: int) -> dict[str, Any]:
    try:
        message = _delivered(world, peer_id, draft, random_id)
    except VkError as error:
        if error.violation:
            world.violations.append(f"messages.send: {error} (peer {peer_id})")
        return {"peer_id": peer_id, "message_id": 0, "error": {"code": error.code, "description": error.reason}}
    return {"peer_id": peer_id, "message_id": message.id, "conversation_message_id": message.cmid}


def _delivered(world: World, peer_id: int, draft: Draft, random_id: int) -> Message:
    conversation = world.reachable(peer_id)
    if repeated := conversation.repeated(random_id, world.clock()):
        if repeated.content != (draft.text, draft.files, draft.keyboard):
            world.violations.append(f"messages.send: random_id {random_id} was used for another message to {peer_id}")
        return repeated
    message = world.add_message(conversation, -world.group_id, draft.text, random_id=random_id)
    _put(world, message, draft)
    conversation.read_cmid = message.cmid
    world.sent += 1
    world.people[peer_id].shows(message)
    world.events.emit("message_reply", message.described())
    return message


def _put(world: World, message: Message, draft: Draft) -> None:
    message.text, message.files, message.keyboard = draft.text, draft.files, draft.keyboard
    message.attachments = [world.files.attachment(stored) for stored in draft.files]


def edit(world: World, given: Parameters) -> int:
    """messages.edit: what is not given again disappears, keyboard and attachments included."""
    message = _own_message(world, given)
    draft = drafted(world, given)
    if draft.keyboard and not draft.keyboard.inline:
        raise VkError(911, "an edited message can only have an inline keyboard")
    _put(world, message, draft)
    message.update_time = int(world.clock())
    world.people[message.peer_id].shows(message)
    return 1


def _own_message(world: World, given: Parameters) -> Message:
    cmid = given.get("cmid", given.get("conversation_message_id"))
    if (cmid is None) == ("message_id" not in given):
        raise VkError(100, "exactly one of cmid, message_id is needed")
    conversation = world.reachable(given["peer_id"])
    message = _found(conversation, "id", given["message_id"]) if cmid is None else _found(conversation, "cmid", cmid)
    if message.from_id > 0:
        raise VkError(920)
    if world.clock() - message.date > EDITABLE_SECONDS:
        raise VkError(909, violation=False)
    return message


def _found(conversation: Conversation, field: Literal["id", "cmid"], number: int) -> Message:
    for message in conversation.visible:
        if getattr(message, field) == number:
            return message
    raise VkError(100, f"there is no message with {field} {number} in the conversation with {conversation.peer_id}")


def delete(world: World, given: Parameters) -> list[dict[str, Any]]:
    """messages.delete: the person keeps seeing the message unless `delete_for_all`."""
    if ("message_ids" in given) == ("cmids" in given and "peer_id" in given):
        raise VkError(100, "message_ids or peer_id with cmids is needed")
    doomed = _doomed(world, given)
    for message in doomed:
        message.deleted = True
        if given.get("delete_for_all"):
            world.people[message.peer_id].loses(message)
    return [
        {"peer_id": one.peer_id, "message_id": one.id, "conversation_message_id": one.cmid, "response": 1}
        for one in doomed
    ]


def _doomed(world: World, given: Parameters) -> list[Message]:
    if "cmids" in given:
        conversation = world.conversations.get(given["peer_id"], Conversation(given["peer_id"]))
        return [_found(conversation, "cmid", cmid) for cmid in given["cmids"]]
    everything = [message for conversation in world.conversations.values() for message in conversation.visible]
    found = [message for message in everything if message.id in given["message_ids"]]
    if len(found) != len(given["message_ids"]):
        raise VkError(100, "message_ids contains an unknown message")
    return found


def answer_event(world: World, given: Parameters) -> int:
    """messages.sendMessageEventAnswer: once for each press, within a minute."""
    press = world.presses.get(given["event_id"])
    if press is None or (given["user_id"], given["peer_id"]) != (press.user_id, press.user_id):
        raise VkError(100, "event_id is not valid for this user and peer")
    if press.answered:
        raise VkError(100, "event_id was already answered")
    if world.clock() - press.at > PRESS_LIVES_SECONDS:
        raise VkError(100, "event_id has expired", violation=False)
    toast = _toast(given.get("event_data", ""))
    press.answered = True
    world.people[press.user_id].notices(toast)
    return 1


def _toast(event_data: str) -> str:
    if not event_data:
        return ""
    if len(event_data) > 1000:
        raise VkError(100, "event_data is longer than 1000 characters")
    action = json_object("event_data", event_data)
    fields = {"show_snackbar": {"type", "text"}, "open_link": {"type", "link"}}.get(action.get("type", ""))
    if fields is None or set(action) != fields or not all(isinstance(value, str) for value in action.values()):
        raise VkError(100, "event_data should be show_snackbar with text or open_link with link")
    if action["type"] == "open_link":
        if not urlsplit(action["link"]).netloc:
            raise VkError(100, "event_data link is not a valid address")
        return ""
    if not 1 <= len(action["text"]) <= 90:
        raise VkError(100, f"event_data text should have 1 to 90 characters, this has {len(action['text'])}")
    return str(action["text"])
