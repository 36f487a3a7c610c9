"""Params from files of arrays: NPY, NPZ, and NetCDF or Zarr along a dimension."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parallel_animate.errors import ArgumentError


def read_npy(path: Path, part: str | None, over: str | None) -> Any:
    """Map an array into memory; a frame's params are its item along the first axis."""
    if not _begins_as_npy(path):  # which NumPy takes for a pickle, and advises to load unsafely
        raise ArgumentError(f"{path} is no NPY file: numpy.save() makes such ones")
    array = np.load(path, mmap_mode="r")
    if not array.ndim:
        raise ArgumentError(f"{path} has a single number, and no item for each frame")
    return array.view(np.ndarray)  # whose items forked workers take from the mapped file


def _begins_as_npy(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(6) == b"\x93NUMPY"


def read_npz(path: Path, part: str | None, over: str | None) -> Any:
    """Read an array that has a name; or all of them, so that a frame's params are a dict."""
    with np.load(path) as file:
        if part is not None:
            if part not in file.files:
                raise ArgumentError(
                    f"there is no {part!r} in {path}, which has {', '.join(file.files)}"
                )
            return _with_frames(path, part, file[part])
        arrays = {name: file[name] for name in file.files}
    if not arrays:
        raise ArgumentError(f"there are no arrays in {path}")
    if len(arrays) == 1:
        ((name, array),) = arrays.items()
        return _with_frames(path, name, array)
    lengths = {array.shape[:1] for array in arrays.values()}
    if len(lengths) != 1 or lengths == {()}:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ArgumentError(
            f"the arrays in {path} have not the same number of items, of which each would be a "
            f"frame's ({shapes}): name one, as in {path}:{next(iter(arrays), 'name')}"
        )
    return Together(arrays)


def _with_frames(path: Path, name: str, array: Any) -> Any:
    if not array.ndim:
        raise ArgumentError(f"{name} in {path} is a single number, and has no item for each frame")
    return array


class Together(Sequence[dict[str, Any]]):
    """Arrays of the same length, of which each item is a dict of theirs."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        self._arrays = arrays

    def __len__(self) -> int:
        return len(next(iter(self._arrays.values())))

    def __getitem__(self, number: Any) -> Any:
        return {name: array[number] for name, array in self._arrays.items()}


def read_netcdf(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Open a NetCDF file; a frame's params are what it has at a place along a dimension."""
    return _labeled(_xarray(path).open_dataset(path), path, part, over)


def read_zarr(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Open a Zarr store, in the same way."""
    return _labeled(_xarray(path).open_zarr(path), path, part, over)


LABELED = (read_netcdf, read_zarr)
"""The readers that take a dimension."""


def _xarray(path: Path) -> Any:
    try:
        import xarray
    except ImportError as error:
        extra = "zarr" if path.suffix == ".zarr" else "netcdf4"
        raise ArgumentError(f"{path} takes xarray to read: pip install xarray {extra}") from error
    return xarray


def _labeled(data: Any, path: Path, part: str | None, over: str | None) -> Slices:
    if part is not None:
        if part not in data:
            known = ", ".join(map(str, data.data_vars))
            raise ArgumentError(f"there is no {part!r} in {path}, which has {known}")
        data = data[part]
    dimensions = [str(each) for each in data.dims]
    if not dimensions:
        what = str(path) if part is None else f"{part} in {path}"
        raise ArgumentError(f"{what} has no dimension, and no item for each frame")
    if over is None:
        over = "time" if "time" in dimensions else next(iter(dimensions), "")
    if over not in dimensions:
        raise ArgumentError(
            f"over={over!r} is no dimension of {path}, which has {', '.join(dimensions)}"
        )
    return Slices(data, over)


class Slices(Sequence[Any]):
    """What xarray has along a dimension: each item is read when it is asked for."""

    def __init__(self, data: Any, over: str) -> None:
        self._data, self._over = data, over

    def __len__(self) -> int:
        return int(self._data.sizes[self._over])

    def __getitem__(self, number: Any) -> Any:
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        return self._data.isel({self._over: number}).load()
