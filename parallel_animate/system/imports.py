"""How long importing the package takes, from the import of this module on, which must be first."""

from time import perf_counter

_begun = perf_counter()
_seconds: list[float] = []


def import_finished() -> None:
    """Note that the package is imported."""
    _seconds.append(perf_counter() - _begun)


def import_seconds() -> float:
    """Return the seconds that the import took, of the package and of all that it has imported."""
    return _seconds[0] if _seconds else 0.0
