"""Leads a person through a dialog; owns what every conversation needs, so that a dialog is only its steps.

Buttons of a question carry its token: `q:<token>:<value>`. A token that is not the open question's is a button of an
earlier message, which gets a kind word and never an effect; the very press that led here, tapped twice, gets silence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Any

from dialogs.controls import (
    BACK,
    CANCEL,
    DONE,
    DROP,
    EDIT,
    ENOUGH,
    MEND,
    PAGE,
    SEND,
    SKIP,
    UNDO,
    buttons,
    typed,
)
from dialogs.layout import arrange
from dialogs.menu import menu
from dialogs.speech import Json, Press, Reply, Said
from dialogs.standing import Standing, without
from dialogs.state import Conversation, Frame
from dialogs.steps import BEFORE, EDITED, Accepted, Ask, Dialog, Gather, Part, Rejected, Review, Scene, worded
from dialogs.texts.words import same
from dialogs.wishes import Arranged, arranged, change, enough, undoes
from storage.model.numbers import whole

ANSWERS = ("yes", "no", "other", "unknown", "today", "yesterday")
"""labels that may answer a question in words, too"""


@dataclass(frozen=True)
class Need:
    """What has to be found before the open step can be asked, and what the question will be sent with."""

    name: str
    before: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class Advance:
    """What an answer led to: the conversation, replies, and the answers of a dialog that is complete.

    With a `need` there is no question yet: `Engine.fulfil` asks it once what is needed was found.
    """

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    finished: Frame | None = None
    cancelled: Frame | None = None
    need: Need | None = None


class Engine:
    """All dialogs by name; `token` makes a new mark for each question."""

    def __init__(self, dialogs: Sequence[Dialog], token: Callable[[], str]) -> None:
        self.dialogs = {dialog.name: dialog for dialog in dialogs}
        if len(self.dialogs) != len(dialogs):
            raise ValueError("two dialogs have the same name")
        self.token = token

    def standing(self, frame: Frame, scene: Scene) -> Standing:
        """How the open dialog stands; the scene holds the frame's answers."""
        return Standing(self.dialogs[frame.dialog], frame, scene)

    def keeps(self, frame: Frame | None) -> bool:
        """Whether an interrupted dialog is a draft worth keeping: somebody has told it something."""
        dialog = self.dialogs.get(frame.dialog) if frame else None
        return bool(dialog and dialog.keep and frame and frame.answers)

    def waiting(self, conversation: Conversation) -> tuple[Mapping[str, Json], ...]:
        """What somebody has told and may go on with: the open dialog if it is worth keeping, and the drafts."""
        frames = (conversation.active, *conversation.drafts)
        return tuple(frame.answers for frame in frames if frame and self.keeps(frame))

    def park(self, conversation: Conversation) -> Conversation:
        """Put aside what is open."""
        return conversation.parked(self.keeps(conversation.active))

    @staticmethod
    def drop(conversation: Conversation) -> Advance:
        """Forget what is open."""
        return Advance(replace(conversation, active=None), cancelled=conversation.active)

    def start(
        self, conversation: Conversation, name: str, scene: Scene, answers: Mapping[str, Json], *, replaces: str = ""
    ) -> Advance:
        """Open a dialog; `answers` are known already and are not asked."""
        frame = Frame(name, dict(answers), started_at=scene.now.utc.isoformat())
        return self.go_on(replace(self.park(conversation), active=frame), scene, replaces=replaces)

    def resume(self, conversation: Conversation, index: int, scene: Scene) -> Advance:
        """Open a draft where it was left. Raises IndexError."""
        opened = self.park(conversation) if conversation.active else conversation
        return self.go_on(opened.resumed(index), scene)

    def advance(self, conversation: Conversation, said: Said, scene: Scene) -> Advance:
        """Take an answer to the open question."""
        frame = conversation.active
        dialog = self.dialogs.get(frame.dialog) if frame else None
        if said.press and mark_of(said.press.data) == conversation.pressed:
            return Advance(conversation)
        if frame is None or dialog is None:
            told = Reply(scene.texts.say("engine.outdated")) if frame else self.stale(scene)
            return Advance(replace(conversation, active=None), (told,) if frame or said.press else ())
        inside = replace(scene, answers=frame.answers)
        standing = Standing(dialog, frame, inside)
        step = standing.open
        if step is None or (isinstance(step, Review) and standing.unanswered is not step):
            return self.go_on(conversation, scene)
        if said.press:
            return self.pressed(conversation, frame, step, said.press, inside)
        return self.told(conversation, frame, step, said, inside)

    @staticmethod
    def put(conversation: Conversation, answers: Mapping[str, Json], gone: Sequence[str] = ()) -> Conversation:
        """Answers that were given beside the open question, in the place of those gone; a dialog has to be open."""
        frame = conversation.active
        assert frame is not None
        told = replace(frame, answers={**without(frame.answers, (*gone, BEFORE)), **answers})
        return replace(conversation, active=told)

    def repeat(self, conversation: Conversation, scene: Scene, before: str) -> Advance:
        """Put the open question once more, after something that was said beside it."""
        frame = conversation.active
        dialog = self.dialogs.get(frame.dialog) if frame else None
        inside = replace(scene, answers=frame.answers) if frame else scene
        step = Standing(dialog, frame, inside).open if frame and dialog else None
        if frame is None or step is None:
            return self.go_on(conversation, scene, before=before) if frame else Advance(conversation)
        return self.ask(conversation, frame, step, inside, before=before)

    def fulfil(self, conversation: Conversation, need: Need, found: Json, scene: Scene) -> Advance:
        """What the open step needs was found: it is asked, or passed over if nothing was."""
        frame = conversation.active
        assert frame is not None
        known = replace(conversation, active=frame.with_answer(f"{frame.step}.found", found))
        return self.go_on(known, scene, before=need.before, replaces=need.replaces)

    def pressed(
        self, conversation: Conversation, frame: Frame, step: Ask | Review, press: Press, scene: Scene
    ) -> Advance:
        """A button: of the open question, of an earlier one, or forged."""
        _, _, rest = press.data.partition(":")
        token, _, value = rest.partition(":")
        if token != frame.token:
            return self.ask(conversation, frame, step, scene, before=self.stale(scene).text)
        remembered = replace(conversation, pressed=mark_of(press.data))
        return self.chosen(remembered, frame, step, value, scene, press)

    def chosen(
        self, conversation: Conversation, frame: Frame, step: Ask | Review, value: str, scene: Scene, press: Press
    ) -> Advance:
        """A control of the engine, or one of the offered answers."""
        if value == CANCEL:
            return Advance(replace(conversation, active=None), (), cancelled=frame)
        if value == BACK:
            return self.back(conversation, frame, step, scene, press.message)
        if value.startswith(PAGE) and (page := whole(value.removeprefix(PAGE))) is not None:
            turned = replace(frame, page=page)
            return self.ask(conversation, turned, step, scene, replaces=press.message)
        if isinstance(step, Review):
            return self.reviewed(conversation, frame, step, value, scene, press)
        if value == SKIP and step.optional:
            return self.answered(conversation, frame, step, Accepted(None), scene, press.message)
        if value == ENOUGH and step.group:
            return self.hushed(conversation, frame, step, scene, press)
        if isinstance(step, Gather) and value in (DONE, DROP):
            return self.collected(conversation, frame, step, value, scene, press)
        return self.offered(conversation, frame, step, value, scene, press)

    def hushed(self, conversation: Conversation, frame: Frame, step: Ask, scene: Scene, press: Press) -> Advance:
        """«Хватит вопросов»: the rest of the group stays without an answer, or as it was before it was asked anew."""
        edited = frame.answers.get(EDITED)
        before = edited if isinstance(edited, Mapping) else {}
        silent = {name: before.get(name) for name in self.standing(frame, scene).rest(step)}
        quiet = replace(frame, answers={**frame.answers, **silent}, misses=0)
        return self.go_on(replace(conversation, active=quiet), scene, replaces=press.message)

    def collected(
        self, conversation: Conversation, frame: Frame, step: Gather, value: str, scene: Scene, press: Press
    ) -> Advance:
        """«Готово» and «Убрать последнее»; what was collected may have turned out to be nothing meanwhile."""
        things = list(frame.answers.get(step.name) or ())
        if value == DONE and (things or step.optional):
            return self.answered(conversation, frame, step, Accepted(things or None), scene, press.message)
        if not things:
            return self.ask(conversation, frame, step, scene, before=self.stale(scene).text)
        fewer = frame.with_answer(step.name, things[:-1])
        return self.ask(conversation, fewer, step, replace(scene, answers=fewer.answers), replaces=press.message)

    def offered(
        self, conversation: Conversation, frame: Frame, step: Ask, value: str, scene: Scene, press: Press
    ) -> Advance:
        """One of the choices, which may stand for words or end the dialog; a forged one changes nothing."""
        choice = next((choice for choice in step.choices(scene) if choice.value == value), None)
        if choice is None:
            return self.ask(conversation, frame, step, scene, before=self.stale(scene).text)
        stored = value if choice.stored is None else choice.stored
        if choice.ends:
            over = frame.with_answer(step.name, stored)
            return Advance(replace(conversation, active=None), (), finished=over)
        heard = step.accept(Said("", "", "", text=choice.said), scene) if choice.said else Accepted(stored)
        if isinstance(heard, Rejected):
            return self.ask(conversation, frame, step, scene, before=self.stale(scene).text)
        return self.answered(conversation, frame, step, heard, scene, press.message)

    def reviewed(
        self, conversation: Conversation, frame: Frame, step: Review, value: str, scene: Scene, press: Press
    ) -> Advance:
        """«Отправить», or «Изменить …» for one part."""
        if value == SEND:
            return Advance(replace(conversation, active=None), (), finished=frame)
        if value == UNDO and (undone := self.standing(frame, scene).undone) is not None:
            return self.corrected(conversation, replace(frame, answers=undone), scene, press.message)
        for mend in step.mends:
            if value == MEND + mend.name and mend.when(scene):
                changed = mend.change(scene)
                old = {name: frame.answers.get(name) for name in changed}
                answers = {**without(frame.answers, (EDITED,)), **changed, BEFORE: old}
                return self.corrected(conversation, replace(frame, answers=answers), scene, press.message)
        for part in step.parts:
            if value == EDIT + part.step and part.button and part.when(scene):
                return self.edit(conversation, frame, part, scene, press.message)
        return self.ask(conversation, frame, step, scene, before=self.stale(scene).text)

    def corrected(self, conversation: Conversation, frame: Frame, scene: Scene, replaces: str) -> Advance:
        """The last look once more, with what was put right."""
        return self.go_on(replace(conversation, active=frame), scene, replaces=replaces)

    def edit(self, conversation: Conversation, frame: Frame, part: Part, scene: Scene, replaces: str) -> Advance:
        """Back to the first step of a part; «part.» stands for all the questions of an AskEach, asked anew."""
        name = part.at(scene) if part.at else part.step
        each = f"{name}."
        old = without(frame.answers, (BEFORE, EDITED))
        kept = {**without(old, (each,)), EDITED: old}
        frame, scene = replace(frame, answers=kept), replace(scene, answers=kept)
        steps = self.dialogs[frame.dialog].live(scene)
        target = next(step for step in steps if step.name == name or step.name.startswith(each))
        return self.ask(conversation, frame, target, scene, replaces=replaces)

    def back(
        self, conversation: Conversation, frame: Frame, step: Ask | Review, scene: Scene, replaces: str
    ) -> Advance:
        """To the step before; from the first one nowhere; from a part that is being changed to the last look."""
        standing = self.standing(frame, scene)
        if review := standing.changed_from(step):
            return self.ask(conversation, frame, review, scene, replaces=replaces)
        if standing.opens_group(step) and isinstance(before := frame.answers.get(EDITED), Mapping):
            kept = replace(frame, answers=dict(before))  # nothing was answered anew: all stays as it was
            return self.go_on(replace(conversation, active=kept), scene, replaces=replaces)
        return self.ask(conversation, frame, standing.before(step), scene, replaces=replaces)

    def told(self, conversation: Conversation, frame: Frame, step: Ask | Review, said: Said, scene: Scene) -> Advance:
        """Words, a photo, a place: the label of a button that was typed counts as a press of it."""
        if (value := typed(self.standing(frame, scene), step, said.text)) is not None:
            return self.chosen(conversation, frame, step, value, scene, Press(f"q:{frame.token}:{value}"))
        if isinstance(step, Review):
            return self.asked_to_change(conversation, frame, step, said, scene)
        if isinstance(step, Gather) and (wish := arranged(list(frame.answers.get(step.name) or ()), said.text)):
            return self.rearranged(conversation, frame, step, wish, scene)
        if isinstance(step, Ask) and step.optional and enough(said.text):
            value = ENOUGH if step.group else SKIP
            return self.chosen(conversation, frame, step, value, scene, Press(f"q:{frame.token}:{value}"))
        if isinstance(step, Ask) and (misplaced := self.misplaced(frame, said.text, scene)):
            return self.missed(conversation, frame, step, Rejected(misplaced), scene)
        if said.other and not (said.recording and isinstance(step, Ask) and step.aloud):
            return self.missed(conversation, frame, step, Rejected(f"other_{said.other}"), scene)
        heard = step.accept(said, scene)
        if isinstance(heard, Rejected):
            return self.missed(conversation, frame, step, heard, scene)
        if isinstance(step, Gather):
            return self.gathered(conversation, frame, step, heard, scene)
        return self.answered(conversation, frame, step, heard, scene, "")

    def misplaced(self, frame: Frame, text: str, scene: Scene) -> str:
        """Why words are no answer: a wish for the last look, or the label of a button that is not here."""
        reviews = [step for step in self.dialogs[frame.dialog].steps if isinstance(step, Review)]
        wish = change(text)
        named = wish and any(wish.part in part.words for review in reviews for part in review.parts)
        if named or (reviews and undoes(text)):
            return "wish"
        label = same(text)
        answers = label not in scene.texts.labels or label in (same(scene.texts.label(name)) for name in ANSWERS)
        return "" if answers else "label"

    def asked_to_change(
        self, conversation: Conversation, frame: Frame, step: Review, said: Said, scene: Scene
    ) -> Advance:
        """«Исправь адрес на Садовую, 5»: the part is opened and answered by the words after «на». Or an undo."""
        if undoes(said.text) and (undone := self.standing(frame, scene).undone) is not None:
            return self.corrected(conversation, replace(frame, answers=undone), scene, "")
        if undoes(said.text):
            return self.missed(conversation, frame, step, Rejected("nothing_to_undo"), scene)
        wish = change(said.text)
        part = next((part for part in step.parts if wish and wish.part in part.words and part.when(scene)), None)
        if wish is None or part is None:
            return self.missed(conversation, frame, step, Rejected("unclear"), scene)
        opened = self.edit(conversation, frame, part, scene, "")
        if not wish.value:
            return opened
        return self.advance(opened.conversation, replace(said, text=part.reads(wish.value, scene)), scene)

    def rearranged(
        self, conversation: Conversation, frame: Frame, step: Gather, wish: Arranged, scene: Scene
    ) -> Advance:
        """«Убери 2», «3 первым»: the collection as it is then."""
        if wish.things is None:
            count = len(frame.answers[step.name])
            return self.missed(conversation, frame, step, Rejected("no_such", {"count": count}), scene)
        frame = replace(frame.with_answer(step.name, wish.things), misses=0)
        said = scene.texts.say("engine.arranged", removed=wish.removed)
        return self.ask(conversation, frame, step, replace(scene, answers=frame.answers), before=said)

    def gathered(
        self, conversation: Conversation, frame: Frame, step: Gather, heard: Accepted, scene: Scene
    ) -> Advance:
        """More for the collection, up to its limit."""
        collected = [*(frame.answers.get(step.name) or []), *heard.value]
        if len(collected) > step.limit:
            frame = frame.with_answer(step.name, collected[: step.limit])
            return self.missed(conversation, frame, step, Rejected("too_many", {"limit": step.limit}), scene)
        frame = replace(frame.with_answer(step.name, collected), misses=0)
        asked = self.ask(conversation, frame, step, replace(scene, answers=frame.answers))
        together = tuple(replace(reply, topic=f"{frame.dialog}.{step.name}") for reply in asked.replies)
        return replace(asked, replies=together)

    def missed(
        self, conversation: Conversation, frame: Frame, step: Ask | Review, why: Rejected, scene: Scene
    ) -> Advance:
        """Ask again, with the reason first; after a few misses a human is offered."""
        frame = replace(frame, misses=frame.misses + 1)
        scene = replace(scene, answers=frame.answers)
        utterance = step.utterance if isinstance(step, Ask) else step.name
        reason = f"{worded(frame.dialog, utterance)}_{why.reason}"
        if not scene.texts.has(reason):
            reason = f"engine.{why.reason}"
        return self.ask(conversation, frame, step, scene, before=scene.texts.say(reason, **why.facts))

    def answered(
        self, conversation: Conversation, frame: Frame, step: Ask, heard: Accepted, scene: Scene, replaces: str
    ) -> Advance:
        """Store the answer and go on to what is still open."""
        known = step.name in frame.answers
        again = known and (frame.answers[step.name] != heard.value or heard.value == step.renews)
        before = without(frame.answers, (*step.forgets, BEFORE) if again else (BEFORE,))
        answers = {**before, **heard.also, step.name: heard.value}
        noted = self.noted(frame, step, heard, scene)
        below = (Reply(noted, menu(scene.texts, scene.capabilities), keyboard=True),) if frame.below else ()
        frame = replace(frame, answers=answers, misses=0, below=False)
        told = "" if below else noted
        led = self.go_on(replace(conversation, active=frame), scene, replaces=replaces, before=told)
        return replace(led, replies=(*below, *led.replies))

    @staticmethod
    def noted(frame: Frame, step: Ask, heard: Accepted, scene: Scene) -> str:
        """What was understood, empty if the step does not tell."""
        if step.note is None:
            return ""
        return scene.texts.say(f"{worded(frame.dialog, step.utterance)}_noted", **step.note(heard, scene))

    def go_on(self, conversation: Conversation, scene: Scene, *, replaces: str = "", before: str = "") -> Advance:
        """Ask the first step without an answer, with what is to be said before; without one the dialog is complete."""
        frame = conversation.active
        assert frame is not None
        inside = replace(scene, answers=frame.answers)
        dialog = self.dialogs.get(frame.dialog)
        if dialog is None:  # a release took this dialog away
            return Advance(replace(conversation, active=None), (Reply(scene.texts.say("engine.outdated")),))
        while step := Standing(dialog, frame, inside).unanswered:
            if not isinstance(step, Ask) or step.known is None or (value := step.known(inside)) is None:
                return self.ask(conversation, frame, step, inside, replaces=replaces, before=before)
            frame = frame.with_answer(step.name, value)
            inside = replace(inside, answers=frame.answers)
            taken = scene.texts.say(f"{worded(frame.dialog, step.utterance)}_taken", **step.taken(value, inside))
            before = "\n".join(filter(None, (before, taken)))
        return Advance(replace(conversation, active=None), (), finished=frame)

    def ask(
        self,
        conversation: Conversation,
        frame: Frame,
        step: Ask | Review,
        scene: Scene,
        *,
        before: str = "",
        replaces: str = "",
    ) -> Advance:
        """Put a question, with a new token, so that the buttons of all earlier ones are stale."""
        if isinstance(step, Ask) and step.need and step.found not in frame.answers:
            waiting = replace(conversation, active=replace(frame, step=step.name))
            return Advance(waiting, need=Need(step.need, before, replaces))
        page = frame.page if frame.step == step.name else 0
        asks_place = isinstance(step, Ask) and step.location
        below = asks_place and scene.capabilities.location == "keyboard"
        frame = replace(frame, step=step.name, token=self.token(), page=page, below=below)
        utterance = step.utterance if isinstance(step, Ask) else step.name
        told: Mapping[str, Any] = step.tell(scene)
        question = scene.texts.say(worded(frame.dialog, utterance), **told)
        standing = self.standing(frame, scene)
        parts = [before, "\n".join(filter(None, (standing.progress(step), question)))]
        reply = Reply(
            "\n\n".join(part for part in parts if part),
            arrange(buttons(standing, step), scene.capabilities),
            keyboard=below,
            replaces="" if below else replaces,
        )
        return Advance(replace(conversation, active=frame), (reply,))

    @staticmethod
    def stale(scene: Scene) -> Reply:
        """A kind word about a button that is no longer current."""
        return Reply(scene.texts.say("engine.stale"))


def mark_of(data: str) -> str:
    """What is remembered of a press: enough to know it again, and nothing of the answer that stands on the button."""
    return blake2s(data.encode(), digest_size=6).hexdigest()
