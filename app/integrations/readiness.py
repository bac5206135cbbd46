"""Whether the systems outside that the settings name could be asked at all: said when the program starts."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from app.config import Settings
from app.errors import Conflict

EXTRAS = {"sso": ("authlib", "httpx2", "itsdangerous"), "ldap": ("ldap3",)}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check(settings: Settings) -> None:
    """Refuse to start with a single sign-on or a directory nobody could sign in through. Raises ``Conflict``."""
    if settings.oidc_issuer:
        _check_single_sign_on(settings)
    if settings.ldap_url:
        _check_directory(settings)


def _check_single_sign_on(settings: Settings) -> None:
    _require("DUBAN_OIDC_ISSUER", "统一身份认证", "sso")
    issuer = urlsplit(settings.oidc_issuer)
    if not issuer.hostname or (issuer.scheme != "https" and issuer.hostname not in LOOPBACK):
        raise Conflict("DUBAN_OIDC_ISSUER 不是 https 地址。", "请写统一身份认证的发行者地址（issuer）。")
    if not settings.oidc_client_id or not settings.oidc_client_secret:
        raise Conflict(
            "统一身份认证缺少 DUBAN_OIDC_CLIENT_ID 或 DUBAN_OIDC_CLIENT_SECRET。",
            "请向统一身份认证的管理员登记本系统，取得这两项。",
        )
    if not settings.public_url:
        raise Conflict(
            "使用统一身份认证时，须设置 DUBAN_PUBLIC_URL。",
            "请写大家打开本系统的地址；登记的回调地址是它加上 /login/oidc/callback。",
        )
    if "openid" not in settings.oidc_scopes.split():
        raise Conflict("DUBAN_OIDC_SCOPES 里没有 openid。", "请写成 openid profile 这样的形式。")


def _check_directory(settings: Settings) -> None:
    _require("DUBAN_LDAP_URL", "单位目录", "ldap")
    address = urlsplit(settings.ldap_url)
    if address.scheme not in ("ldap", "ldaps") or not address.hostname:
        raise Conflict(
            "DUBAN_LDAP_URL 的写法不对。", "请写成 ldaps://主机，或 ldap://主机（自动用 StartTLS 加密）。"
        )
    if not settings.ldap_base:
        raise Conflict("使用单位目录时，须设置 DUBAN_LDAP_BASE。", "请写明人员在目录的哪一级之下。")
    if "{username}" not in settings.ldap_filter:
        raise Conflict("DUBAN_LDAP_FILTER 里没有 {username}。", "请写成 (uid={username}) 这样的形式。")


def _require(setting: str, what: str, extra: str) -> None:
    """The packages of an extra. They are in requirements.lock; somebody may have installed without them."""
    if all(find_spec(package) for package in EXTRAS[extra]):
        return
    raise Conflict(
        f"设置了 {setting}，但没有安装{what}所需的组件（{extra}）。",
        f"请按 requirements.lock 安装，或执行 pip install 'duban[{extra}]'；不用{what}就去掉这项设置。",
    )
