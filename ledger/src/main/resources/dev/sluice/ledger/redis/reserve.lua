-- Takes a hold on all budgets or on none. Everything is checked before the first write, since a
-- script does not roll back.
-- ARGV: id, ask, least, price version, lifetime and memory in milliseconds; then for each budget
-- its window (see window_at) and its ceiling.
-- Reply: granted, amount, and posted, held, end of each budget; or busy or exhausted, the place of
-- the budget, and its posted, held, end; or clock and the server's time.
local id, ask, least = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lifetime, memory = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = now()

local windows = {}
for i = 7, #ARGV, 4 do
  local window = window_at(i, time)
  if not window then
    return { 'clock', time }
  end
  window.ceiling = tonumber(ARGV[i + 3])
  windows[#windows + 1] = window
end

local function refuse(why, place)
  local reply = { why, place - 1 }
  tell(reply, windows[place])
  return reply
end

local hold = prefix .. 'hold:' .. id
local granted = tonumber(redis.call('HGET', hold, 'granted'))
if not granted then
  -- Ceilings are subtracted from, not added up to: so every number stays exact.
  local busy
  granted = ask
  for place, window in ipairs(windows) do
    local left = window.ceiling - window.posted
    local free = left - window.held
    if left < least then
      return refuse('exhausted', place)
    end
    if free < least then
      busy = busy or place
    end
    granted = math.min(granted, free)
  end
  if busy then
    return refuse('busy', busy)
  end

  local charged = {}
  for place, window in ipairs(windows) do
    if not window.open then
      redis.call('SET', window.opened, time, 'PXAT', window.stop)
      window.open = true
    end
    redis.call('HINCRBY', window.counters, 'held', granted)
    if not window.used then
      redis.call('PEXPIREAT', window.counters, window.stop + lifetime + memory)
    end
    window.held = window.held + granted
    charged[place] = window.counters
  end
  redis.call('HSET', hold, 'granted', granted, 'version', ARGV[4], 'created', time,
    'deadline', time + lifetime, 'counters', table.concat(charged, '\n'))
  redis.call('ZADD', deadlines, time + lifetime, id)
end

local reply = { 'granted', granted }
for _, window in ipairs(windows) do
  tell(reply, window)
end
return reply
