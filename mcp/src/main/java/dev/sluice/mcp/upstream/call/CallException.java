package dev.sluice.mcp.upstream.call;

import java.io.IOException;

/// Carries the failure of a call out of the code that reads and writes.
public final class CallException extends IOException {

  private static final long serialVersionUID = 1;

  private final transient CallFailure failure;

  public CallException(CallFailure failure) {
    super(failure.detail());
    this.failure = failure;
  }

  public static CallException of(
      CallFailure.Reason reason, CallFailure.Effect effect, String detail) {
    return new CallException(new CallFailure(reason, effect, detail));
  }

  public CallFailure failure() {
    return failure;
  }
}
