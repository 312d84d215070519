package dev.sluice.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Sketch;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running `up`, by its admin server.
final class MachineSource implements Source {

  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final URI admin;
  private final String name;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(CONNECTED_WITHIN).build();

  MachineSource(URI admin, String name) {
    this.admin = admin;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable String namespace() {
    return null;
  }

  @Override
  public List<Row> rows(Listed listed, @Nullable String namespace) throws CliException {
    var rows = new ArrayList<Row>();
    for (var row : ask("/v1/" + listed.word()).path(listed.word())) {
      var read = read(row, listed.row());
      if (namespace == null || namespace.equals(read.namespace())) {
        rows.add(read);
      }
    }
    return rows;
  }

  @Override
  public List<HiddenTool> hidden(@Nullable String namespace) throws CliException {
    var hidden = new ArrayList<HiddenTool>();
    for (var tool : ask("/v1/tools").path("hidden")) {
      var read = read(tool, HiddenTool.class);
      if (namespace == null || namespace.equals(read.namespace())) {
        hidden.add(read);
      }
    }
    return hidden;
  }

  @Override
  public Explanation explain(ObjectName key, String model, Sketch sketch) throws CliException {
    return read(ask("/v1/explain/" + key + "/" + model, sketch.query()), Explanation.class);
  }

  private <T> T read(JsonNode json, Class<T> type) throws CliException {
    try {
      return JSON.treeToValue(json, type);
    } catch (JsonProcessingException _) {
      throw stranger();
    }
  }

  private JsonNode ask(String path) throws CliException {
    return ask(path, "");
  }

  /// @param query encoded; empty for none
  private JsonNode ask(String path, String query) throws CliException {
    var answer = get(path, query);
    JsonNode json;
    try {
      json = JSON.readTree(answer.body());
    } catch (JsonProcessingException _) {
      throw stranger();
    }
    if (answer.statusCode() != 200) {
      throw new CliException(admin + ": " + json.path("error").asText("" + answer.statusCode()));
    }
    return json;
  }

  private HttpResponse<String> get(String path, String query) throws CliException {
    try {
      var uri =
          new URI(admin.getScheme(), null, admin.getHost(), admin.getPort(), path, null, null);
      var whole = query.isEmpty() ? uri : new URI(uri + "?" + query);
      var request = HttpRequest.newBuilder(whole).timeout(ANSWERED_WITHIN).build();
      return client.send(request, BodyHandlers.ofString());
    } catch (URISyntaxException e) {
      throw new CliException(path + ": " + e.getReason());
    } catch (IOException e) {
      throw new CliException("no up answers at " + admin + " (" + Failures.words(e) + ")");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted");
    }
  }

  private CliException stranger() {
    return new CliException(admin + " is not the admin server of an up of this version");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
