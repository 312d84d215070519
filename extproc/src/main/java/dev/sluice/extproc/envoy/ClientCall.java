package dev.sluice.extproc.envoy;

import dev.sluice.extproc.client.OpenAiPath;
import dev.sluice.extproc.client.Told;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.flow.Pending;
import dev.sluice.extproc.flow.RequestFlow;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.wire.openai.client.answer.ClientAnswer;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The conversation with Envoy about one request of a client that speaks OpenAI: everything between
/// this and the provider sees a request of the Messages API, and its answer.
///
/// The head is judged as that of such a request, so that nothing is read for a client without a key
/// or a budget. The answer's head is not asked for: Envoy would let a body that two filters send on
/// end too early (its issue 41654), and the body itself shows what it is.
final class ClientCall extends ServerCall.Listener<Message> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientCall.class);
  private static final byte[] NOTHING = {};

  /// What the call is served with.
  record Service(RequestFlow flow, Executor blocking, InstantSource clock, MessageArrays arrays) {}

  private record Asked(OpenAiPath path, Head head) {}

  private final ServerCall<Message, byte[]> call;
  private final Service service;
  private volatile @Nullable Asked asked;
  private ClientAnswer answer = ClientAnswer.ofOther();
  private boolean closed;
  private @Nullable KeepAlive alive;

  ClientCall(ServerCall<Message, byte[]> call, Service service) {
    this.call = call;
    this.service = service;
  }

  @Override
  public void onMessage(Message message) {
    try {
      switch (RequestReader.read(message)) {
        case Incoming.Head(var head, _) -> admit(head);
        case Incoming.Body(var body) -> ask(body);
        case Incoming.AnswerPart(var part, boolean last) -> answer(part, last);
        case Incoming.AnswerTrailers _ -> {
          send(ReplyWriter.part(answer.read(NOTHING, 0, 0, true), false));
          finish(ReplyWriter.passTrailers());
        }
        case Incoming.AnswerHead _, Incoming.Other _ ->
            throw new IllegalStateException("BUG: Envoy sent what was not asked for");
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
    service.arrays().give(message.bytes());
    call.request(1);
  }

  private void admit(Head head) {
    var path = OpenAiPath.of(head);
    if (path == null) {
      take(service.flow().admit(head));
      return;
    }
    var inside = head.at(path.inside().path());
    asked = new Asked(path, inside);
    take(service.flow().admit(inside));
  }

  private void take(Reply<Pending> reply) {
    switch (reply) {
      case Reply.Admit<Pending> _ -> send(ReplyWriter.admit());
      case Reply.Respond<Pending>(var own) -> respond(own);
      case Reply.Later<Pending>(var later) -> service.blocking().execute(() -> takeLater(later));
      case Reply.ReadBody<Pending> _,
          Reply.Forward<Pending> _,
          Reply.Watch<Pending> _,
          Reply.LetIn<Pending> _,
          Reply.Awaited<Pending> _ ->
          throw new IllegalStateException("BUG: not an answer to a question for admission");
    }
  }

  private void takeLater(Supplier<Reply<Pending>> later) {
    try {
      take(later.get());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /// What Envoy sends on is a request of the Messages API; but one for embeddings, which has no
  /// word there, stays as it is.
  private void ask(Body body) {
    var waiting = asked;
    if (waiting == null) {
      throw new IllegalStateException("BUG: Envoy sent a body that was not asked for");
    }
    if (waiting.path() == OpenAiPath.EMBEDDINGS) {
      send(ReplyWriter.askAsItIs(waiting.path()));
      return;
    }
    try {
      var told = Told.of(waiting.path(), body, service.clock().instant());
      answer = told.answer();
      send(ReplyWriter.ask(told));
    } catch (Refused e) {
      respond(service.flow().refused(waiting.head(), e.refusal()));
    }
  }

  private void respond(Answer own) {
    finish(ReplyWriter.respond(own.withBody(ClientAnswer.inOpenAisEnvelope(own.body()))));
  }

  private void answer(Body part, boolean last) {
    alive()
        .reads(() -> passOn(answer.read(part.bytes(), part.offset(), part.length(), last), last));
  }

  private boolean passOn(byte[] bytes, boolean last) {
    if (last) {
      finish(ReplyWriter.part(bytes, true));
    } else if (bytes.length > 0) {
      send(ReplyWriter.part(bytes, false));
    }
    return bytes.length > 0;
  }

  private synchronized KeepAlive alive() {
    if (alive == null) {
      alive = KeepAlive.start(this::ping, answer::isWhole, this::endUntold);
      if (closed) {
        alive.end();
      }
    }
    return alive;
  }

  private void ping() {
    if (answer.isStream()) {
      send(ReplyWriter.part(ClientAnswer.ping(), false));
    }
  }

  private void endUntold() {
    finish(ReplyWriter.part(answer.read(NOTHING, 0, 0, true), true));
  }

  private synchronized void send(byte[] message) {
    if (!closed) {
      call.sendMessage(message);
    }
  }

  private void finish(byte[] message) {
    if (end()) {
      call.sendMessage(message);
      call.close(Status.OK, new Metadata());
    }
  }

  private void fail(Exception cause) {
    LOG.error("a request of a client that speaks OpenAI failed", cause);
    if (end()) {
      call.close(Status.INTERNAL, new Metadata());
    }
  }

  /// @return false where it had ended before
  private synchronized boolean end() {
    if (closed) {
      return false;
    }
    closed = true;
    if (alive != null) {
      alive.end();
    }
    return true;
  }

  @Override
  public void onHalfClose() {
    if (end()) {
      call.close(Status.OK, new Metadata());
    }
  }

  @Override
  public void onCancel() {
    end();
  }
}
