package dev.sluice.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.FeedUnavailableException;
import dev.sluice.feed.codec.ToolWords;
import dev.sluice.ledger.Ledger;
import dev.sluice.operator.admin.OperatorMeters;
import dev.sluice.operator.lead.Leadership;
import dev.sluice.operator.publish.Publication;
import dev.sluice.operator.publish.Reach;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import dev.sluice.xds.ads.Rejection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells each object what became of it, while this operator leads: at once where a condition
/// changes, and what is spent once a minute.
public final class Reporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  /// What is spent is asked and told this often: one write a minute for a key that is used.
  private static final Duration SPENT_EVERY = Duration.ofMinutes(1);

  /// Writes at once.
  private static final int WRITERS = 8;

  /// More wait for the next look, which sees what has changed meanwhile.
  private static final int WRITES_A_LOOK_MAX = 500;

  private final Publication publication;
  private final Leadership leadership;
  private final Spending spending;
  private final Supplier<? extends Map<String, ToolWords>> servers;
  private final StatusWriter writer;
  private final InstantSource clock;
  private final OperatorMeters meters;
  private final Map<ObjectId, JsonNode> written = new HashMap<>();
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private volatile @Nullable Outcome latest;
  private final Calm calm = new Calm();
  private Map<ObjectName, ServerStanding> standings = Map.of();
  private Instant spentAt = Instant.EPOCH;
  private @Nullable Look last;
  private boolean pending;
  private boolean unwritten;

  /// Who is asked.
  ///
  /// @param ledger fails as a ledger does that is away
  /// @param servers what each gateway says of servers of tools, by its name; fails as the feed does
  ///   where Redis is away
  public record Sources(
      Supplier<Ledger> ledger, Supplier<? extends Map<String, ToolWords>> servers) {}

  public Reporter(
      KubernetesClient client,
      Publication publication,
      Leadership leadership,
      Sources sources,
      InstantSource clock,
      OperatorMeters meters) {
    this.meters = meters;
    this.publication = publication;
    this.leadership = leadership;
    this.spending = new Spending(sources.ledger());
    this.servers = sources.servers();
    this.writer = new StatusWriter(client);
    this.clock = clock;
  }

  /// What is to be told from now on; null where another operator tells it.
  public void report(@Nullable Outcome outcome) {
    latest = outcome;
  }

  /// One look at how far everything is, by one thread at a time.
  ///
  /// @return whether anything may still change by itself in a moment
  public boolean look() throws InterruptedException {
    var outcome = latest;
    if (outcome == null || !leadership.leads()) {
      written.clear();
      last = null;
      return false;
    }
    var now = clock.instant();
    if (Duration.between(spentAt, now).compareTo(SPENT_EVERY) >= 0) {
      spending.refresh(Spending.all(outcome));
      spentAt = now;
    }
    var reach = publication.reach();
    meters.reach(reach, publication.generation());
    var seen = new Look(outcome, reach, publication.rejections(), standings(now), spentAt);
    if (unwritten || !seen.sameAs(last)) {
      last = null;
      pending = write(seen, now);
      last = seen;
    }
    return pending;
  }

  /// Where Redis does not answer, what it said last stays.
  private Map<ObjectName, ServerStanding> standings(Instant now) {
    try {
      standings = calm.calmed(ServerStanding.of(servers.get()), now);
    } catch (FeedUnavailableException _) {
      // The publication tells it.
    }
    return standings;
  }

  /// What statuses are made of.
  private record Look(
      Outcome outcome,
      Reach reach,
      List<Rejection> rejections,
      Map<ObjectName, ServerStanding> servers,
      Instant spentAt) {

    /// The world is not compared: each round makes a new outcome.
    boolean sameAs(@Nullable Look other) {
      return other != null
          && outcome == other.outcome
          && reach.equals(other.reach)
          && rejections.equals(other.rejections)
          && servers.equals(other.servers)
          && spentAt.equals(other.spentAt);
    }
  }

  /// @return whether anything may still change by itself in a moment
  private boolean write(Look seen, Instant now) throws InterruptedException {
    var outcome = seen.outcome();
    var judge = new Judge(outcome, seen.reach(), seen.rejections(), seen.servers(), now);
    var statuses = new Statuses(outcome, spending, seen.servers(), now);
    var writes = new ArrayList<Write>();
    boolean unfinished = false;
    for (var object : outcome.cluster().objects().values()) {
      var conditions = judge.judge(object, publication.generationOf(object));
      var status = statuses.of(object, conditions);
      unfinished |= conditions.programmed().reason().equals("Pending");
      var told = written.getOrDefault(object.id(), object.status());
      if (!status.equals(told)) {
        writes.add(new Write(object, told, status, conditions));
      }
    }
    written.keySet().retainAll(outcome.cluster().objects().keySet());
    unwritten = writeAll(writes, now);
    return unwritten || unfinished;
  }

  /// @param told what was told before, null where nothing was
  private record Write(
      Seen object, @Nullable JsonNode told, JsonNode status, Conditions conditions) {}

  /// @return whether any is still to be written
  private boolean writeAll(List<Write> writes, Instant now) throws InterruptedException {
    var running = new ArrayList<Map.Entry<Write, Future<Boolean>>>();
    for (var write : writes.subList(0, Math.min(WRITES_A_LOOK_MAX, writes.size()))) {
      running.add(Map.entry(write, writers.submit(() -> write(write, now))));
    }
    boolean lost = running.size() < writes.size();
    for (var entry : running) {
      try {
        if (entry.getValue().get()) {
          written.put(entry.getKey().object().id(), entry.getKey().status());
        } else {
          lost = true;
        }
      } catch (ExecutionException e) {
        LOG.error("BUG: a status was not written", e);
        lost = true;
      }
    }
    return lost;
  }

  private boolean write(Write write, Instant now) {
    boolean done = writer.write(write.object(), write.status());
    meters.wroteStatus(done);
    if (done) {
      tell(write, "Accepted", write.conditions().accepted(), now);
      tell(write, "ResolvedRefs", write.conditions().resolved(), now);
      tell(write, "Ready", write.conditions().ready(), now);
      ToolNews.between(write.told(), write.status())
          .forEach(news -> writer.event(write.object(), news, now));
    }
    return done;
  }

  /// What is new, but for what is on its way.
  private void tell(Write write, String type, Verdict verdict, Instant now) {
    var before = Conditions.before(type, write.told());
    boolean news =
        before == null
            ? !verdict.holds()
            : !verdict.status().equals(before.path("status").asText())
                || !verdict.reason().equals(before.path("reason").asText());
    if (news && !verdict.reason().equals("Pending")) {
      writer.event(write.object(), verdict, now);
    }
  }

  @Override
  public void close() {
    writers.shutdownNow();
    spending.close();
  }
}
