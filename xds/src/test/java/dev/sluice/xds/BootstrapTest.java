package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.envoy.DataPlane;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class BootstrapTest {

  private static BootstrapConfig config(long bodyBytesMax) {
    return config(bodyBytesMax, new AdsSource.Local());
  }

  private static BootstrapConfig config(long bodyBytesMax, AdsSource ads) {
    return new BootstrapConfig(
        "node-1",
        "127.0.0.1",
        8080,
        Path.of("/run/a.sock"),
        Path.of("/run/g.sock"),
        Path.of("/run/t.sock"),
        ads,
        bodyBytesMax);
  }

  @Test
  void every_value_is_filled_in() {
    var text = Bootstrap.json(config(1000));
    assertThat(text).doesNotContain("${");
    var json = JsonMapper.shared().readTree(text);
    assertThat(json.at("/node/id").stringValue()).isEqualTo("node-1");
    assertThat(json.at("/admin/address/pipe/path").stringValue()).isEqualTo("/run/a.sock");
    var socket = json.at("/static_resources/listeners/0/address/socket_address");
    assertThat(socket.at("/address").stringValue()).isEqualTo("127.0.0.1");
    assertThat(socket.at("/port_value").stringValue()).isEqualTo("8080");
  }

  @Test
  void a_listener_with_tls_takes_its_certificate_by_sds() {
    var chain = "/static_resources/listeners/0/filter_chains/0";
    var plain = JsonMapper.shared().readTree(Bootstrap.json(config(1000)));
    var tls = JsonMapper.shared().readTree(Bootstrap.json(config(1000), Bootstrap.Listener.TLS));
    assertThat(plain.at(chain).has("transport_socket")).isFalse();
    var context = tls.at(chain + "/transport_socket/typed_config/common_tls_context");
    assertThat(context.at("/tls_certificate_sds_secret_configs/0/name").stringValue())
        .isEqualTo(DataPlane.LISTENER_SECRET);
    assertThat(context.at("/tls_params/tls_minimum_protocol_version").stringValue())
        .isEqualTo("TLSv1_2");
    assertThat(tls.at(chain + "/filters")).isEqualTo(plain.at(chain + "/filters"));

    // Without its certificate it would be ready, and cut every connection.
    var remote = config(1000, new AdsSource.Remote("g", "127.0.0.1", 1, null));
    var waits = JsonMapper.shared().readTree(Bootstrap.json(remote, Bootstrap.Listener.TLS));
    var secret =
        waits.at(
            chain
                + "/transport_socket/typed_config/common_tls_context"
                + "/tls_certificate_sds_secret_configs/0/sds_config");
    assertThat(secret.at("/initial_fetch_timeout").stringValue()).isEqualTo("0s");
  }

  @Test
  void an_envoy_of_a_remote_waits_for_it_and_checks_its_name() {
    var files = new AdsSource.Files(Path.of("/tls"), Path.of("/state/envoy"));
    var text =
        Bootstrap.json(
            config(1000, new AdsSource.Remote("team-a", "operator.ns.svc", 9443, files)));
    assertThat(text).doesNotContain("${");
    var json = JsonMapper.shared().readTree(text);
    assertThat(json.at("/node/cluster").stringValue()).isEqualTo("team-a");
    assertThat(json.at("/dynamic_resources/cds_config/initial_fetch_timeout").stringValue())
        .isEqualTo("0s");
    var cluster = json.at("/static_resources/clusters/2");
    assertThat(cluster.at("/name").stringValue()).isEqualTo("ads");
    var tls = cluster.at("/transport_socket/typed_config/common_tls_context");
    var name =
        tls.at(
            "/combined_validation_context/default_validation_context"
                + "/match_typed_subject_alt_names/0");
    assertThat(name.at("/san_type").stringValue()).isEqualTo("DNS");
    assertThat(name.at("/matcher/exact").stringValue()).isEqualTo("operator.ns.svc");
    assertThat(files.contents().get("ads-certificate.json")).contains("\"/tls/tls.key\"");
    assertThat(Bootstrap.json(config(1000, new AdsSource.Remote("g", "10.0.0.1", 1, files))))
        .contains("\"san_type\" : \"IP_ADDRESS\"");
  }

  @Test
  void a_plaintext_remote_has_no_certificates() {
    var text = Bootstrap.json(config(1000, new AdsSource.Remote("g", "127.0.0.1", 1, null)));
    assertThat(text).doesNotContain("${").doesNotContain("ads-certificate");
  }

  /// The files name what Java names by constants.
  @Test
  void the_names_are_those_of_the_data_plane() {
    assertThat(Bootstrap.json(config(1000)))
        .contains(
            "\"prefix\" : \"" + DataPlane.INTERNAL_PREFIX + "\"",
            "\"name\" : \"" + DataPlane.ADMISSION_FILTER + "\"",
            "\"key\" : \"" + DataPlane.PHASE_METADATA + "\"",
            "\"value\" : \"" + DataPlane.ADMISSION_PHASE + "\"",
            "\"exact\" : \"" + DataPlane.FACTS_HEADER + "\"",
            "\"untyped\" : [ \""
                + DataPlane.REPLY_NAMESPACE
                + "\", \""
                + DataPlane.HOLD_NAMESPACE
                + "\" ]",
            "\"typed\" : [ \"" + DataPlane.PLAN_NAMESPACE + "\" ]");
    assertThat(Template.text("request.lua")).contains("\"" + DataPlane.FACTS_HEADER + "\"");
    var meter = Template.text("meter.lua");
    assertThat(meter)
        .contains(
            "\"" + DataPlane.METER_NAMESPACE + "\"",
            "\"" + DataPlane.REPLY_NAMESPACE + "\"",
            "\"" + DataPlane.AGAIN_HEADER + "\"",
            "\"" + DataPlane.ANSWERED_BY_HEADER + "\"");
    assertThat(
            java.util.List.of(
                DataPlane.METER_START,
                DataPlane.METER_DELTA,
                DataPlane.METER_STOPPED,
                DataPlane.METER_ERROR,
                DataPlane.METER_STATUS,
                DataPlane.METER_USAGE,
                DataPlane.METER_VISIBLE,
                DataPlane.METER_UPSTREAM_REQUEST_ID))
        .allSatisfy(
            field ->
                assertThat(meter)
                    .containsAnyOf(
                        "keep(handle, \"" + field + "\", ", "tell(meter, \"" + field + "\", "));
    assertThat(Template.text("attempt-headers.json"))
        .contains("\"" + DataPlane.ANSWERED_BY_HEADER + "\"");
    assertThat(Template.text("plan.json")).contains("\"" + DataPlane.PLAN_NAMESPACE + "\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, (33L << 20) + 1})
  void a_body_limit_that_envoy_could_not_keep_is_refused(long bodyBytesMax) {
    assertThatThrownBy(() -> config(bodyBytesMax))
        .hasMessage("bodyBytesMax: %d (expected: 1..34603008)", bodyBytesMax);
  }
}
