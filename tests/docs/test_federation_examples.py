"""The documents in FEDERATION.md are those that the program makes."""

from docs.examples import PAGE, examples, with_examples


async def test_the_examples_are_what_the_program_makes_now():
    text, made = PAGE.read_text(encoding="utf-8"), await examples()
    assert text == with_examples(text, made), "write them anew with: make reference"
    assert all(f"<!-- example: {name} -->" in text for name in made)
