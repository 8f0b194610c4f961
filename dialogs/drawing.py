"""Draws dialogs as Mermaid graphs, so that a conversation can be looked at without reading code."""

from collections.abc import Sequence

from dialogs.steps import Ask, AskEach, Dialog, Gather, Review, Step, always


def draw(dialogs: Sequence[Dialog]) -> str:
    """One graph with a box for each dialog."""
    return "\n".join(["flowchart TD", *(line for dialog in dialogs for line in box(dialog))])


def box(dialog: Dialog) -> list[str]:
    """One dialog: its steps in spoken order, where it may skip, and where it ends."""
    name = dialog.name
    lines = [f"  subgraph {name}"]
    lines += [f'    {name}.{step.name}["{caption(step)}"]' for step in dialog.steps]
    stops = [f"{name}.{step.name}" for step in dialog.steps] + [f"{name}.end(({dialog.outcome}))"]
    for step, here, there in zip(dialog.steps, stops, stops[1:], strict=False):
        lines.append(f"    {here} --> {there}")
        if isinstance(step, Review):
            lines += [f"    {here} -.->|изменить| {name}.{part.step}" for part in step.parts]
    return [*lines, "  end"]


def caption(step: Step) -> str:
    """The name of a step and what is special about it."""
    marks = []
    if isinstance(step, AskEach):
        marks.append("каждый вопрос")
    elif isinstance(step, Ask):
        marks += ["несколько"] * isinstance(step, Gather) + ["можно пропустить"] * step.optional
        marks += ["не всегда"] * (step.when is not always)
    return f"{step.name} ({', '.join(marks)})" if marks else step.name
