"""The text of a configuration file, from the table of options."""

import json
from collections.abc import Mapping

from fedblog.config import OPTIONS, Option

Value = str | int | bool | tuple[str, ...]


def config_text(values: Mapping[str, Value]) -> str:
    """A configuration with these values; every other option stands there commented out, with its default."""
    lines, section = ["# fedblog configuration. Every option can be overridden: FEDBLOG_SECTION__KEY."], ""
    for option in OPTIONS:
        if option.section != section:
            section = option.section
            lines += ["", f"[{section}]"]
        lines += [f"# {option.meaning}", _line(option, values)]
    return "\n".join(lines) + "\n"


def _line(option: Option, values: Mapping[str, Value]) -> str:
    if option.key in values:
        return f"{option.name} = {toml(values[option.key])}"
    return f"# {option.name} = {toml(option.example or option.default)}"


def toml(value: Value) -> str:
    """A value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)
