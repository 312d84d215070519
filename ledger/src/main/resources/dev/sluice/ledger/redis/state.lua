-- Reply: state, epoch, sequence, phase, base, and what the last rebuild has to tell.
local stored = redis.call('HGET', windows, '#')
if stored then
  epoch, sequence = unpacked('<dd', stored)
end
local told = redis.call('GET', prefix .. 'rebuilt') or ''
return { 'state', epoch, sequence, phase(stored), base(), told }
