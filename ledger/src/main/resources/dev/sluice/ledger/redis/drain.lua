-- Reads the next events for one store, and confirms those that it has on disk.
-- ARGV: how many at most; the store's name; attach and the id of its last event in the stream, to
-- read on after that one, or next and ''; trim or ''; the ids to confirm.
-- Reply: drained, epoch, sequence, whether it is being rebuilt, base, events waiting; then the id
-- of each event, and the event.
local count, group, mode, last, trims = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local events = prefix .. 'events'
local DEAD_MILLIS, AWAY_MILLIS, CROWDED = 7 * 86400 * 1000, 60 * 1000, 500000

local function fields(flat)
  local named = {}
  for at = 1, #flat, 2 do
    named[flat[at]] = flat[at + 1]
  end
  return named
end

local function before(one, other)
  local a, b = one:match('^(%d+)%-(%d+)$')
  local c, d = other:match('^(%d+)%-(%d+)$')
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  return a < c or (a == c and b < d)
end

-- For how long nobody has read for a store.
local function idle(name)
  local least
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', events, name)) do
    local time = fields(consumer).idle
    least = least and math.min(least, time) or time
  end
  return least or 0
end

-- Drops the events that every store has. A store that is gone for good does not hold them: for a
-- week, or for a minute where they are about to close admission for all.
local function trim()
  local least
  local crowded = redis.call('XLEN', events) > CROWDED
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', events)) do
    local other = fields(flat)
    local away = other.name ~= group and idle(other.name) or 0
    if away > DEAD_MILLIS or (crowded and away > AWAY_MILLIS) then
      redis.call('XGROUP', 'DESTROY', events, other.name)
    else
      local has = other['last-delivered-id']
      if other.pending > 0 then
        has = redis.call('XPENDING', events, other.name)[2]
      end
      least = (not least or before(has, least)) and has or least
    end
  end
  if least then
    redis.call('XTRIM', events, 'MINID', least)
  end
end

local function attach(id)
  redis.pcall('XGROUP', 'DESTROY', events, group)
  redis.call('XGROUP', 'CREATE', events, group, id, 'MKSTREAM')
end

local function read()
  return redis.pcall('XREADGROUP', 'GROUP', group, 'store', 'COUNT', count, 'STREAMS', events, '>')
end

if mode == 'attach' then
  attach(last)
elseif #ARGV > 5 then
  -- Where the group is gone, as in a Redis that was emptied, there is nothing to confirm.
  redis.pcall('XACK', events, group, unpack(ARGV, 6))
end
local entries = read()
if entries and entries.err then
  attach(last)
  entries = redis.call('XREADGROUP', 'GROUP', group, 'store', 'COUNT', count, 'STREAMS', events,
    '>')
end
if trims == 'trim' then
  trim()
end
local stored = redis.call('HGET', windows, '#')
if stored then
  epoch, sequence = unpacked('<dd', stored)
end
local reply = {
  'drained', epoch, sequence, rebuilding(stored) and 1 or 0, base(), redis.call('XLEN', events),
}
if entries then
  for _, entry in ipairs(entries[1][2]) do
    reply[#reply + 1] = entry[1]
    reply[#reply + 1] = entry[2][2]
  end
end
return reply
