"""aiogram whose models are built when they are used. Import this before anything of aiogram.

aiogram builds its four hundred pydantic models while it is imported, and a bot holds them all: more than half of its
memory. Here the building is left out at the import and made up for by each model's first use, so the thirty that this
program needs are all it holds. It leans on two things of pydantic: that a model which is not complete calls its own
`model_rebuild` when it is first used, and that this takes the names its annotations speak of.
"""

from typing import Any

from pydantic import BaseModel

AS_PYDANTIC_DOES = BaseModel.__dict__["model_rebuild"]


def not_yet(_model: type[BaseModel], /, **_options: Any) -> None:
    """Leave a model as it is."""


def when_used(model: type[BaseModel], /, **options: Any) -> bool | None:
    """Build a model with the names of aiogram's types, which its own module does not import."""
    names = {"Default": Default, "List": list, **vars(types)}
    built: bool | None = AS_PYDANTIC_DOES.__func__(model, **{**options, "_types_namespace": names})
    return built


BaseModel.model_rebuild = classmethod(not_yet)  # type: ignore[assignment,method-assign]
try:
    from aiogram import methods, types
    from aiogram.client.default import Default
finally:
    BaseModel.model_rebuild = AS_PYDANTIC_DOES  # type: ignore[method-assign]
for family in (types.TelegramObject, methods.TelegramMethod, methods.Response):
    family.model_rebuild = classmethod(when_used)  # type: ignore[assignment,method-assign]
