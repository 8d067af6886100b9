"""The answers of a list job in a file, so that a job that was interrupted goes on where it ended."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

#: The result of people whose answer was lost on the way: they may have been released, as the log says.
LOST: dict[str, Any] = {"lost": True}


class Journal:
    """One JSON object a line, on disk before the answer is yielded. The file holds the answers and no number that was
    asked by; only its owner may read it."""

    def __init__(self, path: str | Path, job: Any) -> None:
        """Raises ValueError if the file belongs to another job or was changed."""
        head = {"job": hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest()}
        self.done: dict[int, dict[str, Any]] = {}
        #: Starts of requests that were sent and have no answer yet.
        self.asked: set[int] = set()
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        text = self._file.read()
        # A line that was cut off when the process ended is written again.
        whole = text[: text.rfind(b"\n") + 1]
        self._file.truncate(len(whole))
        self._file.seek(len(whole))
        try:
            first, *lines = [json.loads(line) for line in whole.splitlines()] or [None]
            for line in lines:
                self._take(line)
        except (ValueError, KeyError, TypeError):
            self._file.close()
            raise ValueError(f"{path} is no journal of a list") from None
        if first is None:
            self._write(head)
        elif first != head:
            self._file.close()
            raise ValueError(f"{path} holds the job of another list")

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def asking(self, start: int) -> None:
        self._add({"asking": start})

    def not_sent(self, start: int) -> None:
        self._add({"refused": start})

    def keep(self, start: int, results: list[dict[str, Any]]) -> None:
        self._add({"from": start, "results": results})

    def _add(self, line: dict[str, Any]) -> None:
        self._write(line)
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        if "asking" in line:
            self.asked.add(line["asking"])
        elif "refused" in line:
            self.asked.discard(line["refused"])
        else:
            self.asked.discard(line["from"])
            self.done.update(enumerate(line["results"], line["from"]))

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
