-- Ends open holds by deadline, and posts them in full as unconfirmed; forgets windows that are long
-- over.
-- ARGV: due or all, how many at most, memory in milliseconds.
-- Reply: how many were looked at; then for each hold that was ended its id, amount, when it was
-- created, the caller's note, and the budgets charged.
local time = now()
local until_time = ARGV[1] == 'all' and '+inf' or time
local due = redis.call('ZRANGEBYSCORE', deadlines, '-inf', until_time, 'LIMIT', 0, ARGV[2])
local reply = { #due }
for _, id in ipairs(due) do
  local record = redis.call('GET', prefix .. 'hold:' .. id)
  if record then
    local _, amount = unpacked('<sd', record)
    local _, created, note, budgets = finish(id, record, 'expired', amount, ARGV[3])
    reply[#reply + 1] = { id, amount, created, note, unpack(budgets) }
  else
    -- Somebody has deleted the hold by hand: it must not stop the others.
    redis.call('ZREM', deadlines, id)
  end
end
local over = redis.call('ZRANGEBYSCORE', forget, '-inf', time, 'LIMIT', 0, ARGV[2])
if #over > 0 then
  redis.call('HDEL', windows, unpack(over))
  redis.call('ZREM', forget, unpack(over))
end
return reply
