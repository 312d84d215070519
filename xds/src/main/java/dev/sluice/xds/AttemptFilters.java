package dev.sluice.xds;

import com.google.protobuf.Any;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import java.util.List;
import java.util.Map;

/// What happens to each attempt at a provider, after the provider is chosen. A second attempt sees
/// the headers as the first one left them, so every attempt first removes all credentials.
final class AttemptFilters {

  private static final Template HEADERS = Template.of("attempt-headers.json");

  private AttemptFilters() {}

  static List<HttpFilter> of(Upstream upstream) {
    return List.of(
        filter("envoy.filters.http.header_mutation", headers(upstream)),
        filter("envoy.filters.http.credential_injector", credential(upstream)),
        filter("envoy.filters.http.upstream_codec", Any.pack(UpstreamCodec.getDefaultInstance())));
  }

  private static Any headers(Upstream upstream) {
    return HEADERS.typed(
        "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        Map.of("provider", upstream.name().toString()));
  }

  private static Any credential(Upstream upstream) {
    var source =
        ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3);
    var generic =
        Generic.newBuilder()
            .setHeader("x-api-key")
            .setCredential(
                SdsSecretConfig.newBuilder()
                    .setName(DataPlane.SECRET_PREFIX + upstream.credential())
                    .setSdsConfig(source));
    var injector =
        CredentialInjector.newBuilder()
            .setOverwrite(true)
            .setCredential(
                TypedExtensionConfig.newBuilder()
                    .setName("envoy.http.injected_credentials.generic")
                    .setTypedConfig(Any.pack(generic.build())));
    return Any.pack(injector.build());
  }

  private static HttpFilter filter(String name, Any config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
  }
}
