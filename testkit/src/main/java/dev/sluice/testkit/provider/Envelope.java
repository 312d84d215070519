package dev.sluice.testkit.provider;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.List;

/// The frame of a provider's answers: the headers all of them carry, and the shape of errors.
public interface Envelope {

  List<Header> headers(String requestId, String contentType);

  /// The content type of its streams.
  String streamType();

  /// A scripted failure as this provider tells it, with the status that it has for that.
  Reply.Page failure(String requestId, Reply.Failure failure);

  /// The status of a scripted error in mid-stream when nothing has been sent.
  int status(Delivery.Break error);

  /// An error in mid-stream.
  ///
  /// @param events how many the stream has shown before
  Event broken(ApiCall call, int events, Delivery.Break error);
}
