package dev.sluice.operator.cli.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.VisibleText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tools that wait for approval, for people: what has changed, and what approves it. Servers wrote
/// all of it, so that nothing reaches a terminal as it is.
public final class HiddenTools {

  private static final String NOTHING = "no tool waits for approval\n";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(
              SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private HiddenTools() {}

  public static String of(List<HiddenTool> tools) {
    if (tools.isEmpty()) {
      return NOTHING;
    }
    var text = new StringBuilder();
    for (var tool : tools) {
      text.append(text.isEmpty() ? "" : "\n");
      tool(tool, text);
    }
    return text.toString();
  }

  private static void tool(HiddenTool tool, StringBuilder text) {
    line(text, tool.namespace() + "/" + tool.server() + " " + tool.tool() + ": " + tool.state());
    tool.suspicions().forEach(suspicion -> line(text, "suspicious: " + suspicion));
    var current = tool.current();
    if (current == null) {
      line(
          text, "its definition is not told (expected: a smaller one, or a gateway that tells it)");
      line(text, "digest " + tool.digest());
      return;
    }
    var recorded = tool.recorded();
    line(text, recorded == null ? "--- nothing is on record" : "--- recorded");
    line(text, "+++ current");
    LineDiff.of(lines(recorded), lines(current)).forEach(difference -> line(text, difference));
    line(text, "digest " + tool.digest());
    var digest = digest(current);
    if (!digest.equals(tool.digest())) {
      line(text, "do not approve it: what is shown has the digest " + digest);
      return;
    }
    var object = tool.namespace() + "/" + tool.server();
    line(text, "to approve it, in spec.approvedDigests of McpServer " + object + ":");
    line(text, "    - \"" + digest + "\" # " + tool.tool());
  }

  private static void line(StringBuilder text, String line) {
    text.append(VisibleText.line(line)).append('\n');
  }

  /// In an order of its own, one value a line; as it is where it is no JSON.
  private static List<String> lines(@Nullable String definition) {
    if (definition == null) {
      return List.of();
    }
    try {
      return JSON.writeValueAsString(JSON.readValue(definition, Object.class)).lines().toList();
    } catch (JsonProcessingException _) {
      return List.of(definition);
    }
  }

  /// A definition is told in its canonical form.
  private static String digest(String definition) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var bytes = sha256.digest(definition.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
