-- Keys. KEYS[1] is the prefix of them all; its hash tag keeps them in one slot.
--   windows    hash: BUDGET, the budget's window that was used last, and BUDGET:START, others:
--              start, posted, held, unconfirmed (a part of posted), in nano-dollars
--   forget     sorted set: the fields of `windows` by the time after which nobody asks for them
--   hold:ID    string: open, granted, created, deadline, the caller's note, then each budget
--              charged with its window's start; once ended: the outcome, granted, posted, and
--              where it expired the budgets with their windows again
--   deadlines  sorted set: the ids of the open holds by deadline
-- Values are packed: numbers as doubles, exact to 2^53, and words that end with a zero byte. So a
-- request needs one read and one write for all its budgets, and no text is taken apart.
local prefix = KEYS[1]
local windows, forget = prefix .. 'windows', prefix .. 'forget'
local deadlines = prefix .. 'deadlines'
local pack, unpacked = struct.pack, struct.unpack

local function name_of(budget, start)
  return budget .. ':' .. string.format('%.0f', start)
end

-- The windows that are told by `step` arguments each, from `from` on: budget, start, end in a
-- calendar; budget, 0, length where it starts at first use. Nil: the caller's calendar is not at
-- this time. An end of 0 means that the window is not open.
local function read_windows(from, step, time)
  local fields = {}
  for i = from, #ARGV, step do
    fields[#fields + 1] = ARGV[i]
  end
  local read = #fields > 0 and redis.call('HMGET', windows, unpack(fields)) or fields
  for place, record in ipairs(read) do
    local budget, start, stop = fields[place], tonumber(ARGV[from + 1]), tonumber(ARGV[from + 2])
    local last, posted, held, unconfirmed, replaced, _ = nil, 0, 0, 0, nil, nil
    if record then
      last, posted, held, unconfirmed = unpacked('<dddd', record)
    end
    if start == 0 and last and time < last + stop then
      start, stop = last, last + stop
    elseif start == 0 then
      start, stop = time, 0
    elseif time < start or time >= stop then
      return nil
    end
    -- Seldom: a new window, or one of before, where a clock was set back.
    if last ~= start then
      replaced = last and name_of(budget, last)
      local other = redis.call('HGET', windows, name_of(budget, start))
      posted, held, unconfirmed = 0, 0, 0
      if other then
        _, posted, held, unconfirmed = unpacked('<dddd', other)
      end
    end
    read[place] = {
      budget = budget, start = start, stop = stop, posted = posted, held = held,
      unconfirmed = unconfirmed, new = last ~= start, replaced = replaced, last = record,
    }
    from = from + step
  end
  return read
end
