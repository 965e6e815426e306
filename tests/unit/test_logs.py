"""The log: whatever strangers write, an entry stays one line of JSON."""

import json
import logging
import subprocess
import sys

import pytest

from fedblog.logs import JsonLines


def written(message, *args, error=None):
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("fedblog.test", logging.WARNING, __file__, 1, message, args, exc_info)
    return JsonLines().format(record)


def test_an_entry_tells_when_how_bad_where_and_what():
    entry = json.loads(written("answered", {"status": 404, "path": "/nope", "left_out": None}))
    assert entry.pop("at").endswith("Z")
    assert entry == {
        "level": "warning", "from": "fedblog.test", "message": "answered", "status": 404, "path": "/nope",
        "left_out": None,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["field", "message"])
def test_remote_text_cannot_forge_lines_or_colours(form):
    nasty = "/\r\n\x1b[31m\x7f\x85\u2028\u202e"
    line = written("answered", {"path": nasty}) if form == "field" else written("asked for %s", nasty)
    assert line.isascii()
    assert line.isprintable()
    assert nasty in json.loads(line)["path" if form == "field" else "message"]


def test_a_text_of_any_length_is_cut():
    entry = json.loads(written("asked for %s" % ("x" * 10_000), {"path": "y" * 10_000}))
    assert (len(entry["message"]), len(entry["path"])) == (512, 512)
    assert entry["path"].endswith("y…")


def test_a_trace_stands_in_the_same_line():
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        line = written("request failed", {"path": "/"}, error=error)
    assert line.isprintable()
    assert "ValueError: two\nlines" in json.loads(line)["trace"]


def test_what_is_logged_without_us_is_json_too():
    """In a process of its own: the log is set up once and for all."""
    code = "import logging, fedblog.logs as l; l.set_up('info'); logging.getLogger('asyncio').error('lost %s', 'it')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr)["message"] == "lost it"
