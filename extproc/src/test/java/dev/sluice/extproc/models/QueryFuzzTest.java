package dev.sluice.extproc.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.testkit.fuzz.Frugal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The query of a client is read, or refused.
final class QueryFuzzTest {

  static Stream<byte[]> queries() {
    return Stream.of("limit=5&after_id=%41&beta=true", "limit=%zz", "&&=&a")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("queries")
  @FuzzTest
  void a_query_is_read_or_refused(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          try {
            var query = Query.parse(new String(bytes, StandardCharsets.UTF_8));
            assertThat(query.number("limit", 20, 1000)).isBetween(1, 1000);
          } catch (Refused e) {
            assertThat(e.refusal()).isNotNull();
          }
        });
  }
}
