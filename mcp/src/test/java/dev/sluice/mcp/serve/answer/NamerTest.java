package dev.sluice.mcp.serve.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.Plain;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NamerTest {

  private final Namer namer = new Namer();
  private final Listed notes = new Listed("default", "notes", "read", "write");
  private final Listed wiki = new Listed("default", "wiki", "read");

  private static Caller caller(String version, String narrowedTo, String... tools) {
    var grants = List.of(grant("default", "notes", tools), grant("default", "wiki", tools));
    var narrowing =
        narrowedTo.isEmpty()
            ? Caller.Narrowing.NONE
            : new Caller.Narrowing(Optional.empty(), Optional.of(new Globs(List.of(narrowedTo))));
    return caller(version, grants, narrowing);
  }

  private static ToolGrant grant(String namespace, String server, String... tools) {
    return new ToolGrant(new ObjectName(namespace, server), new Globs(Arrays.asList(tools)));
  }

  private static Caller caller(String version, List<ToolGrant> grants, Caller.Narrowing narrowing) {
    var key = Plain.key(new ObjectName("default", "key"), false, grants);
    return new Caller(
        new Admitted("request", key, version),
        Optional.empty(),
        ClientProfile.of("test", "1"),
        narrowing);
  }

  private Namer.Named all(Caller caller, Offered... servers) {
    return namer.named(new View(caller, new Scope.All(), List.of(servers)));
  }

  private static List<String> names(Namer.Named named) {
    return named.all().stream().map(Visible::name).toList();
  }

  @Test
  void names_are_made_once_for_all_who_may_use_the_same() {
    var first = all(caller("1", "", "*"), notes, wiki);
    assertThat(names(first)).containsExactly("notes__read", "notes__write", "wiki__read");
    assertThat(all(caller("1", "", "*"), notes, wiki)).isSameAs(first);
    assertThat(first.find("notes__write").orElseThrow().tool().name()).isEqualTo("write");
    assertThat(first.find("notes__delete")).isEmpty();
  }

  @Test
  void a_list_that_changes_counts_at_once() {
    var caller = caller("1", "", "*");
    var before = all(caller, notes, wiki);
    notes.list("read", "delete");
    var after = all(caller, notes, wiki);
    assertThat(names(after)).containsExactly("notes__read", "notes__delete", "wiki__read");
    assertThat(after.find("notes__write")).isEmpty();
    assertThat(names(before)).contains("notes__write");
  }

  @Test
  void a_server_that_comes_or_goes_counts_at_once() {
    var caller = caller("1", "", "*");
    assertThat(names(all(caller, notes))).containsExactly("notes__read", "notes__write");
    assertThat(names(all(caller, notes, wiki))).contains("wiki__read");
    assertThat(names(all(caller, wiki))).containsExactly("wiki__read");
    assertThat(names(all(caller, new Listed("default", "wiki", "edit"))))
        .containsExactly("wiki__edit");
  }

  @Test
  void who_may_use_less_sees_less_whoever_asked_before() {
    assertThat(names(all(caller("1", "", "*"), notes))).hasSize(2);
    assertThat(names(all(caller("1", "", "r*"), notes))).containsExactly("notes__read");
    assertThat(names(all(caller("1", "w*", "*"), notes))).containsExactly("notes__write");
    assertThat(names(all(caller("1", "", "*"), notes))).hasSize(2);
    // The same key under the next policy.
    assertThat(names(all(caller("2", "", "w*"), notes))).containsExactly("notes__write");
    assertThat(names(all(caller("2", "", "nothing"), notes))).isEmpty();
  }

  @Test
  void one_server_alone_has_its_own_names() {
    var caller = caller("1", "", "*");
    assertThat(names(all(caller, notes))).containsExactly("notes__read", "notes__write");
    var alone = namer.named(new View(caller, new Scope.One(notes), List.of(notes)));
    assertThat(names(alone)).containsExactly("read", "write");
  }

  @Test
  void one_server_alone_has_shorter_names_where_no_provider_takes_its_own() {
    var longName = "read_" + "x".repeat(60);
    notes.list("read", longName, "get issue");
    var caller = caller("1", "", "*");
    var alone = namer.named(new View(caller, new Scope.One(notes), List.of(notes)));
    assertThat(names(alone))
        .hasSize(3)
        .startsWith("read")
        .allMatch(name -> name.matches("[A-Za-z0-9_-]{1,45}"));
    for (var name : List.of(names(alone).get(1), longName)) {
      assertThat(alone.find(name).orElseThrow().tool().name()).isEqualTo(longName);
    }
    for (var name : List.of(names(alone).get(2), "get issue")) {
      assertThat(alone.find(name).orElseThrow().tool().name()).isEqualTo("get issue");
    }
    assertThat(all(caller, notes).find(longName)).isEmpty();
  }

  @Test
  void a_name_that_is_listed_is_never_the_whole_name_of_another_tool() {
    notes.list("get issue");
    var caller = caller("1", "", "*");
    var view = new View(caller, new Scope.One(notes), List.of(notes));
    var shortened = names(namer.named(view)).getFirst();
    notes.list("get issue", shortened);
    var alone = namer.named(view);
    assertThat(names(alone)).hasSize(2).doesNotHaveDuplicates().startsWith(shortened);
    assertThat(alone.find(shortened).orElseThrow().tool().name()).isEqualTo("get issue");
    assertThat(alone.find(names(alone).getLast()).orElseThrow().tool().name()).isEqualTo(shortened);
  }

  @Test
  void servers_of_one_name_in_two_namespaces_keep_their_names() {
    var other = new Listed("team", "notes", "read");
    var caller =
        caller(
            "1",
            List.of(grant("default", "notes", "*"), grant("team", "notes", "*")),
            Caller.Narrowing.NONE);
    var named = all(caller, notes, other);
    assertThat(named.find("notes__read").orElseThrow().server()).isSameAs(notes);
    assertThat(names(named)).hasSize(3).last().asString().startsWith("notes__read_");
    assertThat(all(caller, notes, other)).isSameAs(named);
  }

  @Test
  void many_narrowings_take_no_more_than_they_may() {
    var first = all(caller("1", "", "*"), notes);
    for (int i = 0; i < 1_000; i++) {
      assertThat(names(all(caller("1", "read" + i, "*"), notes))).isEmpty();
    }
    // Forgotten, and made again.
    var again = all(caller("1", "", "*"), notes);
    assertThat(again).isNotSameAs(first).isEqualTo(first);
  }
}
