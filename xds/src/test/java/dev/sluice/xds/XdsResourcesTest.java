package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XdsResourcesTest {

  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(HttpProtocolOptions.getDescriptor())
          .add(CredentialInjector.getDescriptor())
          .add(Generic.getDescriptor())
          .add(UpstreamCodec.getDescriptor())
          .add(UpstreamTlsContext.getDescriptor())
          .add(TypedStruct.getDescriptor())
          .build();

  private static final XdsResources TWO =
      Samples.resources(
          Samples.upstream("simulator", "http://127.0.0.1:9000/base"),
          Samples.upstream("anthropic", "https://api.anthropic.com"));

  /// `-Dgolden=write` rewrites the file. It lacks the fields that the published protos lack; those
  /// are seen by the tests with a real Envoy.
  @Test
  void two_providers_are_the_golden_file() throws Exception {
    var file = Path.of("src/test/resources/golden/two-providers.json");
    var text = new StringBuilder();
    for (var cluster : TWO.clusters()) {
      text.append(json(cluster)).append('\n');
    }
    text.append(json(TWO.routes())).append('\n');
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, text);
    }
    assertThat(text.toString()).isEqualTo(Files.readString(file));
  }

  @Test
  void equal_content_is_equal_whatever_the_order() {
    var anthropic = Samples.upstream("anthropic", "https://api.anthropic.com");
    var simulator = Samples.upstream("simulator", "http://127.0.0.1:9000/base");
    assertThat(Samples.resources(anthropic, simulator)).isEqualTo(TWO);
    assertThat(Samples.resources(anthropic)).isNotEqualTo(TWO);
  }

  @Test
  void a_new_credential_is_another_content() {
    var one = Samples.upstream("one", "http://127.0.0.1:1");
    var trust = new TrustStore(Path.of("/ca.pem"));
    var snapshot = Samples.snapshot(one);
    var before =
        new Credentials(Map.of(one.accounts().getFirst().credential(), new Credential.Value("a")));
    var after =
        new Credentials(Map.of(one.accounts().getFirst().credential(), new Credential.Value("b")));
    assertThat(XdsResources.of(snapshot, before, trust))
        .isNotEqualTo(XdsResources.of(snapshot, after, trust));
  }

  @Test
  void a_credential_without_a_value_is_named() {
    var snapshot = Samples.snapshot(Samples.upstream("one", "http://127.0.0.1:1"));
    var trust = new TrustStore(Path.of("/ca.pem"));
    assertThatThrownBy(() -> XdsResources.of(snapshot, new Credentials(Map.of()), trust))
        .hasMessageContaining("credential default/one/main: no value");
  }

  @Test
  void no_secret_is_printed() {
    assertThat(TWO.toString()).contains("credential/default/anthropic/main");
    assertThat(TWO.toString()).doesNotContain("key-of-");
  }

  private static String json(MessageOrBuilder message) throws Exception {
    return JsonFormat.printer()
        .usingTypeRegistry(TYPES)
        .sortingMapKeys()
        .preservingProtoFieldNames()
        .print(message);
  }
}
