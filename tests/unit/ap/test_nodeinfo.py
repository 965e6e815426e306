import xml.etree.ElementTree as ET

import jsonschema
import pytest

from fedblog.ap.host_meta import host_meta_json, host_meta_xml
from fedblog.ap.nodeinfo import Usage, Version, content_type, discovery, nodeinfo
from tests.unit.ap.nodeinfo_schema import schema

USAGE = Usage(users=1, active_half_year=1, active_month=0, posts=12, comments=340)


@pytest.mark.parametrize("version", Version)
def test_crawlers_can_validate_the_document(version):
    document = nodeinfo(version, "0.1.0", "A blog", USAGE)
    jsonschema.Draft4Validator(schema(version)).validate(document)
    assert document["usage"] == {
        "users": {"total": 1, "activeHalfyear": 1, "activeMonth": 0},
        "localPosts": 12,
        "localComments": 340,
    }
    assert not document["openRegistrations"]


@pytest.mark.parametrize("missing", ["services", "metadata", "protocols"])
def test_the_schema_would_notice_a_missing_part(missing):
    document = nodeinfo(Version.V2_1, "0.1.0", "A blog", USAGE)
    del document[missing]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema("2.1")).validate(document)


def test_discovery_names_both_versions_and_the_instance_actor():
    links = discovery("https://blog.test/", "https://blog.test/ap/instance")["links"]
    assert {link["rel"]: link["href"] for link in links} == {
        "http://nodeinfo.diaspora.software/ns/schema/2.0": "https://blog.test/nodeinfo/2.0",
        "http://nodeinfo.diaspora.software/ns/schema/2.1": "https://blog.test/nodeinfo/2.1",
        "https://www.w3.org/ns/activitystreams#Application": "https://blog.test/ap/instance",
    }


def test_the_media_type_names_the_schema():
    assert content_type(Version.V2_1) == (
        'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
    )


def test_host_meta_leads_to_webfinger_in_xml_and_json():
    template = "https://blog.test/.well-known/webfinger?resource={uri}"
    root = ET.fromstring(host_meta_xml("https://blog.test"))
    assert root.tag == "{http://docs.oasis-open.org/ns/xri/xrd-1.0}XRD"
    (link,) = root
    assert link.attrib == {"rel": "lrdd", "type": "application/jrd+json", "template": template}
    assert host_meta_json("https://blog.test/")["links"] == [link.attrib]
