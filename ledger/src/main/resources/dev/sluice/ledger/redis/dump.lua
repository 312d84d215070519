-- All windows and open holds at one moment.
-- Reply: dump, epoch, sequence, phase, base, the stream's last id, the time;
-- the fields of `windows` with their values; the id and the record of each open hold.
local stored = redis.call('HGET', windows, '#')
if stored then
  epoch, sequence = unpacked('<dd', stored)
end
local events, last = prefix .. 'events', '0-0'
if redis.call('EXISTS', events) == 1 then
  local told = redis.call('XINFO', 'STREAM', events)
  for at = 1, #told, 2 do
    last = told[at] == 'last-generated-id' and told[at + 1] or last
  end
end
local holds = {}
for _, id in ipairs(redis.call('ZRANGE', deadlines, 0, -1)) do
  local record = redis.call('GET', prefix .. 'hold:' .. id)
  if record then
    holds[#holds + 1] = id
    holds[#holds + 1] = record
  end
end
return {
  'dump', epoch, sequence, phase(stored), base(), last, now(),
  redis.call('HGETALL', windows), holds,
}
