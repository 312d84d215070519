-- Ends an open hold: moves it from held to posted in the windows that admitted it, and remembers
-- how it ended for `memory` milliseconds.
local function finish(id, record, outcome, amount, memory)
  local _, granted, _, _, _, at = unpacked('<sddds', record)
  local guessed = outcome == 'expired' and amount or 0
  local fields, starts = {}, {}
  while at <= #record do
    local place = #fields + 1
    fields[place], starts[place], at = unpacked('<sd', record, at)
  end
  local read = #fields > 0 and redis.call('HMGET', windows, unpack(fields)) or fields
  local changed = {}
  for place, window in ipairs(read) do
    local field = fields[place]
    if window and unpacked('<d', window) ~= starts[place] then
      field = name_of(field, starts[place])
      window = redis.call('HGET', windows, field)
    end
    -- A window that has been forgotten is long over: nothing is to be posted there.
    if window then
      local start, posted, held, unconfirmed = unpacked('<dddd', window)
      changed[#changed + 1] = field
      changed[#changed + 1] =
        pack('<dddd', start, posted + amount, held - granted, unconfirmed + guessed)
    end
  end
  if #changed > 0 then
    redis.call('HSET', windows, unpack(changed))
  end
  redis.call('SET', prefix .. 'hold:' .. id, pack('<sdd', outcome, granted, amount), 'PX', memory)
  redis.call('ZREM', deadlines, id)
  return granted
end
