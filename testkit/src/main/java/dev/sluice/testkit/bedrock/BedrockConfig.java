package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.aws.AwsCredential;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.provider.Retention;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a simulated Bedrock of one region knows.
///
/// @param prices by foundation model, such as `anthropic.claude-opus-5-5-v1:0`
/// @param apiKeys values of `Authorization: Bearer` that it knows beside signed requests
/// @param profiles the foundation model of each application inference profile, by its ARN
/// @param profileOnly foundation models that are not called by their own id
/// @param denied foundation models that the account may not use
/// @param role whose temporary keys are given out
public record BedrockConfig(
    PriceTable prices,
    String region,
    List<AwsCredential> credentials,
    Set<String> apiKeys,
    Map<String, String> profiles,
    Set<String> profileOnly,
    Set<String> denied,
    AwsRole role,
    Retention retention,
    HttpLimits limits,
    InstantSource clock) {

  /// The key pair that it knows unless told otherwise.
  public static final AwsCredential CREDENTIAL =
      AwsCredential.lasting("AKIASIMULATED0000000", "simulated/secret/access/key/000000000000");

  public BedrockConfig {
    credentials = List.copyOf(credentials);
    apiKeys = Set.copyOf(apiKeys);
    profiles = Map.copyOf(profiles);
    profileOnly = Set.copyOf(profileOnly);
    denied = Set.copyOf(denied);
  }

  public static BedrockConfig of(PriceTable prices, String region) {
    return new BedrockConfig(
        prices,
        region,
        List.of(CREDENTIAL),
        Set.of(),
        Map.of(),
        Set.of(),
        Set.of(),
        AwsRole.STANDARD,
        Retention.STANDARD,
        HttpLimits.STANDARD,
        InstantSource.system());
  }

  public BedrockConfig withCredential(AwsCredential value) {
    return with(List.of(value), apiKeys, profiles, profileOnly, denied);
  }

  public BedrockConfig withApiKeys(String value) {
    return with(credentials, Set.of(value), profiles, profileOnly, denied);
  }

  public BedrockConfig withProfile(String arn, String model) {
    var more = new HashMap<>(profiles);
    more.put(arn, model);
    return with(credentials, apiKeys, more, profileOnly, denied);
  }

  public BedrockConfig withProfileOnly(String model) {
    var more = new HashSet<>(profileOnly);
    more.add(model);
    return with(credentials, apiKeys, profiles, more, denied);
  }

  public BedrockConfig withDenied(String model) {
    var more = new HashSet<>(denied);
    more.add(model);
    return with(credentials, apiKeys, profiles, profileOnly, more);
  }

  public BedrockConfig withRetention(Retention value) {
    return new BedrockConfig(
        prices,
        region,
        credentials,
        apiKeys,
        profiles,
        profileOnly,
        denied,
        role,
        value,
        limits,
        clock);
  }

  public BedrockConfig withRole(AwsRole value) {
    return new BedrockConfig(
        prices,
        region,
        credentials,
        apiKeys,
        profiles,
        profileOnly,
        denied,
        value,
        retention,
        limits,
        clock);
  }

  /// The clock of signatures and of the prompt cache.
  public BedrockConfig withClock(InstantSource value) {
    return new BedrockConfig(
        prices,
        region,
        credentials,
        apiKeys,
        profiles,
        profileOnly,
        denied,
        role,
        retention,
        limits,
        value);
  }

  private BedrockConfig with(
      List<AwsCredential> credentials,
      Set<String> apiKeys,
      Map<String, String> profiles,
      Set<String> profileOnly,
      Set<String> denied) {
    return new BedrockConfig(
        prices,
        region,
        credentials,
        apiKeys,
        profiles,
        profileOnly,
        denied,
        role,
        retention,
        limits,
        clock);
  }
}
