// Runs in an engine before any program. It keeps what it needs of the language before a program
// can change it, takes away what a program shall not have, and is the only one that talks to the
// host: question(operation, head, body), three texts for one.
(() => {
  const question = globalThis.java_invoke;
  const {Array, Error, EvalError, JSON, Map, Object, Promise, Proxy, Reflect, Set, String} =
    globalThis;
  const {TypeError, WeakMap} = globalThis;
  const {parse, stringify} = JSON;
  const {apply, ownKeys} = Reflect;
  const {create, defineProperty, freeze, getPrototypeOf} = Object;
  const method = (prototype, name) => {
    const own = prototype[name];
    return (self, ...rest) => apply(own, self, rest);
  };
  const slice = method(String.prototype, 'slice');
  const indexOf = method(String.prototype, 'indexOf');
  const wellFormed = method(String.prototype, 'toWellFormed');
  const join = method(Array.prototype, 'join');
  const test = method(RegExp.prototype, 'test');
  const remember = method(WeakMap.prototype, 'set');
  const recall = method(WeakMap.prototype, 'get');
  const then = method(Promise.prototype, 'then');
  const arrayFrom = Array.from;
  const isArray = Array.isArray;
  const AsyncFunction = getPrototypeOf(async () => {}).constructor;

  // What a program shall not have.
  const refuse = function Function() {
    throw new EvalError('text cannot become code here');
  };
  refuse.prototype = getPrototypeOf(refuse);
  for (const made of [function () {}, async () => {}, function* () {}, async function* () {}]) {
    const own = getPrototypeOf(made);
    defineProperty(own, 'constructor', {value: refuse, writable: false, configurable: false});
  }
  const taken = ['java_invoke', 'Javy', 'plugin', 'eval', 'SharedArrayBuffer', 'TextDecoder',
    'TextEncoder'];
  for (const name of taken) {
    delete globalThis[name];
  }
  const hidden = (object, name, value, open) =>
    defineProperty(object, name, {value, writable: open, configurable: open, enumerable: false});
  const fixed = (name, value) => hidden(globalThis, name, value, false);
  fixed('Function', refuse);
  // The module itself breaks over promises that were tampered with.
  freeze(Promise);
  freeze(Promise.prototype);

  // What JSON would show as nothing.
  const told = (prototype, toJSON) => hidden(prototype, 'toJSON', toJSON, true);
  told(Error.prototype, function () {
    const {name, message, errors} = this;
    return isArray(errors) ? {name, message, errors} : {name, message};
  });
  for (const {prototype} of [Map, Set]) {
    told(prototype, function () {
      return arrayFrom(this);
    });
  }

  // Printing.
  const shown = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return `[function ${String(value.name)}]`;
    if (value instanceof Error) return `${String(value.name)}: ${String(value.message)}`;
    try {
      const text = stringify(value, plain);
      return text === undefined ? String(value) : text;
    } catch {
      return String(value);
    }
  };
  const plain = (key, value) => typeof value === 'bigint' ? `${value}n` : value;
  const print = (...values) => {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i ? ' ' : '') + shown(values[i]);
    question('print', '', wellFormed(line));
  };
  fixed('console', freeze({log: print, info: print, debug: print, warn: print, error: print,
    table: print, dir: print, trace: print, group: print, groupCollapsed: print,
    groupEnd: () => {}}));

  // Tools. A call that is over the number at once waits here, in this engine's memory.
  const causes = new WeakMap();
  const running = create(null);
  let free = 0;
  let ids = 0;
  let first = null;
  let last = null;
  let waiting = 0;

  const start = () => {
    while (free > 0 && first !== null) {
      const call = first;
      first = call.next;
      if (first === null) last = null;
      waiting--;
      free--;
      const id = ++ids;
      running[id] = call;
      question('start', `${id} ${call.tool}`, call.input);
    }
  };
  const wrong = (error) => {
    if (error !== null && typeof error === 'object') remember(causes, error, 'input');
    return error;
  };
  const json = (input) => {
    try {
      return stringify(input);
    } catch (error) {
      throw wrong(error);
    }
  };
  const calling = (tool, title) =>
    function (input, ...rest) {
      const at = new Error().stack;
      return new Promise((resolve, reject) => {
        if (input === undefined) input = {};
        if (input === null || typeof input !== 'object' || isArray(input) || rest.length > 0) {
          throw wrong(new TypeError(`${title} takes one object with its arguments by name`));
        }
        const text = json(input);
        if (typeof text !== 'string') throw wrong(new TypeError(`${title}: its input has no JSON`));
        const call = {tool, title, input: text, at, resolve, reject, next: null};
        if (last === null) first = call;
        else last.next = call;
        last = call;
        waiting++;
        start();
      });
    };
  const failed = (call, cause, message) => {
    const error = new Error(message);
    hidden(error, 'name', 'ToolError', true);
    hidden(error, 'stack', call.at, true);
    remember(causes, error, cause);
    return error;
  };
  const finish = (text) => {
    const space = indexOf(text, ' ');
    const id = slice(text, 1, space);
    const call = running[id];
    delete running[id];
    free++;
    const body = slice(text, space + 1);
    const cause = `tool ${call.title}`;
    if (text[0] === 'f') return call.reject(failed(call, cause, body));
    if (text[0] === 'l') return call.reject(failed(call, `large ${id}`, body));
    let value;
    try {
      value = parse(body);
    } catch {
      return call.reject(failed(call, cause, `${call.title} answered with no JSON`));
    }
    call.resolve(value);
  };
  // Asked for by the language itself, of any object.
  const quiet = ['then', 'toJSON', 'toString', 'valueOf', 'constructor', 'length', 'name',
    'message'];
  // A program may have changed what objects inherit, before it asks for a server the first time.
  const fact = (value, shown) => ({__proto__: null, value, enumerable: shown});
  const named = (what, own, otherwise) => {
    for (let i = 0; i < quiet.length; i++) {
      if (!(quiet[i] in own)) defineProperty(own, quiet[i], fact(undefined, false));
    }
    freeze(own);
    return new Proxy(own, freeze({
      __proto__: null,
      get: (target, key) => {
        if (typeof key === 'symbol' || key in target) return target[key];
        if (otherwise !== undefined) return otherwise;
        const names = [];
        const all = ownKeys(target);
        for (let i = 0; i < all.length && names.length < 30; i++) {
          if (target[all[i]] !== undefined) names[names.length] = all[i];
        }
        if (names.length === 30) names[30] = '…';
        throw new TypeError(`${what} has no ${key}; it has: ${join(names, ', ')}`);
      },
    }));
  };
  const absent = (server, why) => named(server, create(null), freeze(() => {
    const call = {at: new Error().stack};
    const error = failed(call, 'away', `${server} is not available now: ${why}`);
    return new Promise((_, reject) => reject(error));
  }));
  const toolsOf = ({server, tools: names}, before) => {
    const tools = create(null);
    for (let i = 0; i < names.length; i++) {
      const value = calling(before + i, `${server}.${names[i]}`);
      defineProperty(value, 'name', fact(names[i], false));
      defineProperty(tools, names[i], fact(freeze(value), true));
    }
    return named(server, tools);
  };
  // A server's tools are made when a program asks for that server: hundreds of them take longer
  // than most programs.
  const serversOf = (list, away) => {
    const servers = create(null);
    let before = 0;
    for (let i = 0; i < list.length; i++) {
      const one = list[i];
      const first = before;
      let made;
      const get = () => made ??= toolsOf(one, first);
      defineProperty(servers, one.server, {__proto__: null, get, enumerable: true});
      before += one.tools.length;
    }
    for (let i = 0; i < away.length; i++) {
      const one = away[i];
      defineProperty(servers, one.server, fact(absent(one.server, one.why), true));
    }
    return named('servers', servers);
  };

  // Every engine is a copy of one, so that each must have numbers of its own (Jenkins' sfc32).
  const seed = ([a, b, c, d]) => {
    const random = () => {
      const sum = (a + b + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum | 0;
      return (sum >>> 0) / 4294967296;
    };
    defineProperty(globalThis.Math, 'random', {value: random});
  };

  // The program.
  const text = (get, max) => {
    try {
      return wellFormed(slice(String(get()), 0, max));
    } catch {
      return '';
    }
  };
  // What was thrown may be no error, or one of several errors.
  const message = (error, object) => {
    const own = object ? error.message : undefined;
    if (own === '' && isArray(error.errors) && error.errors.length > 0) {
      return `${error.errors.length} errors; the first: ${shown(error.errors[0])}`;
    }
    return own ?? `the program threw ${typeof error === 'string' ? stringify(error) : shown(error)}`;
  };
  const fail = (error, cause) => {
    const object = error !== null && (typeof error === 'object' || typeof error === 'function');
    const told = {
      name: object ? text(() => error.name ?? '', 100) : '',
      message: text(() => message(error, object), 4000),
      stack: object ? text(() => error.stack ?? '', 4000) : '',
      cause: cause ?? (object ? recall(causes, error) ?? '' : ''),
      __proto__: null,
    };
    let json = '{}';
    try {
      json = stringify(told);
    } catch {
      // A program can bring that about, by what it does to arrays.
    }
    question('failed', '', json);
  };
  // Where the first call was made that nobody has waited for.
  const unawaited = () => {
    const ids = ownKeys(running);
    const call = ids.length > 0 ? running[ids[0]] : first;
    if (call === null) return '';
    const at = indexOf(call.at, '<input>:');
    return at < 0 ? '' : slice(call.at, at, at + 24);
  };
  const done = (value) => {
    const json = stringify(value);
    if (json === undefined && value !== undefined) {
      throw new TypeError(`a ${typeof value} has no JSON`);
    }
    question('done', `${waiting} ${unawaited()}`, json === undefined ? '' : json);
  };
  const compiled = (code) => new AsyncFunction(`"use strict";\n${code}`);
  let strip;
  let config;
  const begin = (code) => {
    let main;
    try {
      main = compiled(code);
    } catch (error) {
      return error;
    }
    fixed('servers', serversOf(config.servers, config.away));
    then(main(), (value) => {
      try {
        done(value);
      } catch (error) {
        fail(error, 'result');
      }
    }, (error) => fail(error));
  };
  // A call with types in its name, f<T>(x), is JavaScript too: f < T > (x). Nobody means that.
  const generic = /[\w$]<[\w$\s,.|&[\]{}:;'"<>?]{1,200}>[(`]/;
  const meant = (code) => {
    if (!test(generic, code)) return code;
    const {code: plain, error} = strip(code);
    return error === undefined ? plain : code;
  };
  const untyped = (wrong) => {
    const {code, error, line, column} = strip(config.code);
    if (error !== undefined) {
      const stack = `at <input>:${line + 3}:${column}`;
      return fail({name: 'SyntaxError', message: error, stack}, 'syntax');
    }
    const still = code === config.code ? wrong : begin(code);
    if (still !== undefined) fail(still, 'syntax');
  };
  // Called three ways, in this order: as the engine is made, with what strips types; to begin; and
  // whenever a call has finished. A program that calls it hears of such a call a little earlier.
  fixed('$resume', (given) => {
    if (strip === undefined) {
      strip = given;
    } else if (config === undefined) {
      config = parse(question('config', '', ''));
      free = config.parallel;
      seed(config.seeds);
      const wrong = begin(meant(config.code));
      if (wrong !== undefined) untyped(wrong);
    } else {
      const answer = question('next', '', '');
      if (answer !== '-') {
        finish(answer);
        start();
      }
    }
  });
})();
