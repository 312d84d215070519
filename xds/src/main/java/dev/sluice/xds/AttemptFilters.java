package dev.sluice.xds;

import com.google.protobuf.Any;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Service;
import dev.sluice.core.provider.Service.Authentication;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What happens to each attempt at a provider, after the provider is chosen. A second attempt sees
/// the headers as the first one left them, so every attempt first removes all credentials.
///
/// @param name of the credential
record AttemptFilters(Upstream upstream, String name, Credential credential) {

  private static final String MUTATION =
      "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation";

  private static final Template HEADERS = Template.of("attempt-headers.json");

  /// What the client says to Anthropic only.
  private static final Any FOREIGN_HEADERS =
      Template.of("foreign-headers.json").typed(MUTATION, Map.of());

  /// What the request phase says for Claude at another place.
  private static final Any BETAS = Template.of("beta-header.json").typed(MUTATION, Map.of());

  private static final Template SIGNING = Template.of("aws-signing.json");
  private static final Template KEY_PAIR = Template.of("aws-key-pair.json");

  /// Asks Java what the attempt is to be.
  private static final Any AGAIN =
      Template.of("attempt-again.json")
          .typed("envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor", Map.of());

  /// Of attempts after the first.
  List<HttpFilter> again() {
    var filters = new ArrayList<>(List.of(filter("gw.attempt", AGAIN)));
    filters.addAll(first());
    return filters;
  }

  List<HttpFilter> first() {
    var filters = new ArrayList<HttpFilter>();
    var service = upstream.service();
    if (!service.speaksMessages()) {
      filters.add(mutation(FOREIGN_HEADERS));
    }
    if (service.language() == Service.Language.VERTEX) {
      filters.add(mutation(BETAS));
    }
    filters.add(mutation(headers()));
    filters.add(
        switch (service.authentication()) {
          case Authentication.Header(var header, _) ->
              filter("envoy.filters.http.credential_injector", injector(header));
          case Authentication.Signature(var region) ->
              filter("envoy.filters.http.aws_request_signing", signing(region));
        });
    filters.add(
        filter("envoy.filters.http.upstream_codec", Any.pack(UpstreamCodec.getDefaultInstance())));
    return filters;
  }

  private static HttpFilter mutation(Any config) {
    return filter("envoy.filters.http.header_mutation", config);
  }

  private Any headers() {
    return HEADERS.typed(MUTATION, Map.of("provider", upstream.name().toString()));
  }

  /// The last step: it signs what the provider sees. Envoy knows the pair's secrets as such, and
  /// shows them to nobody. It could look by itself for what AWS gives to the place where it runs,
  /// but lets requests wait while it renews that, and after one failure has none for an hour.
  ///
  /// The route rewrites the host too, but only once there is a connection: with a new one, that is
  /// after this step.
  private Any signing(String region) {
    var type = "envoy.extensions.filters.http.aws_request_signing.v3.AwsRequestSigning";
    var host = upstream.endpoint().getAuthority();
    return switch (credential) {
      case Credential.AwsKeyPair(var id, var secret, var token) ->
          SIGNING
              .with("", "credential_provider", KEY_PAIR)
              .typed(
                  type,
                  Map.of(
                      "region", region,
                      "host", host,
                      "id", id,
                      "secret", secret,
                      "token", token));
      case Credential.Value _,
          Credential.AwsIdentity _,
          Credential.GoogleKey _,
          Credential.GoogleIdentity _,
          Credential.EntraSecret _,
          Credential.EntraIdentity _ ->
          throw new IllegalStateException("BUG: %s cannot sign".formatted(credential));
    };
  }

  private Any injector(String header) {
    var source =
        ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3);
    var generic =
        Generic.newBuilder()
            .setHeader(header)
            .setCredential(
                SdsSecretConfig.newBuilder()
                    .setName(DataPlane.SECRET_PREFIX + name)
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
