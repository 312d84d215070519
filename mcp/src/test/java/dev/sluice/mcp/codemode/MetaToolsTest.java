package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.run.RunLimits;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class MetaToolsTest {
  private static final Sandbox SANDBOX =
      new Sandbox(new Capacity(1, 4, 128L << 20), InstantSource.system());
  private static final CodeModeLimits LIMITS =
      CodeModeLimits.STANDARD.with(new CodeModeLimits.Answers(1200, 12, 2, 3, 40));
  private static final MetaTools TOOLS =
      new MetaTools(SANDBOX, new Counter(), CodeModeLimits.STANDARD);
  private static final MetaTools FEW = new MetaTools(SANDBOX, new Counter(), LIMITS);
  private static final Caller CALLER =
      Callers.key("ada", Callers.grant("github", "*"), Callers.grant("jira", "*"));
  private static final String NUMBER =
      "{'type':'object','properties':{'number':{'type':'integer','description':'of the issue'}},"
          + "'required':['number']}";
  private static final Fake GITHUB =
      Fake.of(
          Callers.server("github"),
          true,
          tool("get_issue", "Reads one issue", NUMBER),
          tool("list-issues", "Lists issues of a repository", "{'type':'object'}"));
  private static final Fake JIRA =
      Fake.of(Callers.server("jira"), false, tool("find_ticket", "Finds tickets by text", NUMBER));

  @AfterAll
  static void close() {
    SANDBOX.close();
  }

  private static String tool(String name, String description, String schema) {
    return "{'name':'%s','description':'%s','inputSchema':%s,'annotations':{'readOnlyHint':true}}"
        .formatted(name, description, schema)
        .replace('\'', '"');
  }

  private static Call call(String arguments) {
    var params = JsonNodeFactory.instance.objectNode();
    params.set("arguments", JsonMapper.shared().readTree(arguments.replace('\'', '"')));
    return Call.of("tools/call", params);
  }

  private static String told(MetaTools tools, List<Visible> visible, String name, String args) {
    return text(tools.call(CALLER, visible, Map.of(), name, call(args)));
  }

  private static String told(String name, String arguments) {
    return told(TOOLS, Fake.visible(GITHUB, JIRA), name, arguments);
  }

  private static String text(CallResult result) {
    if (!(result instanceof CallResult.Result(var json))) {
      return result.toString();
    }
    var text = json.path("content").path(0).path("text").stringValue("");
    return json.path("isError").booleanValue(false) ? "error: " + text : text;
  }

  private static List<String> names(Offered... servers) {
    return TOOLS.definitions(CALLER, Fake.visible(servers)).stream()
        .map(tool -> tool.path("name").stringValue(""))
        .toList();
  }

  @Test
  void lists_four_tools_and_the_search_where_a_server_has_code_mode() {
    assertThat(names(GITHUB, JIRA))
        .containsExactly("list_tools", "read_tools", "get_tool_docs", "run_code", "search_tools");
    assertThat(names(JIRA)).containsExactly("search_tools");
    assertThat(names()).isEmpty();
  }

  @Test
  void a_server_that_was_never_reached_is_named_though_it_has_no_tools() {
    assertThat(withoutWiki("list_tools", "{}"))
        .contains("get_issue", "(wiki cannot be called now: not connected)");
    assertThat(withoutWiki("list_tools", "{'server':'wiki'}"))
        .isEqualTo("(wiki cannot be called now: not connected)");
    assertThat(withoutWiki("list_tools", "{'server':'github'}")).doesNotContain("wiki");
    assertThat(withoutWiki("read_tools", "{'file':'servers/wiki.d.ts'}"))
        .isEqualTo("error: wiki cannot be called now: not connected");
    assertThat(withoutWiki("get_tool_docs", "{'tools':['wiki.find']}"))
        .isEqualTo("error: wiki.find: wiki cannot be called now: not connected");
    assertThat(withoutWiki("search_tools", "{'query':'weather'}"))
        .endsWith("has a word of it. (wiki cannot be called now: not connected)");
    assertThat(withoutWiki("run_code", "{'code':'await servers.wiki.find({})'}"))
        .startsWith("error: ToolError: wiki is not available now: not connected (line 1");
  }

  private static String withoutWiki(String name, String arguments) {
    var away = Map.of(Callers.server("wiki"), "not connected");
    return text(TOOLS.call(CALLER, Fake.visible(GITHUB), away, name, call(arguments)));
  }

  @Test
  void programs_say_that_a_server_is_away_where_it_is_the_only_one() {
    var away = Map.of(Callers.server("wiki"), "not connected");
    assertThat(text(TOOLS.call(CALLER, List.of(), away, "list_tools", call("{}"))))
        .isEqualTo("(wiki cannot be called now: not connected)");
    var code = call("{'code':'return await servers.wiki.find({})'}");
    assertThat(text(TOOLS.call(CALLER, List.of(), away, "run_code", code)))
        .contains("wiki is not available now: not connected");
  }

  @Test
  void a_server_of_another_namespace_keeps_its_name_in_programs_while_it_is_away() {
    var away = Map.of(new ObjectName("a", "wiki"), "gone", new ObjectName("a", "github"), "gone");
    assertThat(text(TOOLS.call(CALLER, Fake.visible(GITHUB), away, "list_tools", call("{}"))))
        .endsWith("(a.github cannot be called now: gone)\n(wiki cannot be called now: gone)");
  }

  @Test
  void the_definitions_are_few_bytes_and_say_honestly_what_they_do() {
    var definitions = TOOLS.definitions(CALLER, Fake.visible(GITHUB));
    assertThat(definitions.toString().length()).isLessThan(3600);
    for (var tool : definitions) {
      boolean runs = tool.path("name").stringValue("").equals("run_code");
      var hints = tool.path("annotations");
      assertThat(hints.path("readOnlyHint").booleanValue()).isEqualTo(!runs);
      assertThat(hints.path("destructiveHint").booleanValue(false)).isEqualTo(runs);
      assertThat(hints.path("openWorldHint").booleanValue()).isEqualTo(runs);
    }
    assertThat(definitions.get(3).path("description").stringValue(""))
        .contains(Guide.TEXT, "60 s, 200 calls, 64 KiB of output");
  }

  @Test
  void an_output_of_less_than_a_kibibyte_is_told_in_bytes() {
    assertThat(told(1023)).contains("200 calls, 1023 bytes of output.");
    assertThat(told(1024)).contains("200 calls, 1 KiB of output.");
  }

  private static String told(long outputBytesMax) {
    var all = Limits.STANDARD;
    var limits =
        new Limits(
            all.wallMillisMax(),
            all.cpuMillisMax(),
            all.memoryBytesMax(),
            all.callsMax(),
            all.parallelCallsMax(),
            outputBytesMax,
            all.codeBytesMax(),
            all.inputBytesMax(),
            all.resultBytesMax());
    var runs = CodeModeLimits.STANDARD.with(RunLimits.STANDARD.with(limits));
    var definitions = new MetaDefinitions(runs, Set.of());
    return definitions.of(MetaTool.RUN_CODE).path("description").stringValue("");
  }

  @Test
  void a_tool_of_a_server_keeps_a_name_that_a_meta_tool_has_too() {
    var server =
        Fake.of(Callers.server("github"), true, tool("run_code", "Its own", "{'type':'object'}"));
    var own = List.of(new Visible(server, server.tools().getFirst(), "run_code"));
    var names = new ArrayList<String>();
    for (var tool : TOOLS.definitions(CALLER, own)) {
      names.add(tool.path("name").stringValue(""));
      assertThat(TOOLS.has(names.getLast())).isTrue();
    }
    assertThat(names).contains("sluice_run_code", "list_tools").doesNotContain("run_code");
    assertThat(told(TOOLS, own, "sluice_run_code", "{'code':'return 1'}")).isEqualTo("1");
    assertThat(told(TOOLS, own, "run_code", "{'code':'return 1'}")).contains("Unknown tool");
  }

  @Test
  void has_no_names_but_its_own() {
    assertThat(TOOLS.has("list_tools")).isTrue();
    assertThat(TOOLS.has("github__list_tools")).isFalse();
    assertThat(TOOLS.has("list_tools_sluice")).isFalse();
  }

  @Test
  void runs_a_program_within_a_fence_and_counts_its_lines_with_it() {
    assertThat(told(TOOLS, Fake.visible(GITHUB), "run_code", "{'code':'```js\\nreturn 1\\n```'}"))
        .isEqualTo("1");
    assertThat(
            told(TOOLS, Fake.visible(GITHUB), "run_code", "{'code':'```ts\\nreturn nope\\n```'}"))
        .contains("line 2, column 8");
  }

  @Test
  void is_not_there_where_no_tool_is() {
    assertThat(told(TOOLS, List.of(), "search_tools", "{'query':'a'}")).contains("Unknown tool");
    assertThat(told(TOOLS, Fake.visible(JIRA), "run_code", "{'code':'1'}"))
        .contains("Unknown tool");
  }

  @Test
  void lists_the_tree_of_servers_that_programs_can_call() {
    assertThat(told("list_tools", "{}"))
        .isEqualTo(
            """
            servers/github.d.ts (13 lines)
              get_issue
              "list-issues\"""");
    assertThat(told("list_tools", "{'detail':'summaries','server':'github'}"))
        .contains("  get_issue: Reads one issue\n");
    assertThat(told("list_tools", "{'server':'jira'}"))
        .isEqualTo("error: server: jira (expected: one of github)");
  }

  @Test
  void says_which_server_cannot_be_called_now() {
    assertThat(told(TOOLS, Fake.visible(GITHUB.away("not\nreached")), "list_tools", "{}"))
        .endsWith("\n(github cannot be called now: not\nreached)");
  }

  @Test
  void cuts_a_tree_that_is_too_long_and_says_so() {
    var many = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      many.add(tool("tool_" + i, "One of many", "{'type':'object'}"));
    }
    var server = Fake.of(Callers.server("github"), true, many.toArray(String[]::new));
    assertThat(told(FEW, Fake.visible(server), "list_tools", "{'detail':'summaries'}"))
        .hasSizeLessThan(1400)
        .endsWith("more lines; ask for one server, or for names only)");
  }

  @Test
  void reads_a_file_and_some_lines_of_it() {
    assertThat(told("read_tools", "{'file':'servers/github.d.ts'}"))
        .startsWith("interface Servers {\n  github: {\n    /** Reads one issue */\n")
        .contains("get_issue(input: {", "number: number;", "\"list-issues\"(input?: ")
        .doesNotContain("// servers");
    assertThat(told("read_tools", "{'file':'servers/github.d.ts','from':2,'to':2}"))
        .isEqualTo("  github: {\n// servers/github.d.ts: lines 2..2 of 13; go on with from: 3");
    assertThat(told("read_tools", "{'file':'servers/github.d.ts','from':99}"))
        .isEqualTo("// servers/github.d.ts: 13 lines");
    assertThat(told("read_tools", "{'file':'a'}"))
        .isEqualTo("error: file: a (expected: one of servers/github.d.ts)");
  }

  @Test
  void reads_no_more_lines_and_bytes_than_it_may() {
    var many = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      many.add(tool("tool_" + i, "x".repeat(350), "{'type':'object'}"));
    }
    var server = Fake.of(Callers.server("github"), true, many.toArray(String[]::new));
    var read = told(FEW, Fake.visible(server), "read_tools", "{'file':'servers/github.d.ts'}");
    assertThat(read).hasSizeLessThan(1400).endsWith("lines 1..10 of 84; go on with from: 11");
  }

  @Test
  void gives_the_docs_of_tools_by_whatever_name_a_model_knows() {
    for (var name :
        List.of(
            "github.get_issue",
            "servers.github.get_issue",
            "github__get_issue",
            "github.list-issues",
            "servers.github[\\\"list-issues\\\"]")) {
      assertThat(told("get_tool_docs", "{'tools':['" + name + "']}"))
          .as(name)
          .startsWith("await servers.github")
          .contains("Schema of its input:");
    }
    assertThat(told("get_tool_docs", "{'tools':'github.get_issue'}")).contains("Reads one issue");
    assertThat(told("get_tool_docs", "{'tools':['github.issue']}"))
        .isEqualTo(
            "error: github.issue: there is no such tool;"
                + " there is github.get_issue, github.list-issues");
  }

  @Test
  void finds_tools_by_name_and_text_with_the_name_to_call() {
    var found = found("{'query':'ticket by text'}");
    assertThat(found.path("tools").path(0).path("name").stringValue(""))
        .isEqualTo("jira__find_ticket");
    assertThat(found.path("tools").path(0).has("program")).isFalse();
    assertThat(found.path("tools").path(0).path("inputSchema").path("required").size())
        .isEqualTo(1);
    var issue = found("{'query':'list issues','max':1}");
    assertThat(issue.path("tools").path(0).path("program").stringValue(""))
        .isEqualTo("servers.github[\"list-issues\"]");
    assertThat(issue.path("more").intValue()).isEqualTo(2);
    assertThat(told("search_tools", "{'query':'weather'}"))
        .isEqualTo("No tool of 3 has a word of it.");
  }

  private static JsonNode found(String arguments) {
    return JsonMapper.shared().readTree(told("search_tools", arguments));
  }

  @Test
  void a_definition_that_is_too_large_is_named_only() {
    var server =
        Fake.of(
            Callers.server("github"), true, tool("huge", "x".repeat(5000), "{'type':'object'}"));
    var found =
        JsonMapper.shared()
            .readTree(told(FEW, Fake.visible(server), "search_tools", "{'query':'huge'}"));
    assertThat(found.path("tools").path(0).path("note").stringValue("")).contains("bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list_tools|{'detail':'all'}|detail: all (expected: names or summaries)",
        "list_tools|{'depth':1}|argument: depth (expected: one of detail, server)",
        "list_tools|[]|arguments: [] (expected: an object)",
        "read_tools|{}|file: missing (expected: a text of 1..500 characters)",
        "read_tools|{'file':'f','from':0}|from: 0 (expected: a whole number, 1..2147483647)",
        "read_tools|{'file':7}|file: 7 (expected: a text of 1..500 characters)",
        "get_tool_docs|{}|tools: missing (expected: 1..20 texts of 1..500 characters)",
        "get_tool_docs|{'tools':[1]}|tools: [1] (expected: 1..20 texts of 1..500 characters)",
        "search_tools|{'query':' '}|query: \" \" (expected: a text of 1..200 characters)",
        "search_tools|{'query':'a','max':21}|max: 21 (expected: a whole number, 1..20)",
        "run_code|{'code':'1','timeout_seconds':61}|timeout_seconds: 61"
            + " (expected: a whole number, 1..60)",
        "run_code|{'code':'1','media':'yes'}|media: \"yes\" (expected: true or false)",
        "run_code|{'code':''}|code: \"\" (expected: a text)",
      })
  void an_argument_that_is_wrong_is_named_with_what_was_expected(
      String tool, String arguments, String sentence) {
    assertThat(told(tool, arguments)).isEqualTo("error: " + sentence);
  }

  @Test
  void takes_whole_numbers_that_came_as_texts() {
    assertThat(told("run_code", "{'code':'return 1','timeout_seconds':'20'}")).isEqualTo("1");
  }

  @Test
  void servers_of_other_namespaces_with_the_same_name_have_theirs_before_a_dot() {
    var theirs = Fake.of(new ObjectName("a", "github"), true, tool("x", "X", "{'type':'object'}"));
    assertThat(told(TOOLS, Fake.visible(theirs, GITHUB), "list_tools", "{}"))
        .startsWith("servers/a.github.d.ts (8 lines)\n  x\nservers/github.d.ts");
    assertThat(told(TOOLS, Fake.visible(theirs), "list_tools", "{}"))
        .startsWith("servers/github.d.ts");
  }

  @Test
  void a_program_gets_what_is_structured_and_its_output_is_bounded() {
    var server =
        GITHUB.answering(
            call -> {
              ObjectNode result = JsonNodeFactory.instance.objectNode();
              result.set("structuredContent", call.params().path("arguments"));
              return new CallResult.Result(result);
            });
    assertThat(
            told(
                TOOLS,
                Fake.visible(server),
                "run_code",
                "{'code':'return (await servers.github.get_issue({number: 7})).number'}"))
        .isEqualTo("7");
    assertThat(
            told(TOOLS, Fake.visible(server), "run_code", "{'code':'return `x`.repeat(100000)'}"))
        .isEqualTo("\"" + "x".repeat(65_535) + "…");
    assertThat(RunLimits.STANDARD.program().outputBytesMax()).isEqualTo(65_536);
  }
}
