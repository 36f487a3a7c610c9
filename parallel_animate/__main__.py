"""``python -m parallel_animate``: the ``parallel-animate`` command."""

from parallel_animate.commands import app

if __name__ == "__main__":
    app(prog_name="parallel-animate")
