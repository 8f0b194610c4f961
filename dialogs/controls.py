"""What can be pressed at a step: the answers it offers, and the controls that every conversation has."""

from collections.abc import Callable, Sequence

from dialogs.speech import Button
from dialogs.standing import Standing
from dialogs.steps import Ask, Choice, Gather, Review
from dialogs.texts.words import same

BACK, CANCEL, SKIP, ENOUGH, DONE, DROP, SEND = "<back", "<cancel", "<skip", "<enough", "<done", "<drop", "<send"
EDIT, PAGE, MEND, UNDO = "<edit:", "<page:", "<mend:", "<undo"
MISSES_BEFORE_HELP = 2
HUMAN = "human"
"""the action that calls a moderator"""
MakeButton = Callable[[str, str], Button]
"""a button from its value and its label"""


def buttons(standing: Standing, step: Ask | Review) -> list[Button]:
    """Everything that can be pressed at a step; the data carry the token of its question."""
    label, capabilities = standing.scene.texts.label, standing.scene.capabilities

    def button(value: str, text: str) -> Button:
        return Button(text, f"q:{standing.frame.token}:{value}")

    if isinstance(step, Review):
        return of_review(standing, step, button)
    below = controls(standing, step, button)
    place = [Button(label("location"), kind="location")] if step.location and capabilities.location else []
    room = capabilities.buttons - len(below) - len(place)
    return [*place, *paged(step.choices(standing.scene), standing.frame.page, room, label, button), *below]


def of_review(standing: Standing, step: Review, button: MakeButton) -> list[Button]:
    """«Отправить», what one tap puts right, «Изменить …» for each part, and «Отменить»."""
    scene, label = standing.scene, standing.scene.texts.label
    changes = [
        button(EDIT + part.step, label(f"edit_{part.step}")) for part in step.parts if part.button and part.when(scene)
    ]
    mends = [button(MEND + mend.name, label(f"mend_{mend.name}")) for mend in step.mends if mend.when(scene)]
    mends += [button(UNDO, label("undo"))] if standing.undone is not None else []
    room = scene.capabilities.buttons - len(changes) - 2
    return [button(SEND, label("send")), *mends[:room], *changes, button(CANCEL, label("cancel"))]


def controls(standing: Standing, step: Ask, button: MakeButton) -> list[Button]:
    """«Пропустить» or «Готово», «Назад», «Отменить», and after a few misses «Позвать человека»."""
    label, frame = standing.scene.texts.label, standing.frame
    found = []
    if isinstance(step, Gather) and frame.answers.get(step.name):
        found += [button(DONE, label("done")), button(DROP, label("drop_last"))]
    elif step.optional:
        found.append(button(SKIP, label("skip")))
        if len(standing.rest(step)) > 1:
            found.append(button(ENOUGH, label("enough")))
    if (standing.steps and standing.steps[0].name != step.name) or standing.changed_from(step):
        found.append(button(BACK, label("back")))
    if ending := standing.dialog.cancel:
        found.append(button(CANCEL, label(ending)))
    if (step.human or frame.misses >= MISSES_BEFORE_HELP) and not standing.scene.person.is_staff:
        found.append(Button(label("human"), HUMAN))
    return found


def paged(
    offered: Sequence[Choice], page: int, room: int, label: Callable[[str], str], button: MakeButton
) -> list[Button]:
    """The choices that fit, with «Дальше» and «Раньше» when they are more than a keyboard holds."""
    if len(offered) <= room:
        return [button(choice.value, choice.label) for choice in offered]
    size = max(room - 2, 1)
    last = (len(offered) - 1) // size
    page = min(page, last)
    shown = [button(choice.value, choice.label) for choice in offered[page * size : (page + 1) * size]]
    if page > 0:
        shown.append(button(f"{PAGE}{page - 1}", label("earlier")))
    if page < last:
        shown.append(button(f"{PAGE}{page + 1}", label("further")))
    return shown


def typed(standing: Standing, step: Ask | Review, text: str) -> str | None:
    """The value of the button whose label was typed, be it on another page; None if it is no label."""
    if not (wanted := same(text)):
        return None
    mark = f"q:{standing.frame.token}:"
    shown = [(button.label, button.data) for button in buttons(standing, step)]
    if isinstance(step, Ask):
        shown += [(choice.label, mark + choice.value) for choice in step.choices(standing.scene)]
    known = (data for label, data in shown if same(label) == wanted and data.startswith(mark))
    data = next(known, None)
    return None if data is None else data.removeprefix(mark)
