"""What a database says, said as an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Given = TypeVar("Given")
Work = Callable[Asked, Given]


def told(
    *errors: type[Exception], says: Callable[[Exception], Exception]
) -> Callable[[Work[Asked, Given]], Work[Asked, Given]]:
    """A decorator: where the work raises one of the errors, what `says` makes of it is raised instead."""

    def telling(work: Work[Asked, Given]) -> Work[Asked, Given]:
        @wraps(work)
        def done(*asked: Asked.args, **named: Asked.kwargs) -> Given:
            try:
                return work(*asked, **named)
            except errors as error:
                raise says(error) from error

        return done

    return telling
