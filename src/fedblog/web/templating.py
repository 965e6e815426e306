"""Templates: Jinja2 with autoescape and no silence about missing names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup

from fedblog.text.xml import clean
from fedblog.web.views import Page


class Templates:
    """Renders view structs. `themes` are folders whose templates go before ours, the first one first."""

    def __init__(self, static_paths: Mapping[str, str], themes: Sequence[Path] = ()) -> None:
        self._html = _environment(themes)
        self._xml = _environment(themes, finalize=legal_xml)
        for environment in (self._html, self._xml):
            environment.globals["static"] = static_paths
            environment.filters["count"] = count

    def render(self, page: Page, **extra: Any) -> bytes:
        """The page as UTF-8. The template sees the struct as `page`, and each of its fields by name."""
        return self.text(page, **extra).encode()

    def text(self, page: Page, **extra: Any) -> str:
        """The page as text, for parts that are put into others."""
        environment = self._xml if page.template.endswith(".xml") else self._html
        fields = {name: getattr(page, name) for name in page.__dataclass_fields__ if name != "template"}  # type: ignore[attr-defined]
        return environment.get_template(page.template).render(page=page, **fields, **extra)


def _environment(themes: Sequence[Path], **options: Any) -> Environment:
    loader = ChoiceLoader([*(FileSystemLoader(theme) for theme in themes), PackageLoader("fedblog.web")])
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        **options,
    )


def legal_xml(value: Any) -> Any:
    """A text without the characters that no XML document may hold, escaped or not (security.md X07)."""
    if isinstance(value, Markup):
        return Markup(clean(value))  # noqa: S704 - it was markup before
    return clean(value) if isinstance(value, str) else value


def count(number: int, one: str, many: str = "") -> str:
    """`1 like`, `2 likes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
