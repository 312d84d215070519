package dev.sluice.mcp.catalog;

import dev.sluice.mcp.catalog.lists.ListLimits;
import java.time.Duration;

/// What all servers together may take.
///
/// @param serversMax of those declared; the rest, by their names, are away
/// @param drainMax how long a connection that is replaced or gone may still carry its calls
/// @param lookEvery how often each server's state is looked at when it tells nothing
/// @param reportEvery between two reports
/// @param changesMax how many hidden definitions are kept for people, and `changeBytesMax` of them
/// @param pendingMax what waits for a slow listener, until it is told less exactly
/// @param uriCharactersMax of a resource that a server names as changed
public record CatalogLimits(
    ListLimits lists,
    int serversMax,
    Duration drainMax,
    Duration lookEvery,
    Duration reportEvery,
    int changesMax,
    long changeBytesMax,
    int pendingMax,
    int uriCharactersMax) {

  public static final CatalogLimits STANDARD =
      new CatalogLimits(
          ListLimits.STANDARD,
          256,
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          500,
          4L << 20,
          1_000,
          8 << 10);

  public CatalogLimits with(ListLimits value) {
    return new CatalogLimits(
        value,
        serversMax,
        drainMax,
        lookEvery,
        reportEvery,
        changesMax,
        changeBytesMax,
        pendingMax,
        uriCharactersMax);
  }

  public CatalogLimits withServersMax(int value) {
    return new CatalogLimits(
        lists,
        value,
        drainMax,
        lookEvery,
        reportEvery,
        changesMax,
        changeBytesMax,
        pendingMax,
        uriCharactersMax);
  }
}
