-- Puts off the deadlines of open holds.
-- ARGV: position (see events.lua), lifetime in milliseconds, ids.
-- Reply: renewed, sequence, and how many are open; or lost and the position.
if not at_position(redis.call('HGET', windows, '#')) then
  return lost()
end
local deadline, scores = now() + ARGV[3], {}
for place = 4, #ARGV do
  scores[#scores + 1] = deadline
  scores[#scores + 1] = ARGV[place]
end
return { 'renewed', sequence, redis.call('ZADD', deadlines, 'XX', 'CH', unpack(scores)) }
