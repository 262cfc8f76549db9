"""What may be sent where: addresses that somebody typed lead into no network that is not meant."""

from ipaddress import ip_address

import pytest

from models.errors import InvalidSetting
from ocr_service.outward import Sender, is_public, networks_of
from tests.support.webhook_receiver import receiver

LOOPBACK = networks_of("127.0.0.0/8")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("2001:0:4136:e378:8000:63bf:80ff:fffe", "240.0.0.1", "fec0::1"),
    ],
)
def test_no_address_of_an_inner_network_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_not_sent_to_however_it_is_written(host: str) -> None:
    with receiver() as found:
        port = found.url.rpartition(":")[2]
        answer = Sender().post(f"http://{host}:{port}/", b"{}", {})

    assert (answer.status, answer.error) == (None, "address_refused")
    assert found.paths == []


def test_what_the_setting_names_is_sent_to_also_in_clear() -> None:
    with receiver() as found:
        answer = Sender(LOOPBACK).post(f"{found.url}/hook?of=ours", b'{"type": "x"}', {"webhook-id": "msg_1"})

    assert (answer.status, answer.error) == (204, None)
    assert found.paths == ["/hook?of=ours"]


def test_no_redirect_is_followed() -> None:
    with receiver() as found:
        found.statuses = [307]
        answer = Sender(LOOPBACK).post(f"{found.url}/hook", b"{}", {})

    assert answer.status == 307
    assert found.paths == ["/hook"]


def test_an_answer_that_trickles_is_cut_off() -> None:
    with receiver() as found:
        found.trickles = True
        answer = Sender(LOOPBACK, whole_seconds=0.3).post(found.url, b"{}", {})

    assert (answer.status, answer.error) == (None, "too_slow")


def test_who_does_not_listen_and_who_has_no_name_is_told() -> None:
    with receiver() as found:
        closed = found.url
    assert Sender(LOOPBACK).post(closed, b"{}", {}).error == "no_connection"
    assert Sender(LOOPBACK).post("https://nobody.invalid/", b"{}", {}).error == "no_address"


def test_a_certificate_of_nobody_is_refused_and_plain_text_is_no_handshake() -> None:
    with receiver() as found:
        answer = Sender(LOOPBACK).post(found.url.replace("http:", "https:"), b"{}", {})

    assert answer.status is None
    assert found.paths == []


def test_a_setting_that_names_no_network_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="PIAOGEN_WEBHOOK_NETWORKS"):
        networks_of("10.0.0.1/8")
