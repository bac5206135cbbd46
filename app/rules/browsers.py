"""A browser's introduction of itself, in the words of the person who sits before it."""

_BROWSERS = (
    # The first that fits: nearly all of them also call themselves Chrome and Safari.
    ("MicroMessenger", "微信"),
    ("QAXBrowser", "奇安信浏览器"),
    ("Qaxbrowser", "奇安信浏览器"),
    ("360SE", "360 浏览器"),
    ("360EE", "360 浏览器"),
    ("QIHU", "360 浏览器"),
    ("UOS", "统信浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Edg", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Mac OS X", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def browser_in_words(agent: str) -> str:
    """Windows 电脑上的 Edge; never empty."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if system and browser:
        return f"{system}上的 {browser}" if browser[0].isascii() else f"{system}上的{browser}"
    return browser or system or "未知浏览器"
