package dev.sluice.extproc.envoy;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.envoy.ReplyWriter.Answered;
import dev.sluice.extproc.flow.Course;
import dev.sluice.extproc.flow.Pending;
import dev.sluice.extproc.flow.RequestFlow;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.translate.WayBack;
import dev.sluice.extproc.translate.WayBack.Fate;
import dev.sluice.extproc.watch.AnswerHead;
import dev.sluice.extproc.watch.Passage;
import dev.sluice.extproc.watch.Watch;
import dev.sluice.wire.anthropic.message.StreamEncoder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request's conversation with Envoy.
///
/// Envoy waits for each reply before it says the next thing, so there is never more than one thread
/// at work; only a cancellation comes at any time. An answer that is watched is the exception: its
/// parts come as they come, and the watch is the one that sends.
final class ProcessorCall extends ServerCall.Listener<Message> implements Passage {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessorCall.class);

  private static final byte[] NONE = new byte[0];
  private static final Body NOTHING = new Body(new byte[0], 0, 0);

  private final ServerCall<Message, byte[]> call;
  private final RequestFlow flow;
  private final Executor blocking;
  private final ReplyWriter writer;
  private final MessageArrays arrays;
  private final Phase phase;
  private volatile @Nullable Pending pending;
  private BufferBudget.@Nullable Lease lease;
  private boolean closed;
  private Fate fate = new Fate.AsItIs();
  private volatile @Nullable KeepAlive alive;

  /// To go out with the next message.
  private byte[] before = NONE;

  /// What Envoy asks: whether a body may be read, where a request is to go, or what another attempt
  /// is to be.
  enum Phase {
    ADMISSION,
    REQUEST,
    ATTEMPT
  }

  ProcessorCall(
      Phase phase,
      ServerCall<Message, byte[]> call,
      RequestFlow flow,
      Executor blocking,
      ReplyWriter writer,
      MessageArrays arrays) {
    this.phase = phase;
    this.call = call;
    this.flow = flow;
    this.blocking = blocking;
    this.writer = writer;
    this.arrays = arrays;
  }

  @Override
  public void onMessage(Message message) {
    switch (pending) {
      case Pending.Watched(var watch) -> answer(watch, message);
      case Pending.Translated(var answer) -> answer(answer, message);
      case Pending.Tried(var course) -> chosen(course, message);
      case Pending.Unread _, Pending.Again _ ->
          guarded(() -> next(RequestReader.read(message)), message);
      case null -> guarded(() -> next(RequestReader.read(message)), message);
    }
  }

  /// The attempt that answers is known with the head of its answer.
  private void chosen(Course course, Message message) {
    releaseBody();
    var chosen = course.begun();
    var told = chosen == null ? NONE : ReplyWriter.told(chosen.forward());
    var next = chosen == null ? null : chosen.next();
    if (chosen == null || !RequestReader.mayRefuseAccount(message)) {
      begun(told, next, message);
      return;
    }
    var _ =
        course
            .failedForNow()
            .thenApply(forNow -> forNow ? ReplyWriter.failedForNow(told) : told)
            .thenAccept(both -> begun(both, next, message));
  }

  private void begun(byte[] told, @Nullable Pending next, Message message) {
    before = told;
    if (next == null) {
      finish(ReplyWriter.passAnswer());
      arrays.give(message.bytes());
    } else {
      pending = next;
      onMessage(message);
    }
  }

  private void answer(Watch watch, Message message) {
    try {
      switch (RequestReader.read(message)) {
        case Incoming.AnswerHead(var head) -> {
          if (watch.begins(head, this)) {
            tell(ReplyWriter.watchAnswer());
          } else {
            finish(ReplyWriter.passAnswer());
          }
        }
        case Incoming.AnswerPart(var part, boolean last) -> watch.read(part, last);
        case Incoming.AnswerTrailers _ -> {
          if (watch.ends()) {
            tell(ReplyWriter.passTrailers());
          }
        }
        case Incoming.Head _, Incoming.Body _, Incoming.Other _ ->
            throw new IllegalStateException("BUG: Envoy sent something else than the answer");
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("an answer cannot be watched", e);
      watch.leave();
      close(Status.INTERNAL);
    }
    arrays.give(message.bytes());
    call.request(1);
  }

  /// An answer in other words: Envoy waits for no part of it, but its parts come in order.
  private void answer(WayBack answer, Message message) {
    try {
      switch (RequestReader.read(message)) {
        case Incoming.AnswerHead(var head) -> begin(answer, head);
        case Incoming.AnswerPart(var part, boolean last) -> read(part, last);
        case Incoming.AnswerTrailers _ -> {
          if (fate instanceof Fate.Passed passed) {
            tell(ReplyWriter.part(passed.passing().read(NOTHING, true), false));
          }
          tell(ReplyWriter.passTrailers());
        }
        case Incoming.Head _, Incoming.Body _, Incoming.Other _ ->
            throw new IllegalStateException("BUG: Envoy sent something else than the answer");
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("an answer cannot be translated", e);
      close(Status.INTERNAL);
    }
    arrays.give(message.bytes());
    call.request(1);
  }

  private void begin(WayBack answer, AnswerHead head) {
    fate = answer.begins(head);
    switch (fate) {
      case Fate.AsItIs _ -> finish(ReplyWriter.passAnswer());
      case Fate.Stream(var read) -> pass(read, "text/event-stream; charset=utf-8", this::ping);
      case Fate.Whole(var read) -> pass(read, "application/json", () -> {});
      case Fate.Kept _ -> tell(ReplyWriter.keepAnswer());
      case Fate.Replaced(var other) -> finish(ReplyWriter.insteadOfHead(other));
    }
  }

  private void pass(WayBack.Passing answer, String contentType, Runnable ping) {
    tell(ReplyWriter.translateAnswer(contentType));
    Runnable end = () -> finish(ReplyWriter.part(answer.read(NOTHING, true), true));
    alive = KeepAlive.start(ping, answer::isWhole, end);
  }

  private void read(Body part, boolean last) {
    var reader = alive;
    if (fate instanceof Fate.Kept(var instead)) {
      finish(ReplyWriter.instead(instead.apply(part)));
    } else if (reader != null && fate instanceof Fate.Passed passed) {
      reader.reads(() -> passOn(passed.passing().read(part, last), last));
    }
  }

  private boolean passOn(byte[] bytes, boolean last) {
    if (last) {
      endAlive();
    }
    if (last || bytes.length > 0) {
      tell(ReplyWriter.part(bytes, last));
    }
    return bytes.length > 0;
  }

  private void ping() {
    tell(ReplyWriter.part(StreamEncoder.ping(), false));
  }

  private synchronized void endAlive() {
    if (alive != null) {
      alive.end();
      alive = null;
    }
  }

  @Override
  public void pass(byte[] bytes, boolean last) {
    tell(ReplyWriter.part(bytes, last));
  }

  @Override
  public void fail() {
    close(Status.INTERNAL);
  }

  private Reply<Pending> next(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Head(var head, int attempt) ->
          switch (phase) {
            case ADMISSION -> flow.admit(head);
            case REQUEST -> flow.head(head, this::keep);
            case ATTEMPT -> flow.again(head, attempt);
          };
      case Incoming.Body(var body) -> {
        var waiting = pending;
        if (waiting == null) {
          throw new IllegalStateException("BUG: Envoy sent a body that was not asked for");
        }
        yield flow.body(waiting, body);
      }
      case Incoming.AnswerHead _,
          Incoming.AnswerPart _,
          Incoming.AnswerTrailers _,
          Incoming.Other _ ->
          throw new IllegalStateException("BUG: Envoy sent what was not asked for");
    };
  }

  /// What makes a reply.
  private interface Step {
    Reply<Pending> reply() throws IOException;
  }

  /// Takes a step, and gives the message's array back once no step reads it any more: a
  /// cancellation changes nothing about that.
  private void guarded(Step step, Message message) {
    try {
      var reply = step.reply();
      if (reply instanceof Reply.Later<Pending>(Supplier<Reply<Pending>> later)) {
        blocking.execute(() -> goOn(later, message));
        return;
      }
      if (reply instanceof Reply.Awaited<Pending>(var awaited)) {
        awaited.whenComplete((_, _) -> guarded(awaited::join, message));
        return;
      }
      send(reply);
    } catch (IOException | RuntimeException e) {
      LOG.error("a request failed", e);
      close(Status.INTERNAL);
    }
    arrays.give(message.bytes());
  }

  /// Where Envoy has left meanwhile, nothing is begun that nobody would end.
  private void goOn(Supplier<Reply<Pending>> later, Message message) {
    if (hasClosed()) {
      arrays.give(message.bytes());
    } else {
      guarded(later::get, message);
    }
  }

  private void send(Reply<Pending> reply) {
    switch (reply) {
      case Reply.Admit<Pending> _ -> finish(ReplyWriter.admit());
      case Reply.ReadBody<Pending>(var next) -> {
        pending = next;
        tell(ReplyWriter.readBody());
      }
      case Reply.Respond<Pending>(var answer) -> finish(ReplyWriter.respond(answer));
      case Reply.Forward<Pending> forward -> finish(sent(forward));
      case Reply.LetIn<Pending>(var ticket) -> finish(Plans.letIn(ticket));
      case Reply.Watch<Pending>(var forward, var next) -> {
        if (phase == Phase.ATTEMPT) {
          finish(sent(forward)); // The call of the request has the answer.
          return;
        }
        var answered = answered();
        pending = next;
        if (!(next instanceof Pending.Tried)) {
          releaseBody();
        }
        tell(writer.forwardWatched(forward, answered));
      }
      case Reply.Later<Pending> _, Reply.Awaited<Pending> _ ->
          throw new IllegalStateException("BUG: not a reply yet");
    }
  }

  private Answered answered() {
    return pending == null ? Answered.HEAD : Answered.BODY;
  }

  private byte[] sent(Reply.Forward<Pending> forward) {
    return phase == Phase.ATTEMPT
        ? Plans.attempt(forward, answered())
        : writer.forward(forward, answered());
  }

  /// Keeps a body's part of the budget until the end, which may have been meanwhile.
  private synchronized void keep(BufferBudget.Lease taken) {
    if (closed) {
      taken.release();
    } else {
      lease = taken;
    }
  }

  private synchronized void releaseBody() {
    if (lease != null) {
      lease.release();
      lease = null;
    }
  }

  /// Says something, unless the call has ended.
  private synchronized void tell(byte[] message) {
    if (!closed) {
      call.sendMessage(withBefore(message));
    }
  }

  /// Messages of protobuf merge when their bytes are put one after another.
  private byte[] withBefore(byte[] message) {
    if (before.length == 0) {
      return message;
    }
    var both = Arrays.copyOf(before, before.length + message.length);
    System.arraycopy(message, 0, both, before.length, message.length);
    before = NONE;
    return both;
  }

  /// Envoy keeps the call open until the answer has ended, unless it is closed here.
  private void finish(byte[] message) {
    if (end()) {
      call.sendMessage(withBefore(message));
      call.close(Status.OK, new Metadata());
    }
  }

  private void close(Status status) {
    if (end()) {
      call.close(status, new Metadata());
    }
  }

  private synchronized boolean hasClosed() {
    return closed;
  }

  /// @return false where it had ended before
  private synchronized boolean end() {
    if (closed) {
      return false;
    }
    closed = true;
    endAlive();
    releaseBody();
    return true;
  }

  @Override
  public void onHalfClose() {
    leave();
    close(Status.OK);
  }

  @Override
  public void onCancel() {
    leave();
    end();
  }

  private void leave() {
    if (pending instanceof Pending.Watched(var watch)) {
      watch.leave();
    }
  }
}
