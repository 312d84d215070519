-- Tells what is known of a hold. It books nothing.
-- ARGV: position (see events.lua), id.
-- Reply: open, sequence, when it was created, the caller's note; or expired, the same, and the
-- nano-dollars posted; or nothing and the sequence; or lost and the position.
if not at_position(redis.call('HGET', windows, '#')) then
  return lost()
end
local id = ARGV[3]
local record = redis.call('GET', prefix .. 'hold:' .. id)
local outcome = record and unpacked('<s', record)
if outcome == 'open' then
  local _, _, _, created, _, note = unpacked('<sdddds', record)
  return { 'open', sequence, created, note }
end
local kept = outcome == 'expired' and redis.call('GET', prefix .. 'note:' .. id)
if kept then
  local created, note = unpacked('<ds', kept)
  local _, _, _, posted = unpacked('<sddd', record)
  return { 'expired', sequence, created, note, posted }
end
return { 'nothing', sequence }
