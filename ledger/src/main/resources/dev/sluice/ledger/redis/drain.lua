-- Reads the next events for one store, and confirms those that it has on disk.
-- ARGV: how many at most; the store's name; attach and the id of its last event in the stream, to
-- read on after that one, or next and ''; trim or ''; the ids to confirm.
-- Reply: drained, epoch, sequence, phase, base, events waiting; then the id of each event, and the
-- event.
local count, group, mode, last, trims = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local DEAD_MILLIS, AWAY_MILLIS, CROWDED = 7 * 86400 * 1000, 60 * 1000, 500000

-- Drops the events that every store has. A store that confirms nothing, be it gone or unable to
-- write, does not hold them: for a week, or for a minute where they are about to close admission
-- for all. Whether it still asks says nothing. Only one that has more drops it, so that of all
-- stores the one that has most misses nothing.
local function trim()
  local all, own = stores(), nil
  for _, store in ipairs(all) do
    own = store.name == group and store.has or own
  end
  local least = own
  local patience = redis.call('XLEN', events) > CROWDED and AWAY_MILLIS or DEAD_MILLIS
  for _, store in ipairs(all) do
    if before(store.has, own) then
      if store.missing and now() - booked_at(store.missing) > patience then
        redis.call('XGROUP', 'DESTROY', events, store.name)
      elseif before(store.has, least) then
        least = store.has
      end
    end
  end
  redis.call('XTRIM', events, 'MINID', least)
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
  'drained', epoch, sequence, phase(stored), base(), redis.call('XLEN', events),
}
if entries then
  for _, entry in ipairs(entries[1][2]) do
    reply[#reply + 1] = entry[1]
    reply[#reply + 1] = entry[2][2]
  end
end
return reply
