"""The ``parallel-animate`` command: a way in beside :class:`parallel_animate.Animator`.

Each subcommand has a module, which turns what was typed into options, calls what the library has,
and prints what comes of it. Nothing of the library needs this wing, which brings typer.
"""

from parallel_animate.commands.main import app

__all__ = ["app"]
