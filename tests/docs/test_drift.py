"""The pages that are written from the program's own tables say what the program does."""

import pytest

from docs import reference_pages
from fedblog.config import OPTIONS, load


@pytest.mark.parametrize("path", reference_pages.pages(), ids=lambda path: path.name)
def test_a_written_page_is_the_one_that_the_program_would_write(path):
    assert path.read_text(encoding="utf-8") == reference_pages.pages()[path], "run: make reference"


def test_the_example_with_every_option_switched_on_is_a_configuration(tmp_path):
    """Each commented line of the example is a sound value of its option."""
    text = (reference_pages.ROOT / "config.example.toml").read_text(encoding="utf-8")
    names = {f"# {option.name} = " for option in OPTIONS} - {"# tls_certificate = ", "# tls_key = "}
    lines = [line.removeprefix("# ") if line.startswith(tuple(names)) else line for line in text.splitlines()]
    (tmp_path / "config.toml").write_text("\n".join(lines), encoding="utf-8")
    config = load(tmp_path / "config.toml", {})
    assert config.site.base_url.origin == "https://blog.example.org"


def test_every_section_of_the_configuration_is_explained():
    page = (reference_pages.ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    assert all(f"`{option.variable}`" in page for option in OPTIONS)
