package dev.sluice.testkit.billing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers the beginnings of prompts without being asked to: the first 1,024 tokens, and from
/// there in steps of 128. One byte that differs ends what can be read from the cache.
public final class PrefixCache {

  private static final int FIRST_TOKENS = 1_024;
  private static final int STEP_TOKENS = 128;

  private final InstantSource clock;
  private final int entriesMax;

  // In order of use: the first one is the longest unused.
  private final LinkedHashMap<String, Instant> entries = new LinkedHashMap<>(16, 0.75f, true);

  public PrefixCache(InstantSource clock, int entriesMax) {
    this.clock = clock;
    this.entriesMax = entriesMax;
  }

  /// The input part of the usage of a call that starts now; remembers its beginnings.
  ///
  /// @param lifetime of a beginning that is not used any more
  public synchronized Usage take(PrefixPrompt prompt, Duration lifetime) {
    var now = clock.instant();
    var beginnings = beginnings(prompt);
    var known = 0;
    while (known < beginnings.size() && lives(beginnings.get(known), now)) {
      known++;
    }
    beginnings.forEach(beginning -> remember(beginning, now.plus(lifetime)));
    var read = known == 0 ? 0L : FIRST_TOKENS + (known - 1L) * STEP_TOKENS;
    return new Usage(prompt.count() - read, 0, read, 0, 0, 0);
  }

  private boolean lives(String beginning, Instant now) {
    @Nullable Instant until = entries.get(beginning);
    return until != null && !until.isBefore(now);
  }

  private void remember(String beginning, Instant until) {
    entries.put(beginning, until);
    if (entries.size() > entriesMax) {
      entries.remove(entries.firstEntry().getKey());
    }
  }

  /// The hash of each beginning, from the shortest on.
  private static List<String> beginnings(PrefixPrompt prompt) {
    var hashes = new ArrayList<String>();
    var digest = sha256();
    update(digest, prompt.scope() + "\n");
    for (var i = 0; i < prompt.tokens().size(); i++) {
      update(digest, prompt.tokens().get(i));
      var length = i + 1;
      if (length >= FIRST_TOKENS && (length - FIRST_TOKENS) % STEP_TOKENS == 0) {
        hashes.add(soFar(digest));
      }
    }
    return hashes;
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String soFar(MessageDigest digest) {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("BUG: the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: SHA-256 is part of every JDK", e);
    }
  }
}
