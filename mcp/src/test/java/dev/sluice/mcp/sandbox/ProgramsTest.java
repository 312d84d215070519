package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.error;
import static dev.sluice.mcp.sandbox.Sandboxes.returned;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.sandbox.Outcome.Place;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import org.junit.jupiter.api.Test;

class ProgramsTest {

  @Test
  void returns_a_value_as_json_after_awaiting_at_the_top() {
    assertThat(returned("const a = await Promise.resolve({b: [1, 'é', null]}); return a"))
        .isEqualTo("{\"b\":[1,\"é\",null]}");
  }

  @Test
  void returns_nothing_where_a_program_returns_nothing() {
    assertThat(returned("const a = 1;")).isNull();
  }

  @Test
  void keeps_what_is_printed_in_lines() {
    assertThat(run("console.log('a', {b: 1}, 2n, undefined, new Set([1])); console.error([2])"))
        .isEqualTo(new Returned(null, "a {\"b\":1} 2n undefined [1]\n[2]\n", Unawaited.NONE, 0));
  }

  @Test
  void prints_errors_and_functions_and_circles_by_their_text() {
    assertThat(run("const a = {}; a.a = a; console.log(new TypeError('x'), Math.max, a)").printed())
        .isEqualTo("TypeError: x [function max] [object Object]\n");
  }

  @Test
  void errors_maps_and_sets_have_a_json_wherever_they_stand() {
    assertThat(
            returned(
                """
                class Lost extends Error { name = 'Lost' }
                const settled = await Promise.allSettled([Promise.reject(new Lost('gone'))]);
                return [settled[0].reason, new Map([['a', new Set([1])]]),
                  await Promise.any([Promise.reject(new Error('x'))]).catch((e) => e)]
                """))
        .isEqualTo(
            "[{\"name\":\"Lost\",\"message\":\"gone\"},[[\"a\",[1]]],"
                + "{\"name\":\"AggregateError\",\"message\":\"\","
                + "\"errors\":[{\"name\":\"Error\",\"message\":\"x\"}]}]");
    assertThat(run("console.log([new TypeError('x')], {m: new Map()})").printed())
        .isEqualTo("[{\"name\":\"TypeError\",\"message\":\"x\"}] {\"m\":[]}\n");
    assertThat(returned("return Object.keys(new Error('x')).concat(Object.keys(new Map()))"))
        .isEqualTo("[]");
  }

  @Test
  void prints_by_all_names_that_a_console_has_for_it() {
    assertThat(run("console.group('a'); console.table([1]); console.groupEnd()").printed())
        .isEqualTo("a\n[1]\n");
  }

  @Test
  void keeps_what_was_printed_before_an_error() {
    assertThat(run("console.log('before'); throw new Error('x')").printed()).isEqualTo("before\n");
  }

  @Test
  void names_line_and_column_of_an_error_that_is_thrown() {
    var error = error(run("const a = 1;\n\n   throw new RangeError('too far')"));
    assertThat(error.name()).isEqualTo("RangeError");
    assertThat(error.message()).isEqualTo("too far");
    assertThat(error.place()).contains(new Place(3, 14));
    assertThat(error.sentence()).isEqualTo("RangeError: too far (line 3, column 14)");
  }

  @Test
  void finds_where_a_property_of_nothing_is_read() {
    var error = error(run("const f = (a) => {\n  const b = 1;\n  return a.b.c;\n}\nf({})"));
    assertThat(error.place()).contains(new Place(3, 14));
  }

  @Test
  void finds_where_an_unknown_name_is_read() {
    assertThat(error(run("const a = 1;\nreturn nothing")).place()).contains(new Place(2, 8));
    assertThat(error(run("return nothing")).place()).contains(new Place(1, 8));
  }

  @Test
  void names_line_and_column_of_what_does_not_parse() {
    var error = error(run("const a = 1;\nconst b = ;"));
    assertThat(error.name()).isEqualTo("SyntaxError");
    assertThat(error.place()).contains(new Place(2, 11));
    assertThat(error.hint()).contains("body of an async function");
  }

  @Test
  void tells_whoever_imports_that_there_are_no_modules() {
    assertThat(error(run("import fs from 'fs';\nreturn 1")).sentence())
        .contains("There are no modules here");
    assertThat(error(run("export default 5")).sentence()).contains("There are no modules here");
  }

  @Test
  void tells_what_there_is_in_place_of_clocks_and_networks() {
    assertThat(error(run("setTimeout(() => {}, 5)")).hint()).contains("no clock");
    assertThat(error(run("return await fetch('http://a')")).hint()).contains("tools under servers");
    assertThat(error(run("return require('fs')")).hint()).contains("tools under servers");
    assertThat(error(run("return eval('1')")).hint()).contains("cannot become code");
  }

  @Test
  void tells_where_a_tool_stands_that_is_called_by_its_own_name_alone() {
    assertThat(error(run("return await get_issue({})")).hint())
        .isEqualTo("Tools stand under servers: servers.github.get_issue({...}).");
    assertThat(error(run("return await github.get_issue({})")).hint())
        .isEqualTo("Tools stand under servers: servers.github.TOOL({...}).");
  }

  @Test
  void tells_of_a_missing_await_where_a_promise_was_taken_for_a_result() {
    assertThat(error(run("const r = servers.github.get_issue({});\nreturn r.title.length")).hint())
        .isEqualTo("A call of a tool is a promise: write await before it.");
  }

  @Test
  void says_so_where_what_is_returned_has_no_json() {
    assertThat(error(run("const a = {}; a.a = a; return a")).hint()).contains("JSON can hold");
    assertThat(error(run("return 1n")).hint()).contains("JSON can hold");
  }

  @Test
  void says_so_where_nothing_will_resolve_what_is_awaited() {
    assertThat(error(run("await new Promise(() => {})")).message())
        .contains("nothing will resolve");
  }

  @Test
  void has_a_clock_that_shows_when_the_run_began_and_stands_still() {
    assertThat(
            returned(
                "const a = Date.now(); for (let i = 0; i < 50000; i++); return [a, Date.now() - a,"
                    + " new Date().toISOString()]"))
        .isEqualTo("[" + Sandboxes.NOW.toEpochMilli() + ",0,\"" + Sandboxes.NOW + "\"]");
  }

  @Test
  void has_random_numbers_that_differ_from_run_to_run() {
    var code = "return [Math.random(), Math.random()].map(n => n >= 0 && n < 1 ? n : -1)";
    assertThat(returned(code)).isNotEqualTo(returned(code)).doesNotContain("-1");
  }

  @Test
  void keeps_text_beyond_the_basic_plane_and_mends_broken_text() {
    assertThat(run("console.log('😀', '\\ud800'); return '😀'"))
        .isEqualTo(new Returned("\"😀\"", "😀 \ufffd\n", Unawaited.NONE, 0));
  }

  @Test
  void runs_in_strict_mode() {
    assertThat(error(run("undeclared = 1")).name()).isEqualTo("ReferenceError");
  }
}
