package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Block.ToolResult;
import dev.sluice.wire.conversation.Block.ToolUse;

/// The sentences and brackets by which a model is told in text what its language has no member for.
/// They are the same in every turn, so that the prompt's start stays as it was.
public final class Marks {

  /// Before the text of a tool that failed.
  public static final String FAILED = "[tool error] ";

  /// In the place of an empty result.
  public static final String EMPTY = "[no output]";

  /// In the place of a result that there is none of.
  public static final String INTERRUPTED = "[no result: the tool was interrupted]";

  /// In the place of a tool's text where only images or files came.
  public static final String FOLLOWS = "[the result follows in the next message]";

  private Marks() {}

  public static String between(String name, String text) {
    return "<" + name + ">\n" + text + "\n</" + name + ">";
  }

  /// Instructions in the middle of a conversation, where only a user can speak there.
  public static String instruction(String text) {
    return between("system_instruction", text);
  }

  static String document(String title, String text) {
    return between("document", title.isEmpty() ? text : "title: " + title + "\n\n" + text);
  }

  static String orphan(ToolResult result) {
    return "[result of the tool call " + result.toolUseId() + ", which is not shown]";
  }

  /// Before the images and files that a tool returned.
  public static String returnedBy(ToolUse call) {
    return "[returned by the tool " + call.name() + " for the call " + call.id() + "]";
  }
}
