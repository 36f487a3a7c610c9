"""Lets the docstrings' references to names, ``:meth:`frames` ``, be read by mkdocstrings."""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:class|meth|func|attr|mod|exc|data):`~?([^`]+)`")
LITERAL = re.compile(r"``([^`]+)``")


class Roles(griffe.Extension):
    """Turns reStructuredText's names and literals into Markdown's."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Convert a docstring."""
        if obj.docstring is not None:
            text = ROLE.sub(r"`\1`", obj.docstring.value)
            obj.docstring.value = LITERAL.sub(r"`\1`", text)
