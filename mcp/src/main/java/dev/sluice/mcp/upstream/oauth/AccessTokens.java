package dev.sluice.mcp.upstream.oauth;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.http.Http;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one access token, renews it ahead of its end, and drops it when a server refuses it.
///
/// While the token is good, it is renewed in the background, and nobody waits. A failure is
/// remembered for a moment, so that a burst of calls is no burst at the authorization server.
public final class AccessTokens implements Credentials {

  private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);
  private static final Duration AHEAD_MAX = Duration.ofMinutes(1);
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(3);

  /// A token, from when on it is renewed, and when it ends.
  private record Kept(String value, Instant renewAt, Instant end) {}

  private final TokenFetcher fetcher;
  private final InstantSource clock;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile @Nullable Kept kept;
  private @Nullable CallException failure;
  private Instant failureEnd = Instant.MIN;

  public AccessTokens(OauthClient client, Http http, InstantSource clock) {
    this.fetcher = new TokenFetcher(client, http);
    this.clock = clock;
  }

  @Override
  public List<Header> headers() throws CallException {
    var now = clock.instant();
    var token = kept;
    if (token == null || !now.isBefore(token.end())) {
      token = fetched();
    } else if (!now.isBefore(token.renewAt()) && renewing.compareAndSet(false, true)) {
      Thread.ofVirtual().name("mcp-token").start(this::renew);
    }
    return List.of(new Header("Authorization", "Bearer " + token.value()));
  }

  @Override
  public void refused() {
    kept = null;
  }

  /// One asks, and the others wait for what it gets.
  private synchronized Kept fetched() throws CallException {
    var now = clock.instant();
    var token = kept;
    if (token != null && now.isBefore(token.end())) {
      return token;
    }
    var last = failure;
    if (last != null && now.isBefore(failureEnd)) {
      throw last.failure().exception();
    }
    try {
      var fresh = fetcher.fetch();
      failure = null;
      return keep(fresh);
    } catch (CallException e) {
      failure = e;
      failureEnd = now.plus(FAILURE_KEPT);
      throw e;
    }
  }

  private Kept keep(TokenFetcher.Token fresh) {
    var now = clock.instant();
    var tenth = fresh.lifetime().dividedBy(10);
    var ahead = tenth.compareTo(AHEAD_MAX) < 0 ? tenth : AHEAD_MAX;
    var end = now.plus(fresh.lifetime());
    var token = new Kept(fresh.value(), end.minus(ahead), end);
    kept = token;
    return token;
  }

  private void renew() {
    try {
      var _ = keep(fetcher.fetch());
    } catch (CallException e) {
      // The old one is still good; the next call tries again.
      LOG.info("a token was not renewed: {}", e.failure().detail());
    } finally {
      renewing.set(false);
    }
  }
}
