"""What VK's events and messages say, and how replies look there: no calls, only words into words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.speech import Attachment, Button, Press, Reply, Said
from storage.model.territory import Point

NAME = "vk"
GROUP_CHATS = 2_000_000_000
"""peer ids from here on are chats of several people"""
PASSED_ON = 10
"""messages that are read of those somebody passes on at once"""
MIME = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
OTHERS = {"audio_message": "voice", "sticker": "sticker", "video": "video", "graffiti": "sticker"}


def said_in(raw: Mapping[str, Any], names: Mapping[str, str]) -> Said | None:
    """What an event says, if somebody says it in a private chat; `names` are the moderators', by their numbers.

    Raises KeyError, TypeError, ValueError or AttributeError for what is no event of VK.
    """
    thing = raw["object"]
    if raw["type"] == "message_event" and thing["peer_id"] == thing["user_id"]:
        address = str(thing["user_id"])
        press = Press(data_of(thing.get("payload")), str(thing.get("conversation_message_id") or ""))
        return Said(NAME, address, raw["event_id"], names.get(address, ""), press=press)
    if raw["type"] == "message_deny":
        return Said(NAME, str(thing["user_id"]), raw["event_id"], stopped=True)
    if raw["type"] == "message_edit":
        return changed_by(thing, raw["event_id"])
    return said_by(thing["message"], names) if raw["type"] == "message_new" else None


def changed_by(message: Mapping[str, Any], update: str) -> Said | None:
    """What a private message says after its author changed it."""
    if not (0 < message["from_id"] == message["peer_id"] < GROUP_CHATS and message.get("text")):
        return None
    return Said(NAME, str(message["from_id"]), update, text=message["text"], edited=True)


def said_by(message: Mapping[str, Any], names: Mapping[str, str]) -> Said | None:
    """What a private message says; its number in the community is what it is known by, however it reached us."""
    if not 0 < message["from_id"] == message["peer_id"] < GROUP_CHATS:
        return None
    address = str(message["from_id"])
    update = f"m{message['id']}"
    payload = decoded(message.get("payload"))
    starts = payload.get("command") == "start" or "ref" in message
    data = data_of(payload)
    place = (message.get("geo") or {}).get("coordinates")
    words, found = passed_on(message)
    files, other = attachments(found)
    return Said(
        NAME,
        address,
        update,
        names.get(address, ""),
        text="" if starts or data else words,
        press=Press(data) if data and not starts else None,
        link=str(message.get("ref") or "") if starts else None,
        attachments=files,
        recording=recording(found),
        location=Point(place["latitude"], place["longitude"]) if place else None,
        other="" if files or place or words else other or "unknown",
    )


def passed_on(message: Mapping[str, Any]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The words of a message and what is attached; if it only passes others on, theirs."""
    own, attached = message.get("text", ""), message.get("attachments") or ()
    if own or attached:
        return own, attached
    others = (message.get("fwd_messages") or ())[:PASSED_ON]
    return "\n".join(filter(None, (one.get("text", "") for one in others))), [
        item for one in others for item in one.get("attachments") or ()
    ]


def decoded(payload: Any) -> Mapping[str, Any]:
    """A payload, which comes as a string or as an object; anything else is none."""
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except ValueError:
            return {}
    return payload if isinstance(payload, dict) else {}


def data_of(payload: Any) -> str:
    """The data of our button."""
    return str(decoded(payload).get("b", ""))[:200]


def attachments(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[Attachment, ...], str]:
    """Photos and documents, and the name of something else that was sent."""
    files, other = [], ""
    for item in found:
        thing = item.get(item["type"], {})
        if item["type"] == "photo":
            largest = max(thing["sizes"], key=lambda size: size["width"] * size["height"])
            files.append(Attachment("photo", largest["url"]))
        elif item["type"] == "doc":
            mime = MIME.get(str(thing.get("ext", "")).lower(), "")
            files.append(Attachment("document", thing["url"], thing.get("size"), thing.get("title", ""), mime))
        else:
            other = OTHERS.get(item["type"], "unknown")
    return tuple(files), other


def recording(found: Sequence[Mapping[str, Any]]) -> Attachment | None:
    """The voice message."""
    voices = [item["audio_message"]["link_ogg"] for item in found if item["type"] == "audio_message"]
    return Attachment("voice", voices[0]) if voices else None


def attachment(kind: str, saved: Mapping[str, Any]) -> str:
    """How a saved file is named in a message."""
    key = f"_{saved['access_key']}" if saved.get("access_key") else ""
    return f"{kind}{saved['owner_id']}_{saved['id']}{key}"


def keyboard_of(reply: Reply) -> str:
    """The buttons of a message as VK wants them; empty if there are none."""
    if not reply.rows:
        return ""
    rows = [[button_of(button, below=reply.keyboard) for button in row] for row in reply.rows]
    return json.dumps({"inline": not reply.keyboard, "buttons": rows}, ensure_ascii=False)


def button_of(button: Button, *, below: bool) -> dict[str, Any]:
    """One button: below the input field it says its label, under a message it calls back."""
    payload = json.dumps({"b": button.data}, ensure_ascii=False)
    if button.kind == "location":
        return {"action": {"type": "location", "payload": payload}}
    if button.url:
        return {"action": {"type": "open_link", "link": button.url, "label": button.label}}
    kind = "text" if below else "callback"
    return {"action": {"type": kind, "label": button.label, "payload": payload}, "color": "secondary"}
