package dev.sluice.extproc.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.envoy.ReplyWriter.Answered;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.proto.envoy.v1.ClusterWeight;
import dev.sluice.proto.envoy.v1.PriorityGroup;
import dev.sluice.proto.envoy.v1.PriorityGroupsOverride;
import dev.sluice.proto.envoy.v1.ProcessingResponseAdditions;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Replies that say where a request goes, and where next if that fails: each written once.
final class Plans {

  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.router.cluster_specifiers.priority_group.v3"
          + ".PriorityGroupsOverride";
  private static final int KEPT_MAX = 10_000;

  /// A provider that refuses our credential or has no credit left for us: another one may serve.
  private static final String REFUSED = "401,402,403";

  private static final List<String> CREDENTIALS =
      List.of("authorization", "x-api-key", "x-sluice-key");

  private record Key(ObjectName provider, String account, List<String> others, Answered answered) {}

  private final ConcurrentMap<Key, byte[]> written = new ConcurrentHashMap<>();

  byte[] of(Reply.Forward<?> forward, Answered answered) {
    if (written.size() > KEPT_MAX) {
      written.clear();
    }
    var key = new Key(forward.provider(), forward.account(), forward.others(), answered);
    return written.computeIfAbsent(key, Plans::write);
  }

  /// For an attempt after the first.
  static byte[] attempt(Reply.Forward<?> forward, Answered answered) {
    var changes = ReplyWriter.changes(forward.path(), forward.body(), null, forward.betas());
    var dialect = forward.dialect();
    if (dialect != null) {
      // An attempt in another language has removed them.
      addHeader(changes, "anthropic-version", dialect.version());
      addHeader(changes, "anthropic-beta", dialect.betas());
    }
    if (answered == Answered.HEAD && forward.body() != null) {
      changes.setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE);
    }
    var response = ProcessingResponse.newBuilder();
    ReplyWriter.answer(response, answered, changes);
    return response.build().toByteArray();
  }

  private static void addHeader(CommonResponse.Builder to, String name, @Nullable String value) {
    if (value != null) {
      to.getHeaderMutationBuilder().addSetHeaders(ReplyWriter.set(name, value));
    }
  }

  private static byte[] write(Key key) {
    var plan =
        PriorityGroupsOverride.newBuilder()
            .addPriorityGroups(group(1, DataPlane.CLUSTER_PREFIX + key.account()));
    for (int i = 0; i < key.others().size(); i++) {
      var next = DataPlane.CLUSTER_PREFIX + key.others().get(i) + DataPlane.AGAIN_SUFFIX;
      plan.addPriorityGroups(group(i + 2, next));
    }
    var additions =
        ProcessingResponseAdditions.newBuilder()
            .putTypedDynamicMetadata(
                DataPlane.PLAN_NAMESPACE,
                Any.newBuilder().setTypeUrl(TYPE).setValue(plan.build().toByteString()).build())
            .build();
    // Envoy ignores the cleared route unless a header changes with it.
    var common =
        CommonResponse.newBuilder().setHeaderMutation(headers(key)).setClearRouteCache(true);
    var response = ProcessingResponse.newBuilder();
    ReplyWriter.answer(response, key.answered(), common);
    return ReplyWriter.joined(response.build().toByteArray(), additions);
  }

  /// For a request for tools: its key is known, and goes no further.
  static byte[] letIn(String ticket) {
    var headers =
        HeaderMutation.newBuilder().addSetHeaders(ReplyWriter.set(DataPlane.TICKET_HEADER, ticket));
    CREDENTIALS.forEach(headers::addRemoveHeaders);
    var response = ProcessingResponse.newBuilder();
    var changes = CommonResponse.newBuilder().setHeaderMutation(headers);
    ReplyWriter.answer(response, Answered.HEAD, changes);
    return response.build().toByteArray();
  }

  private static PriorityGroup group(int attempt, String cluster) {
    return PriorityGroup.newBuilder()
        .setName("attempt-" + attempt)
        .addClusters(
            ClusterWeight.newBuilder().setClusterName(cluster).setWeight(UInt32Value.of(1)))
        .build();
  }

  private static HeaderMutation headers(Key key) {
    var headers =
        HeaderMutation.newBuilder()
            .addSetHeaders(ReplyWriter.set(DataPlane.PROVIDER_HEADER, key.provider().toString()));
    int others = key.others().size();
    if (others > 0) {
      headers
          .addSetHeaders(ReplyWriter.set(DataPlane.RETRY_ON_HEADER, DataPlane.RETRY_ON))
          .addSetHeaders(ReplyWriter.set(DataPlane.RETRIABLE_HEADER, REFUSED))
          .addSetHeaders(ReplyWriter.set(DataPlane.MAX_RETRIES_HEADER, Integer.toString(others)));
    }
    return headers.build();
  }
}
