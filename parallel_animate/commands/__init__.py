"""The ``parallel-animate`` command: a way in beside :class:`parallel_animate.Animator`.

Each subcommand has a module, which turns what was typed into options, calls the library, and prints
what comes of it. No other wing imports this one, and so typer is imported for the command alone.
"""

from parallel_animate.commands.main import app

__all__ = ["app"]
