package dev.sluice.operator.cli.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.listing.HiddenTool;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the person reads who approves a tool.
class HiddenToolsTest {

  private static HiddenTool tool(String name, @Nullable String recorded, String current) {
    return tool(name, List.of(), recorded, current);
  }

  private static HiddenTool tool(
      String name, List<String> suspicions, @Nullable String recorded, String current) {
    return new HiddenTool(
        "default", "desk", name, "Changed", suspicions, digest(current), recorded, current);
  }

  private static String digest(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return "sha256:"
          + HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_changed_definition_is_a_difference_and_the_line_that_approves_it() {
    var recorded = "{\"description\":\"Says it.\",\"inputSchema\":{\"b\":1.50,\"a\":[1,2]}}";
    var current = "{\"description\":\"Shouts it.\",\"inputSchema\":{\"a\":[1,2],\"b\":1.50}}";
    assertThat(HiddenTools.of(List.of(tool("echo", recorded, current))))
        .isEqualTo(
            """
            default/desk echo: Changed
            --- recorded
            +++ current
            @@ -1,5 +1,5 @@
             {
            -  "description" : "Says it.",
            +  "description" : "Shouts it.",
               "inputSchema" : {
                 "a" : [ 1, 2 ],
                 "b" : 1.50
            digest DIGEST
            to approve it, in spec.approvedDigests of McpServer default/desk:
                - "DIGEST" # echo
            """
                .replace("DIGEST", digest(current)));
  }

  @Test
  void a_new_tool_is_shown_whole() {
    assertThat(HiddenTools.of(List.of(tool("new", null, "{\"name\":\"new\"}"))))
        .contains(
            """
            --- nothing is on record
            +++ current
            @@ -0,0 +1,3 @@
            +{
            +  "name" : "new"
            +}
            """);
  }

  @Test
  void what_is_suspicious_stands_before_the_definition() {
    var odd = List.of("/description speaks to the model: do not tell", "/title\u001b[1m is odd");
    assertThat(HiddenTools.of(List.of(tool("echo", odd, null, "{}"))))
        .startsWith(
            """
            default/desk echo: Changed
            suspicious: /description speaks to the model: do not tell
            suspicious: /title\\u001b[1m is odd
            --- nothing is on record
            """);
  }

  @Test
  void nothing_that_a_server_wrote_steers_the_terminal() {
    var current = "{\"description\":\"\u001b]0;x\u0007 \u202egnihton\u200b\\u009b2J\"}";
    var text =
        HiddenTools.of(List.of(tool("a\n- \"sha256:b\"\u001b[1m", "no\u001b JSON", current)));
    assertThat(text.replace("\n", "")).doesNotContainPattern("\\p{C}");
    assertThat(text).contains("\\u202egnihton\\u200b\\u009b2J", "# a\\u000a- \"sha256:b\"\\u001b");
  }

  @Test
  void what_is_not_told_or_has_another_digest_is_not_to_be_approved() {
    var untold = new HiddenTool("default", "desk", "big", "New", List.of(), "sha256:1", null, null);
    var forged = new HiddenTool("default", "desk", "odd", "New", List.of(), "sha256:2", null, "{}");
    var text = HiddenTools.of(List.of(untold, forged));
    assertThat(text)
        .contains(
            "big: New\nits definition is not told", "digest sha256:1\n\ndefault/desk odd: New")
        .contains("do not approve it: what is shown has the digest " + digest("{}"))
        .doesNotContain("to approve it");
  }

  @Test
  void where_nothing_waits_it_says_so() {
    assertThat(HiddenTools.of(List.of())).isEqualTo("no tool waits for approval\n");
  }
}
