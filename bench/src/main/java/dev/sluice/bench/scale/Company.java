package dev.sluice.bench.scale;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The resources of a large company.
record Company(int keys, int teams, int providers) {

  /// A tenth of all teams has no parent.
  private static final int TEAMS_A_ROOT = 10;

  private static final int PROVIDERS_A_KEY = 4;

  String text() {
    return each(providers, Company::provider) + each(teams, Company::team) + each(keys, this::key);
  }

  private static String each(int count, IntFunction<String> text) {
    return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining());
  }

  private static String provider(int number) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: { name: provider-%1$d }
    stringData: { apiKey: credential-of-provider-%1$d }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: provider-%1$d }
    spec:
      type: Anthropic
      endpoint: https://provider-%1$d.example.com
      credentials: [ { name: main, secretRef: { name: provider-%1$d, key: apiKey } } ]
      budgets: [ { limitUsd: "1000000", window: Month } ]
    ---
    """
        .formatted(number);
  }

  private static String team(int number) {
    int root = number - number % TEAMS_A_ROOT;
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: Team
    metadata: { name: team-%d }
    spec:
      models: { allow: [ "claude-*" ] }
      budgets: [ { limitUsd: "20000", window: Month } ]
    %s---
    """
        .formatted(number, number == root ? "" : "  parent: team-" + root + "\n");
  }

  String key(int number) {
    var granted =
        IntStream.range(0, Math.min(PROVIDERS_A_KEY, providers))
            .mapToObj(i -> "{ name: provider-" + (number + i) % providers + " }")
            .collect(Collectors.joining(", "));
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: key-%1$d }
    spec:
      team: team-%2$d
      owner: developer-%1$d@example.com
      providers: [ %3$s ]
      budgets: [ { limitUsd: "50", window: Day }, { limitUsd: "500", window: Month } ]
    ---
    """
        .formatted(number, number % teams, granted);
  }
}
