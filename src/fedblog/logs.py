"""The log: one JSON object on each line of standard error (security.md A11).

Much of what is logged was written by strangers. Control characters are escaped, a text is cut after 512
characters, and nobody logs bodies or cookies. Give fields as one mapping: `log.info("answered", {"status": 200})`.
"""

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

LONGEST = 512
_LONGEST_TRACE = 8192
# What uvicorn says below this level is either ours to say or a line for each scanner that passes by.
_UVICORN_LEVEL = logging.ERROR


def set_up(level: str) -> None:
    """Log as JSON lines from now on; `level` is a name such as `info`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(_UVICORN_LEVEL)
    for chatty in ("asyncio", "aiosqlite", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, the fields, and a trace when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, Any] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": cut(record.getMessage()),
        }
        if isinstance(record.args, Mapping):
            fields |= {str(name): _plain(value) for name, value in record.args.items()}
        if record.exc_info and record.exc_info[1]:
            fields["trace"] = "".join(traceback.format_exception(record.exc_info[1]))[-_LONGEST_TRACE:]
        # DEL is the one control character that JSON leaves as it is.
        return json.dumps(fields, separators=(",", ":")).replace("\x7f", "\\u007f")


def cut(text: str) -> str:
    """At most 512 characters, an ellipsis at the end when there were more."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool) or value is None else cut(str(value))
