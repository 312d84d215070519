-- The size of text in pieces: the words, numbers, marks and gaps that tokenizers cut a text into
-- before they look up tokens. How many tokens a piece is differs between models, but hardly between
-- prose, code and data, as the bytes of a token do.

local WORD_BYTES = 8 -- a longer word is several pieces,
local WORD_MORE_BYTES = 4 -- one for each so many bytes more
local DIGITS = 3
local REPEATED = 4

local NONE, WORD, DIGIT, GAP, MARK, WIDE, REST = 0, 1, 2, 3, 4, 5, 6

local KIND = {}
for c = 0, 255 do
  if c >= 48 and c <= 57 then
    KIND[c] = DIGIT
  elseif c >= 65 and c <= 90 or c >= 97 and c <= 122 or c >= 0xC0 and c < 0xE0 then
    KIND[c] = WORD -- ASCII, and the letters of two bytes
  elseif c <= 32 then
    KIND[c] = GAP
  elseif c < 128 then
    KIND[c] = MARK
  elseif c < 0xC0 then
    KIND[c] = REST -- of a character of several bytes
  else
    KIND[c] = WIDE
  end
end

local LETTER_B, LETTER_F, LETTER_N, LETTER_R, LETTER_T, LETTER_U = 98, 102, 110, 114, 116, 117

-- The kind of an escape, and its bytes.
local function escape_at(json, at)
  local c = byte(json, at + 1)
  if c == LETTER_U then
    return WIDE, 6
  elseif c == LETTER_N or c == LETTER_T or c == LETTER_R or c == LETTER_B or c == LETTER_F then
    return GAP, 2
  end
  return MARK, 2
end

-- The pieces of the JSON string whose content starts at `at`. A string is whole tokens.
local function pieces_of(json, at)
  local pieces, before, run, last = 0, NONE, 0, 0
  while true do
    local c = byte(json, at)
    if not c or c == QUOTE then
      return pieces
    end
    local kind, size = KIND[c], 1
    if c == BACKSLASH then
      kind, size = escape_at(json, at)
    end
    if kind ~= REST then
      run = (kind == before and (kind ~= MARK or c == last)) and run + 1 or 1
      if kind == WORD then
        -- A single space belongs to the word behind it.
        local joined = run == 1 and before == GAP and last == SPACE
        local more = run > WORD_BYTES and (run - WORD_BYTES) % WORD_MORE_BYTES == 1
        if run == 1 and not joined or more then
          pieces = pieces + 1
        end
      elseif kind == DIGIT then
        pieces = pieces + (run % DIGITS == 1 and 1 or 0)
      elseif kind == GAP then
        pieces = pieces + (run == 1 and 1 or 0)
      elseif kind == MARK then
        pieces = pieces + (run % REPEATED == 1 and 1 or 0)
      else
        pieces = pieces + 1
      end
      last = kind == GAP and run > 1 and 0 or c
      before = kind
    end
    at = at + size
  end
end
