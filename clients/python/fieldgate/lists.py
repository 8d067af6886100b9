"""Lists of any number of people, in pieces that one request allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .errors import FieldgateError
from .journal import LOST, Journal

Rows = Iterator[tuple[int, dict[str, Any]]]


def chunks(items: Iterable[Any], size: int) -> Iterator[tuple[int, list[Any]]]:
    start, chunk = 0, []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield start, chunk
            start, chunk = start + size, []
    if chunk:
        yield start, chunk


def answered(
    ask: Callable[[list[Any]], list[dict[str, Any]]],
    subjects: Iterable[Mapping[str, Any]],
    size: int,
    journal: tuple[str | Path, Any] | None,
    once: bool,
) -> Rows:
    """Yields (position, answer) in order. once: a person whose answer was lost is not asked about again."""
    if journal is None:
        for start, chunk in chunks(subjects, size):
            yield from enumerate(ask(chunk), start)
        return
    people = [dict(one) for one in subjects]
    path, job = journal
    with Journal(path, [job, people, size]) as kept:
        for start, chunk in chunks(people, size):
            if start in kept.asked and once:
                kept.keep(start, [LOST] * len(chunk))
            elif start not in kept.done:
                _ask(kept, ask, start, chunk)
            yield from ((at, kept.done[at]) for at in range(start, start + len(chunk)))


def _ask(kept: Journal, ask: Callable[[list[Any]], list[dict[str, Any]]], start: int, chunk: list[Any]) -> None:
    kept.asking(start)
    try:
        results = ask(chunk)
    except FieldgateError as error:
        if error.code != "ANSWER_LOST":
            kept.not_sent(start)
        raise
    kept.keep(start, results)
