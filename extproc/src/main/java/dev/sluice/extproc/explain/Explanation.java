package dev.sluice.extproc.explain;

import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gateway would do now with a request of a key for a model. Its fields are the ones of
/// JSON and YAML.
///
/// @param key `namespace/name`
/// @param model as it was asked for
/// @param steps in the order of the request flow
/// @param places of the plan in the order in which they are tried, then those that are passed over
/// @param limits all that bind the request, in the order in which they are shown everywhere
/// @param unseen what it rests on, and could not be looked at
public record Explanation(
    String key,
    String model,
    List<Step> steps,
    List<Place> places,
    List<LimitRow> limits,
    Outcome outcome,
    List<String> unseen) {

  public Explanation {
    steps = List.copyOf(steps);
    places = List.copyOf(places);
    limits = List.copyOf(limits);
    unseen = List.copyOf(unseen);
  }

  /// Whether the request gets past a step. The constants are spelled as they are shown.
  public enum Verdict {
    Passes,
    Stops,
    /// It decides nothing.
    Tells
  }

  /// @param step what was looked at: `key`, `team`, `model`, `route`, `provider`, `plan`, `ladder`,
  ///   `price`, `bound` or `limit`
  public record Step(String step, Verdict verdict, String why) {}

  /// A place of the plan. Prices are for a million tokens.
  ///
  /// @param place from 1; null of one that is passed over
  /// @param provider `namespace/name`
  /// @param region where the provider's manifest says that it is; null where it does not
  /// @param outputUsd null where the model writes nothing
  /// @param why it is passed over, or comes after others; null where there is nothing to tell
  public record Place(
      @Nullable Integer place,
      String provider,
      String credential,
      String model,
      @Nullable String region,
      String inputUsd,
      @Nullable String outputUsd,
      @Nullable String why) {}

  /// How it ends.
  ///
  /// @param provider that serves, `namespace/name`; null with a refusal
  /// @param model that serves there
  /// @param status of the refusal, as the developer's client sees it; null without one
  /// @param refusal its word in logs and metrics
  /// @param message its text
  public record Outcome(
      boolean served,
      String sentence,
      @Nullable String provider,
      @Nullable String model,
      @Nullable Integer status,
      @Nullable String refusal,
      @Nullable String message) {

    static Outcome refused(Refusal refusal) {
      var text = RefusalAnswers.text(refusal);
      var sentence = "would be refused: " + text.status() + " " + text.type();
      return new Outcome(
          false,
          sentence + ": " + text.message(),
          null,
          null,
          text.status(),
          RefusalAnswers.word(refusal),
          text.message());
    }
  }

  /// The same with what else could not be looked at.
  public Explanation withUnseen(List<String> more) {
    var all = new ArrayList<>(unseen);
    all.addAll(more);
    return new Explanation(key, model, steps, places, limits, outcome, all);
  }

  /// The same with what is known of the key besides, first.
  public Explanation withFirst(Step first) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(steps);
    return new Explanation(key, model, all, places, limits, outcome, unseen);
  }
}
