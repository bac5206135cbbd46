"""A browser's introduction, in words."""

import pytest

from app.rules.browsers import browser_in_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Windows 电脑上的 Chrome"),
        (CHROME + " Edg/120.0", "Windows 电脑上的 Edge"),
        (CHROME + " QIHU 360SE", "Windows 电脑上的 360 浏览器"),
        (CHROME.replace("Windows NT 10.0", "X11; Linux x86_64; UOS"), "Linux 电脑上的统信浏览器"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0", "iPhone上的微信"),
        ("curl/8.0", "未知浏览器"),
        ("", "未知浏览器"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words
