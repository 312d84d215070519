package dev.sluice.feed.codec;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Requests;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.util.Set;

/// Models and their prices, both ways.
final class Models {

  private Models() {}

  static PolicyProto.Model write(Model model) {
    var message =
        PolicyProto.Model.newBuilder()
            .setName(model.name())
            .setUpstreamName(model.upstreamName())
            .setDisplayName(model.displayName())
            .setContextTokensMax(model.contextTokensMax())
            .setKind(Words.of(model.kind()));
    if (model.price() != null) {
      message.setPrice(write(model.price()));
    }
    if (model.outputTokensMax() != null) {
      message.setOutputTokensMax(model.outputTokensMax());
    }
    if (model.requests() != null) {
      message.setRequests(write(model.requests()));
    }
    return message.build();
  }

  static Model read(PolicyProto.Model model) {
    return new Model(
        model.getName(),
        model.getUpstreamName(),
        model.getDisplayName(),
        model.hasPrice() ? read(model.getPrice()) : null,
        model.getContextTokensMax(),
        model.hasOutputTokensMax() ? model.getOutputTokensMax() : null,
        model.hasRequests() ? read(model.getRequests()) : null,
        Words.of(model.getKind(), model.getKindValue()));
  }

  private static PolicyProto.Requests write(Requests requests) {
    return PolicyProto.Requests.newBuilder()
        .setKind(requests.kind())
        .addAllFeatures(requests.features())
        .setOutputTokensMax(requests.outputTokensMax())
        .build();
  }

  private static Requests read(PolicyProto.Requests requests) {
    return new Requests(
        requests.getKind(), Set.copyOf(requests.getFeaturesList()), requests.getOutputTokensMax());
  }

  static PolicyProto.Price write(Price price) {
    var message = PolicyProto.Price.newBuilder().setRates(write(price.rates()));
    for (var tier : price.above()) {
      message.addAbove(
          PolicyProto.Price.Tier.newBuilder()
              .setInputTokens(tier.inputTokens())
              .setRates(write(tier.rates())));
    }
    if (price.webSearchPerUse() != null) {
      message.setWebSearchNanoUsd(price.webSearchPerUse().nanos());
    }
    return message.build();
  }

  static Price read(PolicyProto.Price price) {
    return new Price(
        read(price.getRates()),
        price.getAboveList().stream()
            .map(tier -> new Price.Tier(tier.getInputTokens(), read(tier.getRates())))
            .toList(),
        price.hasWebSearchNanoUsd() ? new NanoUsd(price.getWebSearchNanoUsd()) : null);
  }

  private static PolicyProto.Rates write(Rates rates) {
    return PolicyProto.Rates.newBuilder()
        .setInput(rates.input().nanoUsd())
        .setOutput(rates.output().nanoUsd())
        .setCacheRead(rates.cacheRead().nanoUsd())
        .setCacheWrite5M(rates.cacheWrite5m().nanoUsd())
        .setCacheWrite1H(rates.cacheWrite1h().nanoUsd())
        .build();
  }

  private static Rates read(PolicyProto.Rates rates) {
    return new Rates(
        new PerMTok(rates.getInput()),
        new PerMTok(rates.getOutput()),
        new PerMTok(rates.getCacheRead()),
        new PerMTok(rates.getCacheWrite5M()),
        new PerMTok(rates.getCacheWrite1H()));
  }
}
