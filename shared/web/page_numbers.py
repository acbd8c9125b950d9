"""`{number:page}` in a route: a page of a document, with no more digits than a page number has.

Starlette's own `int` takes any number of digits, and Python refuses to read thousands of them.
"""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class PageNumber(Convertor[int]):
    regex = "[0-9]{1,4}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


def register() -> None:
    """To be called before the first route that uses it is made."""
    register_url_convertor("page", PageNumber())
