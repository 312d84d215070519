package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Searches of the web as text, for whom did not run them: what was asked, and the titles and
/// addresses that were found. What only their origin can read is left out. The same in every turn.
public final class SearchWords {

  private SearchWords() {}

  public static Block.Text of(Block.Search search) {
    return new Block.Text(between("web_search", search.query()), search.cacheMark());
  }

  public static Block.Text of(Block.Found found) {
    var words = new StringBuilder();
    for (var page : found.pages()) {
      words.append(words.isEmpty() ? "" : "\n").append(line(page));
    }
    if (found.failure() != null) {
      words.append("failed: ").append(found.failure());
    } else if (words.isEmpty()) {
      words.append("nothing was told");
    }
    return new Block.Text(between("web_search_results", words.toString()), found.cacheMark());
  }

  /// A result that the client found itself, and puts before the model.
  public static Block.Text given(
      String title, String source, List<String> texts, @Nullable CacheMark mark) {
    var head = "title: " + title + "\nsource: " + source + "\n\n";
    return new Block.Text(between("search_result", head + String.join("\n", texts)), mark);
  }

  private static String line(Page page) {
    var title = page.title().isBlank() ? "" : page.title().strip() + " ";
    var age = page.age() == null ? "" : " (" + page.age() + ")";
    return "- " + title + page.url() + age;
  }

  private static String between(String name, String text) {
    return "<" + name + ">\n" + text + "\n</" + name + ">";
  }
}
