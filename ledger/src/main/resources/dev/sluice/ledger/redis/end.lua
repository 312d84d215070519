-- Ends a hold, once: a repeated or a different verb finds how it has ended.
-- ARGV: id, outcome (settled or released), the amount to post, memory in milliseconds.
-- Reply: the outcome that holds, posted, granted; or unknown.
local id, outcome, posted = ARGV[1], ARGV[2], tonumber(ARGV[3])
local hold = redis.call(
  'HMGET', prefix .. 'hold:' .. id, 'granted', 'counters', 'outcome', 'posted')
local granted = tonumber(hold[1])
if not granted then
  return { 'unknown' }
end
if hold[3] then
  return { hold[3], tonumber(hold[4]), granted }
end
finish(id, granted, hold[2], outcome, posted, ARGV[4])
return { outcome, posted, granted }
