package dev.sluice.bench.scale;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The resources of a large company.
record Company(int keys, int teams, int providers) {

  /// A tenth of all teams has no parent.
  private static final int TEAMS_A_ROOT = 10;

  private static final int PROVIDERS_A_KEY = 4;

  String providersAndTeams() {
    return each(IntStream.range(0, providers), Company::provider)
        + each(IntStream.range(0, teams), Company::team);
  }

  /// Every `parts`th key.
  String keys(int part, int parts) {
    var numbers = IntStream.range(0, keys).filter(number -> number % parts == part);
    return each(numbers, number -> key(number, ""));
  }

  private static String each(IntStream numbers, IntFunction<String> text) {
    return numbers.mapToObj(text).collect(Collectors.joining());
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

  /// A key whose value is in a Secret of its owner's.
  String ownKey(int number, String token) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: { name: own-%1$d }
    stringData: { token: "%2$s" }
    ---
    """
            .formatted(number, token)
        + key(number, "keySecretRef: { name: own-" + number + ", key: token }");
  }

  private String key(int number, String more) {
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
      %4$s
    ---
    """
        .formatted(number, number % teams, granted, more);
  }
}
