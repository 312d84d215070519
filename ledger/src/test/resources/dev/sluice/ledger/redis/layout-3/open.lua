-- The position at the start; a store without one begins an epoch, unless the caller knows of one.
-- ARGV: position that the caller has seen; zeros where it has seen none (see events.lua).
-- Reply: open, epoch, sequence; or lost and the position, also while it is being rebuilt.
local stored = redis.call('HGET', windows, '#')
local known = at_position(stored)
if rebuilding(stored) then
  return lost()
end
if tonumber(ARGV[1]) > 0 then
  return known and { 'open', epoch, sequence } or lost()
end
if not stored then
  epoch = now()
  redis.call('HSET', windows, '#', position())
end
return { 'open', epoch, sequence }
