-- Takes a hold on all budgets or on none. Everything is checked before the first write, since a
-- script does not roll back.
-- ARGV: id, ask, least, note, lifetime and memory in milliseconds; then for each budget
-- its window (see read_windows) and its ceiling.
-- Reply: granted, amount, and posted, held, end of each budget; or busy or exhausted, the place of
-- the budget, and its posted, held, end; or clock and the server's time.
local id, least = ARGV[1], tonumber(ARGV[3])
local time = now()
local charged = read_windows(7, 4, time)
if not charged then
  return { 'clock', time }
end

local hold = prefix .. 'hold:' .. id

local function granted_reply(granted)
  local reply = { 'granted', granted }
  for place, window in ipairs(charged) do
    reply[3 * place] = window.posted
    reply[3 * place + 1] = window.held
    reply[3 * place + 2] = window.stop
  end
  return reply
end

-- A hold that stands or has ended gives its first answer, whatever is left now.
local function first_answer()
  local record = redis.call('GET', hold)
  if record then
    local _, granted = unpacked('<sd', record)
    return granted_reply(granted)
  end
end

-- Ceilings are subtracted from, not added up to: so every number stays exact.
local granted, short, why = tonumber(ARGV[2]), nil, 'busy'
for place, window in ipairs(charged) do
  local left = ARGV[6 + 4 * place] - window.posted
  local free = left - window.held
  if left < least and why ~= 'exhausted' then
    short, why = place, 'exhausted'
  elseif free < least then
    short = short or place
  elseif free < granted then
    granted = free
  end
end
if short then
  local window = charged[short]
  return first_answer() or { why, short - 1, window.posted, window.held, window.stop }
end

local deadline = time + ARGV[5]
local record = { pack('<sddds', 'open', granted, time, deadline, ARGV[4]) }
for place, window in ipairs(charged) do
  record[place + 1] = pack('<sd', window.budget, window.start)
end
if not redis.call('SET', hold, table.concat(record), 'NX') then
  return first_answer()
end
redis.call('ZADD', deadlines, deadline, id)

local changed = {}
for place, window in ipairs(charged) do
  if window.stop == 0 then
    window.stop = time + ARGV[4 * place + 5]
  end
  if window.replaced then
    redis.call('HSET', windows, window.replaced, window.last)
    -- It is remembered as long as before: it can be a later one, where the clock was set back.
    local over = redis.call('ZSCORE', forget, window.budget) or deadline + ARGV[6]
    redis.call('ZADD', forget, over, window.replaced)
  end
  if window.new then
    redis.call('ZADD', forget, window.stop + ARGV[5] + ARGV[6], window.budget)
  end
  window.held = window.held + granted
  changed[2 * place - 1] = window.budget
  changed[2 * place] = pack('<dddd', window.start, window.posted, window.held, window.unconfirmed)
end
if #changed > 0 then
  redis.call('HSET', windows, unpack(changed))
end
return granted_reply(granted)
