package dev.sluice.feed.codec;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Routing.Simplicity;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.util.EnumMap;
import java.util.TreeMap;

/// What names the models of requests, both ways.
final class Routes {

  private Routes() {}

  static PolicyProto.Routing write(Routing routing) {
    var message = PolicyProto.Routing.newBuilder().addAllFallbacks(routing.fallbacks());
    for (var rule : routing.rules()) {
      message.addRules(
          PolicyProto.Routing.Rule.newBuilder().setMatch(write(rule.match())).setTo(rule.to()));
    }
    routing
        .tiers()
        .forEach(
            (tier, to) ->
                message.addTiers(
                    PolicyProto.Routing.TierModel.newBuilder().setTier(Words.of(tier)).setTo(to)));
    if (!routing.simplicity().equals(Simplicity.STANDARD)) {
      message.setSimplicity(write(routing.simplicity()));
    }
    return message.build();
  }

  private static PolicyProto.Routing.Simplicity write(Simplicity simplicity) {
    return PolicyProto.Routing.Simplicity.newBuilder()
        .setBytesMax(simplicity.bytesMax())
        .setToolsMax(simplicity.toolsMax())
        .setThinking(simplicity.thinking())
        .setRequestClasses(write(simplicity.requestClasses()))
        .setAgentTypes(write(simplicity.agentTypes()))
        .build();
  }

  private static PolicyProto.Routing.Match write(Match match) {
    var message = PolicyProto.Routing.Match.newBuilder();
    if (match.models() != null) {
      message.setModels(write(match.models()));
    }
    if (match.tier() != null) {
      message.setTier(Words.of(match.tier()));
    }
    match.headers().forEach((name, value) -> message.putHeaders(name, write(value)));
    if (match.thinking() != null) {
      message.setThinking(match.thinking());
    }
    if (match.sessions() != null) {
      message.setSessions(write(match.sessions()));
    }
    if (match.agentTypes() != null) {
      message.setAgentTypes(write(match.agentTypes()));
    }
    if (match.requestClasses() != null) {
      message.setRequestClasses(write(match.requestClasses()));
    }
    writeAmounts(match, message);
    return message.build();
  }

  private static void writeAmounts(Match match, PolicyProto.Routing.Match.Builder message) {
    if (match.bytesMin() != null) {
      message.setBytesMin(match.bytesMin());
    }
    if (match.bytesMax() != null) {
      message.setBytesMax(match.bytesMax());
    }
    if (match.toolsMin() != null) {
      message.setToolsMin(match.toolsMin());
    }
    if (match.toolsMax() != null) {
      message.setToolsMax(match.toolsMax());
    }
    if (match.complexity() != null) {
      message.setComplexity(Words.of(match.complexity()));
    }
  }

  static PolicyProto.Globs write(Globs globs) {
    return PolicyProto.Globs.newBuilder().addAllPatterns(globs.patterns()).build();
  }

  static Routing read(PolicyProto.Routing message) {
    var tiers = new EnumMap<Tier, String>(Tier.class);
    for (var tier : message.getTiersList()) {
      tiers.put(Words.of(tier.getTier(), tier.getTierValue()), tier.getTo());
    }
    return new Routing(
        message.getRulesList().stream()
            .map(rule -> new Rule(read(rule.getMatch()), rule.getTo()))
            .toList(),
        tiers,
        message.getFallbacksList(),
        message.hasSimplicity() ? read(message.getSimplicity()) : Simplicity.STANDARD);
  }

  private static Simplicity read(PolicyProto.Routing.Simplicity simplicity) {
    return new Simplicity(
        simplicity.getBytesMax(),
        simplicity.getToolsMax(),
        simplicity.getThinking(),
        read(simplicity.getRequestClasses()),
        read(simplicity.getAgentTypes()));
  }

  private static Match read(PolicyProto.Routing.Match match) {
    var headers = new TreeMap<String, Globs>();
    match.getHeadersMap().forEach((name, value) -> headers.put(name, read(value)));
    return new Match(
        match.hasModels() ? read(match.getModels()) : null,
        match.getTierValue() == 0 ? null : Words.of(match.getTier(), match.getTierValue()),
        headers,
        match.hasThinking() ? match.getThinking() : null,
        match.hasBytesMin() ? match.getBytesMin() : null,
        match.hasBytesMax() ? match.getBytesMax() : null,
        match.hasSessions() ? read(match.getSessions()) : null,
        match.hasAgentTypes() ? read(match.getAgentTypes()) : null,
        match.hasRequestClasses() ? read(match.getRequestClasses()) : null,
        match.hasToolsMin() ? match.getToolsMin() : null,
        match.hasToolsMax() ? match.getToolsMax() : null,
        match.getComplexityValue() == 0
            ? null
            : Words.of(match.getComplexity(), match.getComplexityValue()));
  }

  static Globs read(PolicyProto.Globs globs) {
    return new Globs(globs.getPatternsList());
  }
}
