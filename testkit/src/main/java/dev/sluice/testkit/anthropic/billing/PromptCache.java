package dev.sluice.testkit.anthropic.billing;

import dev.sluice.testkit.anthropic.billing.Prompt.Lifetime;
import dev.sluice.testkit.anthropic.billing.Prompt.Segment;
import dev.sluice.testkit.billing.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers marked prefixes for five minutes or an hour, and splits a prompt into what is read
/// from the cache, what is written to it, and the rest.
public final class PromptCache {

  /// How far before a mark the provider looks for a prefix that an earlier mark left.
  private static final int LOOK_BACK_SEGMENTS = 20;

  private static final long PREFIX_TOKENS_MIN = 1_024;

  private record Entry(Instant until, Lifetime lifetime) {}

  private final InstantSource clock;
  private final int entriesMax;

  // In order of use: the first one is the longest unused.
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  public PromptCache(InstantSource clock, int entriesMax) {
    this.clock = clock;
    this.entriesMax = entriesMax;
  }

  /// The input part of the usage of a call that starts now; remembers its marks.
  public synchronized Usage take(Prompt prompt) {
    var now = clock.instant();
    var ends = ends(prompt.segments());
    var marks = marks(prompt.segments(), ends);
    var hit = hit(prompt.segments(), marks, now);
    var read = hit < 0 ? 0 : ends[hit];
    var written = new long[Lifetime.values().length];
    var from = read;
    for (var mark : marks) {
      var segment = prompt.segments().get(mark);
      if (mark > hit) {
        written[lifetime(segment).ordinal()] += ends[mark] - from;
        from = ends[mark];
      }
      remember(segment.prefix(), lifetime(segment), now);
    }
    var rest = prompt.tokens() - from;
    return new Usage(
        rest,
        0,
        read,
        written[Lifetime.FIVE_MINUTES.ordinal()],
        written[Lifetime.ONE_HOUR.ordinal()],
        0);
  }

  public synchronized int size() {
    return entries.size();
  }

  private static Lifetime lifetime(Segment segment) {
    return segment.mark().orElseThrow();
  }

  /// The tokens up to and with each segment.
  private static long[] ends(List<Segment> segments) {
    var ends = new long[segments.size()];
    var sum = 0L;
    for (var i = 0; i < ends.length; i++) {
      sum += segments.get(i).tokens();
      ends[i] = sum;
    }
    return ends;
  }

  private static List<Integer> marks(List<Segment> segments, long[] ends) {
    var marks = new ArrayList<Integer>();
    for (var i = 0; i < ends.length; i++) {
      if (segments.get(i).mark().isPresent() && ends[i] >= PREFIX_TOKENS_MIN) {
        marks.add(i);
      }
    }
    return marks;
  }

  /// The last segment of the longest prefix that is cached, or -1.
  private int hit(List<Segment> segments, List<Integer> marks, Instant now) {
    for (var mark : marks.reversed()) {
      for (var i = mark; i >= Math.max(0, mark - LOOK_BACK_SEGMENTS); i--) {
        if (touch(segments.get(i).prefix(), now)) {
          return i;
        }
      }
    }
    return -1;
  }

  /// A prefix that is read lives on for its lifetime from now.
  private boolean touch(String prefix, Instant now) {
    @Nullable Entry entry = entries.get(prefix);
    if (entry == null || entry.until().isBefore(now)) {
      return false;
    }
    remember(prefix, entry.lifetime(), now);
    return true;
  }

  private void remember(String prefix, Lifetime lifetime, Instant now) {
    entries.put(prefix, new Entry(now.plus(duration(lifetime)), lifetime));
    if (entries.size() > entriesMax) {
      Map.Entry<String, Entry> oldest = entries.firstEntry();
      entries.remove(oldest.getKey());
    }
  }

  private static Duration duration(Lifetime lifetime) {
    return switch (lifetime) {
      case FIVE_MINUTES -> Duration.ofMinutes(5);
      case ONE_HOUR -> Duration.ofHours(1);
    };
  }
}
