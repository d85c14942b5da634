import pytest

from portal.config import is_loopback as is_loopback_of_config
from portal.domain.loopback import is_loopback

THIS_MACHINE = ("localhost", "LOCALHOST", "shop.localhost", "127.0.0.1", "127.8.8.8", "::1")
ANOTHER = ("", "localhost.evil", "evil-localhost", "127.0.0.1.evil", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2")
HOSTS = dict.fromkeys(THIS_MACHINE, True) | dict.fromkeys(ANOTHER, False)


@pytest.mark.req("N4")
@pytest.mark.parametrize(("host", "is_this"), HOSTS.items())
def test_this_machine_is_told_by_its_name_alone_and_settings_tell_it_alike(host: str, is_this: bool):
    assert is_loopback(host) is is_loopback_of_config(host) is is_this


def test_no_host_is_no_machine():
    assert not is_loopback(None)
