package dev.sluice.mcp.upstream.call;

/// Why a call has no answer of the server.
///
/// @param effect whether the server can have done what was asked
/// @param detail for people; it names no secret, no header and nothing of a body
public record CallFailure(Reason reason, Effect effect, String detail) {

  /// What went wrong.
  public enum Reason {
    /// The address is one that may not be called.
    FORBIDDEN_ADDRESS,
    UNREACHABLE,
    /// The server was not reached a moment ago, and it is not tried yet again.
    BACKING_OFF,
    /// No credential could be had, or the server does not take it.
    UNAUTHORIZED,
    CONNECT_TIMEOUT,
    FIRST_BYTE_TIMEOUT,
    IDLE_TIMEOUT,
    TOTAL_TIMEOUT,
    CANCELLED,
    /// The connection ended before the answer did.
    CUT,
    TOO_LARGE,
    /// What came is no answer in the protocol.
    MALFORMED,
    /// HTTP status 404 or 405, and no answer in the protocol with it: there is no such server.
    NOT_THERE,
    /// Another HTTP status 4xx, and no answer in the protocol with it.
    HTTP_REFUSED,
    /// Any other HTTP status that is no success: 5xx, or a redirect, which is never followed.
    HTTP_FAILED,
    /// The server does not know our session any more.
    SESSION_LOST,
    /// The server speaks no version that is spoken here.
    UNKNOWN_VERSION,
    /// The server asks for input again and again.
    TOO_MANY_ROUNDS,
    /// So many calls of this server are open that no other one is begun.
    TOO_MANY_CALLS,
    CLOSED
  }

  /// What the call can have done.
  public enum Effect {
    /// It can be sent again without harm.
    NEVER_RUN,
    MAY_HAVE_RUN
  }

  public CallException exception() {
    return new CallException(this);
  }
}
