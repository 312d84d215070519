-- What can be seen of a streamed answer: sizes in pieces, see `pieces.lua`.

-- Published once the size has grown by this part of it.
local GROWTH = 1 / 16

local TYPE = '{"type":"' -- the first object in a delta; a brace is found faster than a quote
local TEXT = 'text_delta","text":"'
local THINKING = 'thinking_delta","thinking":"'
local JSON = 'input_json_delta","partial_json":"'
local SIGNATURE = 'signature_delta","signature":"'
local USUAL = { TEXT, THINKING, JSON, SIGNATURE }
local KEY = {
  text_delta = "text",
  thinking_delta = "thinking",
  input_json_delta = "partial_json",
  signature_delta = "signature",
}

local function visible_new()
  return {
    text = 0, thinking = 0, signature = 0, largest = 0,
    open = -1, -- tokens told of the thinking that goes on out of sight; -1 where none does
    shown = false, -- thinking of this block is shown, so that its signature adds nothing
    due = 1, -- the size to publish at
    changed = false,
    usual = TEXT,
  }
end

-- The numbers, as `DataPlane` tells them.
local function visible_publish(visible, bytes)
  visible.changed = false
  visible.due = (visible.text + visible.thinking) * (1 + GROWTH)
  return visible.text .. "," .. visible.thinking .. "," .. visible.signature .. ","
    .. visible.largest .. "," .. visible.open .. "," .. bytes
end

local function visible_is_due(visible)
  return visible.changed or visible.text + visible.thinking >= visible.due
end

local function add_largest(visible, pieces)
  if pieces > visible.largest then
    visible.largest = pieces
    visible.changed = true
  end
end

local function add_open(visible, open)
  if open ~= visible.open then
    visible.open = open
    visible.changed = true
  end
end

local function add_text(visible, pieces)
  visible.text = visible.text + pieces
  add_largest(visible, pieces)
end

-- A delta that tells a number of tokens shows none of the thinking, or not all of it.
local function add_thinking(visible, data, from, to, pieces)
  local _, before = find(data, '"estimated_tokens":', from, true)
  local tokens = before and before < to and tonumber(match(data, "^%s*(%d+)", before + 1))
  if tokens then
    add_open(visible, math.max(visible.open, 0) + tokens)
  elseif pieces > 0 then
    visible.thinking = visible.thinking + pieces
    visible.shown = visible.open <= 0
    add_largest(visible, pieces)
    if visible.open == 0 then
      add_open(visible, -1)
    end
  end
end

local function add_signature(visible, size)
  if size > 0 and not visible.shown then
    visible.signature = visible.signature + size
    visible.open = -1
    visible.changed = true
  end
end

-- A delta in the form that providers write; its value begins at `at`.
local function add_usual(visible, usual, data, at, to)
  if usual == SIGNATURE then
    local past = find(data, '"', at, true) or to + 1
    add_signature(visible, past - at)
  elseif usual == THINKING then
    add_thinking(visible, data, at, to, pieces_of(data, at))
  else
    add_text(visible, pieces_of(data, at))
  end
end

-- A delta whose members come in another order, or with spaces.
local function add_unusual(visible, data)
  local delta = member(data, "delta")
  local kind = delta and plain(member(delta, "type"))
  local value = kind and KEY[kind] and member(delta, KEY[kind])
  if not value then
    return
  end
  if kind == "signature_delta" then
    add_signature(visible, #value - 2)
  elseif kind == "thinking_delta" then
    add_thinking(visible, delta, 1, #delta, pieces_of(value, 2))
  else
    add_text(visible, pieces_of(value, 2))
  end
end

-- The data of one delta, which is `data` from `from` to `to`.
local function visible_delta(visible, data, from, to)
  local _, quote = find(data, TYPE, from, true)
  if quote and quote < to then
    local kind = quote + 1
    local usual = visible.usual
    if find(data, usual, kind, true) ~= kind then
      usual = nil
      for _, other in ipairs(USUAL) do
        if sub(data, kind, quote + #other) == other then
          usual = other
        end
      end
    end
    if usual then
      visible.usual = usual
      add_usual(visible, usual, data, kind + #usual, to)
      return
    end
  end
  add_unusual(visible, sub(data, from, to))
end

-- The start of a block: thinking is out of sight until some of it is shown, and redacted thinking
-- comes all at once. It is published, so that bytes which come after are those of deltas.
local function visible_block_start(visible, data)
  visible.shown = false
  visible.changed = true
  local block = member(data, "content_block")
  local kind = block and plain(member(block, "type"))
  local redacted = kind == "redacted_thinking" and member(block, "data")
  if redacted then
    add_signature(visible, #redacted - 2)
  end
  add_open(visible, kind == "thinking" and 0 or -1)
end

local function visible_block_stop(visible)
  add_open(visible, -1)
end
