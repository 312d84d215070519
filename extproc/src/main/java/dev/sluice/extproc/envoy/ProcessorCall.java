package dev.sluice.extproc.envoy;

import dev.sluice.extproc.flow.Admission;
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
  private volatile @Nullable Admission admission;
  private BufferBudget.@Nullable Lease lease;
  private boolean closed;

  ProcessorCall(
      ServerCall<Message, byte[]> call,
      RequestFlow flow,
      Executor blocking,
      ReplyWriter writer,
      MessageArrays arrays) {
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

  private Reply<Admission> next(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Head(var head) -> flow.head(head);
      case Incoming.Body(var body) -> {
        var admitted = admission;
        if (admitted == null) {
          throw new IllegalStateException("BUG: Envoy sent a body that was not asked for");
        }
        yield flow.body(admitted, body);
      }
      case Incoming.Other _ ->
          throw new IllegalStateException("BUG: Envoy sent what was not asked for");
    };
  }

  /// What makes a reply.
  private interface Step {
    Reply<Admission> reply() throws IOException;
  }

  /// Takes a step, and gives the message's array back once no step reads it any more: a
  /// cancellation changes nothing about that.
  private void guarded(Step step, Message message) {
    try {
      var reply = step.reply();
      if (reply instanceof Reply.Later<Admission>(Supplier<Reply<Admission>> later)) {
        blocking.execute(() -> guarded(later::get, message));
        return;
      }
      if (reply instanceof Reply.Pending<Admission>(var pending)) {
        pending.whenComplete((_, _) -> guarded(pending::join, message));
        return;
      }
      send(reply);
    } catch (IOException | RuntimeException e) {
      LOG.error("a request failed", e);
      close(Status.INTERNAL);
    }
    arrays.give(message.bytes());
  }

  private void send(Reply<Admission> reply) {
    switch (reply) {
      case Reply.ReadBody<Admission>(var next) -> readBody(next);
      case Reply.Respond<Admission>(var answer) -> finish(ReplyWriter.respond(answer));
      case Reply.Forward<Admission> forward -> finish(writer.forward(forward));
      case Reply.Later<Admission> _, Reply.Pending<Admission> _ ->
          throw new IllegalStateException("BUG: not a reply yet");
    }
  }

  private void readBody(Admission next) {
    if (keep(next.lease())) {
      admission = next;
      call.sendMessage(ReplyWriter.readBody());
    }
  }

  /// @return false where the request has ended meanwhile
  private synchronized boolean keep(BufferBudget.Lease taken) {
    if (closed) {
      taken.release();
      return false;
    }
    lease = taken;
    return true;
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
