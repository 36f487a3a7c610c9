"""What importing the package takes. It is the first module of the package to be imported."""

from time import perf_counter

_begun = perf_counter()
_seconds: list[float] = []


def finish() -> None:
    """Note that the package is imported."""
    _seconds.append(perf_counter() - _begun)


def import_seconds() -> float:
    """Return the seconds that the import took, with all that was not imported before."""
    return _seconds[0] if _seconds else 0.0
