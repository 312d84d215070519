package dev.sluice.extproc.envoy;

import dev.sluice.extproc.envoy.ReplyWriter.Answered;
import dev.sluice.extproc.flow.Pending;
import dev.sluice.extproc.flow.RequestFlow;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.BufferBudget;
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
/// at work; only a cancellation comes at any time.
final class ProcessorCall extends ServerCall.Listener<Message> {

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
    guarded(() -> next(RequestReader.read(message)), message);
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
      case Incoming.Other _ ->
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
        blocking.execute(() -> guarded(later::get, message));
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

  private void send(Reply<Pending> reply) {
    switch (reply) {
      case Reply.Admit<Pending> _ -> finish(ReplyWriter.admit());
      case Reply.ReadBody<Pending>(var next) -> {
        pending = next;
        if (isOpen()) {
          call.sendMessage(ReplyWriter.readBody());
        }
      }
      case Reply.Respond<Pending>(var answer) -> finish(ReplyWriter.respond(answer));
      case Reply.Forward<Pending> forward ->
          finish(writer.forward(forward, pending == null ? Answered.HEAD : Answered.BODY));
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

  private synchronized boolean isOpen() {
    return !closed;
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

  /// @return false where it had ended before
  private synchronized boolean end() {
    if (closed) {
      return false;
    }
    closed = true;
    if (lease != null) {
      lease.release();
    }
    return true;
  }

  @Override
  public void onHalfClose() {
    close(Status.OK);
  }

  @Override
  public void onCancel() {
    end();
  }
}
