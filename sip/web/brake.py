"""How often somebody who is not logged in may ask for what costs much. Counted in the broker: one count for all
processes, of nobody's address but a mark that cannot be turned back, forgotten when the time is out.
"""

import logging

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

_PATIENCE = 1  # seconds


def may_try(what: str, who: str, *, most: int, within: int) -> bool:
    """Count one more try at `what` by `who`; whether there are at most `most` in these `within` seconds.

    Without a broker nobody is stopped: what costs much has a limit of its own beside this one.
    """
    key = f"brake:{salted_hmac(what, who).hexdigest()}"
    address = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    try:
        with (
            redis.Redis.from_url(address, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE) as broker,
            broker.pipeline() as line,  # both or neither: a count without an end would stop somebody for ever
        ):
            line.set(key, 0, ex=within, nx=True)
            line.incr(key)
            return int(line.execute()[1]) <= most
    except redis.RedisError as error:
        logger.warning("the broker is away: %s", type(error).__name__)
        return True
