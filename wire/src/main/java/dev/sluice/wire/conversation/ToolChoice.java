package dev.sluice.wire.conversation;

/// Whether tools are to be used.
///
/// @param name of the one tool for `ONE`, else empty
/// @param parallel more than one may be asked for at once
public record ToolChoice(Mode mode, String name, boolean parallel) {

  public static final ToolChoice UNSAID = new ToolChoice(Mode.UNSAID, "", true);

  public enum Mode {
    UNSAID,
    AUTO,
    /// At least one.
    ANY,
    NONE,
    ONE
  }
}
