package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.search.ToolSearch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolSearchTest {
  private static final List<String> VERBS = List.of("list", "get", "create", "update", "delete");
  private static final List<String> SERVERS =
      List.of(
          "forge:issue,pull_request,branch,review,commit,run",
          "tracker:ticket,board,sprint,epic,version,worklog",
          "shop:order,refund,invoice,customer,coupon,dispute",
          "docs:page,space,comment,template,attachment,label",
          "cloud:instance,bucket,queue,function,secret,role",
          "chat:message,channel,thread,user,reaction,file",
          "crm:account,contact,lead,opportunity,quote,campaign",
          "drive:document,folder,permission,revision,share,copy",
          "errors:issue,event,project,release,alert,trace",
          "metrics:dashboard,panel,series,silence,source,query",
          "calendar:meeting,calendar,invitation,room,reminder,slot",
          "deploys:pipeline,stage,artifact,flag,target,rollback",
          "people:person,team,vacation,position,office,badge",
          "support:case,macro,article,agent,group,survey",
          "mail:draft,mailbox,filter,signature,address,header",
          "night:shift,watch,rotation,policy,schedule,note");
  private static final List<Visible> MANY = many();

  private static List<Visible> many() {
    var all = new ArrayList<Visible>();
    for (var server : SERVERS) {
      var words = server.split("[:,]");
      var tools = new ArrayList<String>();
      for (int i = 1; i < words.length; i++) {
        for (var verb : VERBS) {
          tools.add(tool(verb + "_" + words[i], description(verb, words[i].replace('_', ' '))));
        }
      }
      all.addAll(
          Fake.visible(Fake.of(Callers.server(words[0]), false, tools.toArray(String[]::new))));
    }
    return all;
  }

  /// Sentences have the words of questions, too, and not all the same ones.
  private static String description(String verb, String noun) {
    return switch (verb) {
      case "list" -> "Lists each " + noun + ", newest first. Use the cursor to get the next ones.";
      case "get" -> "What there is to know of one " + noun + ", and who it is that owns it.";
      case "create" -> "Makes a new " + noun + " with the title that you want it to have.";
      case "update" -> "Changes a " + noun + ". How it was before does not matter to it.";
      default -> "Removes a " + noun + " for good. This is not to be taken back by any of us.";
    };
  }

  private static String tool(String name, String description) {
    return """
        {"name":"%s","description":"%s","inputSchema":{"type":"object","properties":
        {"id":{"type":"string","description":"Which one it is, as a list has it."}}}}
        """
        .formatted(name, description);
  }

  private static List<String> found(String query, List<Visible> tools) {
    return ToolSearch.found(query, tools).stream().map(Visible::name).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list issues | forge__list_issue",
        "forge pull requests | forge__list_pull_request",
        "how do I create a pull request in the forge? | forge__create_pull_request",
        "What is it that I use to get the invoice of a customer | shop__get_invoice",
        "which of these can delete a secret for me | cloud__delete_secret",
        "update opportunities | crm__update_opportunity",
        "policies | night__list_policy",
        "queries of metrics | metrics__list_query",
        "updateVacation | people__update_vacation",
        "delete_rollback | deploys__delete_rollback",
        "night__get_shift | night__get_shift",
      })
  void of_hundreds_of_tools_the_one_that_is_meant_comes_first(String query, String name) {
    assertThat(MANY).hasSize(480);
    assertThat(found(query, MANY)).startsWith(name);
  }

  @Test
  void words_of_the_question_itself_find_nothing_beside_others() {
    var tools =
        Fake.visible(
            Fake.of(
                Callers.server("desk"),
                false,
                tool("weather", "What the sky is like, in the place that you have in mind."),
                tool("list_issues", "Lists issues.")));
    assertThat(found("What are the issues that I have?", tools))
        .containsExactly("desk__list_issues");
    assertThat(found("what", tools)).containsExactly("desk__weather");
  }

  @Test
  void a_word_counts_the_more_the_fewer_tools_have_it() {
    assertThat(found("newest vacation", MANY).getFirst()).isEqualTo("people__list_vacation");
    assertThat(found("list get vacation", MANY).subList(0, 2))
        .containsExactlyInAnyOrder("people__list_vacation", "people__get_vacation");
    assertThat(found("cursor next vacation", MANY).subList(0, 5))
        .allMatch(name -> name.startsWith("people__"));
  }
}
