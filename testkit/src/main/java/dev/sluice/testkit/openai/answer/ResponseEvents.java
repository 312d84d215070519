package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.billing.Usage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The events of one response, numbered in their order, each one a step.
final class ResponseEvents {

  private final ObjectNode begun;
  private final List<Step> steps = new ArrayList<>();
  private final ArrayNode output = JsonNodeFactory.instance.arrayNode();
  private int shown;
  private Usage added = Usage.NONE;

  /// @param begun the response as it begins
  ResponseEvents(ObjectNode begun) {
    this.begun = begun;
    show(Usage.NONE, withResponse("response.created", begun));
    show(Usage.NONE, withResponse("response.in_progress", begun));
  }

  /// What all events so far add to the bill.
  Usage added() {
    return added;
  }

  /// How many items are done.
  int items() {
    return output.size();
  }

  void itemAdded(ObjectNode item) {
    var event = event("response.output_item.added").put("output_index", items());
    event.set("item", item.deepCopy());
    show(Usage.NONE, event);
  }

  void itemDone(ObjectNode item) {
    var event = event("response.output_item.done").put("output_index", items());
    event.set("item", item);
    show(Usage.NONE, event);
    output.add(item);
  }

  /// An event of the item at hand.
  ObjectNode inItem(String type, String itemId) {
    return event(type).put("item_id", itemId).put("output_index", items());
  }

  ObjectNode inContent(String type, String itemId) {
    return inItem(type, itemId).put("content_index", 0);
  }

  ObjectNode inSummary(String type, String itemId) {
    return inItem(type, itemId).put("summary_index", 0);
  }

  void hidden(Usage usage) {
    added = added.plus(usage);
    steps.add(Step.hidden(usage));
  }

  void show(Usage usage, ObjectNode event) {
    added = added.plus(usage);
    shown++;
    steps.add(Step.shown(usage, SseEvent.typed(event)));
  }

  /// @param searches that are billed
  /// @param incomplete why it is; empty where it is complete
  Answer end(ObjectNode usage, long searches, String incomplete) {
    var ended = ResponseJson.ended(begun, output, usage, incomplete);
    ended.putObject("tool_usage").putObject("web_search").put("num_requests", searches);
    var type = incomplete.isEmpty() ? "response.completed" : "response.incomplete";
    show(Usage.NONE, withResponse(type, ended));
    return new Answer(steps, ended);
  }

  private ObjectNode withResponse(String type, ObjectNode response) {
    var event = event(type);
    event.set("response", response);
    return event;
  }

  private ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", shown);
  }
}
