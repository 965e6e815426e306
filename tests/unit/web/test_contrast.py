"""The colours can be told apart: WCAG 2.2 AA, computed from the tokens of the style sheet."""

import re
from importlib.resources import files

import pytest

TOKENS = files("fedblog.web").joinpath("static", "tokens.css").read_text()
LIGHT, _, DARK = TOKENS.partition("@media (prefers-color-scheme: dark)")
READ = [  # what is read, and what it stands on
    ("ink", "paper"), ("ink", "raised"), ("ink", "tint"),
    ("soft", "paper"), ("soft", "raised"), ("soft", "tint"),
    ("accent", "paper"), ("accent", "raised"), ("accent-strong", "paper"), ("accent-strong", "raised"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"),
    ("danger", "paper"), ("danger", "raised"), ("good", "paper"), ("good", "raised"),
]  # fmt: skip
SEEN = [("line-strong", "paper"), ("line-strong", "raised"), ("accent", "paper"), ("danger", "paper")]


def colours(text):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", text))


def luminance(colour):
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_and_edges_be_seen(scheme):
    tokens = colours(LIGHT) if scheme == "light" else colours(LIGHT) | colours(DARK)
    ratios = {(front, back): contrast(tokens[front], tokens[back]) for front, back in READ}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}
    ratios = {(front, back): contrast(tokens[front], tokens[back]) for front, back in SEEN}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 3} == {}


def test_both_schemes_name_the_same_colours():
    assert colours(DARK).keys() == colours(LIGHT).keys()
