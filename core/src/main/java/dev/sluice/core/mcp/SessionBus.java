package dev.sluice.core.mcp;

import java.util.Map;
import java.util.Optional;

/// What the gateways of an installation tell each other of the sessions of their clients, and keep
/// of them for each other. Nobody waits for another: what does not arrive in time is lost.
public interface SessionBus extends AutoCloseable {

  /// Bytes of one piece of news in UTF-8; a longer one is not told.
  int NEWS_BYTES_MAX = 4 * 1024 * 1024;

  /// The name of what is kept last of a session: nothing else is kept any more.
  String ENDED = "ended";

  /// By which name the others know this gateway: digits and small letters, of no other gateway, nor
  /// of this one before its last start.
  String self();

  /// Tells all others.
  void tell(String news);

  /// Tells one gateway.
  Told tell(String gateway, String news);

  /// Has somebody hear from now on what the others tell.
  void hear(Ear ear);

  /// What is kept of a session, by name; empty where that cannot be read in a short time.
  Optional<Map<String, String>> kept(String session);

  /// Keeps something of a session, for as long as one can last.
  void keep(String session, String name, String value);

  /// Keeps it no more.
  void drop(String session, String name);

  @Override
  void close();

  /// What is known at once of whether something arrives.
  enum Told {
    /// It is on its way.
    SENT,
    /// It is longer than what is told.
    TOO_LARGE,
    /// Too much waits to be told; in a moment there may be room again.
    NO_ROOM,
    /// There is no other gateway.
    NOBODY
  }

  /// Hears what other gateways tell: one after the other, in the order in which each told it.
  interface Ear {

    /// It must not block.
    void heard(String news);

    /// Something may have been told that nobody heard here.
    void missed();
  }
}
