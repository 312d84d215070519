-- Lets an open hold grow in the windows that it charges.
-- ARGV: id, step, more, least; then each budget with its ceiling.
-- Reply: extended, the hold in all, and posted, held, 0 of each budget; or busy or exhausted, the
-- place of the budget, and its posted, held, 0; or ended.
local id, step, more, least = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local hold = prefix .. 'hold:' .. id
local record = redis.call('GET', hold)
if not record then
  return { 'ended' }
end
local word, granted, created, deadline, note, at = unpacked('<sddds', record)
if word ~= 'open' then
  return { 'ended' }
end
local steps = prefix .. 'step:' .. id
local asked = tonumber(redis.call('GET', steps) or '0')
local charged, from = {}, at
while from <= #record do
  local budget, start
  budget, start, from = unpacked('<sd', record, from)
  local window = redis.call('HGET', windows, budget)
  if not window or unpacked('<d', window) ~= start then
    window = redis.call('HGET', windows, name_of(budget, start))
  end
  local _, posted, held = unpacked('<ddd', window)
  charged[#charged + 1] = { posted = posted, held = held }
end
local repeated, short, why = step <= asked, nil, 'busy'
local grown = repeated and 0 or more
for place, window in ipairs(charged) do
  local left = ARGV[4 + 2 * place] - window.posted
  local free = left - window.held
  if repeated then
    free = 0
  elseif left - granted < least and why ~= 'exhausted' then
    short, why = place, 'exhausted'
  elseif free < least then
    short = short or place
  elseif free < grown then
    grown = free
  end
end
if short then
  local window = charged[short]
  return { why, short - 1, window.posted, window.held, 0 }
end
if not repeated then
  book(record, at, 0, grown, 0)
  local windows_of = record:sub(at)
  redis.call('SET', hold, pack('<sddds', 'open', granted + grown, created, deadline, note)
    .. windows_of)
  redis.call('SET', steps, step, 'PX', 86400000)
end
local reply = { 'extended', granted + grown }
for place, window in ipairs(charged) do
  reply[3 * place] = window.posted
  reply[3 * place + 1] = window.held + grown
  reply[3 * place + 2] = 0
end
return reply
