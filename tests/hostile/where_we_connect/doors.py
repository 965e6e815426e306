"""Every door by which this program goes out."""

import hashlib

import pytest

from fedblog.errors import AddressRefused
from fedblog.net.client import Net
from tests.unit.net.fakes import (
    instance_signing_key,
)

ACTOR = "https://peer.example/users/ada"


def every_door(net: Net, url: str):
    body = b"{}"
    return (
        net.get(url, accept="*/*"),
        net.get(url, accept="*/*", signed=True),
        net.get_document(url),
        net.get_json(url),
        net.get_image(url),
        net.post_signed(url, body, body_sha256=hashlib.sha256(body).digest(), key=instance_signing_key()),
    )


async def assert_refused_everywhere(net: Net, url: str) -> None:
    for door in every_door(net, url):
        with pytest.raises(AddressRefused):
            await door
