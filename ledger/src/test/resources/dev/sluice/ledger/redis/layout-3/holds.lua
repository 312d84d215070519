-- The windows that a hold charged, which its record names from `at` on, as they are stored; and the
-- position.
local function charged_by(record, at)
  local charged, fields = { text = record:sub(at) }, { '#' }
  while at <= #record do
    local window = {}
    window.limit, window.start, window.measure, at = unpacked('<sdB', record, at)
    charged[#charged + 1] = window
    fields[#fields + 1] = window.limit
  end
  local stored = redis.call('HMGET', windows, unpack(fields))
  for place, window in ipairs(charged) do
    local last, _ = stored[place + 1], nil
    window.field = window.limit
    if last and unpacked('<d', last) ~= window.start then
      window.field = name_of(window.limit, window.start)
      last = redis.call('HGET', windows, window.field)
    end
    if last then
      _, window.posted, window.held, window.unconfirmed = unpacked('<dddd', last)
    end
  end
  return charged, stored[1]
end

-- Adds by measure to what is posted, held and unconfirmed in those windows, and writes the position.
local function book(charged, posted, held, unconfirmed)
  local changed = { '#', position() }
  for _, window in ipairs(charged) do
    -- One that has been forgotten is long over: nothing is to be posted there.
    if window.posted then
      local measure = window.measure + 1
      window.posted = window.posted + posted[measure]
      window.held = window.held + held[measure]
      window.unconfirmed = window.unconfirmed + unconfirmed[measure]
      changed[#changed + 1] = window.field
      changed[#changed + 1] =
        pack('<dddd', window.start, window.posted, window.held, window.unconfirmed)
    end
  end
  redis.call('HSET', windows, unpack(changed))
end

-- Ends an open hold: moves it from held to posted in the windows that admitted it, and remembers
-- how it ended for `memory` milliseconds; of one that expired the windows too, to be corrected
-- there. `charged` is nil where they have not been read.
local function finish(id, record, charged, time, outcome, usd, tokens, memory, text)
  local _, held_usd, held_tokens, _, _, _, at = unpacked('<sdddds', record)
  charged = charged or charged_by(record, at)
  local ended = pack('<sdddd', outcome, held_usd, held_tokens, usd, tokens)
  local unconfirmed = NOTHING
  if outcome == 'expired' then
    ended, unconfirmed = ended .. charged.text, { usd, tokens, 0, 0 }
  end
  local posted = { usd, tokens, outcome == 'released' and 0 or 1, 0 }
  local held = { -held_usd, -held_tokens, -1, -1 }
  append(outcome, time, id, posted, held, unconfirmed, text, charged.text)
  book(charged, posted, held, unconfirmed)
  redis.call('SET', prefix .. 'hold:' .. id, ended, 'PX', memory)
  redis.call('ZREM', deadlines, id)
  return charged
end
