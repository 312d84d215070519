-- The facts of a request: what policy and money need to know of its body, in one internal header,
-- so that the body itself stays inside Envoy. The names are those of `DataPlane`.
--
-- Only the plain, common request has facts here. Whatever is unusual in any way (an escape in a key
-- that matters, a key twice, images, tools of the provider, thoughts of another provider, what is
-- not JSON) has none: then Java asks for the body, and its `RequestScanner` is the judge. Facts are
-- always what that one would find. Inside of strings Java is stricter: the script takes control
-- characters and wrong escapes as they are, since they change no fact, and leaves it to the provider
-- to refuse them.
--
-- LuaJIT compiles loops over bytes and the plain `find`, but no patterns.

local FACTS = "x-sluice-int-facts"

-- Larger bodies are rare, and would keep Envoy's thread busy for too long.
local BODY_BYTES_MAX = 4194304
local MODEL_BYTES_MAX = 256
local DIGITS_MAX = 9
local DEPTH_MAX = 64
local KEYS_MAX = 64

local byte, find, sub = string.byte, string.find, string.sub
local band, bor, lshift = bit.band, bit.bor, bit.lshift

local QUOTE, BACKSLASH, SPACE, COMMA, COLON, MINUS, POINT = 34, 92, 32, 44, 58, 45, 46
local DIGIT_0, DIGIT_9, PLUS, UPPER_E, LOWER_E = 48, 57, 43, 69, 101
local OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY = 123, 125, 91, 93
local LOWER_F, LOWER_N, LOWER_T = 102, 110, 116

-- Text -------------------------------------------------------------------------------------------

-- The bytes of a model's name that the header can carry plainly.
local NAME = {}
for c = 33, 126 do
  NAME[c] = c ~= QUOTE and c ~= BACKSLASH and c ~= COMMA
end

-- The quote that ends the string whose text starts here; nil without one.
local function string_end(s, from)
  local quote = find(s, '"', from, true)
  while quote and byte(s, quote - 1) == BACKSLASH do
    local first = quote - 1
    while byte(s, first - 1) == BACKSLASH do
      first = first - 1
    end
    if (quote - first) % 2 == 0 then
      return quote
    end
    quote = find(s, '"', quote + 1, true)
  end
  return quote
end

-- After the digits that start here; nil where there is none.
local function digits_end(s, from)
  local i = from
  local c = byte(s, i)
  while c and c >= DIGIT_0 and c <= DIGIT_9 do
    i = i + 1
    c = byte(s, i)
  end
  return i > from and i or nil
end

-- After the number that starts here; nil where it is not one of JSON's.
local function number_end(s, from)
  local i = byte(s, from) == MINUS and from + 1 or from
  if byte(s, i) == DIGIT_0 then
    i = i + 1
  else
    i = digits_end(s, i)
  end
  if i and byte(s, i) == POINT then
    i = digits_end(s, i + 1)
  end
  local c = i and byte(s, i)
  if c == LOWER_E or c == UPPER_E then
    c = byte(s, i + 1)
    i = digits_end(s, (c == PLUS or c == MINUS) and i + 2 or i + 1)
  end
  return i
end

-- Meaning ----------------------------------------------------------------------------------------

-- What a value is in a request. Java judges what is UNUSUAL.
local UNUSUAL, OTHER, BODY, MODEL, MAX_TOKENS, STREAM = 0, 1, 2, 3, 4, 5
local THINKING, THINKING_TYPE, BUDGET, DISPLAY = 6, 7, 8, 9
local MESSAGES, MESSAGE, CONTENT, BLOCK_TYPE, TOOLS, TOOL, TOOL_TYPE = 10, 11, 12, 13, 14, 15, 16
local CONTEXT, EDITS, EDIT, EDIT_TYPE, SIGNATURE, ID = 17, 18, 19, 20, 21, 22

-- By the meaning of an object: the meanings of its members.
local MEMBERS = {
  [BODY] = {
    model = MODEL, max_tokens = MAX_TOKENS, stream = STREAM, thinking = THINKING,
    messages = MESSAGES, system = CONTENT, tools = TOOLS, context_management = CONTEXT,
    mcp_servers = UNUSUAL, speed = UNUSUAL, inference_geo = UNUSUAL, fallbacks = UNUSUAL,
  },
  [THINKING] = { type = THINKING_TYPE, budget_tokens = BUDGET, display = DISPLAY },
  [MESSAGE] = { content = CONTENT },
  [CONTENT] = {
    type = BLOCK_TYPE, content = CONTENT, source = UNUSUAL, signature = SIGNATURE, data = SIGNATURE,
    id = ID, tool_use_id = ID, citations = CONTENT, encrypted_index = SIGNATURE,
  },
  [TOOL] = { type = TOOL_TYPE, max_uses = UNUSUAL },
  [CONTEXT] = { edits = EDITS },
  [EDIT] = { type = EDIT_TYPE },
}
-- By the meaning of an array: that of its elements.
local ELEMENTS = {
  [MESSAGES] = MESSAGE, [CONTENT] = CONTENT, [TOOLS] = TOOL, [EDITS] = EDIT,
}
-- What begins the signature of a thought of another provider, which Java takes out: as in `Seal`.
local SEALED = "sluice."
-- What begins the id of a search that another provider ran: as in `SearchIds`.
local SEARCHED = "srvtoolu_sluice_"
local UNUSUAL_BLOCKS = { image = true, document = true, container_upload = true }

-- Structure --------------------------------------------------------------------------------------

-- What may come next.
local VALUE, VALUE_OR_END, KEY, KEY_OR_END, SEPARATOR = 1, 2, 3, 4, 5

-- Of each open object and array: its meaning, the closing byte, and the members seen.
local meanings, closings, seen = {}, {}, {}

-- The model's name as it is; nil for one that the header could not carry plainly.
local function model_name(s, from, to)
  if to < from or to - from >= MODEL_BYTES_MAX then
    return nil
  end
  for i = from, to do
    if not NAME[byte(s, i)] then
      return nil
    end
  end
  return sub(s, from, to)
end

-- Takes a string that means something into the facts; false where Java must judge it.
local function take_text(facts, meaning, s, from, to)
  if meaning == CONTENT then
    return true
  elseif meaning == SIGNATURE then
    return sub(s, from, from + #SEALED - 1) ~= SEALED
  elseif meaning == ID then
    return sub(s, from, from + #SEARCHED - 1) ~= SEARCHED
  end
  local text = sub(s, from, to)
  if find(text, "\\", 1, true) then
    return false
  elseif meaning == BLOCK_TYPE then
    return not UNUSUAL_BLOCKS[text]
  elseif meaning == TOOL_TYPE then
    return text == "custom"
  elseif meaning == EDIT_TYPE then
    return sub(text, 1, 6) == "clear_"
  elseif meaning == THINKING_TYPE then
    facts.thinks = text ~= "disabled"
    return true
  elseif meaning == DISPLAY then
    facts.hides = text ~= "summarized"
    return true
  elseif meaning == MODEL then
    facts.model = model_name(s, from, to)
    facts.model_start, facts.model_length = from - 2, to - from + 3
    return facts.model ~= nil
  end
  return false
end

-- The same for a number.
local function take_number(facts, meaning, s, from, to)
  local length = to - from + 1
  if length > DIGITS_MAX or digits_end(s, from) ~= to + 1 then
    return false
  elseif meaning == BUDGET then
    facts.budget = tonumber(sub(s, from, to))
    return true
  elseif meaning == MAX_TOKENS then
    facts.max_tokens, facts.max_start, facts.max_length = sub(s, from, to), from - 1, length
    return byte(s, from) ~= DIGIT_0
  end
  return false
end

-- The same for true, false and null.
local function take_literal(facts, meaning, word)
  if meaning == CONTENT and word == "null" then
    return true
  end
  facts.stream = word == "true" and 1 or 0
  return meaning == STREAM
end

-- The word that starts here; nil where it is none of JSON's.
local function literal(s, from, c)
  local word = c == LOWER_T and "true" or c == LOWER_N and "null" or c == LOWER_F and "false"
  return word and sub(s, from, from + #word - 1) == word and word
end

-- The meaning of the member with this key, marked as seen; UNUSUAL for one that Java must judge.
local function member(facts, level, keys, s, from, to)
  local meaning = meanings[level]
  local key = sub(s, from, to)
  if find(key, "\\", 1, true) then
    return UNUSUAL
  end
  local found = MEMBERS[meaning][key] or OTHER
  if meaning == BODY then
    if keys[key] or facts.keys == KEYS_MAX then
      return UNUSUAL
    end
    keys[key] = true
    facts.keys = facts.keys + 1
  elseif found ~= OTHER then
    local mark = lshift(1, found)
    if band(seen[level], mark) ~= 0 then
      return UNUSUAL
    end
    seen[level] = bor(seen[level], mark)
  end
  return found
end

local function is_blank(s, from, n)
  for i = from, n do
    if byte(s, i) ~= SPACE then
      return false
    end
  end
  return true
end

-- The facts of a body; nil where Java must judge it.
local function scan(s, n)
  local facts, keys = { keys = 0, tools = 0 }, {}
  local level, meaning, expected, i = 0, BODY, VALUE, 1
  while i <= n do
    local c = byte(s, i)
    if c == SPACE then
      i = i + 1
    elseif c == QUOTE then
      local quote = string_end(s, i + 1)
      if not quote then
        return nil
      elseif expected <= VALUE_OR_END then
        if meaning ~= OTHER and not take_text(facts, meaning, s, i + 1, quote - 1) then
          return nil
        end
        expected = SEPARATOR
        i = quote + 1
      elseif expected <= KEY_OR_END then
        meaning = meanings[level]
        if meaning ~= OTHER then
          meaning = member(facts, level, keys, s, i + 1, quote - 1)
          if meaning == UNUSUAL then
            return nil
          end
        end
        i = quote + 1
        while byte(s, i) == SPACE do
          i = i + 1
        end
        if byte(s, i) ~= COLON then
          return nil
        end
        expected = VALUE
        i = i + 1
      else
        return nil
      end
    elseif expected == SEPARATOR and c == COMMA then
      meaning = meanings[level]
      expected = closings[level] == CLOSE_OBJECT and KEY or VALUE
      i = i + 1
    elseif (expected == SEPARATOR and c == closings[level])
      or (expected == KEY_OR_END and c == CLOSE_OBJECT)
      or (expected == VALUE_OR_END and c == CLOSE_ARRAY) then
      level = level - 1
      expected = SEPARATOR
      i = i + 1
      if level == 0 then
        facts.thinking = keys.thinking
        return is_blank(s, i, n) and facts.model and facts or nil
      end
    elseif expected > VALUE_OR_END then
      return nil
    elseif c == OPEN_OBJECT or c == OPEN_ARRAY then
      local object = c == OPEN_OBJECT
      if object then
        if meaning == TOOL then
          facts.tools = facts.tools + 1
        end
        meaning = (meaning == OTHER or MEMBERS[meaning]) and meaning
      else
        meaning = meaning == OTHER and OTHER or ELEMENTS[meaning]
      end
      if not meaning or level == DEPTH_MAX then
        return nil
      end
      level = level + 1
      meanings[level], seen[level] = meaning, 0
      closings[level] = object and CLOSE_OBJECT or CLOSE_ARRAY
      expected = object and KEY_OR_END or VALUE_OR_END
      i = i + 1
    elseif c == MINUS or (c >= DIGIT_0 and c <= DIGIT_9) then
      local stop = number_end(s, i)
      if not stop or (meaning ~= OTHER and not take_number(facts, meaning, s, i, stop - 1)) then
        return nil
      end
      expected = SEPARATOR
      i = stop
    else
      local word = literal(s, i, c)
      if not word or (meaning ~= OTHER and not take_literal(facts, meaning, word)) then
        return nil
      end
      expected = SEPARATOR
      i = i + #word
    end
  end
  return nil
end

-- As `FactsHeader` reads them.
local function header(facts, n)
  local thinks = facts.thinking and facts.thinks ~= false
  return n .. "," .. facts.model_start .. "," .. facts.model_length
    .. "," .. (facts.max_tokens or 0) .. "," .. (facts.max_start or 0)
    .. "," .. (facts.max_length or 0) .. "," .. (facts.stream or 0)
    .. "," .. (thinks and 1 or 0) .. "," .. (facts.budget or 0)
    .. "," .. (thinks and facts.hides and 1 or 0) .. "," .. facts.tools .. "," .. facts.model
end

function envoy_on_request(handle)
  local body = handle:body()
  local n = body and body:length() or 0
  if n == 0 or n > BODY_BYTES_MAX then
    return
  end
  local s = body:getBytes(0, n)
  local facts = scan(s, n)
  if facts then
    handle:headers():add(FACTS, header(facts, n))
  end
end
