package dev.sluice.mcp.catalog.lists;

import java.time.Duration;

/// What a server's lists may take at most, and how often they are asked for.
///
/// @param listMax for all pages of one list
/// @param ttlStandard how long a list is good whose server does not tell
/// @param ttlMin what a server tells is never taken for less, nor for more than `ttlMax`
/// @param refreshEvery between two fetches of one list, whatever the server tells
/// @param retryMax between two attempts at a list that fails; it begins with `refreshEvery`
/// @param keptMax how long the last list of a server that is away is served
/// @param firstUseMax how long callers wait for a server that was just declared
public record ListLimits(
    int pagesMax,
    int itemsMax,
    long listBytesMax,
    Duration listMax,
    Duration ttlStandard,
    Duration ttlMin,
    Duration ttlMax,
    Duration refreshEvery,
    Duration retryMax,
    Duration keptMax,
    Duration firstUseMax) {

  public static final ListLimits STANDARD =
      new ListLimits(
          100,
          2_000,
          16L << 20,
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(30),
          Duration.ofSeconds(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5));

  public ListLimits withRefresh(Duration every, Duration ttl) {
    return new ListLimits(
        pagesMax,
        itemsMax,
        listBytesMax,
        listMax,
        ttl,
        ttl,
        ttlMax,
        every,
        retryMax,
        keptMax,
        firstUseMax);
  }

  public ListLimits withPages(int pages, int items) {
    return new ListLimits(
        pages,
        items,
        listBytesMax,
        listMax,
        ttlStandard,
        ttlMin,
        ttlMax,
        refreshEvery,
        retryMax,
        keptMax,
        firstUseMax);
  }

  Duration ttl(Duration told) {
    return told.compareTo(ttlMin) < 0 ? ttlMin : told.compareTo(ttlMax) > 0 ? ttlMax : told;
  }
}
