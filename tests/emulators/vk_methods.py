"""The table of emulated VK API methods, and those of `groups`, `users`, `photos` and `docs`."""

from collections.abc import Callable
from typing import Any

from tests.emulators import vk_history, vk_messages
from tests.emulators.vk_parameters import EVENT_TYPES, VkError
from tests.emulators.vk_world import World

Parameters = dict[str, Any]
Method = Callable[[World, Parameters], Any]


def group_by_id(world: World, given: Parameters) -> dict[str, Any]:
    """groups.getById: as 5.199 does, an object with two lists."""
    wanted = f"{given.get('group_ids', '')},{given.get('group_id', '')}".strip(",")
    if set(filter(None, wanted.split(","))) - {str(world.group_id), world.group["screen_name"]}:
        raise VkError(100, "group_ids is invalid")
    return {"groups": [world.group], "profiles": []}


def _check_group(world: World, given: Parameters) -> None:
    if given["group_id"] != world.group_id:
        raise VkError(15, "group_id is not the group of this token")


def long_poll_server(world: World, given: Parameters) -> dict[str, str]:
    """groups.getLongPollServer: where to poll, with which key, from which event."""
    _check_group(world, given)
    if not world.events.settings["is_enabled"]:
        raise VkError(100, "longpoll for this group is not enabled", violation=False)
    return {"server": f"{world.files.url}/longpoll", "key": world.events.key, "ts": str(world.events.ts)}


def long_poll_settings(world: World, given: Parameters) -> dict[str, Any]:
    """groups.getLongPollSettings."""
    _check_group(world, given)
    settings = world.events.settings
    return {"is_enabled": settings["is_enabled"], "api_version": "5.199", "events": dict(settings["events"])}


def set_long_poll_settings(world: World, given: Parameters) -> int:
    """groups.setLongPollSettings: what is not given stays as it is."""
    _check_group(world, given)
    if given.get("api_version", "5.199") != "5.199":
        raise VkError(100, "api_version should be 5.199")
    settings = world.events.settings
    settings["is_enabled"] = given.get("enabled", settings["is_enabled"])
    settings["events"].update({kind: int(given[kind]) for kind in EVENT_TYPES if kind in given})
    return 1


def token_permissions(world: World, _: Parameters) -> dict[str, Any]:
    """groups.getTokenPermissions."""
    permissions = [{"name": name, "setting": bit} for name, bit in world.permissions.items()]
    return {"mask": sum(world.permissions.values()), "permissions": permissions}


def users(world: World, given: Parameters) -> list[dict[str, Any]]:
    """users.get: those of the asked people who exist."""
    names = given.get("user_ids", "").split(",")
    found = [world.people[int(name)] for name in names if name.isdecimal() and int(name) in world.people]
    return [_user(one.id, *one.name.partition(" ")[::2]) for one in found]


def _user(user_id: int, first_name: str, last_name: str) -> dict[str, Any]:
    name = {"first_name": first_name, "last_name": last_name}
    return {"id": user_id, **name, "can_access_closed": True, "is_closed": False}


def photo_upload_server(world: World, _: Parameters) -> dict[str, Any]:
    """photos.getMessagesUploadServer."""
    return {"album_id": -64, "upload_url": world.files.upload_url("photo"), "user_id": 0, "group_id": world.group_id}


def save_photo(world: World, given: Parameters) -> list[dict[str, Any]]:
    """photos.saveMessagesPhoto."""
    return [world.files.described(world.files.save_photo(given["photo"], given.get("hash", "")))]


def doc_upload_server(world: World, given: Parameters) -> dict[str, str]:
    """docs.getMessagesUploadServer: only for a person who allows messages."""
    if given.get("type", "doc") != "doc":
        raise VkError(100, "type: only doc is emulated")
    if "peer_id" not in given:
        raise VkError(100, "peer_id is undefined")
    world.reachable(given["peer_id"])
    return {"upload_url": world.files.upload_url("doc")}


def save_doc(world: World, given: Parameters) -> dict[str, Any]:
    """docs.save."""
    return world.files.attachment(world.files.save_doc(given["file"], given.get("title", "")))


METHODS: dict[str, Method] = {
    "groups.getById": group_by_id,
    "groups.getLongPollServer": long_poll_server,
    "groups.getLongPollSettings": long_poll_settings,
    "groups.setLongPollSettings": set_long_poll_settings,
    "groups.getTokenPermissions": token_permissions,
    "messages.send": vk_messages.send,
    "messages.edit": vk_messages.edit,
    "messages.delete": vk_messages.delete,
    "messages.sendMessageEventAnswer": vk_messages.answer_event,
    "messages.getConversations": vk_history.conversations,
    "messages.getHistory": vk_history.history,
    "messages.getByConversationMessageId": vk_history.by_conversation_id,
    "messages.markAsRead": vk_history.mark_as_read,
    "messages.setActivity": vk_history.set_activity,
    "users.get": users,
    "photos.getMessagesUploadServer": photo_upload_server,
    "photos.saveMessagesPhoto": save_photo,
    "docs.getMessagesUploadServer": doc_upload_server,
    "docs.save": save_doc,
}

NEEDED_PERMISSION = {
    "messages": "messages",
    "photos": "photos",
    "docs": "docs",
    "groups.getLongPollServer": "manage",
    "groups.getLongPollSettings": "manage",
    "groups.setLongPollSettings": "manage",
}


def check_permission(world: World, method: str) -> None:
    """Raises VkError 15 when the community's token was made without the right that the method needs."""
    needed = NEEDED_PERMISSION.get(method, NEEDED_PERMISSION.get(method.partition(".")[0]))
    if needed is not None and needed not in world.permissions:
        raise VkError(15, "no access to call this method. It cannot be called with current scopes.", violation=False)
