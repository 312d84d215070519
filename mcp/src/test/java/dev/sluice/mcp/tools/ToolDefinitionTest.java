package dev.sluice.mcp.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ToolDefinitionTest {
  private static final String PLAIN =
      "{\"name\":\"a\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"}}";

  private static String digest(String json) {
    var tool = (ObjectNode) new JsonMapper().readTree(json);
    return new ToolDefinition(new ObjectName("default", "s"), "a", tool).digest();
  }

  @Test
  void is_the_sha_256_of_the_canonical_members() {
    // printf '%s' '{"description":"b","inputSchema":{"type":"object"},"name":"a"}' | sha256sum
    assertThat(digest(PLAIN))
        .isEqualTo("sha256:86b5e182f5299d92e38f3a794584ba6197cdcfe074956166a7cdfa3d68feb3b9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputSchema\":{\"type\":\"object\"},\"name\":\"a\",\"description\":\"b\"}",
        "{\"name\":\"a\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"},\"_meta\":{}}",
        "{\"name\":\"a\",\"icons\":[],\"description\":\"\\u0062\",\"inputSchema\":{\"type\":\"object\"}}"
      })
  void is_the_same_for_what_means_the_same(String json) {
    assertThat(digest(json)).isEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"a\",\"description\":\"b \",\"inputSchema\":{\"type\":\"object\"}}",
        "{\"name\":\"A\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"}}",
        "{\"name\":\"a\",\"title\":\"\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"}}",
        "{\"name\":\"a\",\"description\":\"b\",\"inputSchema\":{\"type\":\"string\"}}",
        "{\"name\":\"a\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":{}}",
        "{\"name\":\"a\",\"description\":\"b\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{}}"
      })
  void is_another_for_each_member_that_counts(String json) {
    assertThat(digest(json)).isNotEqualTo(digest(PLAIN));
  }
}
