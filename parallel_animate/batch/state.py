"""What a batch knows of its jobs from earlier runs: a small file for each, in a folder.

Each job has its own, so that the shards of a batch, on many machines, write none together. A file
is replaced in one step. That a video is complete is known from two places: its own file has the
fingerprint in its metadata, and the job's file has it with the size and the time of the video. So
neither a lost folder nor a process that was killed between the two costs a second render.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from parallel_animate.batch.outcome import Outcome
from parallel_animate.errors import AnimateError, OutputError
from parallel_animate.jobs import Fingerprint, Job, mark_in
from parallel_animate.output import OutputFile, files_of, metadata_of, parts_of, tidy

LONGEST = 200
"""Bytes of a name, to which some are added: file systems take 255."""


class State:
    """The folder of a batch.

    Parameters
    ----------
    folder : Path
        Where it is; made if it is not there.

    Raises
    ------
    OutputError
        If it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {folder}: {error.strerror}") from error

    def log(self, job: Job) -> Path:
        """Return the file for all that a job says."""
        return self.folder / f"{_slug(job.name)}.log"

    def picture(self, job: Job) -> Path:
        """Return the file for a small picture of a job's first frame."""
        return self.folder / f"{_slug(job.name)}.jpg"

    def is_done(self, job: Job, made_of: Fingerprint | None) -> bool:
        """Return whether a job's outputs are there, made of the same."""
        if made_of is None:
            return False
        known = self._read(job)
        stamps = _stamps(job)
        if stamps is None:
            return False
        same = known.get("fingerprint") == made_of.digest
        if same and known.get("stamps") == stamps:
            return True
        if all(_is_marked(path, made_of.digest) for path in _files(job)):
            return True
        # A kind of file without metadata, which its render had finished when it was killed.
        begun = known.get("begun_ns", 0)
        return bool(
            same
            and begun
            and all(stamp[1] > begun for stamp in stamps)
            and not any(parts_of(path) for path in _files(job))
        )

    def skipped(self, job: Job, made_of: Fingerprint | None) -> Outcome:
        """Return what came of a job whose video is there, with the doubts that there were then.

        What is left of its render is removed.
        """
        for path in _files(job):
            tidy(path)
        known = self.outcome(job)
        outcome = Outcome(
            job.name, job.output, "skipped", doubts=tuple((known or {}).get("doubts", ()))
        )
        if known is None:
            self.ended(job, made_of, outcome)
        return outcome

    def can_go_on(self, job: Job, made_of: Fingerprint | None) -> bool:
        """Return whether finished segments of a job's outputs were made of the same."""
        if made_of is None or self._read(job).get("fingerprint") != made_of.digest:
            return False
        return all(parts_of(path) for path in _files(job))

    def begins(self, job: Job, made_of: Fingerprint | None) -> None:
        """Note that a job begins."""
        digest = None if made_of is None else made_of.digest
        self._write(job, {"name": job.name, "fingerprint": digest, "begun_ns": time.time_ns()})

    def ended(self, job: Job, made_of: Fingerprint | None, outcome: Outcome) -> None:
        """Note what came of a job."""
        told: dict[str, Any] = {
            "name": job.name,
            "fingerprint": None if made_of is None else made_of.digest,
            "outcome": outcome.to_dict(),
        }
        if outcome.is_good:
            told["stamps"] = _stamps(job)
        self._write(job, told)

    def outcome(self, job: Job) -> dict[str, Any] | None:
        """Return what is noted of a job, whoever has rendered it."""
        return self._read(job).get("outcome")

    def _path(self, job: Job) -> Path:
        return self.folder / f"{_slug(job.name)}.json"

    def _read(self, job: Job) -> dict[str, Any]:
        try:
            found = json.loads(self._path(job).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, job: Job, told: dict[str, Any]) -> None:
        write_whole(self._path(job), json.dumps(told))


def write_whole(path: Path, text: str) -> None:
    """Write a file that appears when it is complete.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    # A random name: on other machines, whose shards write here too, are the same process numbers.
    new = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _slug(name: str) -> str:
    """Return a name of a file, as like a job's name as it can be.

    Examples
    --------
    >>> _slug("a.mp4"), _slug("videos/a b.mp4")
    ('a.mp4', 'videos-a-b.mp4-2c01d08f')
    """
    slug = re.sub(r"[^\w.-]+", "-", name)[-100:].lstrip(".")
    slug = slug.encode()[-LONGEST:].decode(errors="ignore")
    if slug == name:
        return slug
    return f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _files(job: Job) -> list[Path]:
    try:
        return [OutputFile(each).path for each in job.output]
    except AnimateError:  # the render will say what is wrong
        return []


def _stamps(job: Job) -> list[list[int]] | None:
    """Return size and time of each output, or of all its pictures; None if one is not there."""
    stamps = []
    for path in _files(job):
        try:
            there = [each.stat() for each in files_of(path)]
        except OSError:
            return None
        if not there:
            return None
        stamps.append(
            [sum(each.st_size for each in there), max(each.st_mtime_ns for each in there)]
        )
    return stamps or None


def _is_marked(path: Path, digest: str) -> bool:
    made = mark_in(metadata_of(path))
    return made is not None and made.get("fingerprint") == digest
