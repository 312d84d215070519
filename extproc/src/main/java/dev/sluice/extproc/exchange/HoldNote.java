package dev.sluice.extproc.exchange;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.decode.Client;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ledger keeps with a hold, so that it has a usage record even where the gateway that
/// took it is gone.
///
/// In the ledger it is one field a line, in this order; an empty one is absent. Older builds have
/// fewer, and read what they know.
///
/// @param priceMark of the price that the request was admitted with
/// @param account by the credential's own name
public record HoldNote(
    String priceVersion,
    String requestId,
    String key,
    @Nullable String owner,
    @Nullable String team,
    Client client,
    String modelAsked,
    String modelServed,
    String provider,
    @Nullable String priceMark,
    @Nullable String account) {

  /// In place of what a note does not tell: one of an older build has the price version alone.
  private static final String UNKNOWN = "unknown";

  public static HoldNote of(Exchange.Facts facts) {
    var key = facts.key();
    return new HoldNote(
        facts.priceVersion(),
        facts.requestId(),
        key.name().label(),
        key.owner(),
        label(key.team()),
        facts.client(),
        facts.request().model(),
        facts.route().model().name(),
        facts.route().upstream().name().label(),
        facts.route().price().mark(),
        account(facts.route().account()));
  }

  /// Without its provider.
  private static String account(String credential) {
    return credential.substring(credential.lastIndexOf('/') + 1);
  }

  private static @Nullable String label(@Nullable ObjectName name) {
    return name == null ? null : name.label();
  }

  public String text() {
    var lines = new ArrayList<String>(14);
    add(lines, priceVersion);
    add(lines, requestId);
    add(lines, key);
    add(lines, owner);
    add(lines, team);
    add(lines, client.sessionId());
    add(lines, client.agentId());
    add(lines, client.parentAgentId());
    add(lines, client.version());
    add(lines, modelAsked);
    add(lines, modelServed);
    add(lines, provider);
    add(lines, priceMark);
    add(lines, account);
    return String.join("\n", lines);
  }

  private static void add(List<String> lines, @Nullable String field) {
    lines.add(field == null ? "" : field.replace('\n', ' ').replace('\0', ' '));
  }

  /// @param holdId stands in for the request where the note does not tell it
  public static HoldNote parse(String text, String holdId) {
    var lines = List.of(text.split("\n", -1));
    return new HoldNote(
        known(lines, 0, UNKNOWN),
        known(lines, 1, holdId),
        known(lines, 2, UNKNOWN),
        line(lines, 3),
        line(lines, 4),
        new Client(line(lines, 5), line(lines, 6), line(lines, 7), line(lines, 8)),
        known(lines, 9, UNKNOWN),
        known(lines, 10, UNKNOWN),
        known(lines, 11, UNKNOWN),
        line(lines, 12),
        line(lines, 13));
  }

  private static String known(List<String> lines, int place, String otherwise) {
    var line = line(lines, place);
    return line == null ? otherwise : line;
  }

  private static @Nullable String line(List<String> lines, int place) {
    return place < lines.size() && !lines.get(place).isEmpty() ? lines.get(place) : null;
  }
}
