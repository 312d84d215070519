package dev.sluice.mcp.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is called a program has an outcome, and nothing of it is left.
final class StrippingFuzzTest {

  private static final long MEMORY_BYTES_MAX = 64L << 20;
  private static final Sandbox SANDBOX =
      new Sandbox(new Capacity(1, 1, MEMORY_BYTES_MAX), InstantSource.fixed(Instant.EPOCH));
  private static final Limits LIMITS =
      new Limits(30_000, 3_000, 16L << 20, 5, 2, 4096, 8192, 4096, 4096);

  static Stream<byte[]> programs() {
    return Stream.of(
            "const n: number = 1; return n as number",
            "interface A<T> { b?: T[] } const f = <T,>(a: T): a is T => !!a; return f<A<1>>",
            "enum E { A } return E.A",
            "class C { private x!: string; constructor(readonly y: number) {} }",
            "let a = <any>1; type B = `x${string}` | keyof typeof a; return a!",
            "return await servers.a.b({} satisfies object)",
            "@d class X {}",
            "const x: (((((((((((((((((number)))))))))))))))))[] = [",
            "/*",
            "`${",
            "<<<<<<<",
            "\u2028let x: y\u0000")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("programs")
  @FuzzTest
  void any_text_that_is_called_a_program_has_an_outcome(byte[] bytes) throws InterruptedException {
    var code = new String(bytes, StandardCharsets.UTF_8);
    var program = new Program(code, List.of(new ToolName("a", "b")));
    var outcome = SANDBOX.run(program, LIMITS, (_, input) -> new Answer.Result(input));
    // A stop is one of the limits; whoever breaks an engine had to tamper with it.
    assertThat(outcome).isNotNull();
    assertThat(outcome.printed().length()).isLessThanOrEqualTo(4096);
    if (outcome instanceof Outcome.Failed(var error, _)) {
      assertThat(error.sentence()).isNotBlank();
    }
    assertThat(SANDBOX.memoryBytesFree()).isEqualTo(MEMORY_BYTES_MAX);
  }
}
