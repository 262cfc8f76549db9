"""The way to the Temporal server that the settings name."""

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from ocr_service.settings import Settings

AWAY = (RPCError, RuntimeError, TimeoutError)
"""What the client raises when the server does not answer; RuntimeError is its word for a connection that could not be made."""


async def connect(settings: Settings) -> Client:
    """A client of the server and namespace that `temporal` names.

    Keys and certificates are the client's own affair: it takes them from `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…` and its configuration
    file, as every program that speaks to Temporal does.

    Raises:
        RuntimeError, RPCError: the server does not answer.
    """
    address, _, namespace = settings.temporal.partition("/")
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = address
    config["namespace"] = namespace or config.get("namespace", "default")
    return await Client.connect(**config)
