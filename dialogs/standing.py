"""How a dialog stands with somebody: what was answered, what comes next, and where «Назад» leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.speech import Json
from dialogs.state import Frame
from dialogs.steps import BEFORE, EDITED, Ask, Dialog, Review, Scene


@dataclass(frozen=True)
class Standing:
    """A dialog and the answers to it; the scene holds the same answers."""

    dialog: Dialog
    frame: Frame
    scene: Scene

    @property
    def steps(self) -> Sequence[Ask | Review]:
        """The steps that are asked, in spoken order."""
        return self.dialog.live(self.scene)

    @property
    def unanswered(self) -> Ask | Review | None:
        """The first step that has no answer that still makes sense; a review never has one."""
        for step in self.steps:
            if isinstance(step, Review) or step.name not in self.frame.answers or not step.valid(self.scene):
                return step
        return None

    @property
    def open(self) -> Ask | Review | None:
        """The step that is open; None if a release or an edit took it away."""
        return next((step for step in self.steps if step.name == self.frame.step), None)

    @property
    def undone(self) -> dict[str, Json] | None:
        """The answers before the last change, None if nothing was changed."""
        now = without(self.frame.answers, (BEFORE, EDITED))
        if isinstance(mended := self.frame.answers.get(BEFORE), Mapping):
            return {**now, **mended}
        edited = self.frame.answers.get(EDITED)
        return dict(edited) if isinstance(edited, Mapping) and edited != now else None

    def rest(self, step: Ask) -> list[str]:
        """The questions of the step's group that have no answer yet."""
        others = (other for other in self.steps if isinstance(other, Ask) and step.group and other.group == step.group)
        return [other.name for other in others if other.name not in self.frame.answers]

    def changed_from(self, step: Ask | Review) -> Review | None:
        """The last look, if the step was opened from it and its answer still stands."""
        last = self.unanswered
        return last if isinstance(last, Review) and last is not step else None

    def before(self, step: Ask | Review) -> Ask | Review:
        """The step before, the first one before itself."""
        position = next(index for index, other in enumerate(self.steps) if other.name == step.name)
        return self.steps[max(position - 1, 0)]

    def opens_group(self, step: Ask | Review) -> bool:
        """Whether this is the first of several questions that are asked together."""
        if not isinstance(step, Ask) or not step.group:
            return False
        return next(one.name for one in self.steps if isinstance(one, Ask) and one.group == step.group) == step.name

    def progress(self, step: Ask | Review) -> str:
        """«Шаг 2 из 6»: among the questions that are asked as far as is known now."""
        questions = [other.name for other in self.steps if isinstance(other, Ask) and not other.need]
        if not self.dialog.numbered or step.name not in questions:
            return ""
        total = len(questions) if self.dialog.foreseen(self.scene) else None
        return self.scene.texts.say("engine.progress", number=questions.index(step.name) + 1, total=total)


def without(answers: Mapping[str, Json], forgotten: Sequence[str]) -> dict[str, Json]:
    """The answers less some; «details.» stands for all that begin with it."""
    prefixes = tuple(name for name in forgotten if name.endswith("."))
    return {name: value for name, value in answers.items() if name not in forgotten and not name.startswith(prefixes)}
