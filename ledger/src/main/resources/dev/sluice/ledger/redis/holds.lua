-- Ends an open hold: moves it from held to posted in the windows that admitted it, and remembers
-- how it ended for `memory` milliseconds.
local function finish(id, granted, counters, outcome, posted, memory)
  for key in string.gmatch(counters, '[^\n]+') do
    -- A window whose counters have been forgotten is long over: nothing is to be posted there.
    if redis.call('EXISTS', key) == 1 then
      -- Not -granted: a zero would become -0, whose text is no integer.
      redis.call('HINCRBY', key, 'held', 0 - granted)
      redis.call('HINCRBY', key, 'posted', posted)
      if outcome == 'expired' then
        redis.call('HINCRBY', key, 'unconfirmed', posted)
      end
    end
  end
  local hold = prefix .. 'hold:' .. id
  -- What an expired hold was charged to is kept, since its amount is only a guess.
  if outcome ~= 'expired' then
    redis.call('DEL', hold)
  end
  redis.call('HSET', hold, 'granted', granted, 'outcome', outcome, 'posted', posted)
  redis.call('PEXPIRE', hold, memory)
  redis.call('ZREM', deadlines, id)
end
