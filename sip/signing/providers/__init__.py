"""The ways to sign that are switched on. A new one is a module here and a row in `PROVIDERS`."""

from sip.signing.providers.base import SignatureProvider
from sip.signing.providers.local import LocalProvider
from sip.signing.providers.paper import PaperProvider

# Outside services that are asked and waited for come here when they are connected; each has a `label`.
PROVIDERS: dict[str, SignatureProvider] = {provider.key: provider for provider in (LocalProvider(), PaperProvider())}


def outside() -> list[SignatureProvider]:
    """The services that the family may choose beside the code."""
    return [provider for provider in PROVIDERS.values() if provider.label]
