package dev.sluice.mcp.serve.http;

import dev.sluice.mcp.rpc.RpcError;

/// Carries out of the steps of a request what a client is told instead of an answer.
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;
  private final transient RpcError error;

  /// @param status of HTTP, where the answer is no stream yet
  public RefusedException(int status, RpcError error) {
    super(error.message());
    this.status = status;
    this.error = error;
  }

  public static RefusedException of(int status, int code, String message) {
    return new RefusedException(status, RpcError.of(code, message));
  }

  public int status() {
    return status;
  }

  public RpcError error() {
    return error;
  }
}
