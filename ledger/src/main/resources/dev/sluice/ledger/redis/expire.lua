-- Ends open holds by deadline, and posts them in full as unconfirmed.
-- ARGV: due or all, how many at most, memory in milliseconds.
-- Reply: the ids of the holds that were ended.
local until_time = ARGV[1] == 'all' and '+inf' or now()
local due = redis.call('ZRANGEBYSCORE', deadlines, '-inf', until_time, 'LIMIT', 0, ARGV[2])
for _, id in ipairs(due) do
  local hold = redis.call('HMGET', prefix .. 'hold:' .. id, 'granted', 'counters')
  local granted = tonumber(hold[1])
  if granted then
    finish(id, granted, hold[2], 'expired', granted, ARGV[3])
  else
    -- Somebody has deleted the hold by hand: it must not stop the others.
    redis.call('ZREM', deadlines, id)
  end
end
return due
