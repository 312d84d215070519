-- Ends an open hold: moves it from held to posted in the windows that admitted it, and remembers
-- how it ended for `memory` milliseconds.
local function finish(id, granted, charged, outcome, posted, memory)
  for key in string.gmatch(charged, '[^\n]+') do
    local counters = redis.call('HMGET', key, 'held', 'posted', 'unconfirmed')
    local held = tonumber(counters[1])
    -- A window whose counters have been forgotten is long over: nothing is to be posted there.
    if held and outcome == 'expired' then
      redis.call('HSET', key, 'held', held - granted, 'posted', (counters[2] or 0) + posted,
        'unconfirmed', (counters[3] or 0) + posted)
    elseif held then
      redis.call('HSET', key, 'held', held - granted, 'posted', (counters[2] or 0) + posted)
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
