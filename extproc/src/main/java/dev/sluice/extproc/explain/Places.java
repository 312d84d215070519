package dev.sluice.extproc.explain;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.explain.Explainer.Around;
import dev.sluice.extproc.explain.Explanation.Place;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Asking;
import dev.sluice.extproc.route.PriceCheck;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where a request may go, as the gateway plans it, and which places it passes over.
///
/// @param serving that can take the request, in the order in which they are tried
/// @param rows those first, then what is passed over
/// @param refusal what the client is told where none can; else null
record Places(List<Route> serving, List<Place> rows, @Nullable Refusal refusal) {

  private static final Dialect DIALECT = new Dialect("2023-06-01", null);

  Places {
    serving = List.copyOf(serving);
    rows = List.copyOf(rows);
  }

  static Places of(
      Explainer.Question question,
      Sample sample,
      Asking asking,
      Around around,
      Function<Route, Exchange.Facts> facts) {
    var passed = new ArrayList<Place>();
    var serving = new ArrayList<Route>();
    Refusal first = null;
    try {
      var plan = Router.plan(question.key(), question.snapshot(), asking);
      plan.stream()
          .filter(route -> !PriceCheck.passes(asking.request(), route))
          .forEach(route -> passed.add(row(0, route, around, unpriced(asking, route))));
      for (var route : around.planner().places(plan, asking)) {
        var hindrance = Planner.hindrance(facts.apply(route), DIALECT, sample.body());
        if (hindrance == null) {
          serving.add(route);
        } else {
          first = first == null ? hindrance : first;
          passed.add(row(0, route, around, words(hindrance)));
        }
      }
    } catch (Refused e) {
      return new Places(List.of(), passed, e.refusal());
    }
    var rows = new ArrayList<Place>();
    for (int i = 0; i < serving.size(); i++) {
      rows.add(row(i + 1, serving.get(i), around, rest(serving.get(i), around)));
    }
    rows.addAll(passed);
    return new Places(serving, rows, serving.isEmpty() ? first : null);
  }

  /// Whether a model there cannot take the request, or has no price for something in it.
  boolean passesOver(ObjectName provider, String model) {
    return rows.stream()
        .anyMatch(
            row ->
                row.place() == null
                    && row.provider().equals(provider.toString())
                    && row.model().equals(model));
  }

  /// What the client is told leaves the sentence out where it is to try again without.
  private static String words(Refusal hindrance) {
    return hindrance instanceof Refusal.Untranslatable(_, var sentence, _)
        ? sentence
        : RefusalAnswers.text(hindrance).message();
  }

  private static @Nullable String rest(Route route, Around around) {
    var until = around.planner().restsUntil(route);
    return until == null ? null : "it fails, and is left alone until " + until;
  }

  private static String unpriced(Asking asking, Route route) {
    try {
      PriceCheck.check(asking.request(), route);
      throw new IllegalStateException("BUG: it has a price");
    } catch (Refused e) {
      return RefusalAnswers.text(e.refusal()).message();
    }
  }

  private static Place row(int place, Route route, Around around, @Nullable String why) {
    var upstream = route.upstream();
    var account = route.account();
    var rates = route.price().rates();
    boolean writes =
        switch (route.model().kind()) {
          case TEXT -> true;
          case EMBEDDING -> false;
        };
    return new Place(
        place == 0 ? null : place,
        upstream.name().toString(),
        account.substring(account.lastIndexOf('/') + 1),
        route.model().name(),
        around.regions().apply(upstream.name()).orElse(null),
        rates.input().toUsd(),
        writes ? rates.output().toUsd() : null,
        why);
  }
}
