package dev.sluice.xds;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import dev.sluice.proto.envoy.v1.RetryPolicyAdditions;
import dev.sluice.proto.envoy.v1.VirtualHostAdditions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.ClusterSpecifierPlugin;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.Int64Range;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The one table of routes: a route for each provider, chosen by a header that the request phase
/// sets.
final class Routes {

  static final String NAME = "sluice";

  /// How much of a body Envoy keeps for the request phase and for a second attempt: a little more
  /// than the largest body, so that the limit on bodies answers first.
  static final long BODY_BUFFER_BYTES_MAX = 33L << 20;

  /// Up to here a body is read without asking first: what Envoy holds so is bounded by its
  /// connections. A larger one, or one of unknown length, must be admitted before it is read.
  static final long UNASKED_BODY_BYTES_MAX = 64L << 10;

  /// What clients of OpenAI ask for, and what else they could take for it.
  private static final String OPENAI_PATHS =
      "/openai(/.*)?|/v1/(chat/completions|responses|embeddings)(/.*)?";

  private static final Any OPENAI_CLIENT =
      Template.of("openai-client.json")
          .typed("envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute", Map.of());

  private static final Any OFF = Any.pack(FilterConfig.newBuilder().setDisabled(true).build());

  /// Filters that ask about bodies, read or change them. The limit on bodies is not among them.
  private static final List<String> OF_BODIES =
      List.of(DataPlane.ADMISSION_FILTER, "script", "gunzip", "unbrotli", "unzstd");

  private static final Duration TOOLS_IDLE_MAX = Duration.ofHours(1);
  private static final Duration TOOLS_STREAM_MAX = Duration.ofHours(24);

  private static final Template PLAN = Template.of("plan.json");
  private static final Duration STREAM_MAX = Duration.ofMinutes(60);
  private static final List<Integer> RETRIABLE = List.of(408, 429, 500, 502, 503, 504, 529);

  /// What a provider says of an error that another attempt may not meet.
  private static final HeaderMatcher SHOULD_RETRY =
      HeaderMatcher.newBuilder()
          .setName("x-should-retry")
          .setStringMatch(StringMatcher.newBuilder().setExact("true"))
          .build();

  private Routes() {}

  static RouteConfiguration of(Collection<Upstream> upstreams) {
    var host =
        VirtualHost.newBuilder().setName(NAME).addDomains("*").setIncludeRequestAttemptCount(true);
    upstreams.forEach(upstream -> host.addRoutes(provider(upstream)));
    host.addRoutes(tools());
    host.addRoutes(openAi());
    host.addRoutes(small());
    host.addRoutes(nowhere());
    return RouteConfiguration.newBuilder()
        .setName(NAME)
        .addVirtualHosts(withBodyBuffer(host))
        .build();
  }

  private static Route provider(Upstream upstream) {
    var name = upstream.name().toString();
    var header =
        HeaderMatcher.newBuilder()
            .setName(DataPlane.PROVIDER_HEADER)
            .setStringMatch(StringMatcher.newBuilder().setExact(name));
    return Route.newBuilder()
        .setName(name)
        .setMatch(RouteMatch.newBuilder().setPrefix("/").addHeaders(header))
        .setRoute(
            RouteAction.newBuilder()
                .setInlineClusterSpecifierPlugin(plan(upstream))
                .setAutoHostRewrite(BoolValue.of(true))
                .setTimeout(Durations.ZERO)
                .setIdleTimeout(duration(idle(upstream.timeouts())))
                .setRetryPolicy(retries(upstream.timeouts()))
                .setMaxStreamDuration(
                    RouteAction.MaxStreamDuration.newBuilder()
                        .setMaxStreamDuration(duration(STREAM_MAX))))
        .build();
  }

  /// The request phase overrides the group with its plan: the clusters of the attempts, in order.
  private static ClusterSpecifierPlugin plan(Upstream upstream) {
    var account = upstream.accounts().getFirst().credential();
    var specifier =
        PLAN.typed(
            "envoy.extensions.router.cluster_specifiers.priority_group.v3"
                + ".PriorityGroupClusterSpecifier",
            Map.of("cluster", Clusters.name(account)));
    return ClusterSpecifierPlugin.newBuilder()
        .setExtension(TypedExtensionConfig.newBuilder().setName("plan").setTypedConfig(specifier))
        .build();
  }

  /// Whether and how often to retry is set for each request, by [DataPlane#RETRY_ON_HEADER] and
  /// [DataPlane#MAX_RETRIES_HEADER]; a policy with `retry_on` would copy the body of each request.
  ///
  /// `per_try_timeout` ends with the answer's headers. There is no `per_try_idle_timeout`, since
  /// Envoy ignores it beside a shorter `per_try_timeout`.
  private static RetryPolicy retries(Upstream.Timeouts timeouts) {
    var policy =
        RetryPolicy.newBuilder()
            .addAllRetriableStatusCodes(RETRIABLE)
            .addRetriableHeaders(SHOULD_RETRY)
            .setPerTryTimeout(duration(timeouts.firstByte()))
            .setRetryBackOff(
                RetryPolicy.RetryBackOff.newBuilder()
                    .setBaseInterval(duration(Duration.ofMillis(5)))
                    .setMaxInterval(duration(Duration.ofMillis(10))));
    var additions = RetryPolicyAdditions.newBuilder().setRefreshClusterOnRetry(true).build();
    try {
      return policy.mergeFrom(additions.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("BUG: RetryPolicyAdditions", e);
    }
  }

  /// Envoy's idle timeout runs before the answer's first byte too, so it must not be the shorter
  /// one.
  private static Duration idle(Upstream.Timeouts timeouts) {
    return timeouts.idle().compareTo(timeouts.firstByte()) < 0
        ? timeouts.firstByte()
        : timeouts.idle();
  }

  /// Where a request of a client that speaks OpenAI starts: with the filter that puts it into other
  /// words, which asks for admission too, and which no other request passes.
  private static Route openAi() {
    return nowhere().toBuilder()
        .setName("openai")
        .setMatch(
            RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex(OPENAI_PATHS)))
        .putTypedPerFilterConfig(DataPlane.CLIENT_FILTER, OPENAI_CLIENT)
        .putTypedPerFilterConfig(DataPlane.ADMISSION_FILTER, OFF)
        .build();
  }

  /// A request for tools, which never has a provider: the request phase gives its head a ticket,
  /// and nobody reads its body on the way, nor its answer. A call may take as long as its server's
  /// manifest says, and a stream of events is as long as its session: the service ends both, and
  /// says something in a stream every few seconds.
  private static Route tools() {
    var route =
        Route.newBuilder()
            .setName("tools")
            .setMatch(RouteMatch.newBuilder().setPathSeparatedPrefix(DataPlane.TOOLS_PATH))
            .setRoute(
                RouteAction.newBuilder()
                    .setCluster(DataPlane.TOOLS_CLUSTER)
                    .setTimeout(Durations.ZERO)
                    .setIdleTimeout(duration(TOOLS_IDLE_MAX))
                    .setMaxStreamDuration(
                        RouteAction.MaxStreamDuration.newBuilder()
                            .setMaxStreamDuration(duration(TOOLS_STREAM_MAX))));
    OF_BODIES.forEach(filter -> route.putTypedPerFilterConfig(filter, OFF));
    return route.build();
  }

  /// Where a request with a small body starts: without the filter that asks for admission.
  private static Route small() {
    var length =
        HeaderMatcher.newBuilder()
            .setName("content-length")
            .setRangeMatch(Int64Range.newBuilder().setStart(1).setEnd(UNASKED_BODY_BYTES_MAX + 1));
    return nowhere().toBuilder()
        .setName("small")
        .setMatch(RouteMatch.newBuilder().setPrefix("/").addHeaders(length))
        .putTypedPerFilterConfig(DataPlane.ADMISSION_FILTER, OFF)
        .build();
  }

  /// Where all others start, and stay for a provider that Envoy does not know yet. A route to a
  /// cluster that is not there, not a direct response: only a route has the host's body limit.
  private static Route nowhere() {
    return Route.newBuilder()
        .setName("nowhere")
        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
        .setRoute(
            RouteAction.newBuilder()
                .setCluster("nowhere")
                .setClusterNotFoundResponseCode(
                    RouteAction.ClusterNotFoundResponseCode.SERVICE_UNAVAILABLE))
        .build();
  }

  private static VirtualHost withBodyBuffer(VirtualHost.Builder host) {
    var additions =
        VirtualHostAdditions.newBuilder()
            .setRequestBodyBufferLimit(UInt64Value.of(BODY_BUFFER_BYTES_MAX))
            .build();
    try {
      return host.mergeFrom(additions.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("BUG: VirtualHostAdditions", e);
    }
  }

  private static com.google.protobuf.Duration duration(Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }
}
