"""JSON in the one form in which two programs hash it alike: the JSON Canonicalization Scheme (RFC 8785)."""

from typing import Any

import rfc8785

from fedblog.errors import Invalid


def canonical(document: Any) -> bytes:
    """The document as canonical JSON.

    Raises `Invalid` for what has no such form: NaN, infinities, integers beyond 53 bits, lone surrogates, names that
    are no texts, values that are no JSON, and nesting that is deeper than Python goes.
    """
    try:
        return rfc8785.dumps(document)
    except (ValueError, RecursionError) as error:  # UnicodeEncodeError, for names, is a ValueError too
        raise Invalid("That JSON has no canonical form.") from error
