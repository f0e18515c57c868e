"""Every channel keeps the laws; a new file in cosplit/channels is tested without being told."""

import channel_laws as laws
import pytest

from cosplit import catalogue

EXAMPLES = [example for cls in catalogue.channels().values() for example in cls.examples()]


@pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("channel", EXAMPLES, ids=lambda channel: channel.name)
def test_every_channel_keeps_the_law(law, channel):
    law(channel)


@pytest.mark.parametrize("channel", EXAMPLES, ids=lambda channel: channel.name)
def test_the_name_of_a_channel_builds_it(channel):
    again = catalogue.channel(channel.name)
    assert (type(again), again.level) == (type(channel), channel.level)
