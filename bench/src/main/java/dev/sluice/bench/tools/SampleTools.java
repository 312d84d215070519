package dev.sluice.bench.tools;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.tools.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// 500 tools of 16 servers, as servers of issues, files and metrics define theirs: two or three
/// sentences, and three to nine parameters that say what they are.
final class SampleTools {
  static final int TOOLS = 500;

  private static final Map<String, List<String>> SERVERS = servers();
  private static final List<String> VERBS =
      List.of("list", "get", "search", "create", "update", "delete");

  private SampleTools() {}

  private static Map<String, List<String>> servers() {
    var servers = new LinkedHashMap<String, List<String>>();
    servers.put("calendar", List.of("event", "calendar", "invitation", "room", "reminder", "slot"));
    servers.put("chat", List.of("message", "channel", "thread", "user", "reaction", "file"));
    servers.put("cloud", List.of("instance", "bucket", "queue", "function", "secret", "role"));
    servers.put("crm", List.of("account", "contact", "lead", "opportunity", "quote", "campaign"));
    servers.put("database", List.of("table", "query", "view", "index", "migration", "backup"));
    servers.put("deploys", List.of("release", "pipeline", "stage", "artifact", "flag", "target"));
    servers.put("docs", List.of("page", "space", "comment", "template", "attachment", "label"));
    servers.put("drive", List.of("file", "folder", "permission", "revision", "share", "drive"));
    servers.put("errors", List.of("issue", "event", "project", "release", "alert", "trace"));
    servers.put("forge", List.of("issue", "pull_request", "branch", "commit", "review", "run"));
    servers.put("metrics", List.of("dashboard", "panel", "alert", "series", "silence", "source"));
    servers.put("orders", List.of("order", "refund", "invoice", "customer", "coupon", "dispute"));
    servers.put("pages", List.of("incident", "schedule", "service", "policy", "rotation", "note"));
    servers.put("search", List.of("index", "document", "synonym", "ranking", "facet", "crawl"));
    servers.put("support", List.of("ticket", "macro", "article", "agent", "group", "survey"));
    servers.put("tracker", List.of("ticket", "board", "sprint", "epic", "version", "worklog"));
    return servers;
  }

  static List<SampleServer> all() {
    var all = new ArrayList<SampleServer>();
    int left = TOOLS;
    int servers = SERVERS.size();
    for (var entry : SERVERS.entrySet()) {
      int share = left / servers--;
      left -= share;
      all.add(server(entry.getKey(), entry.getValue(), share));
    }
    return all;
  }

  private static SampleServer server(String name, List<String> nouns, int tools) {
    var id = new ObjectName("default", name);
    var definitions = new ArrayList<ToolDefinition>();
    for (int i = 0; i < tools; i++) {
      var verb = VERBS.get(i / nouns.size());
      var noun = nouns.get(i % nouns.size());
      definitions.add(new ToolDefinition(id, verb + "_" + noun, definition(name, verb, noun)));
    }
    return SampleServer.of(id, definitions);
  }

  private static ObjectNode definition(String server, String verb, String noun) {
    var tool = JsonNodeFactory.instance.objectNode().put("name", verb + "_" + noun);
    var words = noun.replace('_', ' ');
    tool.put("title", verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1));
    tool.put("description", description(server, verb, words));
    var schema = tool.putObject("inputSchema").put("type", "object");
    var properties = schema.putObject("properties");
    var required = schema.putArray("required");
    switch (verb) {
      case "list" -> list(properties, words);
      case "search" -> {
        text(properties, "query", "Words to look for in the " + words + "; operators are allowed.");
        required.add("query");
        list(properties, words);
      }
      case "create" -> {
        fields(properties, words);
        required.add("title").add("project");
      }
      case "update" -> {
        identified(properties, words);
        fields(properties, words);
        required.add("id");
      }
      default -> {
        identified(properties, words);
        required.add("id");
      }
    }
    schema.put("additionalProperties", false);
    var hints = tool.putObject("annotations");
    hints.put("readOnlyHint", List.of("list", "get", "search").contains(verb));
    return tool.set("annotations", hints.put("openWorldHint", true));
  }

  private static String description(String server, String verb, String words) {
    return switch (verb) {
      case "list" ->
          "Lists each %s of a project in %s, newest first. Results come in pages; use the cursor "
                  .formatted(words, server)
              + "of an answer to get the next one. Ask only for the fields that are needed.";
      case "search" ->
          "Searches every %s in %s that the user can see, by words and filters. Prefer this over "
                  .formatted(words, server)
              + "listing when looking for something in particular.";
      case "create" ->
          "Creates a new %s in %s and returns it with its id. Fails if the project does not exist "
                  .formatted(words, server)
              + "or the user may not write to it. Make sure that there is none like it before.";
      case "update" ->
          "Changes an existing %s in %s. Fields that are left out stay as they are. Returns the "
                  .formatted(words, server)
              + "whole object after the change.";
      case "get" ->
          "Returns one %s of %s with all its details, given its id. If only part of it is needed, "
                  .formatted(words, server)
              + "name the fields.";
      default ->
          "Deletes a %s of %s for good, given its id. This cannot be undone; ask the user first."
              .formatted(words, server);
    };
  }

  private static void identified(ObjectNode properties, String words) {
    text(properties, "id", "The id of the " + words + ", as it is in the results of a list.");
    text(properties, "project", "The project that it belongs to, as OWNER/NAME.");
    texts(properties, "fields", "Names of the fields to return; all of them if left out.");
  }

  private static void list(ObjectNode properties, String words) {
    text(properties, "project", "The project to look at, as OWNER/NAME.");
    choice(properties, "state", "Only those in this state.", "open", "closed", "all");
    choice(properties, "sort", "What to sort by.", "created", "updated", "comments");
    text(properties, "since", "Only what was changed after this time.").put("format", "date-time");
    texts(properties, "labels", "Only a " + words + " that has all of these labels.");
    var size = properties.putObject("page_size").put("type", "integer");
    size.put("description", "How many results a page has.").put("minimum", 1).put("maximum", 100);
    size.put("default", 30);
    text(properties, "cursor", "Where to go on, from the answer before.");
  }

  private static void fields(ObjectNode properties, String words) {
    text(properties, "title", "A short title of the " + words + ".");
    text(properties, "body", "The whole text, in Markdown.");
    text(properties, "project", "The project it goes to, as OWNER/NAME.");
    text(properties, "assignee", "The name of the user who takes care of it.");
    choice(properties, "priority", "How soon it is wanted.", "low", "normal", "high", "urgent");
    texts(properties, "labels", "Labels to put on it; those that are missing are made.");
    text(properties, "due", "When it must be done.").put("format", "date");
  }

  private static ObjectNode text(ObjectNode properties, String name, String description) {
    return properties.putObject(name).put("type", "string").put("description", description);
  }

  private static void texts(ObjectNode properties, String name, String description) {
    var list = properties.putObject(name).put("type", "array").put("description", description);
    list.putObject("items").put("type", "string");
  }

  private static void choice(
      ObjectNode properties, String name, String description, String... values) {
    var choice = text(properties, name, description).putArray("enum");
    for (var value : values) {
      choice.add(value);
    }
  }
}
