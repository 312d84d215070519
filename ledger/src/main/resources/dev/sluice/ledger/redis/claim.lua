-- Closes the books for a rebuild: by one store at a time, and of those that ask by the one that has
-- most. The epoch moves on, so that no verb books anything before the rebuild is complete.
-- ARGV: claim, a store's name, the number of its last event, for how long others may ask too and
-- the lock holds, both in milliseconds; or close, to leave the rebuild to whoever keeps a store.
-- Then accept-loss, where it may lose events, or ''; it holds until the books are open.
-- Reply: begun, the new epoch, the epoch and the sequence before; or wait.
local PATIENT_MILLIS = 5000
local stored = redis.call('HGET', windows, '#')
if stored then
  epoch, sequence = unpacked('<dd', stored)
end
local time = now()
local begun = math.max(time, epoch + 1)

local function close()
  local accepted = ARGV[#ARGV] == 'accept-loss' or phase(stored) == 2
  local word = accepted and 'accept-loss' or 'rebuilding'
  redis.call('HSET', windows, '#', pack('<dds', begun, sequence, word))
  return { 'begun', begun, epoch, sequence }
end

if ARGV[1] == 'close' then
  return close()
end
local claims, lock = prefix .. 'claims', prefix .. 'rebuilder'
local store, has = ARGV[2], tonumber(ARGV[3])
redis.call('HSETNX', claims, '#', pack('<d', time))
redis.call('HSET', claims, store, pack('<dd', has, time))
redis.call('PEXPIRE', claims, 2 * PATIENT_MILLIS)
local owner = redis.call('GET', lock)
if owner and owner ~= store then
  return { 'wait' }
end
local all = redis.call('HGETALL', claims)
for at = 1, #all, 2 do
  if all[at] == '#' then
    if time - unpacked('<d', all[at + 1]) < tonumber(ARGV[4]) then
      return { 'wait' }
    end
  else
    local other, said = unpacked('<dd', all[at + 1])
    if other > has and time - said < PATIENT_MILLIS then
      return { 'wait' }
    end
  end
end
redis.call('SET', lock, store, 'PX', ARGV[5])
return close()
