-- Keys. KEYS[1] is the prefix of them all; its hash tag keeps them in one slot. The full names
-- depend on windows and holds that only the script can look up.
--   opened:BUDGET          string: when the window that starts at first use was opened
--   counters:BUDGET:START  hash: posted, held, unconfirmed (a part of posted), in nano-dollars
--   hold:ID                hash: granted; while open: version, created, deadline, counters (the
--                          keys charged); once ended: outcome, posted
--   deadlines              sorted set: the ids of the open holds by deadline
-- Numbers are exact to 2^53, and joined to text only below 1e14: Lua writes 14 digits.
local prefix = KEYS[1]
local deadlines = prefix .. 'deadlines'

-- Reads the window told by three arguments from `i` on: budget, start, end in a calendar; budget,
-- 0, length where it starts at first use. Nil: the caller's calendar is not at this time.
local function window_at(i, time)
  local budget, start, stop = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local window = { posted = 0, held = 0, stop = stop }
  if start == '0' then
    window.opened = prefix .. 'opened:' .. budget
    start = tonumber(redis.call('GET', window.opened))
    window.stop = (start or time) + stop
    window.open = start ~= nil and time < window.stop
    if not window.open then
      window.stop = time + stop
      start = time
    end
  elseif time < tonumber(start) or time >= stop then
    return nil
  else
    window.open = true
  end
  window.counters = prefix .. 'counters:' .. budget .. ':' .. start
  if window.open then
    local counters = redis.call('HMGET', window.counters, 'posted', 'held')
    window.used = counters[1] or counters[2]
    window.posted = tonumber(counters[1] or 0)
    window.held = tonumber(counters[2] or 0)
  end
  return window
end

-- Appends posted, held and end to a reply; the end is 0 while the window is not open.
local function tell(reply, window)
  local n = #reply
  reply[n + 1] = window.posted
  reply[n + 2] = window.held
  reply[n + 3] = window.open and window.stop or 0
end
