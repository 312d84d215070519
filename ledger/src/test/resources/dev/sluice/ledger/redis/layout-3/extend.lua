-- Lets an open hold grow, in the windows that it charges.
-- ARGV: position (see events.lua); id; the extension's number; how much more and how much at least,
-- each as nano-dollars and tokens; from when to when the ceilings hold; then for each limit its
-- window of now (see read_windows), its ceiling and its measure.
-- Reply: extended, sequence, both amounts of the hold in all, and posted, held, end of each limit
-- (-1 for one that the hold does not charge); or busy or exhausted, sequence, the place of the
-- limit, and its posted, held, end; or ended and the sequence; or clock and the server's time; or
-- lost and the position.
local FIRST, STEP = 11, 5
local id, number = ARGV[3], tonumber(ARGV[4])
local more = { tonumber(ARGV[5]), tonumber(ARGV[6]), 0, 0 }
local least = { tonumber(ARGV[7]), tonumber(ARGV[8]), 0, 0 }
local time = now()
local in_force = within(9, time)
for from = FIRST, #ARGV, STEP do
  in_force = in_force and (ARGV[from + 1] == '0' or within(from + 1, time))
end
if not in_force then
  return { 'clock', time }
end

local hold = prefix .. 'hold:' .. id
local record = redis.call('GET', hold)
local state, usd, tokens, created, done, note, at, _
if record then
  state, usd, tokens = unpacked('<sdd', record)
end
if state ~= 'open' then
  local known = at_position(redis.call('HGET', windows, '#'))
  return known and { 'ended', sequence } or lost()
end
_, _, _, created, done, note, at = unpacked('<sdddds', record)
local charged, stored = charged_by(record, at)
if not at_position(stored) then
  return lost()
end
local by_limit = {}
for _, window in ipairs(charged) do
  by_limit[window.limit] = window
end

-- When the window of the hold ends: 0 where it is not the one of now.
local function stop_of(window, from)
  local start, stop = tonumber(ARGV[from + 1]), tonumber(ARGV[from + 2])
  if start == 0 then
    return window.start + stop
  end
  return start == window.start and stop or 0
end

local function extended_reply()
  local reply = { 'extended', sequence, usd, tokens }
  for from = FIRST, #ARGV, STEP do
    local window = by_limit[ARGV[from]]
    reply[#reply + 1] = window and window.posted or -1
    reply[#reply + 1] = window and window.held or -1
    reply[#reply + 1] = window and stop_of(window, from) or -1
  end
  return reply
end

if number <= done then
  return extended_reply()
end
local granted, short, why = { more[1], more[2], 0, 0 }, nil, 'busy'
for from = FIRST, #ARGV, STEP do
  local window = by_limit[ARGV[from]]
  if window and window.posted then
    local measure = window.measure + 1
    -- What the hold has is its own: for good it is short only of what others have spent.
    local own = ({ usd, tokens, 1, 1 })[measure]
    local left = ARGV[from + 3] - window.posted
    local free = left - window.held
    if left - own < least[measure] and why ~= 'exhausted' then
      short, why = from, 'exhausted'
    elseif free < least[measure] then
      short = short or from
    elseif free < granted[measure] then
      granted[measure] = free
    end
  end
end
if short then
  local window = by_limit[ARGV[short]]
  return {
    why, sequence, (short - FIRST) / STEP, window.posted, window.held, stop_of(window, short),
  }
end
usd, tokens = usd + granted[1], tokens + granted[2]
redis.call('SET', hold, pack('<sdddds', 'open', usd, tokens, created, number, note) .. charged.text)
append('extended', time, id, NOTHING, granted, NOTHING, '', charged.text)
book(charged, NOTHING, granted, NOTHING)
return extended_reply()
