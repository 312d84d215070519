package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.error;
import static dev.sluice.mcp.sandbox.Sandboxes.returned;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.sandbox.Outcome.Place;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What models get wrong, and the one text that each is told: what, where, and what to do.
class MistakesTest {

  private static String told(String code) {
    return error(run(code)).sentence();
  }

  private static Unawaited unawaited(String code) {
    return run(code) instanceof Returned returned ? returned.unawaited() : Unawaited.NONE;
  }

  @Test
  void a_tool_with_a_name_that_is_nearly_right() {
    assertThat(told("const a = 1;\nconst r = await servers.github.getIssue({number: 1});"))
        .isEqualTo(
            "TypeError: github has no getIssue; it has: get_issue, list_issues"
                + " (line 2, column 32). servers.github.get_issue is there.");
    assertThat(told("await servers.github.get_isue({})"))
        .endsWith("servers.github.get_issue is there.");
    assertThat(told("await servers.github.drop({})")).endsWith("(line 1, column 22)");
  }

  @Test
  void a_server_with_a_name_that_is_nearly_right() {
    assertThat(told("await servers.gitub.get_issue({})")).endsWith("servers.github is there.");
    assertThat(told("await servers.my-files.read({})"))
        .isEqualTo(
            "TypeError: servers has no my; it has: github, my-files (line 1, column 15)."
                + " servers[\"my-files\"] is there.");
  }

  @Test
  void a_tool_that_another_server_has() {
    assertThat(told("await servers['my-files'].get_issue({})"))
        .endsWith("servers.github.get_issue is there.");
  }

  @Test
  void a_tool_by_the_name_that_clients_call_it() {
    for (var name :
        new String[] {"github__get_issue", "mcp__sluice__github__get_issue", "getIssue"}) {
      assertThat(told("return await " + name + "({number: 1})"))
          .contains(name + " is not defined (line 1, column 14)")
          .endsWith("Tools stand under servers: servers.github.get_issue({...}).");
    }
    assertThat(told("return await tools.github.get_issue({number: 1})"))
        .endsWith("Tools are called as servers.SERVER.TOOL({...}).");
  }

  @Test
  void only_some_of_many_names_are_told_and_the_one_that_is_meant() throws InterruptedException {
    var names =
        IntStream.range(0, 50).mapToObj(i -> new ToolName("shop", "get_item_" + i + "_x")).toList();
    var program = new Program("await servers.shop.getItem42X({})", names);
    var outcome =
        Sandboxes.SANDBOX.run(program, Limits.STANDARD, (_, input) -> new Answer.Result(input));
    assertThat(error(outcome).sentence())
        .contains("get_item_29_x, …", "servers.shop.get_item_42_x is there.")
        .doesNotContain("get_item_30_x");
  }

  @Test
  void a_missing_await() {
    assertThat(told("const all = servers.github.list_issues({});\nreturn all.map((i) => i.id);"))
        .isEqualTo(
            "TypeError: not a function (line 2, column 12)."
                + " A call of a tool is a promise: write await before it.");
    assertThat(told("for (const i of servers.github.list_issues({})) console.log(i)"))
        .endsWith("A call of a tool is a promise: write await before it.");
  }

  @Test
  void a_missing_await_that_breaks_nothing_is_told_with_its_line() {
    assertThat(unawaited("const r = servers.github.get_issue({n: 1});\nreturn r.n;"))
        .isEqualTo(new Unawaited(1, Optional.of(new Place(1, 26))));
    assertThat(unawaited("\nreturn [1, 2].map((n) => servers.github.get_issue({n}));"))
        .isEqualTo(new Unawaited(2, Optional.of(new Place(2, 41))));
    assertThat(
            unawaited(
                "async function main() {\n  return await servers.github.get_issue({});\n}"
                    + "\nmain();"))
        .isEqualTo(new Unawaited(1, Optional.of(new Place(2, 31))));
  }

  @Test
  void an_await_in_a_function_that_is_not_async() {
    assertThat(
            told(
                "const c = [1].map((n) => {\n  const r = await servers.github.get_issue({n});"
                    + "\n  return r;\n});"))
        .isEqualTo(
            "SyntaxError: expecting ';' (line 2, column 13). await needs an async function:"
                + " write async before the function that it stands in.");
  }

  @Test
  void arguments_that_are_no_object() {
    assertThat(told("const a = 1;\nawait servers.github.get_issue(a)"))
        .isEqualTo(
            "TypeError: github.get_issue takes one object with its arguments by name"
                + " (line 2, column 32). The input of a tool is one object that JSON can hold:"
                + " {name: value}.");
  }

  @Test
  void arguments_that_json_cannot_hold() {
    var hint = "The input of a tool is one object that JSON can hold: {name: value}.";
    assertThat(told("\nawait servers.github.get_issue({n: 1n})"))
        .contains("BigInt", "(line 2, column 22)")
        .endsWith(hint);
    assertThat(told("const o = {};\no.o = o;\nawait servers.github.get_issue(o)"))
        .contains("circular", "(line 3, column 32)")
        .endsWith(hint);
  }

  @Test
  void arguments_that_the_tool_does_not_take() {
    var outcome =
        run(
            "const a = 1;\nreturn await servers.github.get_issue({id: a});",
            Limits.STANDARD,
            (_, _) -> new Answer.Failed("number is required"));
    assertThat(error(outcome).sentence())
        .isEqualTo(
            "ToolError: number is required (line 2, column 29). github.get_issue failed: check"
                + " its input against its signature, or catch the error if the program can go on"
                + " without it.");
  }

  @Test
  void all_of_several_calls_that_failed() {
    var outcome =
        run(
            "await Promise.any([1, 2].map((n) => servers.github.get_issue({n})))",
            Limits.STANDARD,
            (_, _) -> new Answer.Failed("no issue"));
    assertThat(error(outcome).sentence())
        .startsWith("AggregateError: 2 errors; the first: ToolError: no issue (line 1");
  }

  @Test
  void types_that_are_code() {
    assertThat(told("const a = 1;\nenum Color { Red }\nreturn Color.Red;"))
        .isEqualTo(
            "SyntaxError: an enum cannot be run: only types are taken away, and this is code"
                + " (line 2, column 1). Write a plain object in its place:"
                + " const Names = {A: \"a\"}.");
    assertThat(told("class A { constructor(private x: number) {} }"))
        .contains("a parameter property cannot be run", "(line 1, column 23)")
        .endsWith("Declare the field, and assign it in the constructor.");
    assertThat(told("@log class A {}"))
        .contains("a decorator", "(line 1")
        .endsWith("Leave it out.");
  }

  @Test
  void imports_of_types_are_taken_away_and_all_others_are_told() {
    assertThat(returned("import type { A } from './a';\nconst a: A = 1;\nreturn a;"))
        .isEqualTo("1");
    var hint = "There are no modules here: leave import and export out.";
    assertThat(told("import { A } from './a';\nreturn 1")).contains("(line 1").endsWith(hint);
    assertThat(told("const a = 1;\nexport default a")).contains("(line 2").endsWith(hint);
    assertThat(told("const a = 1;\nconst fs = await import('fs');"))
        .contains("could not load module 'fs' (line 2, column 18)")
        .endsWith(hint);
  }

  @Test
  void words_of_hosts_and_libraries() {
    assertThat(told("\nconst fs = require('fs')"))
        .contains("(line 2, column 12)")
        .endsWith(
            "There is no network, file or host here: all there is are the tools under servers.");
    assertThat(told("\nawait fetch('https://a.example')"))
        .contains("(line 2, column 7)")
        .contains("no network");
    assertThat(told("await new Promise((done) => setTimeout(done, 100))"))
        .contains("(line 1, column 29)")
        .endsWith("There is no clock here: a program waits for calls of tools only.");
    assertThat(told("return new URL('https://a.example').host"))
        .contains("(line 1, column 12)")
        .endsWith("there is the language itself here, console and servers, and no library.");
    assertThat(told("print('a')")).endsWith("(line 1, column 1). Print with console.log.");
  }

  @Test
  void a_result_that_is_parsed_twice() {
    assertThat(told("const r = await servers.github.get_issue({});\nreturn JSON.parse(r).a"))
        .isEqualTo(
            "SyntaxError: unexpected token: 'object' (line 2, column 19)."
                + " JSON.parse takes a text; results of tools are parsed already.");
  }

  @Test
  void a_result_that_has_another_shape() {
    assertThat(told("const r = await servers.github.get_issue({});\nreturn r.items.length"))
        .isEqualTo(
            "TypeError: cannot read property 'length' of undefined (line 2, column 16)."
                + " Print the value that it is read from to see its shape.");
    assertThat(told("const r = await servers.github.get_issue({});\nreturn r.map((i) => i.id)"))
        .contains("not a function (line 2, column 10)")
        .endsWith("print what it is of to see its shape.");
  }

  @Test
  void returned_values_that_json_cannot_hold() {
    assertThat(told("const a = {};\na.a = a;\nreturn a;"))
        .isEqualTo(
            "TypeError: circular reference (line 3, column 1)."
                + " What is returned must be a value that JSON can hold:"
                + " only the fields that are needed.");
    assertThat(told("const a = 1n;\nreturn {a};"))
        .contains("BigInt", "(line 2, column 1)")
        .endsWith("that JSON can hold: of a BigInt String(n).");
    assertThat(told("return () => 1")).startsWith("TypeError: a function has no JSON (line 1");
    assertThat(returned("return new Map([['a', 1]])")).isEqualTo("[[\"a\",1]]");
    assertThat(returned("return new Set([1])")).isEqualTo("[1]");
  }

  @Test
  void nothing_returned_is_no_error() {
    assertThat(run("return undefined")).isEqualTo(new Returned(null, "", Unawaited.NONE, 0));
  }

  @Test
  void what_is_thrown_and_is_no_error() {
    assertThat(told("const a = 1;\nthrow 'text'"))
        .isEqualTo(
            "the program threw \"text\" (line 2, column 1)."
                + " Throw an Error in its place: its line is known.");
    assertThat(told("throw {a: 1}")).startsWith("the program threw {\"a\":1} (line 1");
    assertThat(told("throw null")).startsWith("the program threw null (line 1");
    assertThat(told("throw undefined")).startsWith("the program threw undefined (line 1");
    assertThat(told("throw new Error()")).isEqualTo("Error (line 1, column 11)");
  }

  @Test
  void an_error_of_a_class_of_its_own_is_told_where_it_was_made() {
    assertThat(told("class Mine extends Error {}\nthrow new Mine('no')"))
        .isEqualTo("Error: no (line 2, column 11)");
  }
}
