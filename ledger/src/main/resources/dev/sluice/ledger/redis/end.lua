-- Ends a hold, once, or corrects one that expired, once: a repeated or a different verb finds how
-- it has ended.
-- ARGV: id, outcome (settled, released or corrected), the amount to post, memory in milliseconds.
-- Reply: the outcome that holds, posted, granted; or corrected, posted, posted before; or kept,
-- posted, where it was corrected before; or open, where there is nothing to correct yet; or
-- unknown.
local id, outcome, amount = ARGV[1], ARGV[2], tonumber(ARGV[3])
local hold = prefix .. 'hold:' .. id
local record = redis.call('GET', hold)
if not record then
  return { 'unknown' }
end
local ended, granted, posted, at = unpacked('<sdd', record)
if ended == 'open' and outcome == 'corrected' then
  return { 'open' }
end
if ended == 'open' then
  finish(id, record, outcome, amount, ARGV[4])
  return { outcome, amount, granted }
end
-- One that an older build expired has no windows any more: it stays as it is.
if ended == 'expired' and at <= #record then
  local cost = math.min(amount, posted)
  book(record, at, cost - posted, 0, -posted)
  redis.call('SET', hold, pack('<sdd', 'corrected', granted, cost), 'PX', ARGV[4])
  return { 'corrected', cost, posted }
end
return { ended == 'corrected' and 'kept' or ended, posted, granted }
