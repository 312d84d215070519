-- Ends open holds by deadline, and posts them in full as unconfirmed; forgets windows that are long
-- over.
-- ARGV: position (see events.lua), due or all, how many at most, memory in milliseconds.
-- Reply: expired, sequence, how many were looked at; then for each hold that was ended its id,
-- nano-dollars, when it was created, the caller's note, and the limits charged; or lost and the
-- position.
if not at_position(redis.call('HGET', windows, '#')) then
  return lost()
end
local time, most, memory = now(), ARGV[4], ARGV[5]
local until_time = ARGV[3] == 'all' and '+inf' or time
local due = redis.call('ZRANGEBYSCORE', deadlines, '-inf', until_time, 'LIMIT', 0, most)
local reply = { 'expired', 0, #due }
for _, id in ipairs(due) do
  local record = redis.call('GET', prefix .. 'hold:' .. id)
  if record then
    local _, usd, tokens, created, _, note = unpacked('<sdddds', record)
    local charged = finish(id, record, nil, time, 'expired', usd, tokens, memory, note)
    redis.call('SET', prefix .. 'note:' .. id, pack('<ds', created, note), 'PX', memory)
    local told = { id, usd, created, note }
    for _, window in ipairs(charged) do
      told[#told + 1] = window.limit
    end
    reply[#reply + 1] = told
  else
    -- Somebody has deleted the hold by hand: it must not stop the others.
    redis.call('ZREM', deadlines, id)
  end
end
local over = redis.call('ZRANGEBYSCORE', forget, '-inf', time, 'LIMIT', 0, most)
if #over > 0 then
  redis.call('HDEL', windows, unpack(over))
  redis.call('ZREM', forget, unpack(over))
end
reply[2] = sequence
return reply
