import pytest

from fedblog.text.language import is_language_tag, is_rtl, primary


@pytest.mark.parametrize(
    "tag", ["en", "pt-BR", "zh-Hant-TW", "zh-yue", "de-CH-1996", "es-419", "sl-rozaj", "en-x-twain", "EN", "ckb"]
)
def test_tags_as_people_use_them_are_accepted(tag):
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", ["", "e", "english", "en_US", "en-", "-en", "en us", "en\n", 'en"', "éé", "en-" * 40])
def test_what_is_no_tag_is_refused(tag):
    assert not is_language_tag(tag)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar", True),
        ("he-IL", True),
        ("fa", True),
        ("en", False),
        ("az-Arab", True),
        ("ku-Latn", False),
        ("ur-Latn-PK", False),
        ("uz-Arab-AF", True),
        ("", False),
    ],
)
def test_the_script_in_a_tag_decides_the_direction(tag, expected):
    assert is_rtl(tag) is expected


def test_the_language_itself():
    assert primary("pt-BR") == "pt"
    assert primary("DE") == "de"
