package dev.sluice.extproc.explain;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The short names of Claude Code: `opus` is no model, and no client sends it; the client sends the
/// id that its version knows for it.
final class ClientNames {

  private static final int DATE_CHARS = 8;

  private ClientNames() {}

  /// The newest model of the key's providers that a short name may stand for; empty for what is no
  /// short name, since an alias or a model is called so.
  static Optional<String> newest(KeyPolicy key, Snapshot snapshot, String asked) {
    if (!asked.matches("[a-z]+") || key.aliases().containsKey(asked)) {
      return Optional.empty();
    }
    var models = models(key, snapshot).toList();
    return models.contains(asked)
        ? Optional.empty()
        : models.stream()
            .filter(model -> List.of(model.split("-")).contains(asked))
            .max(
                Comparator.comparing(ClientNames::version, Arrays::compare)
                    .thenComparing(String::length, Comparator.reverseOrder()));
  }

  private static Stream<String> models(KeyPolicy key, Snapshot snapshot) {
    return key.grants().stream()
        .flatMap(grant -> Stream.ofNullable(snapshot.upstreams().get(grant.provider())))
        .flatMap(upstream -> upstream.models().keySet().stream())
        .distinct();
  }

  /// `claude-opus-5-5-20260101` is 5, 5: its date is not a part of it.
  private static int[] version(String model) {
    return Stream.of(model.split("-"))
        .filter(part -> part.matches("\\d+") && part.length() < DATE_CHARS)
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
