"""Lists of checks that the gateway works off by itself: submit, look, collect, end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .errors import FieldgateError
from .lists import chunks
from .operations import _segment
from .sealed import key_for, open_kept
from .wire import Wire

#: Rows of a part, as the gateway takes them.
ROWS = 50


def submit(
    wire: Wire, grant: dict[str, Any], list_id: str, programme: str, subjects: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    parts = 0
    for start, rows in chunks(subjects, ROWS):
        parts = start // ROWS + 1
        try:
            wire.call("PUT", f"/v1/lists/{_segment(list_id)}/rows/{start // ROWS}", grant, body={"rows": rows})
        except FieldgateError as error:
            # It was submitted, and the answer was lost.
            if error.code != "CONFLICT":
                raise
            parts = -(-len(subjects) // ROWS)
            break
    body = {"programme": programme, "parts": parts, "rows": len(subjects)}
    state = wire.call("POST", f"/v1/lists/{_segment(list_id)}", grant, body=body).json()
    return dict(state)


def results(
    wire: Wire,
    grant: dict[str, Any],
    list_id: str,
    part: int,
    checked: Callable[[dict[str, Any]], dict[str, Any]],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """checked: looks at one answer as at the answer to a single check."""
    answer = wire.call("GET", f"/v1/lists/{_segment(list_id)}/results/{part}", grant)
    key = key_for(answer.text, wire.agency)
    for position, row in enumerate(open_kept(answer.text, key), part * ROWS):
        yield position, {"verification": checked(json.loads(row["verification"]))} if "verification" in row else row
