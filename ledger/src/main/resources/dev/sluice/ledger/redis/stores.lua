-- The stores that keep the stream: each is a consumer group of its name.
local events = prefix .. 'events'

local function fields(flat)
  local named = {}
  for at = 1, #flat, 2 do
    named[flat[at]] = flat[at + 1]
  end
  return named
end

-- When an event was booked, by its id.
local function booked_at(id)
  return tonumber(id:match('^%d+'))
end

local function before(one, other)
  local a, b = booked_at(one), booked_at(other)
  return a < b
    or (a == b and tonumber(one:match('%d+$')) < tonumber(other:match('%d+$')))
end

-- Each store by its group, with `missing`, the first event that it has not confirmed, if any; it
-- has all events before `has`.
local function stores()
  local all = {}
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', events)) do
    local store = fields(flat)
    local last = store['last-delivered-id']
    if store.pending > 0 then
      store.missing = redis.call('XPENDING', events, store.name)[2]
    else
      local next_one = redis.call('XRANGE', events, '(' .. last, '+', 'COUNT', 1)[1]
      store.missing = next_one and next_one[1]
    end
    store.has = store.pending > 0 and store.missing or last
    all[#all + 1] = store
  end
  return all
end
