-- Which store is furthest behind.
-- Reply: behind, then, where some event is not confirmed, the store's name and when the first such
-- event was booked.
local furthest
if redis.call('EXISTS', events) == 1 then
  for _, store in ipairs(stores()) do
    if store.missing and (not furthest or before(store.missing, furthest.missing)) then
      furthest = store
    end
  end
end
return { 'behind', furthest and furthest.name, furthest and booked_at(furthest.missing) }
