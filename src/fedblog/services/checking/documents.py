"""Reading JSON that came through the public name. Nothing here raises."""

from typing import Any

from fedblog.ap.strict_json import read_object
from fedblog.errors import Invalid
from fedblog.services.checking.replies import Reply


def json_of(reply: Reply) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        return read_object(reply.body)
    except Invalid:
        return {}


def id_in(reply: Reply) -> str:
    """The id of the document; "" where there is none."""
    found = json_of(reply).get("id")
    return found if isinstance(found, str) else ""
