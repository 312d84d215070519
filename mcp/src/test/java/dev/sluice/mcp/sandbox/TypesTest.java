package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.error;
import static dev.sluice.mcp.sandbox.Sandboxes.returned;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.sandbox.Outcome.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypesTest {

  @Test
  void takes_types_away_and_runs_the_rest() {
    assertThat(
            returned(
                """
                import type { Issue } from './issues';
                type Named = { name: string; of?: Named | null };
                interface Box<T> extends Array<T> { first(): T }
                declare const outside: number;
                function first<T extends object>(this: void, all: T[], n?: number): T | undefined {
                  return all[n ?? 0] as unknown as T;
                }
                function over(a: string): string;
                function over(a: number): number;
                function over(a: any) { return a }
                abstract class Shape {
                  static readonly #sides: number = 4;
                  private size!: number;
                  [key: string]: unknown;
                  abstract area(): number;
                  protected get sides(): number { return Shape.#sides }
                }
                class Square extends Shape implements Iterable<number> {
                  override area(): number { return this.sides }
                  *[Symbol.iterator](): Iterator<number> { yield 1 }
                }
                const later = async <T,>(value: T): Promise<T> => value;
                const wrapped = (a: number):
                  number => a;
                const named = { name: 'x' } satisfies Named;
                const list: Array<{ a: number }> = [{ a: 1 }];
                for (const key of Object.keys(named) as string[]) console.log(key!);
                let u = <any>named;
                const [a, b]: [number, number] = [1, 2];
                return [first<Named>([named])!.name, over(3), new Square().area(),
                  ...new Square(), await later<number>(5), wrapped(6), list[0]?.a, u.name, a + b];
                """))
        .isEqualTo("[\"x\",3,4,1,5,6,1,\"x\",3]");
  }

  @Test
  void keeps_statements_apart_that_only_a_type_kept_apart() {
    assertThat(returned("const f = () => 1\ntype A = string\n;[1].map(f)\nreturn 2"))
        .isEqualTo("2");
    assertThat(
            returned("let n = 0\nconst f = (x?: any) => { n++ }\nlet g = f as any\n(n)\nreturn n"))
        .isEqualTo("0");
    assertThat(returned("let n = 0\nconst f = () => { n++ }\nf\ntype A = 1\n(n)\nreturn n"))
        .isEqualTo("0");
  }

  @Test
  void keeps_the_place_of_everything() {
    var error =
        error(run("type A = {\n  a: number };\nconst x: A = 1 as any; throw new Error('é')"));
    assertThat(error.place()).contains(new Place(3, 34));
  }

  @Test
  void leaves_a_program_alone_that_is_javascript_already() {
    assertThat(returned("const a = 1, b = 2, c = 3; return [a<b, (a<b)>(c)]"))
        .isEqualTo("[true,false]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return [...new Set<string>(['a'])] | [\"a\"]",
        "return await Promise.all<any>([1]) | [1]",
        "return [1].map<string>((n) => 'n' + n) | [\"n1\"]",
        "return [1, 2].reduce<Record<string, number>>((all, n) => ({...all, ['k' + n]: n}), {})"
            + " | {\"k1\":1,\"k2\":2}",
        "const f = (all) => all.length; return f<{a: number}[]>([{a: 1}]) | 1",
        "return String.raw<'x'>`a\\b` | \"a\\\\b\"",
      })
  void a_call_that_names_types_is_no_comparison(String code, String json) {
    assertThat(returned(code)).isEqualTo(json);
  }

  @Test
  void comparisons_stay_comparisons() {
    assertThat(
            returned(
                """
                const a = 1, b = 2, c = 3, d = 4;
                const i=0, n=[5];
                return [a<b&&c>(d), (a<b)>(c), a<b, a<b?c>(d):0, i<n.length&&n[i]>(2)]
                """))
        .isEqualTo("[false,false,true,false,true]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "const a: number = 1; enum E { A } | an enum cannot be run | 22",
        "const enum E { A } | an enum cannot be run | 7",
        "namespace N { export const a = 1 } | a namespace cannot be run | 1",
        "class A { constructor(private a: string) {} } | a parameter property cannot be run | 23",
        "class A { constructor(b: number, readonly a: string) {} } | a parameter property | 34",
        "class A { @log b() {} } | a decorator cannot be run | 11",
        "@log class A {} | a decorator cannot be run | 1",
        "import a = require('a') | import = cannot be run | 1",
      })
  void says_what_cannot_be_taken_away(String code, String message, int column) {
    var error = error(run(code));
    assertThat(error.sentence()).startsWith("SyntaxError: " + message);
    assertThat(error.place()).contains(new Place(1, column));
  }

  @Test
  void names_the_place_of_what_is_neither() {
    var error = error(run("const a: number = 1;\nconst b: = 2;"));
    assertThat(error.name()).isEqualTo("SyntaxError");
    assertThat(error.place().map(Place::line)).contains(2);
  }
}
