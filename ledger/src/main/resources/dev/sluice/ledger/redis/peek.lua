-- Reads events without confirming any.
-- ARGV: the id after which, how many at most.
-- Reply: events, then the id of each and the event.
local reply = { 'events' }
local found = redis.call('XRANGE', prefix .. 'events', '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
for _, entry in ipairs(found) do
  reply[#reply + 1] = entry[1]
  reply[#reply + 1] = entry[2][2]
end
return reply
