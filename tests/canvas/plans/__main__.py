"""Run the plans of some numbers: ``python -m tests.canvas.plans FIRST LAST``."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import traceback
import warnings
from time import perf_counter

import matplotlib

from tests.canvas.plans import check_plan, random_plan


def main() -> int:
    """Run them, print each that fails, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of layouts and logarithms
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    gc.freeze()
    gc.set_threshold(20_000)
    start = perf_counter()
    seeds = range(options.first, options.last + 1)
    bad: list[int] = []
    frames = cut_short = 0
    for seed in seeds:
        plan = random_plan(seed)
        try:
            compared = check_plan(plan)
        except Exception as error:  # a failed assertion, or an error that only redrawing meets
            bad.append(seed)
            told = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
            print(f"seed {seed}: {told.strip()}\n    {plan}", flush=True)
            continue
        frames += compared
        cut_short += compared < len(plan["frames"])
    seconds = perf_counter() - start
    print(
        f"seeds {options.first} to {options.last}, matplotlib {matplotlib.__version__}: "
        f"{len(seeds)} plans, {frames} frames compared, {cut_short} cut short by errors of "
        f"matplotlib, {len(bad)} with a difference{f' {bad}' if bad else ''}; "
        f"{seconds / max(len(seeds), 1):.2f} s each"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
