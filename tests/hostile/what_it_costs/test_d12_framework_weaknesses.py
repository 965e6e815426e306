"""D12, what was published against the frameworks below.

Known case: Starlette CVE-2025-62727 (Range), CVE-2024-47874 and CVE-2025-54121 (multipart), CVE-2026-54283 (limits of
urlencoded forms ignored), python-multipart CVE-2026-40347 and CVE-2026-42561.
Verdict: ranges are not looked at, public forms are short and urlencoded, everything else is refused in words.
"""

import pytest

from tests.hostile.asking import send

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


@pytest.fixture
async def static(blog):
    return f"/static/{next(iter(blog.site.web.statics.bodies))}"


async def test_a_range_header_costs_nothing_and_changes_nothing(blog, static):
    whole = await send(blog, "GET", static, [])
    for ranges in ("bytes=" + ",".join(f"{n}-{n}" for n in range(5_000)), "bytes=0-0,-1" * 500, "bytes=5-1", "x=1"):
        answer = await send(blog, "GET", static, [("range", ranges)])
        assert (answer.status, answer.body) == (200, whole.body)


def forms():
    """Kind and body, each of which was once expensive somewhere."""
    yield URLENCODED, b"&".join(b"a=%d" % n for n in range(9_000))
    yield URLENCODED, b"a=" * 30_000
    yield URLENCODED, b"%" * 60_000
    yield URLENCODED, b"handle=" + b"x" * 60_000
    yield MULTIPART, b"--x\r\n" * 10_000
    yield MULTIPART, b"\r\n" * 30_000 + b"--x"
    yield MULTIPART, b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 60_000
    yield (
        MULTIPART,
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(900)) + b"--x--",
    )
    yield "multipart/form-data; boundary=" + "b" * 7_000, b"x" * 60_000
    yield "multipart/form-data", b"x"
    yield f"{URLENCODED}; charset={'x' * 7_000}", b"handle=@ada@pond.example"


async def test_no_form_of_any_kind_upsets_a_public_page(blog):
    post = await blog.publish()
    for address in ("/follow", f"/reply/{post.pk}", "/inbox", "/admin/login"):
        for kind, body in forms():
            headers = [("content-type", kind), ("origin", blog.origin)]
            answer = await send(blog, "POST", address, headers, body)
            assert 200 <= answer.status < 500, (address, kind[:60])
            assert answer.status != 202


async def test_a_form_that_is_too_long_is_413(blog):
    answer = await send(blog, "POST", "/follow", [("content-type", URLENCODED)], b"a" * (65 << 10))
    assert answer.status == 413
