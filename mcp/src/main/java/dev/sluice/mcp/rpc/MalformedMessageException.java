package dev.sluice.mcp.rpc;

import java.io.IOException;

/// What came is no message of JSON-RPC, or exceeds a limit; the text repeats nothing of it.
public final class MalformedMessageException extends IOException {

  private static final long serialVersionUID = 1;

  /// What is wrong.
  public enum Fault {
    TOO_LARGE,
    NOT_JSON,
    NOT_JSON_RPC
  }

  private final Fault fault;

  public MalformedMessageException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
