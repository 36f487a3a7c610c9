"""Any plan, as hypothesis draws it."""

from __future__ import annotations

from hypothesis import strategies as st

# Each of these puts its changes into CHANGES.
from tests.canvas.plans import artist_changes, axes_changes, figure_changes  # noqa: F401
from tests.canvas.plans.changes import CHANGES
from tests.canvas.plans.content import CONTENT, CONTENT_3D
from tests.canvas.plans.figures import EXTRAS, KINDS

names = st.sampled_from(sorted({*CONTENT, *CONTENT_3D}))
items = st.lists(st.tuples(names, st.integers(0, 5)), min_size=1, max_size=4)
mutations = st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 59), st.integers(0, 11))
plans = st.fixed_dictionaries(
    {
        "layout": st.sampled_from([None, None, "tight", "constrained"]),
        "axes": st.lists(
            st.tuples(st.sampled_from(KINDS), st.integers(0, 3), items), min_size=1, max_size=4
        ),
        "extras": st.lists(st.sampled_from(sorted(EXTRAS)), unique=True, max_size=4),
        "frames": st.lists(st.lists(mutations, max_size=3), min_size=7, max_size=10),
    }
)
