package dev.sluice.wire.conversation;

import java.util.List;

/// What one side says before the other does. Turns of one role can follow each other.
///
/// @param role `SYSTEM` for instructions in the middle of a conversation
public record Turn(Role role, List<Block> blocks) {

  public Turn {
    blocks = List.copyOf(blocks);
  }

  public enum Role {
    USER,
    ASSISTANT,
    SYSTEM
  }
}
