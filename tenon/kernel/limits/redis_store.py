"""Counters in Redis: one Lua call for all of a request, atomic, with Redis's own clock."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from tenon.kernel import redis_client
from tenon.kernel.limits.charges import Charge, Tally

# Either every counter has room and all are counted, or none is. A key without a life time cannot arise.
_CHARGE = """
local cost, refused, answer = tonumber(ARGV[1]), false, {}
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') + cost > tonumber(ARGV[2 * i]) then refused = true end
end
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local hits = tonumber(redis.call('GET', key) or '0')
  local allowed = hits + cost <= limit
  if not refused then
    if hits == 0 then redis.call('SET', key, cost, 'PX', window) else redis.call('INCRBY', key, cost) end
    hits = hits + cost
  end
  local left = redis.call('PTTL', key)
  if left < 0 then left = window end
  answer[i] = {allowed and 1 or 0, limit - hits, left}
end
return answer
"""
_GIVE_BACK = """
local cost = tonumber(ARGV[1])
for _, key in ipairs(KEYS) do
  local hits = tonumber(redis.call('GET', key) or '0')
  if hits > cost then redis.call('DECRBY', key, cost) elseif hits > 0 then redis.call('DEL', key) end
end
"""
_FORGET = """
for _, key in ipairs(KEYS) do redis.call('DEL', key) end
"""


def charge(charges: Sequence[Charge], *, cost: int) -> list[Tally]:
    """Count all of `charges`, or none of them where one is refused; in the order given. Raises RedisLost."""
    arguments = [cost, *(number for each in charges for number in (each.rate.limit, each.rate.window * 1000))]
    answer = _run(_CHARGE, charges, arguments)
    return [Tally(bool(allowed), max(remaining, 0), left) for allowed, remaining, left in answer]


def give_back(charges: Sequence[Charge], *, cost: int) -> None:
    """Undo one charge of each. Raises RedisLost."""
    _run(_GIVE_BACK, charges, [cost])


def forget(charges: Sequence[Charge]) -> None:
    """Close the windows of `charges`. Raises RedisLost."""
    _run(_FORGET, charges, [])


def _run(source: str, charges: Sequence[Charge], arguments: Sequence[int]) -> Any:
    keys = [f"{settings.REDIS_KEY_PREFIX}:limit:{each.key}" for each in charges]
    return redis_client.call(lambda client: _script(client, source)(keys=keys, args=arguments))


@lru_cache(maxsize=16)
def _script(client: redis.Redis, source: str) -> Any:
    """Runs by digest (EVALSHA); a server that does not know the script yet is given it."""
    return client.register_script(source)
