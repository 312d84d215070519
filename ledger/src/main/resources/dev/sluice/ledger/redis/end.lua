-- Ends a hold, once, or corrects one that expired, once: a repeated or a different verb finds how
-- it has ended.
-- ARGV: position (see events.lua), id, outcome (settled, released, corrected; or confirmed, which
-- settles or releases an open one), the nano-dollars and tokens to post, a text for the event,
-- memory in milliseconds.
-- Reply: the outcome that holds (or confirmed, to the one who did), sequence, nano-dollars posted,
-- nano-dollars held; or corrected, sequence, posted, posted before; or kept, sequence, posted, where
-- it was corrected before; or open and the sequence, where there is nothing to correct yet; or
-- unknown and the sequence; or lost and the position.
local id, outcome, memory = ARGV[3], ARGV[4], ARGV[8]
local usd, tokens, text = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local hold = prefix .. 'hold:' .. id
local record = redis.call('GET', hold)
if not record then
  local known = at_position(redis.call('HGET', windows, '#'))
  return known and { 'unknown', sequence } or lost()
end
local ended, held_usd, held_tokens = unpacked('<sdd', record)
local at, _
if ended == 'open' then
  _, _, _, _, _, _, at = unpacked('<sdddds', record)
else
  _, _, _, _, _, at = unpacked('<sdddd', record)
end
local charged, stored = charged_by(record, at)
if not at_position(stored) then
  return lost()
end
if ended == 'open' and outcome == 'corrected' then
  return { 'open', sequence }
end
if ended == 'open' then
  local how = outcome
  if outcome == 'confirmed' then
    how = usd + tokens > 0 and 'settled' or 'released'
  end
  finish(id, record, charged, now(), how, usd, tokens, memory, text)
  return { outcome, sequence, usd, held_usd }
end
local _, _, _, posted_usd, posted_tokens = unpacked('<sdddd', record)
if ended == 'expired' and #charged > 0 then
  local cost, used = math.min(usd, posted_usd), math.min(tokens, posted_tokens)
  local posted = { cost - posted_usd, used - posted_tokens, 0, 0 }
  local unconfirmed = { -posted_usd, -posted_tokens, 0, 0 }
  append('corrected', now(), id, posted, NOTHING, unconfirmed, text, charged.text)
  book(charged, posted, NOTHING, unconfirmed)
  redis.call('SET', hold, pack('<sdddd', 'corrected', held_usd, held_tokens, cost, used),
    'PX', memory)
  return { 'corrected', sequence, cost, posted_usd }
end
return { ended == 'corrected' and 'kept' or ended, sequence, posted_usd, held_usd }
