"""Classes of other libraries that are known as well as matplotlib's, and the versions looked at."""

from __future__ import annotations


def known_of_libraries(kind: type) -> bool:
    """Return whether a class of another library is one whose state is told completely."""
    return False
