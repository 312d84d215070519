package dev.sluice.extproc.envoy;

import dev.sluice.extproc.envoy.ReplyWriter.Answered;
import dev.sluice.extproc.flow.Pending;
import dev.sluice.extproc.flow.RequestFlow;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.watch.Passage;
import dev.sluice.extproc.watch.Watch;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
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

  private final ServerCall<Message, byte[]> call;
  private final RequestFlow flow;
  private final Executor blocking;
  private final ReplyWriter writer;
  private final MessageArrays arrays;
  private final Phase phase;
  private volatile @Nullable Pending pending;
  private BufferBudget.@Nullable Lease lease;
  private boolean closed;

  /// What Envoy asks: whether a body may be read, or where a request is to go.
  enum Phase {
    ADMISSION,
    REQUEST
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
    if (pending instanceof Pending.Watched(var watch)) {
      answer(watch, message);
    } else {
      guarded(() -> next(RequestReader.read(message)), message);
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
      case Incoming.Head(var head) ->
          phase == Phase.ADMISSION ? flow.admit(head) : flow.head(head, this::keep);
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
      case Reply.Forward<Pending> forward ->
          finish(writer.forward(forward, pending == null ? Answered.HEAD : Answered.BODY));
      case Reply.Watch<Pending>(var forward, var next) -> {
        pending = next;
        releaseBody();
        tell(writer.forwardWatched(forward));
      }
      case Reply.Later<Pending> _, Reply.Awaited<Pending> _ ->
          throw new IllegalStateException("BUG: not a reply yet");
    }
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
      call.sendMessage(message);
    }
  }

  /// Envoy keeps the call open until the answer has ended, unless it is closed here.
  private void finish(byte[] message) {
    if (end()) {
      call.sendMessage(message);
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
