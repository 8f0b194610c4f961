"""What a person can send besides text, photos and documents, as VK describes it to a bot."""

from itertools import count
from typing import Any

CLIENT_INFO = {
    "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
    "keyboard": True,
    "inline_keyboard": True,
    "carousel": True,
    "lang_id": 0,
}
_ids = count(1)


def sticker() -> dict[str, Any]:
    """A sticker."""
    images = [{"url": f"https://vk.ru/sticker/1-163-{side}", "width": side, "height": side} for side in (64, 128, 256)]
    about = {"inner_type": "base_sticker_new", "sticker_id": 163, "product_id": 4, "is_allowed": True}
    return {"type": "sticker", "sticker": about | {"images": images, "images_with_background": images}}


def voice(owner_id: int, link: str) -> dict[str, Any]:
    """A voice message of three seconds that is kept at a link; the other link leads nowhere."""
    number = next(_ids)
    about = {"id": number, "owner_id": owner_id, "duration": 3, "access_key": "a1", "waveform": [0, 7, 31, 12]}
    links = {"link_mp3": f"https://psv4.vk.me/{number}.mp3", "link_ogg": link}
    return {"type": "audio_message", "audio_message": about | links}


def video(owner_id: int, seconds: int) -> dict[str, Any]:
    """A video of this length."""
    about = {"id": next(_ids), "owner_id": owner_id, "duration": seconds, "access_key": "a1", "title": "video.mp4"}
    return {"type": "video", "video": about | {"type": "video", "can_add": 0, "image": [], "views": 1}}


def contact(owner_id: int, name: str, phone: str) -> dict[str, Any]:
    """An attachment of a type that the schema does not list."""
    return {"type": "contact", "contact": {"id": next(_ids), "owner_id": owner_id, "name": name, "phone": phone}}
