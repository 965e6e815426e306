"""The text of a configuration file, from the table of options."""

import json
from collections.abc import Mapping

from fedblog.config import OPTIONS, Option


def config_text(values: Mapping[str, str]) -> str:
    """A configuration with these values; every other option stands there commented out, with its default."""
    lines, section = ["# fedblog configuration. Every option can be overridden: FEDBLOG_SECTION__KEY."], ""
    for option in OPTIONS:
        if option.section != section:
            section = option.section
            lines += ["", f"[{section}]"]
        lines += [f"# {option.meaning}", _line(option, values)]
    return "\n".join(lines) + "\n"


def _line(option: Option, values: Mapping[str, str]) -> str:
    if option.key in values:
        return f"{option.name} = {json.dumps(values[option.key], ensure_ascii=False)}"
    shown: object = option.example or option.default
    return f"# {option.name} = {json.dumps(list(shown) if isinstance(shown, tuple) else shown, ensure_ascii=False)}"
