package dev.sluice.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.core.listing.VisibleText;
import dev.sluice.extproc.explain.Explanation;
import java.util.List;
import java.util.Map;

/// Answers as JSON and as YAML, which say the same.
final class Documents {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Quotes every text: `True` in its plain form is a truth value to many readers.
  private static final YAMLMapper YAML =
      YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();

  private Documents() {}

  static String json(Listed listed, List<Row> rows) {
    return json((Object) Map.of(listed.word(), rows));
  }

  static String yaml(Listed listed, List<Row> rows) {
    return yaml((Object) Map.of(listed.word(), rows));
  }

  static String json(List<HiddenTool> hidden) {
    return json((Object) Map.of("hidden", hidden));
  }

  static String yaml(List<HiddenTool> hidden) {
    return yaml((Object) Map.of("hidden", hidden));
  }

  static String json(Explanation explanation) {
    return json((Object) explanation);
  }

  static String yaml(Explanation explanation) {
    return yaml((Object) explanation);
  }

  private static String json(Object content) {
    return written(JSON, content) + "\n";
  }

  private static String yaml(Object content) {
    return written(YAML, content);
  }

  private static String written(ObjectMapper mapper, Object content) {
    try {
      // Servers of tools wrote some of it: no terminal shows it as it is.
      return VisibleText.lines(mapper.writeValueAsString(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("BUG: records can always be written", e);
    }
  }
}
