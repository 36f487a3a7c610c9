"""What is known of matplotlib's classes: all of it stands here.

The machinery around this package watches, compares and paints artists of any kind. Whatever it has
to know of a particular one, it asks here: which parts an artist has, which of its attributes tell
that it has changed, which of them move others, what a layout engine moves, what a 3-D axes does
differently. A new kind of artist is taught here.

=================  =============================================================================
`private.py`       every private name of matplotlib that this library uses
`open_figures.py`  the figures that pyplot has open
`capabilities.py`  which of these names the matplotlib at hand lacks, and what that costs
`origin.py`        whose code an artist is drawn by: matplotlib's or the user's
`known.py`         the classes whose state is told completely
`libraries.py`     those of other libraries, and the versions looked at
`holding.py`       whether an artist holds something that is not known, at any depth
`listeners.py`     who hears of each draw, and whether that changes the picture
`family.py`        the parts that an artist is made of
`hidden.py`        artists that draw nothing as long as they are hidden
`volatile.py`      artists that have to be drawn anew for each frame
`state.py`         what tells that an artist has changed though it has reported nothing
`brief.py`         an artist's state in a number, to be compared with another process's
`placing.py`       which artists others are placed by
`axes.py`          what the drawings within an axes or figure depend on
`axes3d.py`        what a 3-D axes does differently
`layouts.py`       what a layout engine moves, and what it looks at
=================  =============================================================================
"""
