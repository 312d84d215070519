package dev.sluice.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.provider.Ejection;
import dev.sluice.core.provider.Ejection.Target;
import dev.sluice.ledger.redis.Script;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What gateways and replicas tell of themselves in Redis, each for a while.
record Reports(FeedRedis redis) {

  private static final Script SCRIPT = Script.of(Reports.class, "reports.lua");
  private static final byte[] GATEWAYS = FeedRedis.bytes("gateways");
  private static final byte[] EJECTIONS = FeedRedis.bytes("ejections");
  private static final byte[] ENVOYS = FeedRedis.bytes("envoys");
  private static final byte[] TOOLS = FeedRedis.bytes("tools");

  /// The provider, perhaps one of its credentials, and perhaps a model.
  private static final Pattern TARGET = Pattern.compile("([^/ ]+)/([^/ ]+)(/[^/ ]+)?( .+)?");

  /// Until when it is left alone, and when it has returned.
  private static final Pattern EJECTION = Pattern.compile("(\\d{1,15}),(\\d{1,15})");

  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

  void tell(GatewayReport report, Duration lifetime) {
    var message =
        PolicyProto.GatewayReport.newBuilder()
            .setGeneration(report.generation())
            .setVersion(report.version());
    if (report.refusal() != null) {
      message.setRefusal(report.refusal());
    }
    tell(GATEWAYS, report.id(), message.build().toByteArray(), lifetime);
  }

  void tell(String replica, List<EnvoyReport> envoys, Duration lifetime) {
    var message = PolicyProto.EnvoyReports.newBuilder();
    envoys.forEach(envoy -> message.addEnvoys(message(envoy)));
    tell(ENVOYS, replica, message.build().toByteArray(), lifetime);
  }

  void tell(Ejection ejection) {
    var until = ejection.until().toEpochMilli();
    var returned = ejection.returned().toEpochMilli();
    var lifetime = Duration.between(Instant.now(), ejection.returned());
    if (lifetime.isPositive()) {
      var message = FeedRedis.bytes(until + "," + returned);
      tell(EJECTIONS, word(ejection.target()), message, lifetime);
    }
  }

  List<Ejection> ejections() {
    var ejections = new ArrayList<Ejection>();
    var reports = redis.run(SCRIPT, EJECTIONS);
    for (int at = 0; at < reports.size(); at += 2) {
      var word = FeedRedis.text(reports.get(at));
      var target = TARGET.matcher(word);
      var ejection = EJECTION.matcher(FeedRedis.text(reports.get(at + 1)));
      if (target.matches() && ejection.matches()) {
        ejections.add(
            new Ejection(
                target(target),
                Instant.ofEpochMilli(Long.parseLong(ejection.group(1))),
                Instant.ofEpochMilli(Long.parseLong(ejection.group(2)))));
      } else {
        LOG.warn("what a gateway tells of provider {} cannot be read", word);
      }
    }
    return ejections;
  }

  private static String word(Target target) {
    return switch (target) {
      case Target.Whole(var provider) -> provider.toString();
      case Target.Account(var credential) -> credential;
      case Target.AccountOfModel(var credential, var model) -> credential + " " + model;
    };
  }

  private static Target target(Matcher word) {
    var provider = new ObjectName(word.group(1), word.group(2));
    var credential = word.group(3);
    if (credential == null) {
      return new Target.Whole(provider);
    }
    var model = word.group(4);
    return model == null
        ? new Target.Account(provider + credential)
        : new Target.AccountOfModel(provider + credential, model.substring(1));
  }

  private void tell(byte[] set, String id, byte[] message, Duration lifetime) {
    var _ =
        redis.run(SCRIPT, set, FeedRedis.bytes(id), message, FeedRedis.bytes(lifetime.toMillis()));
  }

  void forgetGateway(String id) {
    var _ = redis.run(SCRIPT, GATEWAYS, FeedRedis.bytes(id));
  }

  void forgetEnvoys(String replica) {
    var _ = redis.run(SCRIPT, ENVOYS, FeedRedis.bytes(replica));
  }

  void tellTools(String id, byte[] message, Duration lifetime) {
    tell(TOOLS, id, message, lifetime);
  }

  void forgetTools(String id) {
    var _ = redis.run(SCRIPT, TOOLS, FeedRedis.bytes(id));
  }

  /// What gateways say of servers of tools, by their ids.
  SortedMap<String, byte[]> tools() {
    var tools = new TreeMap<String, byte[]>();
    var reports = redis.run(SCRIPT, TOOLS);
    for (int at = 0; at < reports.size(); at += 2) {
      tools.put(FeedRedis.text(reports.get(at)), FeedRedis.blob(reports.get(at + 1)));
    }
    return tools;
  }

  /// By id.
  List<GatewayReport> gateways() {
    var gateways = new TreeMap<String, GatewayReport>();
    var reports = redis.run(SCRIPT, GATEWAYS);
    for (int at = 0; at < reports.size(); at += 2) {
      var id = FeedRedis.text(reports.get(at));
      var report = gateway(id, FeedRedis.blob(reports.get(at + 1)));
      if (report != null) {
        gateways.put(id, report);
      }
    }
    return List.copyOf(gateways.values());
  }

  private static @Nullable GatewayReport gateway(String id, byte[] bytes) {
    try {
      var report = PolicyProto.GatewayReport.parseFrom(bytes);
      return new GatewayReport(
          id,
          report.getGeneration(),
          report.getVersion(),
          report.hasRefusal() ? report.getRefusal() : null);
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("what gateway {} tells cannot be read", id, e);
      return null;
    }
  }

  /// By node; of one that two replicas tell of, the later connection.
  List<EnvoyReport> envoys() {
    var envoys = new TreeMap<String, EnvoyReport>();
    var reports = redis.run(SCRIPT, ENVOYS);
    for (int at = 0; at < reports.size(); at += 2) {
      for (var envoy : envoys(reports.get(at), FeedRedis.blob(reports.get(at + 1)))) {
        envoys.merge(
            envoy.node(),
            envoy,
            BinaryOperator.maxBy(Comparator.comparing(EnvoyReport::connectedAt)));
      }
    }
    return List.copyOf(envoys.values());
  }

  private static List<EnvoyReport> envoys(Object replica, byte[] bytes) {
    var envoys = new ArrayList<EnvoyReport>();
    try {
      for (var envoy : PolicyProto.EnvoyReports.parseFrom(bytes).getEnvoysList()) {
        envoys.add(
            new EnvoyReport(
                envoy.getNode(),
                envoy.getVersion(),
                PolicyBlob.time(envoy.getConnectedAt()),
                envoy.hasRejection() ? envoy.getRejection() : null));
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("what replica {} tells cannot be read", FeedRedis.text(replica), e);
    }
    return envoys;
  }

  private static PolicyProto.EnvoyReport message(EnvoyReport envoy) {
    var message =
        PolicyProto.EnvoyReport.newBuilder()
            .setNode(envoy.node())
            .setVersion(envoy.version())
            .setConnectedAt(PolicyBlob.time(envoy.connectedAt()));
    if (envoy.rejection() != null) {
      message.setRejection(envoy.rejection());
    }
    return message.build();
  }
}
