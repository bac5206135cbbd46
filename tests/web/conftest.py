"""The office's single sign-on, for the files that try it; its packages are loaded with the first of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from app.config import Settings
from tests.office import Office

if TYPE_CHECKING:
    from tests.oidc_provider import OidcProvider
    from tests.web.single_sign_on import SignOn


@pytest.fixture(scope="session")
def provider_of_the_run() -> Iterator["OidcProvider"]:
    from tests.oidc_provider import running_provider

    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(provider_of_the_run: "OidcProvider") -> "OidcProvider":
    provider_of_the_run.asked.clear()
    provider_of_the_run.changes.clear()
    provider_of_the_run.know("8a1", preferred_username="fagai", email="fagai@qingshan.example")
    return provider_of_the_run


@pytest.fixture
def sign_on(office: Office, provider: "OidcProvider") -> "SignOn":
    from tests.web.single_sign_on import HERE, SECRET, SignOn

    settings = Settings(
        database_url="sqlite:///never-opened.db",
        public_url=HERE,
        oidc_issuer=provider.issuer,
        oidc_client_id="duban",
        oidc_client_secret=SECRET,
        oidc_name="青山统一认证",
    )
    sign_on = SignOn(office, provider, settings)
    sign_on.let_in("fagai")
    return sign_on
