-- Ends a hold, once: a repeated or a different verb finds how it has ended.
-- ARGV: id, outcome (settled or released), the amount to post, memory in milliseconds.
-- Reply: the outcome that holds, posted, granted; or unknown.
local id, outcome, amount = ARGV[1], ARGV[2], tonumber(ARGV[3])
local record = redis.call('GET', prefix .. 'hold:' .. id)
if not record then
  return { 'unknown' }
end
if unpacked('<s', record) == 'open' then
  return { outcome, amount, finish(id, record, outcome, amount, ARGV[4]) }
end
local ended, granted, was_posted = unpacked('<sdd', record)
return { ended, was_posted, granted }
