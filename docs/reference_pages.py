"""Writes the pages that come from the program's own tables: `python -m docs.reference_pages`.

`config.example.toml` and `docs/reference/configuration.md` come from the table of options,
`docs/reference/commands.md` from the parsers of the command line. A test fails when they differ.
"""

import argparse
from pathlib import Path

from fedblog.cli.config_text import config_text, toml
from fedblog.cli.main import parser
from fedblog.config import OPTIONS, Option

ROOT = Path(__file__).parents[1]
_MADE_BY = "<!-- Written by `make reference`; change the program's tables instead. -->"
_SECTIONS = {
    "site": "Who the blog is. Address and handle are fixed when the blog is founded: every follow hangs on them.",
    "server": "Where it listens, and whom it believes.",
    "storage": "Where it keeps things.",
    "federation": "How it talks with other servers. What is marked as being for laboratories must stay off elsewhere.",
}
_STATUSES = """Exit status: 0 it is done; 1 it was refused, with the reason on standard error; 2 the command line makes
no sense. `--config PATH` may stand before or after the command; without it, `$FEDBLOG_CONFIG` is used, else
`./fedblog.toml`. Commands work while the server runs. What takes `--json` prints one JSON document and nothing else."""


def pages() -> dict[Path, str]:
    """Every page that is written here, by its path."""
    return {
        ROOT / "config.example.toml": config_text({}),
        ROOT / "docs/reference/configuration.md": _configuration(),
        ROOT / "docs/reference/commands.md": _commands(),
    }


def _configuration() -> str:
    lines = [
        "# Configuration",
        "",
        _MADE_BY,
        "",
        "One TOML file. An unknown option is refused, with the name of the nearest right one. Every option can also be",
        "given, and is then overridden, by the environment variable named with it; a list is written there with commas",
        "between. Relative paths are relative to the file. `fedblog check` looks at the whole.",
        "",
    ]
    for section, meaning in _SECTIONS.items():
        lines += [
            f"## [{section}]",
            "",
            meaning,
            "",
            "| option | default | what it does | variable |",
            "|---|---|---|---|",
        ]
        lines += [_row(option) for option in OPTIONS if option.section == section]
        lines.append("")
    return "\n".join(lines)


def _row(option: Option) -> str:
    default = f"`{toml(option.default)}`" if option.default != "" else "–"
    example = f" Such as `{option.example}`." if option.example else ""
    return f"| `{option.name}` | {default} | {option.meaning}{example} | `{option.variable}` |"


def _commands() -> str:
    lines = ["# Commands", "", _MADE_BY, "", _STATUSES, ""]
    for name, command in _children(parser()).items():
        actions = _children(command)
        lines += _described(command, f"## fedblog {name}")
        for action_name, action in actions.items():
            lines += _described(action, f"### fedblog {name} {action_name}")
    return "\n".join(lines)


def _children(command: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in command._actions:  # noqa: SLF001 - argparse has no other way to ask
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            return dict(action.choices)
    return {}


def _sentence(command: argparse.ArgumentParser) -> str:
    text = command.description or ""
    return f"{text[:1].upper()}{text[1:]}."


def _described(command: argparse.ArgumentParser, heading: str) -> list[str]:
    """A command with what must be given in its heading, and a table of what may be."""
    own = [a for a in command._actions if a.dest not in {"help", "config"} and a.nargs != argparse.PARSER]  # noqa: SLF001
    positional = [_name(action) for action in own if not action.option_strings]
    options = [action for action in own if action.option_strings]
    lines = [" ".join([heading, *positional]), "", _sentence(command), ""]
    if options:
        lines += [
            "| option | meaning |",
            "|---|---|",
            *(f"| `{_name(one)}` | {one.help or ''} |" for one in options),
            "",
        ]
    return lines


def _name(action: argparse.Action) -> str:
    """As it is written on a command line; a bar is escaped, since it stands in a table."""
    value = str(action.metavar or "|".join(action.choices or ()))
    if not action.option_strings:
        return f"[{value}]" if action.nargs == "?" else value
    return f"{action.option_strings[0]} {value}".strip().replace("|", "\\|")


def main() -> None:
    """Write them all."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
