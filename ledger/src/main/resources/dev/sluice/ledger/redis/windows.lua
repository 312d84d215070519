-- Keys. KEYS[1] is the prefix of them all; its hash tag keeps them in one slot.
--   windows    hash: LIMIT, the limit's window that was used last, and LIMIT:START, others: start,
--              posted, held, unconfirmed (a part of posted), in nano-dollars, tokens or requests;
--              and #, the position: the epoch, and the number of the last event; then the word
--              rebuilding where nothing is booked until the books are complete; and #base, where
--              they were rebuilt: the number of the last event before this epoch
--   forget     sorted set: the fields of `windows` by the time after which nobody asks for them
--   hold:ID    string: open, nano-dollars, tokens, created, extensions, the caller's note, then each
--              limit charged with its window's start and its measure; once ended: the outcome, both
--              amounts held, both posted, and where it expired the limits again
--   note:ID    string: of a hold that expired, when it was created and the caller's note; it is
--              remembered as long as the hold
--   deadlines  sorted set: the ids of the open holds by deadline
--   events     stream: what was booked, event by event (see events.lua); a consumer group for each
--              store that keeps them
--   claims     hash: the stores that would rebuild, with the number of their last event, and when
--              they said so; #, since when
--   rebuilder  string: the store that rebuilds now; it expires
--   rebuilt    string: what the last rebuild has to tell
-- Values are packed: numbers as doubles, exact to 2^53, and words that end with a zero byte. So a
-- request needs one read and one write for all its limits, and no text is taken apart.
local prefix = KEYS[1]
local windows, forget = prefix .. 'windows', prefix .. 'forget'
local deadlines = prefix .. 'deadlines'
local pack, unpacked = struct.pack, struct.unpack

-- What a limit counts, as it is written: 0 nano-dollars, 1 tokens, 2 requests, 3 concurrent ones.
-- Tables by measure have them at 1 to 4.

local function name_of(limit, start)
  return limit .. ':' .. string.format('%.0f', start)
end

-- Whether a time is in the span of two arguments from `at` on.
local function within(at, time)
  return time >= tonumber(ARGV[at]) and time < tonumber(ARGV[at + 1])
end

-- The windows that are told by `step` arguments each, from `from` on: limit, start, end in a
-- calendar; limit, 0, length where it starts at first use. Returns them, and the position as it is
-- stored. Nil: the caller's calendar is not at this time. An end of 0 means that the window is not
-- open.
local function read_windows(from, step, time)
  local fields = { '#' }
  for i = from, #ARGV, step do
    fields[#fields + 1] = ARGV[i]
  end
  local stored = redis.call('HMGET', windows, unpack(fields))
  local read = {}
  for place = 1, #fields - 1 do
    local limit, record = fields[place + 1], stored[place + 1]
    local start, stop = tonumber(ARGV[from + 1]), tonumber(ARGV[from + 2])
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
      replaced = last and name_of(limit, last)
      local other = redis.call('HGET', windows, name_of(limit, start))
      posted, held, unconfirmed = 0, 0, 0
      if other then
        _, posted, held, unconfirmed = unpacked('<dddd', other)
      end
    end
    read[place] = {
      limit = limit, start = start, stop = stop, posted = posted, held = held,
      unconfirmed = unconfirmed, new = last ~= start, replaced = replaced, last = record,
    }
    from = from + step
  end
  return read, stored[1]
end
