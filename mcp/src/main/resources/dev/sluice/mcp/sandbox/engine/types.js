// Blanks what is TypeScript in a program, character for character, so that every position of the
// rest is the author's. Which tokens are types tells the parser of sucrase (MIT), whose files are
// put in below; what a blank may change in the meaning is settled here.
$resume((() => {
  const files = {
/*FILES*/
  };
  const loaded = Object.create(null);
  const require = (from) => (name) => {
    const path = from.split('/').slice(0, -1);
    for (const part of name.split('/')) {
      if (part === '..') path.pop();
      else if (part !== '.') path.push(part);
    }
    let file = path.join('/');
    if (!(file in files)) file += '/index';
    if (!(file in loaded)) {
      const module = {exports: {}};
      loaded[file] = module;
      files[file](module, module.exports, require(file));
    }
    return loaded[file].exports;
  };
  const {parse} = require('types')('./parser/index');
  const {TokenType: tt} = require('types')('./parser/tokenizer/types');
  const MODIFIERS = new Set([tt._public, tt._private, tt._protected, tt._abstract, tt._readonly,
    tt._override, tt._declare, tt.nonNullAssertion]);
  const VISIBLE = new Set([tt._public, tt._private, tt._protected, tt._readonly, tt._override]);
  const STATEMENTS = new Set(['type', 'interface', 'declare', 'function', 'abstract', 'async',
    'import', 'export']);

  const locate = (code, at) => {
    let line = 1;
    let begin = 0;
    for (let i = code.indexOf('\n'); i >= 0 && i < at; i = code.indexOf('\n', i + 1)) {
      line++;
      begin = i + 1;
    }
    return {line, column: at - begin + 1};
  };
  const refused = (code, token, what) => ({
    error: `${what} cannot be run: only types are taken away, and this is code`,
    ...locate(code, token.start),
  });
  const unknown = (code, tokens) => {
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      const word = code.slice(token.start, token.end);
      if (token.type === tt._enum && !token.isType) return refused(code, token, 'an enum');
      if (token.type === tt.at) return refused(code, token, 'a decorator');
      const opens = token.isType && !(i > 0 && tokens[i - 1].isType);
      if (opens && (word === 'namespace' || word === 'module') && tokens[i + 1].isType) {
        return refused(code, token, `a ${word}`);
      }
      if (token.type === tt._import && tokens[i + 2]?.type === tt.eq) {
        return refused(code, token, 'import =');
      }
      if (token.type === tt._export && tokens[i + 1]?.type === tt.eq) {
        return refused(code, token, 'export =');
      }
      if (VISIBLE.has(token.type) && !token.isType) {
        const before = tokens[i - 1]?.type;
        if (before === tt.parenL || before === tt.comma || before === tt.at) {
          return refused(code, token, 'a parameter property');
        }
      }
    }
    return undefined;
  };
  // The parser leaves it to a later step to find that these are types.
  const erase = (code, tokens) => {
    for (let i = 0; i + 1 < tokens.length; i++) {
      const next = code.slice(tokens[i + 1].start, tokens[i + 1].end);
      const types = tokens[i].type === tt._import && next === 'type';
      if (!types || tokens[i + 2]?.type === tt.eq) continue;
      for (; i < tokens.length; i++) {
        tokens[i].isType = true;
        if (tokens[i].type === tt.string) break;
      }
    }
  };
  const blanked = (text) => text.replace(/[^\n\r\u2028\u2029]/g, ' ');

  // A run of tokens that go, with what may stand in its place.
  const gap = (code, tokens, from, to) => {
    const start = tokens[from].start;
    const end = tokens[to].end;
    const word = code.slice(start, tokens[from].end);
    const next = tokens[to + 1];
    const between = next === undefined ? '' : code.slice(end, next.start);
    const text = blanked(code.slice(start, end));
    const opens = STATEMENTS.has(word) && (from === 0 || tokens[from - 1].type !== tt.dot);
    const cast = word === 'as' || word === 'satisfies' || word === '!';
    const hazard = next !== undefined && /[\n\r]/.test(between) && '([`'.includes(code[next.start]);
    if (opens || (cast && hazard)) return ';' + text.slice(1);
    return text;
  };
  const strip = (code) => {
    let tokens;
    try {
      tokens = parse(code, false, true, false).tokens;
    } catch (e) {
      const at = e.loc ?? {line: 1, column: 1};
      const error = String(e.message).replace(/ \(\d+:\d+\)$/, '');
      return {error, line: at.line, column: at.column};
    }
    const bad = unknown(code, tokens);
    if (bad !== undefined) return bad;
    let out = '';
    let at = 0;
    erase(code, tokens);
    for (let i = 0; i < tokens.length; i++) {
      if (!tokens[i].isType && !MODIFIERS.has(tokens[i].type)) continue;
      const from = i;
      while (tokens[i].isType && tokens[i + 1]?.isType) i++;
      out += code.slice(at, tokens[from].start);
      at = tokens[i].end;
      const text = gap(code, tokens, from, i);
      const next = tokens[i + 1];
      if (next?.type === tt.arrow && /[\n\r]/.test(text) && out.endsWith(')')) {
        // No line may end between the parameters and the arrow: the bracket goes to the arrow.
        out = out.slice(0, -1) + ' ' + text.slice(0, -1) + ')';
      } else {
        out += text;
      }
    }
    return {code: out + code.slice(at)};
  };
  return strip;
})());
