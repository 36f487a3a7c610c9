"""Tiles hold all pixels of the boxes that are added."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.canvas.tiles import MANY, TILE, Tiles, windows
from tests.canvas.pictures import covered, pictures_with_boxes
from tests.canvas.redraw import pixels_of


def overlapped_tiles(boxes: npt.NDArray[np.int_], width: int, height: int) -> npt.NDArray[np.bool_]:
    """Return the pixels of all tiles of which a box has a pixel, by looking at each pixel."""
    inside = covered(boxes, width, height) > 0
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            tile = inside[top : top + TILE, left : left + TILE]
            tile[:] = tile.any()
    return inside


@given(picture=pictures_with_boxes(), many=st.booleans())
def test_tiles_are_those_that_boxes_overlap(
    picture: tuple[int, int, npt.NDArray[np.int_]], many: bool
) -> None:
    """Whether few or many boxes are added at once."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes.repeat(MANY if many else 1, axis=0))
    assert np.array_equal(pixels_of(tiles), overlapped_tiles(boxes, width, height))
    assert not tiles.empty_copy().mask.any()


@given(picture=pictures_with_boxes())
def test_the_places_of_tiles_are_whole_and_hold_all_their_pixels(
    picture: tuple[int, int, npt.NDArray[np.int_]],
) -> None:
    """Those at the edges overlap others; a picture smaller than a tile is one."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes)
    shown = np.zeros((height, width), bool)
    tops, lefts = tiles.places(width, height)
    windows(shown)[tops, lefts] = True
    assert shown[pixels_of(tiles)].all()
    assert len(tops) == len(lefts) == tiles.mask.sum()
    if len(tops):
        expected = (len(tops), min(TILE, height), min(TILE, width))
        assert windows(shown)[tops, lefts].shape == expected


@given(picture=pictures_with_boxes())
def test_what_the_places_of_tiles_overlap_is_known(
    picture: tuple[int, int, npt.NDArray[np.int_]],
) -> None:
    """Of the tiles before the last ones, and of nothing else, whatever the size."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes)
    before = tiles.mask.copy()
    shown = np.zeros((height, width), bool)
    windows(shown)[tiles.places(width, height)] = True
    expected = Tiles(width, height)
    rows, columns = shown.nonzero()
    expected.mask[rows // TILE, columns // TILE] = True
    # Corners may be added that are not overlapped, where a tile of the last row and column is in.
    whole = tiles.with_overlapped().mask
    assert whole[expected.mask].all()
    assert np.array_equal(whole[:-2, :-2], before[:-2, :-2])
    assert np.array_equal(tiles.mask, before)


@given(picture=pictures_with_boxes(), split=st.integers(0, 6))
def test_united_tiles_are_those_of_both(
    picture: tuple[int, int, npt.NDArray[np.int_]], split: int
) -> None:
    """As if all boxes had been added to one."""
    width, height, boxes = picture
    both, first, second = (Tiles(width, height) for _ in range(3))
    both.add(boxes)
    first.add(boxes[:split])
    second.add(boxes[split:])
    assert np.array_equal((first | second).mask, both.mask)
    first.add_all()
    assert pixels_of(first).all()


@given(picture=pictures_with_boxes(), split=st.integers(0, 6))
def test_boxes_that_meet_tiles_are_found(
    picture: tuple[int, int, npt.NDArray[np.int_]], split: int
) -> None:
    """By counting, and not by looking at each tile."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes[:split])
    inside = pixels_of(tiles)
    for box, met in zip(boxes, tiles.met_by(boxes), strict=True):
        one = Tiles(width, height)
        one.add(box[None])
        assert met == (pixels_of(one) & inside).any()


@given(picture=pictures_with_boxes())
def test_copied_is_the_set_and_what_its_places_overlap(
    picture: tuple[int, int, npt.NDArray[np.int_]],
) -> None:
    """Whether it is a rectangle or not; rounded, it holds what it did."""
    width, height, boxes = picture
    tiles = Tiles(width, height)
    tiles.add(boxes)
    for copied in (tiles, tiles.rounded()):
        target = np.zeros((height, width), np.uint32)
        copied.copy(np.ones((height, width), np.uint32), target)
        assert target[pixels_of(tiles)].all()
        assert not target[~pixels_of(copied.with_overlapped())].any()
    assert np.array_equal(tiles.rounded().mask | tiles.mask, tiles.rounded().mask)
