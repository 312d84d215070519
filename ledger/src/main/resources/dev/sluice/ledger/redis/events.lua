-- The true book: each verb that books appends one event in the same atomic step. An event is
-- packed: its kind, epoch, sequence, time; the hold's id; what it adds by measure to posted, to
-- held and to unconfirmed; a text; then each limit that it names with its window's start and its
-- measure. So the sum of all events that name a window is what the window holds.
-- ARGV[1] and ARGV[2] are the position that the caller has seen.
local epoch, sequence = 0, 0

-- Whether the position says that the books are being rebuilt.
local function rebuilding(stored)
  return stored and #stored > 16 or false
end

-- 0 where the books are open, 1 while they are being rebuilt, 2 where that may lose events.
local function phase(stored)
  if not rebuilding(stored) then
    return 0
  end
  local _, _, word = unpacked('<dds', stored)
  return word == 'accept-loss' and 2 or 1
end

-- The number of the last event before this epoch.
local function base()
  local stored = redis.call('HGET', windows, '#base')
  return stored and unpacked('<d', stored) or 0
end

-- Whether the store is the one that the caller knows, and has forgotten nothing that it saw.
local function at_position(stored)
  if stored then
    epoch, sequence = unpacked('<dd', stored)
  end
  return epoch == tonumber(ARGV[1]) and sequence >= tonumber(ARGV[2])
end

local function lost()
  return { 'lost', epoch, sequence }
end

-- Appends an event, and moves the position on: whoever calls it writes that.
local function append(kind, time, id, posted, held, unconfirmed, text, limits)
  sequence = sequence + 1
  redis.call('XADD', prefix .. 'events', '*', 'e', pack('<sdddsdddddddddddds', kind, epoch,
    sequence, time, id, posted[1], posted[2], posted[3], posted[4], held[1], held[2], held[3],
    held[4], unconfirmed[1], unconfirmed[2], unconfirmed[3], unconfirmed[4], text) .. limits)
end

local function position()
  return pack('<dd', epoch, sequence)
end

local NOTHING = { 0, 0, 0, 0 }
