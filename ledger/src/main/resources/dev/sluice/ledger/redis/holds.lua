-- Adds to what is posted, held and unconfirmed in the windows that a hold charged: from `at` on its
-- record names them. Returns their budgets.
local function book(record, at, posted, held, unconfirmed)
  local budgets, starts = {}, {}
  while at <= #record do
    local place = #budgets + 1
    budgets[place], starts[place], at = unpacked('<sd', record, at)
  end
  local read = #budgets > 0 and redis.call('HMGET', windows, unpack(budgets)) or budgets
  local changed = {}
  for place, window in ipairs(read) do
    local field = budgets[place]
    if window and unpacked('<d', window) ~= starts[place] then
      field = name_of(field, starts[place])
      window = redis.call('HGET', windows, field)
    end
    -- A window that has been forgotten is long over: nothing is to be posted there.
    if window then
      local start, was_posted, was_held, was_unconfirmed = unpacked('<dddd', window)
      changed[#changed + 1] = field
      changed[#changed + 1] = pack(
        '<dddd', start, was_posted + posted, was_held + held, was_unconfirmed + unconfirmed)
    end
  end
  if #changed > 0 then
    redis.call('HSET', windows, unpack(changed))
  end
  return budgets
end

-- Ends an open hold: moves it from held to posted in the windows that admitted it, and remembers
-- how it ended for `memory` milliseconds; of one that expired the windows too, to be corrected
-- there. Returns what was granted, when, the caller's note, and the budgets.
local function finish(id, record, outcome, amount, memory)
  local _, granted, created, _, note, at = unpacked('<sddds', record)
  local ended = pack('<sdd', outcome, granted, amount)
  local guessed = 0
  if outcome == 'expired' then
    ended, guessed = ended .. record:sub(at), amount
  end
  local budgets = book(record, at, amount, -granted, guessed)
  redis.call('SET', prefix .. 'hold:' .. id, ended, 'PX', memory)
  redis.call('ZREM', deadlines, id)
  return granted, created, note, budgets
end
