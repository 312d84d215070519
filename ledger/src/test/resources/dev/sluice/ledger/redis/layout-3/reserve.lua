-- Takes a hold on all limits or on none. Everything is checked before the first write, since a
-- script does not roll back.
-- ARGV: position (see events.lua); ask, or charge where nothing is to be checked; id; what is asked
-- for and the least, each as nano-dollars and tokens; note, lifetime and memory in milliseconds; the
-- most events in the log; from when to when the ceilings hold; then for each limit its window (see
-- read_windows), its ceiling and its measure.
-- Reply: granted, sequence, both amounts, and posted, held, end of each limit; or busy or exhausted,
-- sequence, the place of the limit, and its posted, held, end; or clock and the server's time; or
-- lost and the position; or full and how many events there are.
local FIRST, STEP = 15, 5
local id, note = ARGV[4], ARGV[9]
local asked = { tonumber(ARGV[5]), tonumber(ARGV[6]), 1, 1 }
local least = { tonumber(ARGV[7]), tonumber(ARGV[8]), 1, 1 }
local time = now()
local charged, stored = read_windows(FIRST, STEP, time)
if not charged or not within(13, time) then
  return { 'clock', time }
end
if not at_position(stored) then
  return lost()
end

local hold = prefix .. 'hold:' .. id

local function granted_reply(usd, tokens)
  local reply = { 'granted', sequence, usd, tokens }
  for _, window in ipairs(charged) do
    reply[#reply + 1] = window.posted
    reply[#reply + 1] = window.held
    reply[#reply + 1] = window.stop
  end
  return reply
end

-- A hold that stands or has ended gives its first answer, whatever is left now.
local function first_answer()
  local record = redis.call('GET', hold)
  if record then
    local _, usd, tokens = unpacked('<sdd', record)
    return granted_reply(usd, tokens)
  end
end

-- Ceilings are subtracted from, not added up to: so every number stays exact.
local granted, short, why = { asked[1], asked[2], 1, 1 }, nil, 'busy'
for place, window in ipairs(charged) do
  local at = FIRST + STEP * (place - 1)
  window.measure = tonumber(ARGV[at + 4])
  local measure = window.measure + 1
  local left = ARGV[at + 3] - window.posted
  local free = left - window.held
  if ARGV[3] == 'charge' then
    free, left = asked[measure], asked[measure]
  end
  if left < least[measure] and why ~= 'exhausted' then
    short, why = place, 'exhausted'
  elseif free < least[measure] then
    short = short or place
  elseif free < granted[measure] then
    granted[measure] = free
  end
end
if short then
  local window = charged[short]
  return first_answer()
    or { why, sequence, short - 1, window.posted, window.held, window.stop }
end

local length = redis.call('XLEN', prefix .. 'events')
if length >= tonumber(ARGV[12]) then
  return first_answer() or { 'full', length }
end
local names = {}
for place, window in ipairs(charged) do
  names[place] = pack('<sdB', window.limit, window.start, window.measure)
end
local limits = table.concat(names)
local record = pack('<sdddds', 'open', granted[1], granted[2], time, 0, note) .. limits
if not redis.call('SET', hold, record, 'NX') then
  return first_answer()
end
local deadline = time + ARGV[10]
redis.call('ZADD', deadlines, deadline, id)
append('reserved', time, id, NOTHING, granted, NOTHING, note, limits)

local changed = { '#', position() }
for place, window in ipairs(charged) do
  if window.stop == 0 then
    window.stop = time + ARGV[FIRST + STEP * (place - 1) + 2]
  end
  if window.replaced then
    redis.call('HSET', windows, window.replaced, window.last)
    -- It is remembered as long as before: it can be a later one, where the clock was set back.
    local over = redis.call('ZSCORE', forget, window.limit) or deadline + ARGV[11]
    redis.call('ZADD', forget, over, window.replaced)
  end
  if window.new then
    redis.call('ZADD', forget, window.stop + ARGV[10] + ARGV[11], window.limit)
  end
  window.held = window.held + granted[window.measure + 1]
  changed[#changed + 1] = window.limit
  changed[#changed + 1] =
    pack('<dddd', window.start, window.posted, window.held, window.unconfirmed)
end
redis.call('HSET', windows, unpack(changed))
return granted_reply(granted[1], granted[2])
