-- Reading JSON without a parser: the parts that the meter needs, also of a text that arrives in
-- pieces.

local find, byte, sub, match = string.find, string.byte, string.sub, string.match
local concat = table.concat

local QUOTE, BACKSLASH, SPACE = 34, 92, 32
local BRACE_OPEN, BRACKET_OPEN, BRACE_CLOSE, BRACKET_CLOSE = 123, 91, 125, 93

-- Finds the value of one key of a JSON object that arrives in pieces, whatever is nested in it.
local function member_scan(name, bytes_max)
  return { name = name, bytes_max = bytes_max, depth = 0 }
end

local function member_capture(scan, piece)
  local pieces = scan.pieces
  scan.bytes = scan.bytes + #piece
  if scan.bytes <= scan.bytes_max then
    pieces[#pieces + 1] = piece
  end
end

local function member_begin(scan)
  scan.pieces = {}
  scan.bytes = 0
end

local function member_end(scan)
  if scan.bytes <= scan.bytes_max then
    scan.value = match(concat(scan.pieces), "^%s*:%s*(.-)%s*$")
  end
  scan.in_value = false
end

-- Scans a string from `at`; the position behind it, or nil where the piece ends within it.
local function member_string(scan, json, at, from)
  while true do
    local stop = find(json, '["\\]', at)
    if not stop then
      return nil
    end
    if byte(json, stop) == BACKSLASH then
      if stop == #json then
        scan.escaped = true
        return nil
      end
      at = stop + 2
    else
      scan.in_string = false
      if scan.in_key then
        member_capture(scan, sub(json, from, stop - 1))
        scan.in_key = false
        scan.in_value = scan.bytes <= scan.bytes_max and concat(scan.pieces) == scan.name
        member_begin(scan)
      end
      return stop + 1
    end
  end
end

local function member_feed(scan, json)
  local at, from = 1, 1
  if scan.escaped and #json > 0 then
    scan.escaped = false
    at = 2
  end
  while true do
    if scan.in_string then
      local was_key = scan.in_key
      at = member_string(scan, json, at, from)
      if not at then
        break
      end
      if was_key then
        from = at
      end
    else
      -- Deeper down no comma counts, and vectors have thousands.
      local stop = find(json, scan.depth == 1 and '["{}%[%],]' or '["{}%[%]]', at)
      if not stop then
        break
      end
      local c = byte(json, stop)
      local depth = scan.depth
      at = stop + 1
      if c == QUOTE then
        scan.in_string = true
        if depth == 1 and scan.key_next then
          scan.in_key, scan.key_next = true, false
          member_begin(scan)
          from = at
        end
      elseif c == BRACE_OPEN or c == BRACKET_OPEN then
        scan.depth = depth + 1
        if depth == 0 then
          scan.object = c == BRACE_OPEN
          scan.key_next = scan.object
        end
      else
        if depth == 1 then
          if scan.in_value then
            member_capture(scan, sub(json, from, stop - 1))
            member_end(scan)
          end
          scan.key_next = scan.object
        end
        if c == BRACE_CLOSE or c == BRACKET_CLOSE then
          scan.depth = depth - 1
        end
      end
    end
  end
  if scan.in_key or scan.in_value then
    member_capture(scan, sub(json, from))
  end
end

-- The raw value of a key of a JSON object, or nil.
local function member(json, name)
  local scan = member_scan(name, #json)
  member_feed(scan, json)
  return scan.value
end

-- The content of a JSON string without escapes, or nil.
local function plain(json)
  return json and match(json, '^"([%w_%-]+)"$')
end
