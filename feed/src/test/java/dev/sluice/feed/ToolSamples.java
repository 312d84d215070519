package dev.sluice.feed;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Made-up servers of tools and grants, random ones with everything that there can be.
final class ToolSamples {

  private final Random random;

  ToolSamples(Random random) {
    this.random = random;
  }

  ToolAccess access() {
    return new ToolAccess(some(3, () -> some(3, () -> new ToolGrant(name(), globs()))));
  }

  ApiServer apiServer() {
    var bytes = new byte[random.nextBoolean() ? 4 : 16];
    random.nextBytes(bytes);
    try {
      return new ApiServer(InetAddress.getByAddress(bytes), random.nextInt(65536));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  ToolServer server() {
    var pins = ToolServer.Pins.values();
    return new ToolServer(
        name(),
        random.nextInt(3) == 0 ? program() : http(),
        new ToolServer.Timeouts(duration(), duration(), duration(), duration()),
        globs(),
        globs(),
        pins[random.nextInt(pins.length)],
        new HashSet<>(some(5, this::word)),
        random.nextBoolean(),
        new NanoUsd(random.nextLong(1L << 40)),
        new ToolServer.Recording(random.nextBoolean(), random.nextBoolean(), some(3, this::word)),
        random.nextLong(1L << 25));
  }

  private Reach http() {
    return new Reach.Http(
        random.nextBoolean(),
        url(),
        some(3, () -> new Reach.Header(word(), text())),
        random.nextBoolean() ? new Reach.Auth.None() : clientCredentials(),
        perhaps(this::word));
  }

  private Reach.Auth clientCredentials() {
    return new Reach.Auth.ClientCredentials(
        perhaps(this::url), word(), word(), some(3, this::word), perhaps(this::word));
  }

  private Reach program() {
    var environment = new HashMap<String, Reach.Text>();
    some(3, this::word).forEach(name -> environment.put(name, text()));
    return new Reach.Stdio(some(4, this::word), environment);
  }

  private Reach.Text text() {
    return random.nextBoolean() ? new Reach.Text.Plain(word()) : new Reach.Text.Secret(word());
  }

  private URI url() {
    return URI.create("https://" + random.nextInt(1000) + ".example.com/mcp");
  }

  private Globs globs() {
    return new Globs(some(3, this::word));
  }

  private ObjectName name() {
    return new ObjectName(word(), word());
  }

  private Duration duration() {
    return Duration.ofNanos(random.nextLong(1L << 45));
  }

  private String word() {
    return random.nextInt(9) == 0 ? "" : "w" + Long.toString(random.nextLong(1L << 50), 36);
  }

  private <T> T perhaps(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> List<T> some(int most, Supplier<T> value) {
    var all = new ArrayList<T>();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      all.add(value.get());
    }
    return all;
  }
}
