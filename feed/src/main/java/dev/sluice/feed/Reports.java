package dev.sluice.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.provider.Ejection;
import dev.sluice.ledger.redis.Script;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
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

  /// The provider, until when it is left alone, and when it has returned.
  private static final Pattern EJECTION =
      Pattern.compile("([^/ ]+)/([^/ ]+) (\\d{1,15}),(\\d{1,15})");

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
      tell(EJECTIONS, ejection.provider().toString(), message, lifetime);
    }
  }

  List<Ejection> ejections() {
    var ejections = new ArrayList<Ejection>();
    var reports = redis.run(SCRIPT, EJECTIONS);
    for (int at = 0; at < reports.size(); at += 2) {
      var provider = FeedRedis.text(reports.get(at));
      var ejection = EJECTION.matcher(provider + " " + FeedRedis.text(reports.get(at + 1)));
      if (ejection.matches()) {
        ejections.add(
            new Ejection(
                new ObjectName(ejection.group(1), ejection.group(2)),
                Instant.ofEpochMilli(Long.parseLong(ejection.group(3))),
                Instant.ofEpochMilli(Long.parseLong(ejection.group(4)))));
      } else {
        LOG.warn("what a gateway tells of provider {} cannot be read", provider);
      }
    }
    return ejections;
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
